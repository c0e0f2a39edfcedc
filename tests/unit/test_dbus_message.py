"""Messages of D-Bus mean the same to us and to the library jeepney, and what is no message is refused."""

import os
import socket
import struct
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.quick_service import ServiceReader
from atla_credential.stores.keyring.session_bus import Bus

if sys.platform != "linux":
    pytest.skip("only Linux has the Secret Service", allow_module_level=True)

from jeepney.low_level import Endianness, HeaderFields, MessageType, Parser, parse_signature

HELLO, SEARCH, OPEN, GET = 1, 2, 3, 4  # the serial numbers of a reader's calls
LIMIT_S = 10.0

KEY = "work|you@example.com|https://work.atlassian.net"
ITEM, SESSION = "/org/freedesktop/secrets/collection/login/7", "/org/freedesktop/secrets/session/s2"
SECRET = "made-up-sécrets"  # 16 bytes: no padding follows that a changed length could turn into a part of it
OK = b"OK 0123456789abcdef0123456789abcdef\r\n"

REPLY_SERIAL, SENDER, DESTINATION, SIGNATURE = (
    HeaderFields.reply_serial, HeaderFields.sender, HeaderFields.destination, HeaderFields.signature,
)  # fmt: skip
Field = tuple[int, tuple[str, Any]]
THREAD = ThreadPoolExecutor(1)


def outcome(address: str, key: str) -> object:
    try:
        return ServiceReader(Bus(address, LIMIT_S)).get(key)
    except Unexpected:
        return Unexpected


