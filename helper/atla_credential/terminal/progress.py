"""A line that says what is being waited for, for as long as a person at a terminal waits."""

import shutil
import sys

from atla_credential.system import write_stderr
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


class Progress:
    """The line. It is on standard error where that is a terminal, and gone when the block ends, however it ends."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.show("")

    def show(self, text: str) -> None:
        """Put a text in the place of the last one. It is cut off where the terminal would begin a new line."""
        if not self._is_seen:
            return
        line = printable(text)[: max(shutil.get_terminal_size().columns - 1, 0)]
        if line != self._shown:
            write_stderr(f"\r{' ' * len(self._shown)}\r{line}")
            self._shown = line
