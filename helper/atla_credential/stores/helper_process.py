"""One exchange with another program: a request into its stdin, an answer from its stdout, within a time."""

import os
import signal
import subprocess
import sys

from atla_credential.errors import Unavailable
from atla_credential.support.waiting import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT_S = 10
ANSWER_LIMIT = 1 << 20  # bytes


class Exchange:
    """A program that was started, in a group of its own: what it starts itself ends with it.

    Raises:
        Unavailable: it cannot be started.
    """

    def __init__(self, command: list[str], variables: "Mapping[str, str]", wants_answer: bool) -> None:
        try:
            self.process = subprocess.Popen(  # noqa: S603 - without a shell, except where the entry asks for one
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if wants_answer else subprocess.DEVNULL,
                env=variables,
                start_new_session=True,
            )
        except OSError as error:
            reason = (error.strerror or "the system refuses").lower()
            raise Unavailable(f"a helper in helper.toml cannot be started: {reason}") from None

    def run(self, request: bytes) -> bytes:
        """Send the request, and return the answer; b"" where none is wanted.

        Raises:
            Unavailable: it took too long, or answered too much. It is ended then, and whatever it has started.
        """
        for number in ENDING:
            signal.signal(number, leave)  # ended at once, we would leave it behind
        try:
            answer = within(LIMIT_S, lambda: self._talk(request))
        except TimeoutError:
            raise Unavailable(f"a helper in helper.toml did not answer within {LIMIT_S} s") from None
        finally:
            if self.process.poll() is None:
                self.end()
        if len(answer) > ANSWER_LIMIT:
            raise Unavailable("a helper in helper.toml answered more than 1 MiB")
        return answer

    def _talk(self, request: bytes) -> bytes:
        if self.process.stdin:
            try:
                self.process.stdin.write(request)
                self.process.stdin.close()
            except OSError:
                pass  # it does not want to know; what it says counts all the same
        answer = self.process.stdout.read(ANSWER_LIMIT + 1) if self.process.stdout else b""
        if len(answer) <= ANSWER_LIMIT:
            self.process.wait()
        return answer

    def end(self) -> None:
        """End the program and all of its group."""
        try:
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass  # it has just ended by itself
        self.process.wait()


ENDING = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]


def leave(number: int, frame: object) -> None:
    """End because of a signal, with the exit code that a shell shows for it."""
    raise SystemExit(128 + number)