def conversation(said: bytes, key: str = KEY) -> tuple[object, bytes]:
    """Let a reader listen to a bus that says all this, then nothing more; return its outcome and what the bus heard."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(LIMIT_S)
        listener.bind("")  # the kernel makes up an abstract name
        listener.listen()
        heard = THREAD.submit(serve, listener, said)
        return outcome(f"unix:abstract={listener.getsockname()[1:].decode()}", key), heard.result()


def serve(listener: socket.socket, said: bytes) -> bytes:
    connection, _ = listener.accept()
    heard = b""
    with connection, suppress(ConnectionError):  # who refuses what is said hangs up
        connection.settimeout(LIMIT_S)
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(1 << 16):
            heard += part
    return heard


def message(
    fields: Sequence[Field], types: str, values: tuple[Any, ...], kind: int = 2, version: int = 1, is_big: bool = False
) -> bytes:
    order = Endianness.big if is_big else Endianness.little
    head, mark = (">cBBBII", b"B") if is_big else ("<cBBBII", b"l")
    body: bytes = parse_signature(list(f"({types})")).serialise(values, 0, order)
    block: bytes = parse_signature(list("a(yv)")).serialise(fields, 12, order)
    data = struct.pack(head, mark, kind, 0, version, len(body), 0x01020304) + block
    return data + bytes(-len(data) % 8) + body


def fields_of(serial: int, types: str) -> list[Field]:
    return [
        (REPLY_SERIAL, ("u", serial)),
        (SIGNATURE, ("g", types)),
        (SENDER, ("s", ":1.7")),
        (DESTINATION, ("s", ":1.42")),
    ]


def answer(serial: int, types: str, *values: Any, **more: Any) -> bytes:
    return message(fields_of(serial, types), types, values, **more)


def secret_answer(
    session: str = SESSION, secret: bytes = SECRET.encode(), media: str = "text/plain", **more: Any
) -> bytes:
    return answer(GET, "(oayays)", (session, b"", secret, media), **more)


ANSWERS = {
    HELLO: answer(HELLO, "s", ":1.42"),
    SEARCH: answer(SEARCH, "aoao", [ITEM], []),
    OPEN: answer(OPEN, "vo", ("s", ""), SESSION),
    GET: secret_answer(),
}
AWAITED = (SEARCH, OPEN, GET)


def made_of(changes: dict[int, bytes]) -> object:
    """Return what a reader makes of the usual conversation with some answers changed."""
    return conversation(OK + b"".join({**ANSWERS, **changes}.values()))[0]


def meant(data: bytes) -> str:
    """Return the secret that stands where the usual answer has it."""
    at = ANSWERS[GET].index(SECRET.encode())
    return data[at : at + len(SECRET.encode())].decode("utf-8", "backslashreplace")


def check_change(serial: int, data: bytes) -> None:
    right = meant(data) if serial == GET else SECRET
    made = made_of({serial: data})
    assert made in (right, Unexpected), (made, data)


def test_usual_conversation_is_read() -> None:
    assert made_of({}) == SECRET


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@example("")
@example("x" * 70_000)
@example("größe|日本@example.com|\U0001f600" * 500)
def test_jeepney_reads_what_we_send(key: str) -> None:
    made, heard = conversation(OK + b"".join(ANSWERS.values()), key)
    assert made == SECRET
    greeting = f"\0AUTH EXTERNAL {str(os.geteuid()).encode().hex()}\r\nBEGIN\r\n".encode()
    assert heard.startswith(greeting)
    calls = Parser().feed(heard[len(greeting) :])
    bus, service = (
        ("org.freedesktop.DBus", "/org/freedesktop/DBus"),
        ("org.freedesktop.secrets", "/org/freedesktop/secrets"),
    )
    assert [told(call) for call in calls] == [
        (HELLO, *bus, "org.freedesktop.DBus", "Hello", None, ()),
        (
            SEARCH,
            *service,
            "org.freedesktop.Secret.Service",
            "SearchItems",
            "a{ss}",
            ({"service": "atla", "username": key},),
        ),
        (OPEN, *service, "org.freedesktop.Secret.Service", "OpenSession", "sv", ("plain", ("s", ""))),
        (GET, service[0], ITEM, "org.freedesktop.Secret.Item", "GetSecret", "o", (SESSION,)),
    ]
    assert b"".join(call.serialise() for call in calls) == heard[len(greeting) :]  # every padding is zeros


def told(call: Any) -> tuple[Any, ...]:
    assert call.header.message_type is MessageType.method_call
    fields = call.header.fields
    names = HeaderFields.destination, HeaderFields.path, HeaderFields.interface, HeaderFields.member
    return call.header.serial, *(fields[name] for name in names), fields.get(HeaderFields.signature), call.body


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
PATHS = st.lists(st.text("abcz019_", min_size=1), max_size=30).map(lambda names: "/" + "/".join(names))


@given(st.text(), TEXTS, PATHS, PATHS, TEXTS, st.data())
@example("", "", "/", "/", "", None)
@example("\0", "text/plain", ITEM, SESSION, ":1.7", None)
@example("x" * 100_000, "text/plain", ITEM, SESSION, ":1.7", None)
def test_we_read_what_jeepney_writes(
    secret: str, media: str, item: str, session: str, sender: str, data: st.DataObject | None
) -> None:
    def mixed(serial: int, types: str, *values: Any) -> bytes:
        fields = [*fields_of(serial, types)[:2], (SENDER, ("s", sender)), (HeaderFields.unix_fds, ("u", 0))]
        return message(data.draw(st.permutations(fields)) if data else fields, types, values)

    made, heard = conversation(
        OK
        + mixed(HELLO, "s", ":1.42")
        + mixed(SEARCH, "aoao", [item], [])
        + mixed(OPEN, "vo", ("s", ""), session)
        + mixed(GET, "(oayays)", (session, b"", secret.encode(), media))
    )
    assert made == secret
    asked = Parser().feed(heard.partition(b"BEGIN\r\n")[2])[-1]
    assert asked.header.fields[HeaderFields.path] == item
    assert asked.body == (session,)


@pytest.mark.parametrize("serial", ANSWERS)
def test_changed_byte_never_makes_another_secret(serial: int) -> None:
    data = ANSWERS[serial]
    for at, byte in enumerate(data):
        flipped = {byte ^ 1 << bit for bit in range(8)}
        for other in flipped | {0, 1, 4, 8, 0xFF, (byte + 1) % 256, (byte - 1) % 256} - {byte}:
            check_change(serial, data[:at] + bytes([other]) + data[at + 1 :])


def test_every_cut_is_refused() -> None:
    said = OK + b"".join(ANSWERS.values())
    assert {conversation(said[:length])[0] for length in range(len(said))} == {Unexpected}


@pytest.mark.parametrize("serial", AWAITED)
def test_zero_that_is_none_is_refused(serial: int) -> None:
    data = ANSWERS[serial]
    free = {2, *range(8, 12)}  # flags, and the serial number of the message itself
    zeros = [at for at, byte in enumerate(data) if byte == 0 and at not in free]
    made = {at: made_of({serial: data[:at] + b"\1" + data[at + 1 :]}) for at in zeros}
    assert set(made.values()) == {Unexpected}, made  # paddings, ends of strings, the upper bytes of lengths


@pytest.mark.parametrize("serial", AWAITED)
def test_values_that_end_too_early_or_too_late_are_refused(serial: int) -> None:
    assert {made_of({serial: data}) for data in other_lengths(ANSWERS[serial])} == {Unexpected}


def other_lengths(data: bytes) -> Iterator[bytes]:
    """Cut a message's body everywhere, and put zeros after it; its length in the head says so."""
    length = int.from_bytes(data[4:8], "little")
    for more in (*range(-length, 0), *range(1, 9)):
        head = data[:4] + (length + more).to_bytes(4, "little") + data[8:]
        yield head[:more] if more < 0 else head + bytes(more)


