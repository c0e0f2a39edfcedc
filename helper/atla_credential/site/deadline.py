"""How long a verdict may take: one limit for everything, names and pauses included."""

import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Deadline:
    """A time that runs out. It stands still while somebody else is asking the same host.

    Args:
        limit_s: how long everything may take.
    """

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._ends_s = time.monotonic() + limit_s
        self._halted_s: float | None = None

    def left_s(self) -> float:
        """Return how much is left; 0 or less where it has run out."""
        halted_s = self._halted_s
        return self._ends_s - (time.monotonic() if halted_s is None else halted_s)

    @contextmanager
    def halted(self) -> "Iterator[None]":
        """Stand still while the block runs."""
        self._halted_s = time.monotonic()
        try:
            yield
        finally:
            self._ends_s += time.monotonic() - self._halted_s
            self._halted_s = None
