"""Standard output of the commands: what goes wrong there is told apart from what goes wrong with files (safety F11)."""

import io
import os
import sys

from atla_credential.errors import AnswerLost, answer_lost

WAITING = {"atexit", "concurrent.futures"}  # whoever has something to do when the process ends has loaded one of them
TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Answer(io.RawIOBase):
    """Standard output, unbuffered.

    Args:
        raw: what writes to it.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        self.raw = raw

    def write(self, data: "ReadableBuffer", /) -> int | None:
        """Write some bytes, and return how many. Raises AnswerLost."""
        try:
            return self.raw.write(data)
        except OSError as error:
            raise answer_lost(error) from None

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """Return its descriptor."""
        return self.raw.fileno()


def open_stdout() -> None:
    """Let everything that is printed from now on raise AnswerLost where it cannot be written.

    Also where standard output was closed at the start: to write must fail then, not be silent.
    """
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None) or io.FileIO(1, "w", closefd=False)
    made = io.BufferedWriter(Answer(raw))
    sys.stdout = io.TextIOWrapper(made, encoding="utf-8", errors="backslashreplace", line_buffering=raw.isatty())


def leave(code: int) -> None:
    """End the process of a command, at once where nothing is left to do: Python's way out takes half a start.

    That is taken where a library may have left something for the end, and where the answer could not be written.
    """
    threading = sys.modules.get("threading")
    if WAITING & sys.modules.keys() or (threading is not None and threading.active_count() > 1):
        sys.exit(code)
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError, AnswerLost):
        sys.exit(code)
    os._exit(code)
