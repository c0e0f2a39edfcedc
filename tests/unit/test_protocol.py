"""The reader and the writer, beyond what the corpus in tests/wire shows."""

import io
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atla_credential.errors import CredentialError, MalformedRequest
from atla_credential.wire.given import credential_from
from atla_credential.wire.message import PAUSE_S, REQUEST_LIMIT, SINGLE_KEYS, Message, read_message, write_message
from atla_credential.wire.request import query_from, query_of


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time, and fails if it is read after the request's end."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data, self.size = data, size

    def read(self, size: int = -1) -> bytes:
        assert self.data, "read on after the blank line"
        chunk, self.data = self.data[: self.size], self.data[self.size :]
        return chunk


class Narrow(io.RawIOBase):
    """A stream that takes three bytes at a time, like a nearly full pipe."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: object) -> int:
        self.data += bytes(cast("memoryview", data)[:3])
        return 3


def read(data: bytes) -> Message | None:
    return read_message(cast("io.RawIOBase", io.BytesIO(data)))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_stops_at_the_blank_line_though_the_stream_stays_open(size: int, end: bytes) -> None:
    request = end.join([b"protocol=https", b"host=work.atlassian.net", b"", b""])
    message = read_message(Dribble(request, size))
    assert message is not None
    assert message.single == {"protocol": "https", "host": "work.atlassian.net"}


@pytest.mark.parametrize("size", [1 << 16, 1 << 20, 1 << 22], ids=["64 KiB", "1 MiB", "all at once"])
@pytest.mark.parametrize("more", [0, 1])
def test_limit_does_not_depend_on_how_the_bytes_arrive(more: int, size: int) -> None:
    line = b"x=" + b"a" * (REQUEST_LIMIT - 2 + more)
    stream = Dribble(line + b"\n\nafter the request" + b"!" * 100_000, size)
    if more:
        with pytest.raises(MalformedRequest, match="longer than 1 MiB"):
            read_message(stream)
    else:
        assert read_message(stream) is not None


class Sleepy(io.RawIOBase):
    """A stream that was set not to block: it answers None while nothing is there, and takes nothing while full."""

    def __init__(self, data: bytes) -> None:
        self.answers: list[bytes | None] = [None, data[:20], None, None, data[20:]]
        self.written = b""

    def read(self, size: int = -1) -> bytes | None:
        return self.answers.pop(0)

    def write(self, data: object) -> int | None:
        self.full = not getattr(self, "full", False)
        if self.full:
            return None
        self.written += bytes(cast("memoryview", data)[:5])
        return 5


def test_stream_that_does_not_block_is_not_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken for the end, its None would cut the request before its host. Between two tries there is a pause."""
    pauses: list[float] = []
    monkeypatch.setattr("atla_credential.wire.message.time.sleep", pauses.append)
    stream = Sleepy(b"protocol=https\nhost=work.atlassian.net\n\n")
    message = read_message(stream)
    assert message is not None
    assert message.single == {"protocol": "https", "host": "work.atlassian.net"}
    assert pauses == [PAUSE_S] * 3
    write_message(stream, [("username", "you")])
    assert stream.written == b"username=you\n"
    assert pauses == [PAUSE_S] * 6


@pytest.mark.parametrize("later", [b"\n\n", b"\n\r\n"], ids=["lf later", "crlf later"])
@pytest.mark.parametrize("request_", [b"host=h\n\n", b"host=h\n\r\n", b"\n", b"\r\n"], ids=ascii)
def test_what_follows_the_first_blank_line_does_not_count(request_: bytes, later: bytes) -> None:
    message = read_message(Dribble(request_ + b"a" * REQUEST_LIMIT + later, 1 << 22))
    assert message is not None
    assert message.get("host") == ("h" if b"host" in request_ else None)


def test_input_that_cannot_be_read_is_said() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError

    with pytest.raises(CredentialError, match="cannot read standard input: no stream"):
        read_message(Broken())