@pytest.mark.parametrize("serial", ANSWERS)
def test_huge_length_takes_no_memory(serial: int) -> None:
    data = ANSWERS[serial]
    tracemalloc.start()
    try:
        for at in range(0, len(data) - 3, 4):
            for length in (0xFFFFFFFF, 0xFFFFFFFC, 0xFFFFFFF0, 0x80000000, 0x7FFFFFFF, 1 << 27, 1 << 20):
                check_change(serial, data[:at] + length.to_bytes(4, "little") + data[at + 4 :])
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def shorter(data: bytes, at: int) -> bytes:
    """Say of something that it is a byte shorter than it is."""
    return data[:at] + (int.from_bytes(data[at : at + 4], "little") - 1).to_bytes(4, "little") + data[at + 4 :]


USUAL = fields_of(GET, "(oayays)")
VALUES = ((SESSION, b"", SECRET.encode(), "text/plain"),)
REFUSED = {
    "big-endian": secret_answer(is_big=True),
    "big-endian in name": b"B" + ANSWERS[GET][1:],
    "no byte order": b"\0" + ANSWERS[GET][1:],
    "version 0": secret_answer(version=0),
    "version 2": secret_answer(version=2),
    **{f"kind {kind}": secret_answer(kind=kind) for kind in (0, 1, 4, 5, 255)},
    **{f"field {field[0]} twice": message([*USUAL, field], "(oayays)", VALUES) for field in USUAL},
    "two serial numbers": message([(REPLY_SERIAL, ("u", SEARCH)), *USUAL], "(oayays)", VALUES),
    "two signatures": message([(SIGNATURE, ("g", "s")), *USUAL], "(oayays)", VALUES),
    "field 0": message([*USUAL, (0, ("s", "x"))], "(oayays)", VALUES),
    "sender is a number": message([*USUAL[:2], (SENDER, ("u", 7))], "(oayays)", VALUES),
    "signature is a string": message([USUAL[0], (SIGNATURE, ("s", "(oayays)"))], "(oayays)", VALUES),
    "serial number is a byte": message([(REPLY_SERIAL, ("y", GET)), *USUAL[1:]], "(oayays)", VALUES),
    "fields that end before they end": shorter(ANSWERS[GET], 12),
    "no serial number": message(USUAL[1:], "(oayays)", VALUES),
    "no signature": message([USUAL[0], *USUAL[2:]], "(oayays)", VALUES),
    "other signature": message(fields_of(GET, "(oayay)s"), "(oayays)", VALUES),
    "signature of a part": message(fields_of(GET, "(oayays"), "(oayays)", VALUES),
    "NUL in the media type": secret_answer(media="text\0plain"),
    "NUL in the sender": message([*USUAL[:2], (SENDER, ("s", ":1\0"))], "(oayays)", VALUES),
    "media type not UTF-8": ANSWERS[GET].replace(b"text/plain", b"text/\xffain"),
    "media type with a surrogate": ANSWERS[GET].replace(b"text/plain", b"text/\xed\xa0\x80n"),
    "media type with an overlong NUL": ANSWERS[GET].replace(b"text/plain", b"text\xc0\x80lain"),
    "sender not UTF-8": ANSWERS[GET].replace(b":1.7", b":1\xfe7"),
    "secret not UTF-8": secret_answer(secret=b"made-up \xff"),
    "secret with a surrogate": secret_answer(secret=b"made-up \xed\xa0\x80"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert made_of({GET: REFUSED[case]}) is Unexpected


def test_array_that_ends_within_a_string_is_refused() -> None:
    length = int.from_bytes(ANSWERS[SEARCH][4:8], "little")
    assert made_of({SEARCH: shorter(ANSWERS[SEARCH], len(ANSWERS[SEARCH]) - length)}) is Unexpected


@pytest.mark.parametrize("path", ["/NUL", "/a/NUL", "/a/NUL/b"])
def test_nul_in_a_path_is_refused(path: str) -> None:
    def with_nul(data: bytes) -> bytes:
        return data.replace(b"NUL", b"N\0L")

    item = with_nul(answer(SEARCH, "aoao", [path], []))
    session = with_nul(answer(OPEN, "vo", ("s", ""), path))
    assert made_of({SEARCH: item}) is Unexpected
    assert made_of({OPEN: session, GET: with_nul(secret_answer(session=path))}) is Unexpected


@given(st.binary(), st.sampled_from(list(ANSWERS)))
def test_noise_in_place_of_an_answer_is_refused(noise: bytes, serial: int) -> None:
    before = b"".join(data for number, data in ANSWERS.items() if number < serial)
    assert conversation(OK + before + noise)[0] is Unexpected
