"""System calls that fail, kill or stop the program, and mounts that only the programs of one test see."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import BIN, PROGRAM, TIMEOUT_S

# The names differ between processors; "?" makes an unknown one no error.
WRITING = tuple(
    f"?{name}"
    for name in (
        *("open", "openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "close", "flock"),
        *("chmod", "fchmod", "fchmodat", "rename", "renameat", "renameat2", "unlink", "unlinkat"),
        *("link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat"),
    )
)
CALL = re.compile(r"\d+ +(\w+)\((.*)")
STRACE = ("strace", "-f", "-qq", "-y")
ALONE = ("-E", f"PATH={BIN}")  # without a git, whose calls are not ours; an `erase` would start it
FAST = "--seccomp-bpf"  # stops at no other calls; but it loses the signals that are injected

Done = subprocess.CompletedProcess[bytes]


def strace_works() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run([*STRACE, "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


# With TESTS_STEP=3, for a second run of the same tests, something happens at every third call only.
STEP = int(os.environ.get("TESTS_STEP", "1"))

needs_strace = pytest.mark.skipif(not strace_works(), reason="strace is missing, or may not trace here")


class SystemCall(NamedTuple):
    """One call of a run.

    Args:
        name: of the call.
        number: which of the calls of that name it is, from 1.
        about: the name of the file that it is about.
    """

    name: str
    number: int
    about: str


def run_with(
    prefix: Sequence[str], arguments: Sequence[str], stdin: bytes, variables: Mapping[str, str], umask: int = -1
) -> Done:
    """Run the installed program behind another one."""
    return subprocess.run(
        [*prefix, PROGRAM, *arguments], input=stdin, capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
        umask=umask,
    )  # fmt: skip


def trace(
    log: Path, restore: Callable[[], Path], arguments: Sequence[str], stdin: bytes, variables: Mapping[str, str]
) -> list[SystemCall]:
    """Run the program and return the calls that write.

    Args:
        restore: makes the files as they were before, and returns their folder.
    """
    restore()
    run_with([], arguments, stdin, variables)  # Python's first run of new code writes files of its own
    folder = restore()
    done = run_with(
        [*STRACE, *ALONE, FAST, "-e", f"trace={','.join(WRITING)}", "-o", str(log)], arguments, stdin, variables
    )
    assert done.returncode == 0, done.stderr
    return writing_calls(log, folder)


def writing_calls(log: Path, folder: Path) -> list[SystemCall]:
    """Return the calls of a traced run that write below a folder, or lock there, in their order."""
    count: dict[str, int] = {}
    calls = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        name, rest = found.groups()
        count[name] = count.get(name, 0) + 1
        below = re.search(re.escape(str(folder)) + r'/?([^">]*)', rest)
        reads_only = name in ("open", "openat") and "O_CREAT" not in rest
        was_reading = name == "close" and below and not below[1].endswith((".lock", ".tmp"))
        if below and not reads_only and not was_reading:
            calls.append(SystemCall(name, count[name], below[1]))
    return calls


def at(call: SystemCall, what: str, log: Path | str = os.devnull, *more: str) -> list[str]:
    """Return the prefix that makes something happen at a call: "signal=SIGKILL", "error=ENOSPC"."""
    fast = [FAST] if what.startswith("error=") else []
    inject = f"inject={call.name}:{what}:when={call.number}"
    return [*STRACE, *more, *fast, "-e", f"trace={call.name}", "-e", inject, "-o", str(log)]


class Mounts:
    """A mount namespace: what is mounted in it is seen by the programs started in it, and gone at the end.

    Args:
        variables: the environment of the programs.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        reason = b""
        for user in ([], ["-r"]):  # without rights of its own, a user can be root in a namespace
            self.holder = subprocess.Popen(
                ["unshare", "-m", *user, "sh", "-c", "mount -t tmpfs none /mnt && echo ready && exec cat"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            assert self.holder.stdout is not None
            if self.holder.stdout.readline() == b"ready\n":
                self.enter = ["nsenter", "-t", str(self.holder.pid), "-m"]
                self.enter += ["-U", "--preserve-credentials"] if user else []
                return
            reason = self.holder.communicate()[1]
        pytest.skip(f"nothing can be mounted here: {reason.decode().strip()}")

    def mount(self, *arguments: str) -> None:
        done = subprocess.run([*self.enter, "mount", *arguments], capture_output=True, check=False, timeout=TIMEOUT_S)
        assert done.returncode == 0, done.stderr

    def seen(self, path: Path) -> Path:
        """Return where this process finds what a path is inside."""
        return Path(f"/proc/{self.holder.pid}/root{path}")

    def run(self, arguments: Sequence[str], stdin: bytes = b"") -> Done:
        return run_with(self.enter, arguments, stdin, self.variables)

    def close(self) -> None:
        self.holder.communicate()


def wait_until_it_reads(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process sleeps in a read of its standard input."""
    waiting = Path(f"/proc/{process.pid}/wchan")
    end = time.monotonic() + TIMEOUT_S
    while "pipe" not in waiting.read_text():
        assert time.monotonic() < end
        time.sleep(0.005)