@pytest.mark.parametrize(
    "data", [b"host=h\rusername=u\n\n", b"\rhost=h\n\n", b"host=h\r\r\n\n", b"host=h\n\rx=1\n\n", b"host=h\0\n\n"]
)
def test_carriage_return_is_part_of_an_end_only(data: bytes) -> None:
    with pytest.raises(MalformedRequest, match="carriage return or a null byte"):
        read_message(Dribble(data, 1))


def test_value_that_is_not_utf_8_is_refused_except_a_servers() -> None:
    with pytest.raises(MalformedRequest, match="the value of host is not UTF-8"):
        read(b"host=\xff\n\n")
    message = read(b"wwwauth[]=\xff\n\n")
    assert message is not None
    assert message.repeated == {"wwwauth[]": ["\ufffd"]}


@pytest.mark.parametrize(
    ("lines", "values"),
    [("a", ["a"]), ("a b", ["a", "b"]), ("a  b c", ["b", "c"]), ("a ", []), (" a", ["a"])],
)
def test_empty_value_clears_what_came_before(lines: str, values: list[str]) -> None:
    message = read("".join(f"wwwauth[]={value}\n" for value in lines.split(" ")).encode())
    assert message
    assert message.repeated == {"wwwauth[]": values}


def test_key_that_nobody_knows_is_left_alone() -> None:
    message = read(b"\xff=1\nstate[]=x\nhost=h\nhost\xff=i\n\n")
    assert message
    assert (message.single, message.repeated) == ({"host": "h"}, {})


@pytest.mark.parametrize("url", ["https://u%0a@h", "https://u:p%0d@h", "https://h/a%0ab"])
def test_url_with_a_control_character_is_refused(url: str) -> None:
    with pytest.raises(MalformedRequest, match="has a control character"):
        read(f"url={url}\n\n".encode())


URL = "https://jdoe:made-up@work.atlassian.net:443/browse/A-1?filter=1#top"


@pytest.mark.parametrize("control", "\t\n\r\x1b\x7f\x85")
@pytest.mark.parametrize("part", ["https", "jdoe", "made", "work", "443", "browse", "filter", "top"])
def test_no_part_of_a_url_has_a_control_character(part: str, control: str) -> None:
    with pytest.raises(MalformedRequest, match="control character|this is not a url"):
        query_of(URL.replace(part, f"{part[:1]}{control}{part[1:]}"))


def test_endless_input_is_refused() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"a" * size

    with pytest.raises(MalformedRequest, match="longer than 1 MiB"):
        read_message(Endless())


def test_blank_line_alone_is_a_request_without_keys() -> None:
    message = read_message(Dribble(b"\n", 1))
    assert message is not None
    assert not message


def test_no_byte_at_all_is_no_request() -> None:
    assert read(b"") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        message = read(data)
    except MalformedRequest as error:
        assert error.message.isascii()
    else:
        assert (message is None) == (data == b"")


TEXT = st.text("ab= @:/%\\'\"é\U0001f600\u200b", max_size=30)


@given(st.dictionaries(st.sampled_from(sorted(SINGLE_KEYS - {"url"})), TEXT))
def test_what_is_written_reads_back(single: dict[str, str]) -> None:
    stream = io.BytesIO()
    write_message(cast("io.RawIOBase", stream), single.items())
    message = read(stream.getvalue())
    assert (message.single if message else {}) == single


@pytest.mark.parametrize(
    "character", [*map(chr, range(32)), "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"], ids=ascii
)
def test_control_character_is_never_written(character: str) -> None:
    stream = io.BytesIO()
    with pytest.raises(CredentialError, match="control character"):
        write_message(cast("io.RawIOBase", stream), [("username", "you"), ("password", f"a{character}b")])
    assert stream.getvalue() == b""


