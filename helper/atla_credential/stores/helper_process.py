"""One exchange with another program: a request into its stdin, an answer from its stdout, within a time."""

import os
import signal
import subprocess
import sys

from atla_credential.errors import Unavailable
from atla_credential.support.ending import end_in_order
from atla_credential.support.waiting import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT_S = 10
ANSWER_LIMIT = 1 << 20  # bytes


def exchange(command: list[str], variables: "Mapping[str, str]", request: bytes, wants_answer: bool) -> bytes:
    """Start a program, send it a request, and return its answer; b"" where none is wanted.

    It has a group of its own: what it starts ends with it, if it takes too long or we are ended ourselves.

    Raises:
        Unavailable: it cannot be started, took too long, answered too much, or failed without an answer.
    """
    end_in_order()  # at once, it would stay
    process = start(command, variables, wants_answer)
    try:
        answer = within(LIMIT_S, lambda: talk(process, request))
    except BaseException as error:
        end(process)
        if isinstance(error, TimeoutError):
            raise Unavailable(f"a helper in helper.toml did not answer within {LIMIT_S} s") from None
        raise
    if len(answer) > ANSWER_LIMIT:
        end(process)
        raise Unavailable("a helper in helper.toml answered more than 1 MiB")
    if process.returncode and not answer.strip():
        raise Unavailable(f"a helper in helper.toml failed with exit code {process.returncode}")
    return answer


def start(command: list[str], variables: "Mapping[str, str]", wants_answer: bool) -> "subprocess.Popen[bytes]":
    """Start a program. Its stderr is ours, as with git. Raises Unavailable."""
    output = subprocess.PIPE if wants_answer else subprocess.DEVNULL
    try:
        return subprocess.Popen(  # noqa: S603 - without a shell, except where the entry asks for one
            command, stdin=subprocess.PIPE, stdout=output, env=variables, start_new_session=True
        )
    except (OSError, ValueError) as error:  # a null byte is a ValueError
        reason = ((error.strerror if isinstance(error, OSError) else "") or "the system refuses").lower()
        raise Unavailable(f"a helper in helper.toml cannot be started: {reason}") from None


def talk(process: "subprocess.Popen[bytes]", request: bytes) -> bytes:
    """Send the request, read the answer, and wait for the end; of an answer that is too long no more than one byte."""
    if process.stdin:
        try:
            process.stdin.write(request)
            process.stdin.close()
        except OSError:
            pass  # it does not want to know; what it says counts all the same
    answer = process.stdout.read(ANSWER_LIMIT + 1) if process.stdout else b""
    if len(answer) <= ANSWER_LIMIT:
        process.wait()
    return answer


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all of its group."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass  # it has just ended by itself
    process.wait()
