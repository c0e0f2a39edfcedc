"""The moment before this process becomes another program."""

import os
import signal
from typing import cast

import pytest

from atla_credential import process
from atla_credential.environment import Environment
from atla_credential.foreign import successor
from atla_credential.foreign.successor import CoreDumps, NotStarted

CATCHABLE = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}


class Dumps:
    def give_back(self) -> None:
        pass


def test_no_signal_is_lost_in_a_handler_that_nobody_runs_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python only notes that one came. What ignores one stays, and where nothing was started all is as before."""
    monkeypatch.setattr(process, "forbid_core_dumps", lambda: None)
    seen: dict[int, object] = {}

    def execve(*words: object) -> None:
        seen.update({number: signal.getsignal(number) for number in CATCHABLE})
        raise FileNotFoundError

    monkeypatch.setattr(os, "execve", execve)
    before = {number: signal.getsignal(number) for number in CATCHABLE}
    try:
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        given = {number: signal.getsignal(number) for number in CATCHABLE}
        assert given[signal.SIGINT] is signal.default_int_handler
        with pytest.raises(NotStarted):
            successor.become(["/no/such"], {}, cast("CoreDumps", Dumps()), Environment({"HOME": "/"}), lambda: None)
        assert not list(filter(callable, seen.values()))
        assert [seen[number] for number in (signal.SIGHUP, signal.SIGPIPE)] == [signal.SIG_IGN, signal.SIG_DFL]
        assert {number: signal.getsignal(number) for number in CATCHABLE} == given
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
