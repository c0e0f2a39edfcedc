"""Standard output of the commands: what goes wrong there is told apart from what goes wrong with files (safety F11)."""

import io
import sys

from atla_credential.errors import answer_lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Answer(io.FileIO):
    """Standard output, unbuffered."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write some bytes. Raises AnswerLost."""
        try:
            return super().write(data)
        except OSError as error:
            raise answer_lost(error) from None


def open_stdout() -> None:
    """Let everything that is printed from now on raise AnswerLost where it cannot be written.

    Also where standard output was closed at the start: to write must fail then, not be silent.
    """
    at_once = sys.stdout is not None and sys.stdout.isatty()
    buffer = io.BufferedWriter(Answer(1, "w", closefd=False))
    sys.stdout = io.TextIOWrapper(buffer, encoding="utf-8", errors="backslashreplace", line_buffering=at_once)
