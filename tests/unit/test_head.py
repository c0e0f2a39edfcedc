"""How much of an answer is read: no more than anybody needs, in whatever way it comes."""

import io
from http.client import HTTPException
from itertools import product
from typing import cast

import pytest

from atla_credential.site.head import Limited, ShortAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

HEAD, BODY = 65536, 2097152  # bytes
GOOD = b"HTTP/1.1 200 OK\r\n"
PIECES = GOOD + b"Transfer-Encoding: chunked\r\n\r\n"
LINE = b"X: y\r\n"


class Wire:
    """What a program that speaks HTTP reads from."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.raw)


def answer_from(raw: bytes) -> ShortAnswer:
    return ShortAnswer(cast("socket.socket", Wire(raw)))


def head(size: int) -> bytes:
    """Return a head of so many bytes."""
    lines = b"".join(b"X: %s\r\n" % (b"x" * 1000) for _ in range(65))
    rest = size - len(GOOD + lines) - len(b"Y: \r\n\r\n")
    return GOOD + lines + b"Y: " + b"y" * rest + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (head(HEAD) + b"{}", b"{}"),
        (GOOD + b"\r\n" + b" " * BODY, b" " * BODY),
        (PIECES + b"2\r\n{}\r\n0\r\n" + LINE * 9 + b"\r\n", b"{}"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9 + GOOD + b"\r\n{}", b"{}"),
        (GOOD + b"Content-Length: 0\r\n\r\n", b""),
    ],
    ids=["a head", "a body", "lines behind the last piece", "beginnings", "nothing"],
)
def test_what_is_read(raw: bytes, body: bytes) -> None:
    found = answer_from(raw)
    found.begin()
    assert found.read() == body
    assert (found.read(), found.isclosed()) == (b"", True)


@pytest.mark.parametrize(
    "raw",
    [
        head(HEAD + 1),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3000,
        GOOD + b"\r\n" + b" " * (BODY + 1),
        PIECES + b"0\r\n" + LINE * (BODY // len(LINE) + 1),
        PIECES + (b"1;" + b"x" * 60000 + b"\r\n \r\n") * 35,
    ],
    ids=["a head", "beginnings", "a body", "lines behind the last piece", "lines before the pieces"],
)
def test_what_is_too_long(raw: bytes) -> None:
    found = answer_from(raw)
    with pytest.raises(HTTPException, match="the answer is too long"):
        found.begin()
        while found.read(4096):
            pass


def test_a_proxy_s_lines_are_limited_too() -> None:
    """http.client reads them as they come, until an empty one."""
    found = answer_from(GOOD + LINE * (HEAD // len(LINE)))
    found._read_status()  # type: ignore[attr-defined]
    with pytest.raises(HTTPException, match="the answer is too long"):
        while found.fp.readline(HEAD):
            pass


def test_nothing_is_lost_between_lines_and_bytes() -> None:
    source = io.BytesIO(b"ab\ncdefg")
    read = Limited(cast("io.BufferedReader", source), 8)
    assert (read.readline(0), read.readline(1), read.readline(), read.read(2), read.left) == (
        b"",
        b"a",
        b"b\n",
        b"cd",
        3,
    )
    assert (read.read(0), read.read(), read.read(), read.readline(), read.left) == (b"", b"efg", b"", b"", 0)
    read.flush()
    read.close()
    assert source.closed


def test_no_more_is_taken_than_shows_that_it_is_too_much() -> None:
    for how, sizes in product(("read", "readline"), ((), (9,))):
        source = io.BytesIO(b"x" * 99)
        with pytest.raises(HTTPException):
            getattr(Limited(cast("io.BufferedReader", source), 4), how)(*sizes)
        assert source.tell() == 5
