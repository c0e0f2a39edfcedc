"""An answer, of which no more is read than anybody needs."""

from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, cast

HEAD_LIMIT = 64 << 10  # bytes
WIRE_LIMIT = 2 << 20  # bytes of a body as it comes: packed, or in pieces of which each has a line before it


class Limited:
    """What an answer is read from: it gives so many bytes, and no more.

    Args:
        left: how many.
    """

    def __init__(self, source: "BinaryIO", left: int) -> None:
        self.source, self.left = source, left

    def readline(self, size: int = -1) -> bytes:
        """Return the next line. Raises HTTPException where there is more than that."""
        return self._counted(self.source.readline(self._most(size)))

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises HTTPException where there is more than that."""
        return self._counted(self.source.read(self._most(size)))

    def _most(self, size: int) -> int:
        return min(size, self.left + 1) if size >= 0 else self.left + 1

    def _counted(self, data: bytes) -> bytes:
        self.left -= len(data)
        if self.left < 0:
            raise HTTPException("the answer is too long")
        return data

    def close(self) -> None:
        """Close what it reads from."""
        self.source.close()

    def flush(self) -> None:
        """Do nothing: it is only read from."""


class ShortAnswer(HTTPResponse):
    """An answer that is limited as a whole.

    http.client would take 100 lines of 64 KiB for a head, 1xx without end, and from a proxy lines without end; and of a
    body, lines without end behind its last piece. Nor does what a body is unpacked to bound what there is to unpack.
    """

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self._limited = Limited(cast("BinaryIO", self.fp), HEAD_LIMIT)
        self.fp = self._limited  # type: ignore[assignment]

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        self._limited.left = WIRE_LIMIT
