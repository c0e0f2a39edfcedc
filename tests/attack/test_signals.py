"""Ended by a signal at any moment: no traceback of ours, no memory on the disk, a truthful exit code (safety O4, X3)."""

import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import PROGRAM, TIMEOUT_S, Run
from crowd import ANSWER, SECRETS, UPDATES, assert_nothing_older_is_lost, make_crowd, site, temporary_files
from faults import wait_until_it_reads

Files = Callable[..., Path]
Record = Callable[[str, object], None]

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU]
TRIES = 40  # for each signal and command
GET = ("get", "--url", site(0))


def start(arguments: tuple[str, ...], variables: dict[str, str], **more: Any) -> "subprocess.Popen[bytes]":
    process: subprocess.Popen[bytes] = subprocess.Popen(
        [PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables,
        **more,
    )  # fmt: skip
    return process


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("word", ["get", "store", "status"])
def test_signal_at_any_moment(
    word: str, number: signal.Signals, files: Files, variables: dict[str, str], run: Run, record_property: Record
) -> None:
    """While Python itself starts it may print a traceback of its own; from our first line on there is none."""
    folder = make_crowd(files)
    arguments, stdin = (UPDATES["store"][:2]) if word == "store" else ((*GET,) if word == "get" else (word,), b"")
    began = time.monotonic()
    start(arguments, variables).communicate(stdin, timeout=TIMEOUT_S)
    whole_s = time.monotonic() - began
    ended = 0
    for attempt in range(TRIES):
        process = start(arguments, variables)
        time.sleep(whole_s * attempt / TRIES)
        process.send_signal(number)
        try:
            stdout, stderr = process.communicate(stdin, timeout=TIMEOUT_S)
        except BrokenPipeError:
            stdout, stderr = process.communicate(timeout=TIMEOUT_S)
        assert not re.search(rb'File "[^"]*/atla_credential/(?!start.py", line [0-9]+, in (<module>|Finder))', stderr)
        assert SECRETS not in stderr
        if process.returncode == 0:
            assert stdout or word == "store"
        else:
            assert process.returncode in (130, -number, 1), stderr
            ended += 1
        assert_nothing_older_is_lost(folder, UPDATES["store"])
    assert run(*UPDATES["store"].arguments, stdin=UPDATES["store"].stdin).returncode == 0
    assert temporary_files(folder) == []
    record_property("kills", ended)


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT], ids=lambda number: number.name)
def test_a_crash_leaves_no_core_dump(
    number: signal.Signals, files: Files, variables: dict[str, str], home: Path
) -> None:
    make_crowd(files)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        pytest.skip("core dumps are off for everybody here")
    process = start(
        ("get",), variables, cwd=home, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited)
    )
    wait_until_it_reads(process)
    assert process.stdin is not None
    assert "Max core file size        0 " in Path(f"/proc/{process.pid}/limits").read_text()
    assert int(Path(f"/proc/{process.pid}/coredump_filter").read_text(), 16) == 0  # of use to a program that gets dumps
    os.kill(process.pid, number)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -number
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert os.WTERMSIG(status) == number
    assert not os.WCOREDUMP(status)
    assert not list(home.glob("core*"))


def test_lower_limit_of_core_dumps_is_no_error(files: Files, variables: dict[str, str]) -> None:
    make_crowd(files)
    process = start(GET, variables, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    assert process.communicate(timeout=TIMEOUT_S)[0] == ANSWER


def test_ignored_interrupt_stays_ignored(files: Files, variables: dict[str, str]) -> None:
    """As behind nohup, or in the background of a script."""
    make_crowd(files)
    process = start(("get",), variables, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    wait_until_it_reads(process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(f"url={site(0)}\n\n".encode(), timeout=TIMEOUT_S)
    assert (process.returncode, stderr) == (0, b"")
    assert b"canary-old0" in stdout