def test_partial_writes_are_completed() -> None:
    stream = Narrow()
    write_message(stream, [("username", "you"), ("password", "secret")])
    assert stream.data == b"username=you\npassword=secret\n"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://h", {"protocol": "https", "host": "h"}),
        ("https://h:8443/a/b/", {"protocol": "https", "host": "h:8443", "path": "a/b"}),
        ("https://u@h/", {"protocol": "https", "host": "h", "username": "u"}),
        ("https://u:p@h", {"protocol": "https", "host": "h", "username": "u", "password": "p"}),
        ("https://u%250a:p%250a@h", {"protocol": "https", "host": "h", "username": "u%0a", "password": "p%0a"}),
        ("https://@h", {"protocol": "https", "host": "h", "username": ""}),
        ("https://a%3Ab%40c@h/p%20q", {"protocol": "https", "host": "h", "username": "a:b@c", "path": "p%20q"}),
        ("https://u@evil@h", {"protocol": "https", "host": "evil@h", "username": "u"}),
        ("https://h?q@x", {"protocol": "https", "host": "h"}),
        ("https://h/a?q=%2e%2e#f", {"protocol": "https", "host": "h", "path": "a"}),
        ("https://h/%zz", {"protocol": "https", "host": "h", "path": "%zz"}),
    ],
)
def test_url_parts(url: str, parts: dict[str, str]) -> None:
    message = read(f"url={url}\n\n".encode())
    assert message is not None
    assert message.single == {"url": url, **parts}


@pytest.mark.parametrize(
    ("lines", "auth", "secret"),
    [
        ("password=p", "basic", "p"),
        ("authtype=Bearer\ncredential=c", "bearer", "c"),
        ("authtype=bearer\ncredential=c\npassword=p", "bearer", "c"),
    ],
)
def test_credential(lines: str, auth: str, secret: str) -> None:
    credential = credential_from(read(lines.encode()) or Message())
    assert credential is not None
    assert (credential.auth, credential.secret) == (auth, secret)


@pytest.mark.parametrize("lines", ["", "username=u", "credential=c", "authtype=Negotiate\ncredential=c"])
def test_no_credential(lines: str) -> None:
    assert credential_from(read(lines.encode()) or Message()) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("123", 123),
        ("", None),
        ("-1", None),
        ("1_0", None),
        ("9" * 30, None),
        ("9" * 12, 253402300799),
        ("0", None),
        ("\u0661", None),
        ("\u00b2", None),
    ],
)
def test_expiry(text: str, seconds: int | None) -> None:
    credential = credential_from(read(f"password=p\npassword_expiry_utc={text}".encode()) or Message())
    assert credential is not None
    assert credential.expires_utc == seconds


@pytest.mark.parametrize(
    ("line", "is_passing"), [("ephemeral=1", True), ("ephemeral=true", True), ("ephemeral=0", False), ("", False)]
)
def test_ephemeral(line: str, is_passing: bool) -> None:
    credential = credential_from(read(f"password=p\n{line}".encode()) or Message())
    assert credential is not None
    assert credential.is_passing == is_passing


def test_secret_has_no_printable_form() -> None:
    credential = credential_from(read(b"password=canary\noauth_refresh_token=canary") or Message())
    assert "canary" not in f"{credential} {credential!r}"


@pytest.mark.parametrize(
    ("lines", "missing"),
    [("", "protocol"), ("protocol=\nhost=h", "protocol"), ("protocol=p", "host"), ("protocol=p\nhost=", "host")],
)
def test_request_has_protocol_and_host(lines: str, missing: str) -> None:
    with pytest.raises(MalformedRequest, match=f"the request has no {missing}$"):
        query_from(read(lines.encode()) or Message())


def test_path_that_could_lead_elsewhere_belongs_to_nobody() -> None:
    query = query_from(read(b"protocol=https\nhost=work.atlassian.net\npath=a/../b") or Message())
    assert query.origin is None
