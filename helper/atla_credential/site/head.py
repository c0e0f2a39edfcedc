"""The head of an answer, read no further than anybody needs."""

from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, cast

HEAD_LIMIT = 64 << 10  # bytes


class LimitedHead:
    """What an answer's head is read from: it gives no more than a head may have."""

    def __init__(self, source: "BinaryIO") -> None:
        self.source, self.left = source, HEAD_LIMIT

    def readline(self, size: int = -1) -> bytes:
        """Return the next line. Raises HTTPException where the head is too long."""
        line = self.source.readline(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise HTTPException("the head is too long")
        return line

    def close(self) -> None:
        """Close what it reads from."""
        self.source.close()

    def flush(self) -> None:
        """Do nothing: it is only read from."""


class ShortHead(HTTPResponse):
    """An answer whose head is limited as a whole: http.client would take 100 lines of 64 KiB, and 1xx without end."""

    def begin(self) -> None:
        """Read the head."""
        head = LimitedHead(cast("BinaryIO", self.fp))
        self.fp = head  # type: ignore[assignment]
        try:
            super().begin()
        finally:
            if cast("object", self.fp) is head:  # http.client lets go of it where there is no body
                self.fp = head.source  # type: ignore[assignment]
