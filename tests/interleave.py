"""Two processes: one is stopped at a system call, the other runs to its end, and then the first one goes on.

A signal that is injected arrives at the end of the call, so each stop is between this call and the next one.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from conftest import PROGRAM, TIMEOUT_S
from faults import CALL, FAST, STRACE, Done, SystemCall, at

# What others can notice, or what notices others; a stop after any other call is like one after the last of these.
NOTICED = tuple(
    f"?{name}"
    for name in (
        *(
            "open",
            "openat",
            "flock",
            "close",
            "stat",
            "lstat",
            "newfstatat",
            "statx",
            "access",
            "faccessat2",
            "readlink",
        ),
        *("rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat"),
    )
)
STOPPED = re.compile(r"(\d+) +--- stopped by SIGSTOP ---")
SLEEPING_FOR_A_LOCK = ("nanosleep", "lock")  # parts of the names of what the system does then
SIGHTINGS = 5  # one alone may be a sleep for another reason
PATIENCE_S = 2.0  # where the system does not say what a process sleeps for
PAUSE_S = 0.005


class Command(NamedTuple):
    """A call of the program.

    Args:
        word: what it is called in these tests.
        arguments: the command line.
        stdin: the request or the token.
        token: the token that it stores, if it stores one.
        name: the name that a profile has afterwards, or of the profile that is the active one then.
    """

    word: str
    arguments: tuple[str, ...]
    stdin: bytes = b""
    token: str | None = None
    name: str | None = None


def start(prefix: Sequence[str], command: Command, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start the installed program behind another one; all it has to read is there at once."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(command.stdin)
        stdin.seek(0)
        return subprocess.Popen(
            [*prefix, PROGRAM, *command.arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=variables,
        )  # fmt: skip


def finish(process: "subprocess.Popen[bytes]") -> Done:
    """Wait for the end of a process, and return what it said."""
    try:
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    finally:
        process.kill()
    return Done(process.args, process.returncode, stdout, stderr)


def stops_of(log: Path, folder: Path, command: Command, variables: Mapping[str, str]) -> list[SystemCall]:
    """Run a command, and return its calls that touch what is in a folder, in their order."""
    prefix = [*STRACE, FAST, "-e", f"trace={','.join(NOTICED)}", "-o", str(log)]
    finish(start(prefix, command, variables))
    return touching_calls(log.read_text(encoding="utf-8", errors="replace"), folder)


def touching_calls(log: str, folder: Path) -> list[SystemCall]:
    """Return the calls about files in a folder: by their paths, and those that take a lock or give it back."""
    below = re.compile(re.escape(str(folder)) + r'/([^">]+)')
    count: dict[tuple[str, str], int] = {}
    calls = []
    for line in log.splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        process, (name, rest) = line.split()[0], found.groups()
        count[process, name] = count.get((process, name), 0) + 1  # strace counts for each process too
        about = below.search(rest)
        is_private = "AT_EMPTY_PATH" in rest or (name == "close" and ".lock>" not in rest)
        if about and not is_private:
            calls.append(SystemCall(name, count[process, name], about[1]))
    return calls


class Stopped:
    """A command that is stopped at a call.

    Args:
        call: the call, which is the last one that it has done.
        folder: the folder that the call is about.
        log: where the calls are written to.
    """

    def __init__(
        self, call: SystemCall, folder: Path, command: Command, variables: Mapping[str, str], log: Path
    ) -> None:
        self.call, self.folder, self.log = call, str(folder), log
        log.write_bytes(b"")
        self.tracer = start(at(call, "signal=SIGSTOP", log), command, variables)
        try:
            self.process = self._stopped_process()
        except BaseException:
            self.tracer.terminate()  # with what it traces
            raise

    def _stopped_process(self) -> int:
        """Wait until the command is stopped, and let go on what it has started and that is stopped instead."""
        end = time.monotonic() + TIMEOUT_S
        seen = 0
        while time.monotonic() < end:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            stops = [number for number, line in enumerate(lines) if STOPPED.match(line)]
            for stop in stops[seen:]:
                process = lines[stop].split()[0]
                calls = [line for line in lines[:stop] if line.split()[0] == process and CALL.match(line)]
                if self.folder in calls[-1]:
                    return int(process)
                os.kill(int(process), signal.SIGCONT)
            seen = len(stops)
            assert self.tracer.poll() is None, f"it was not stopped at {self.call}: {finish(self.tracer)}"
            time.sleep(PAUSE_S)
        raise AssertionError(f"it does not come to {self.call}")

    def finish(self) -> Done:
        """Let it go on, and return what it said in the end."""
        os.kill(self.process, signal.SIGCONT)
        return finish(self.tracer)


def wait_for_its_end_or_a_lock(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process has ended, or cannot go on because another one holds a lock.

    If it is only slow, and so is let go on together with the other one, that is an order of events as good as any.
    """
    sightings = 0
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and sightings < SIGHTINGS and time.monotonic() < end:
        try:
            doing = Path(f"/proc/{process.pid}/wchan").read_text()
        except OSError:
            continue  # it has ended
        sightings += any(word in doing for word in SLEEPING_FOR_A_LOCK)
        time.sleep(PAUSE_S)


def interleave(
    call: SystemCall, folder: Path, first: Command, second: Command, variables: Mapping[str, str], log: Path
) -> tuple[Done, Done]:
    """Stop the first command at a call of its, run the second one, and let both come to their end."""
    stopped = Stopped(call, folder, first, variables, log)
    try:
        other = start([], second, variables)
        wait_for_its_end_or_a_lock(other)
    finally:
        done = stopped.finish()
    return done, finish(other)
