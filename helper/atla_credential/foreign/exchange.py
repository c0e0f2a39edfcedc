"""One exchange with another program: a request into its stdin, an answer from its stdout, within a time."""

import os
import signal
import subprocess
import sys

from atla_credential.errors import Unavailable
from atla_credential.foreign.ending import end_in_order, held_back
from atla_credential.foreign.mark import marked
from atla_credential.foreign.waiting import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT_S = 10
GRACE_S = 0.5  # for what it started in groups of their own, as this program does
ANSWER_LIMIT = 1 << 20  # bytes
NOWHERE = os.path.abspath(os.sep)  # no answer depends on the folder that the caller is in (safety X1)


def exchange(
    command: list[str], variables: "Mapping[str, str]", request: bytes, wants_answer: bool,
    folder: str | None = NOWHERE, limit_s: float = LIMIT_S, is_quiet: bool = False,
) -> tuple[bytes, str]:  # fmt: skip
    """Start a program, send it a request, and return its answer and how it failed.

    Args:
        folder: where it is started; None is where we are.
        limit_s: how long it may take.
        is_quiet: whether nobody sees what it has to say; else its stderr is ours, as with git.

    Returns:
        The answer, b"" where none is wanted; and "", or that it failed with an exit code or by a signal.

    It has a group of its own: what it starts ends with it, if it takes too long or we are ended ourselves.

    Raises:
        Unavailable: it cannot be started, took too long, or answered too much. The message lacks its subject.
    """
    end_in_order()  # at once, it would stay
    process = None
    try:
        with held_back():  # between its start and here, nobody would know of it
            process = start(command, variables, wants_answer, folder, is_quiet)
        answer = within(limit_s, lambda: talk(process, request))
        if len(answer) > ANSWER_LIMIT:
            raise Unavailable("answered more than 1 MiB")
    except BaseException as error:
        if process is not None:
            with held_back():  # whoever is impatient must not leave it behind
                end(process)
        if isinstance(error, TimeoutError):
            raise Unavailable(f"did not answer within {limit_s} s") from None
        if isinstance(error, RuntimeError):  # there is no thread left to wait with
            raise Unavailable("cannot be asked: the system refuses") from None
        raise
    code = process.returncode
    failure = f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"
    return answer, failure if code else ""


def start(
    command: list[str], variables: "Mapping[str, str]", wants_answer: bool, folder: str | None, is_quiet: bool
) -> "subprocess.Popen[bytes]":
    """Start a program. Raises Unavailable."""
    output = subprocess.PIPE if wants_answer else subprocess.DEVNULL
    try:
        with marked():
            return subprocess.Popen(  # noqa: S603 - without a shell, except where the entry asks for one
                command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL if is_quiet else None,
                env=variables, start_new_session=True, cwd=folder,
            )  # fmt: skip
    except (OSError, ValueError) as error:  # a null byte is a ValueError
        reason = ((error.strerror if isinstance(error, OSError) else "") or "the system refuses").lower()
        raise Unavailable(f"cannot be started: {reason}") from None


def talk(process: "subprocess.Popen[bytes]", request: bytes) -> bytes:
    """Send the request, read the answer, and wait for the end; of an answer that is too long no more than one byte."""
    if process.stdin:
        try:
            process.stdin.write(request)
            process.stdin.close()
        except OSError:
            pass  # it does not want to know; what it says counts all the same
    answer = b""
    if process.stdout:
        with process.stdout as output:
            answer = output.read(ANSWER_LIMIT + 1)
    if len(answer) <= ANSWER_LIMIT:
        process.wait()
    return answer


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all of its group, in order if it can, and wait no longer than that takes."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        try:
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, number)
        except OSError:
            pass  # it has just ended by itself, or it is another user's now
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            pass  # a program in the kernel's hands, or another user's, cannot be waited for
