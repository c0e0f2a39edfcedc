"""The end of a command: at once, but where something is left to do."""

import io
import os
import sys
import threading

import pytest

from atla_credential.errors import AnswerLost
from atla_credential.terminal import answer


class AtOnce(Exception):
    """Stands in for the end of the process."""


@pytest.fixture
def nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be nothing to do at the end, though the tests' own libraries have something."""

    def end(code: int) -> None:
        raise AtOnce(code)

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(answer, "WAITING", {"made_up_library"})
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.mark.usefixtures("nothing_left")
def test_a_command_leaves_at_once_with_all_it_has_written(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(raw)))
    print("written")
    with pytest.raises(AtOnce, match="3"):
        answer.leave(3)
    assert raw.getvalue() == b"written\n"


@pytest.mark.usefixtures("nothing_left")
def test_what_a_library_has_left_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "made_up_library", answer)
    with pytest.raises(SystemExit) as left:
        answer.leave(3)
    assert left.value.code == 3


@pytest.mark.usefixtures("nothing_left")
def test_another_thread_is_ended_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with pytest.raises(SystemExit):
        answer.leave(0)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("failure", [AnswerLost("lost"), OSError, ValueError])
def test_an_answer_that_cannot_be_written_is_left_to_python(
    failure: type[Exception] | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise failure

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(SystemExit):
        answer.leave(0)
