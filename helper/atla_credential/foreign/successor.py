"""The program that this process becomes: it inherits what this one was started with, but for some variables.

Python and this program change some of that for themselves, and give it back before: what becomes of some signals, what
a core dump holds, and a variable.

Source: execve(2), core(5), PEP 538; POSIX.1, Shell Command Language, 2.8.2, for the exit codes.
"""

import errno
import os
import signal
import subprocess
import sys

from atla_credential import process
from atla_credential.errors import CredentialError
from atla_credential.foreign.program import look_in
from atla_credential.foreign.variables import program_folders
from atla_credential.system import NOT_EXECUTABLE, NOT_FOUND, STARTED_WITH, fsencode

if sys.platform != "win32":
    import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from atla_credential.environment import Environment

    Changes = Mapping[str, str | None]  # of variables: their new values, None for one that is removed

FILTER = "/proc/self/coredump_filter"
NOT_THERE = (FileNotFoundError, NotADirectoryError)
IN_PATH = (
    "it is looked for in the absolute folders of PATH",
    "for what only a shell knows, put a shell before it: sh -c 'LINE'",
)
LACKS = {
    errno.EACCES: ("it has to be a file that may be executed: chmod +x FILE",),
    errno.ENOEXEC: ("the first line of a script has to name what runs it: #!/bin/sh",),
}
IGNORED = ("SIGPIPE", "SIGXFZ", "SIGXFSZ")  # which Python ignores at its start


class NotStarted(CredentialError):
    """A program could not be started.

    Args:
        exit_code: that of a shell.
    """

    kind = "not-started"

    def __init__(self, exit_code: int, message: str, *hints: str) -> None:
        super().__init__(message, *hints)
        self.exit_code = exit_code


class CoreDumps:
    """What a core dump of this process may hold: nothing while it looks for a token, then what it was before."""

    def __init__(self) -> None:
        self.filter = read(FILTER)
        if sys.platform != "win32":
            self.limits = resource.getrlimit(resource.RLIMIT_CORE)
        process.forbid_core_dumps()

    def give_back(self) -> None:
        """Let it be as before."""
        if sys.platform != "win32":
            resource.setrlimit(resource.RLIMIT_CORE, self.limits)
        if self.filter:
            with open(FILTER, "wb") as file:
                file.write(b"0x" + self.filter)  # it is read without, but to be written with its base


def become(
    words: "Sequence[str]", changes: "Changes", dumps: CoreDumps, environment: "Environment",
    last_words: "Callable[[], None]",
) -> int:  # fmt: skip
    """Become a program; on Windows, which cannot do that, run it to its end and return its exit code.

    Args:
        words: its name or path, and its arguments, as UTF-8 with what is none escaped.
        last_words: says what is left to say, as soon as there is a program that may be executed.

    Raises NotStarted.
    """
    if not words[0]:
        raise not_found(words[0])
    if sys.platform == "win32":
        return run(words, changes, environment, last_words)
    raw = [word.encode("utf-8", "surrogateescape") for word in words]
    variables = variables_for(changes, environment)
    folders = [b""] if b"/" in raw[0] else [os.fsencode(folder) for folder in program_folders(environment)]
    refused: OSError | None = None
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ours()}
    dumps.give_back()
    for folder in folders:
        path = os.path.join(folder, raw[0])
        try:
            if os.path.isfile(path) and os.access(path, os.X_OK):
                last_words()
            os.execve(path, raw, variables)  # noqa: S606 - there is to be no shell
        except OSError as error:
            if isinstance(error, NOT_THERE) and not os.path.isfile(path):
                continue
            refused = refused or error
    process.forbid_core_dumps()
    for number, handler in before.items():
        signal.signal(number, handler)
    raise not_found(words[0]) if refused is None else not_executable(refused)


def run(
    words: "Sequence[str]", changes: "Changes", environment: "Environment", last_words: "Callable[[], None]"
) -> int:
    """Run a program to its end, and return its exit code. Raises NotStarted."""
    path = words[0] if os.path.dirname(words[0]) else look_in(program_folders(environment), words[0])
    if path is None:
        raise not_found(words[0])
    kept = {name: value for name, value in environment.variables.items() if name not in changes}
    new = {name: value for name, value in changes.items() if value is not None}
    last_words()
    try:
        return subprocess.run([path, *words[1:]], env={**kept, **new}, check=False).returncode  # noqa: S603 - no shell
    except FileNotFoundError:
        raise not_found(words[0]) from None
    except OSError as error:
        raise not_executable(error) from None


def variables_for(changes: "Changes", environment: "Environment") -> dict[bytes, bytes]:
    """Return the variables that this process was started with, byte for byte, with some changes, in UTF-8."""
    variables = {fsencode(name): fsencode(value) for name, value in environment.variables.items()}
    variables.pop(b"", None)  # as of "=x", which no program can be given by Python
    given = read(STARTED_WITH).split(b"\0")
    if given != [b""] and not any(each.startswith(b"LC_CTYPE=") for each in given):
        variables.pop(b"LC_CTYPE", None)  # Python sets it for itself, and for all that it starts
    for name, value in changes.items():
        if value is None:
            variables.pop(name.encode(), None)
        else:
            variables[name.encode()] = value.encode()
    return variables


def read(path: str) -> bytes:
    """Return what a file of the system's holds, b"" if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def ours() -> set[int]:
    """Return the signals that Python ignores for itself, and those that run code of ours.

    Of the latter one that comes just before the other program begins would be noted for that code, and forgotten.
    """
    ignored = [getattr(signal, name, None) for name in IGNORED]
    return {number for number in signal.valid_signals() if number in ignored or callable(signal.getsignal(number))}


def not_found(word: str) -> NotStarted:
    """Say that there is no such program."""
    steps = ("look at its path",) if os.path.dirname(word) else IN_PATH
    return NotStarted(NOT_FOUND, "there is no such command", *steps)


def not_executable(error: OSError) -> NotStarted:
    """Say that a program cannot be started, why, and what it lacks, where that can be told."""
    if isinstance(error, NOT_THERE):
        return NotStarted(
            NOT_EXECUTABLE, "the command cannot be run: its interpreter is not there", "see its first line"
        )
    why = (error.strerror or "the system refuses").lower()
    return NotStarted(NOT_EXECUTABLE, f"the command cannot be run: {why}", *LACKS.get(error.errno or 0, ()))
