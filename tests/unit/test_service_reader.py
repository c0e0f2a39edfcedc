"""The quick reader against a bus that says what it should, says something else, or says nothing."""

import itertools
import os
import resource
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from atla_credential.stores.keyring import bus_socket, session_bus
from atla_credential.stores.keyring.bus_socket import Foreign, Nobody
from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.quick_service import ServiceReader
from atla_credential.stores.keyring.session_bus import Bus

if sys.platform != "linux":
    pytest.skip("only Linux has the Secret Service", allow_module_level=True)

from jeepney.low_level import Endianness, Header, HeaderFields, Message, MessageType, Parser

LARGEST = 1 << 20  # bytes that a message may have
LIMIT_S = 10.0  # for what must not take long; nothing waits until it is over
SHORT_S = 0.2  # for what takes longer

KEY, OTHER_KEY = "work|you@example.com|https://work.atlassian.net", "home|you@example.com|https://home.atlassian.net"
COLLECTION, SESSION = "/org/freedesktop/secrets/collection/login/", "/org/freedesktop/secrets/session/s2"
NO_ITEM: list[str] = []


class HangUp(Exception):
    """The bus closes the connection."""


class Line:
    """The bus's end of a connection.

    Args:
        pause_s: how long the bus waits after each byte it says.
    """

    def __init__(self, connection: socket.socket, pause_s: float) -> None:
        self.connection, self.pause_s = connection, pause_s
        self.greeting = b""
        self.waiting: list[Any] = []  # heard, but not yet answered
        self._parser = Parser()

    def say(self, data: bytes) -> None:
        if not self.pause_s:
            self.connection.sendall(data)
            return
        for byte in data:
            self.connection.sendall(bytes([byte]))
            time.sleep(self.pause_s)

    @staticmethod
    def recorded(step: "Step", call: Any) -> bytes:
        """Return what a step says."""
        near, far = socket.socketpair()
        with near, far:
            step(Line(near, 0), call)
            return far.recv(1 << 16)

    def hear(self, count: int = 1) -> None:
        """Listen until so many calls wait for their answers."""
        while len(self.waiting) < count:
            data = self.connection.recv(1 << 16)
            if not data:
                raise HangUp
            if not self.greeting.endswith(b"BEGIN\r\n"):
                line, found, data = data.partition(b"BEGIN\r\n")
                self.greeting += line + found
            self.waiting += self._parser.feed(data)

    def hears_more(self) -> bool:
        return bool(self.waiting or select.select([self.connection], [], [], 0.02)[0])


Step = Callable[[Line, Any], None]


def reply(types: str, *values: Any, serial: int | None = None, kind: MessageType = MessageType.method_return) -> Step:
    """Answer a call, or the one that has this serial number."""

    def step(line: Line, call: Any) -> None:
        line.say(data_of(call.header.serial if serial is None else serial, types, values, kind))

    return step


def data_of(serial: int, types: str, values: tuple[Any, ...], kind: MessageType = MessageType.method_return) -> bytes:
    fields = {HeaderFields.sender: ":1.7", HeaderFields.reply_serial: serial}
    if types:
        fields[HeaderFields.signature] = types
    data: bytes = Message(Header(Endianness.little, kind, 0, 1, -1, 99, fields), values).serialise()
    return data


def saying(data: bytes) -> Step:
    return lambda line, _call: line.say(data)


def one_after_the_other(*steps: Step) -> Step:
    def step(line: Line, call: Any) -> None:
        for part in steps:
            part(line, call)

    return step


def in_turn(*steps: Step) -> Step:
    """Answer the first call so, the next one so."""
    left = list(steps)
    return lambda line, call: left.pop(0)(line, call)


def slow(step: Step) -> Step:
    return one_after_the_other(lambda _line, _call: time.sleep(SHORT_S / 2.5), step)


def silence(line: Line, call: Any) -> None:
    pass


def hang_up(line: Line, call: Any) -> None:
    raise HangUp


def find(line: Line, call: Any) -> None:
    """Find the one item of whatever key is asked for."""
    reply("aoao", [COLLECTION + call.body[0]["username"].encode().hex()], NO_ITEM)(line, call)


def tell(line: Line, call: Any) -> None:
    """Tell the secret of whatever item is asked for."""
    key = bytes.fromhex(call.header.fields[HeaderFields.path].removeprefix(COLLECTION)).decode()
    secret(secret_of(key))(line, call)


def secret_of(key: str) -> str:
    return f"made-up for {key}"


def secret(value: str | bytes, session: str = SESSION, parameters: bytes = b"") -> Step:
    return reply("(oayays)", (session, parameters, value.encode() if isinstance(value, str) else value, "text/plain"))


ERROR = reply("s", "no such thing", kind=MessageType.error)
OPEN = reply("vo", ("s", ""), SESSION)
STEPS: dict[str, Step] = {
    "AUTH": saying(b"OK 0123456789abcdef0123456789abcdef\r\n"),
    "Hello": reply("s", ":1.42"),
    "SearchItems": find,
    "OpenSession": OPEN,
    "GetSecret": tell,
}
WHOLE = ["Hello", "SearchItems", "OpenSession", "GetSecret"]
AGAIN = ["SearchItems", "GetSecret"]  # in the session that is open already


def serve(listener: socket.socket, steps: dict[str, Step], pause_s: float) -> list[str]:
    """Play the bus for one connection, and return which calls it heard."""
    calls: list[str] = []
    connection, _ = listener.accept()
    with connection, suppress(HangUp, ConnectionError):
        connection.settimeout(LIMIT_S)
        line = Line(connection, pause_s)
        line.hear()
        steps["AUTH"](line, None)
        while True:
            line.hear()
            call = line.waiting.pop(0)
            calls.append(call.header.fields[HeaderFields.member])
            steps[calls[-1]](line, call)
    return calls


@contextmanager
def listening(name: str = "") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(LIMIT_S)
        listener.bind(name)  # where it is empty, the kernel makes up an abstract one
        listener.listen()
        yield listener


def address_of(listener: socket.socket) -> str:
    return f"unix:abstract={listener.getsockname()[1:].decode()}"


def outcome(call: Callable[..., object], *arguments: object) -> object:
    try:
        return call(*arguments)
    except (Unexpected, TimeoutError) as error:
        return type(error)


def read(address: str, limit_s: float, *keys: str) -> list[object]:
    reader = outcome(lambda: ServiceReader(Bus(address, limit_s)))
    return [outcome(reader.get, key) if isinstance(reader, ServiceReader) else reader for key in keys]


THREAD = ThreadPoolExecutor(1)


def play_all(
    keys: tuple[str, ...], steps: dict[str, Step], limit_s: float = LIMIT_S, pause_s: float = 0
) -> tuple[list[object], list[str]]:
    """Let one reader read some keys from a bus that takes some other steps than the usual ones.

    Returns:
        What came of each key, and the calls that the bus heard.
    """
    with listening() as listener:
        served = THREAD.submit(serve, listener, {**STEPS, **steps}, pause_s)
        return read(address_of(listener), limit_s, *keys), served.result()


def play(steps: dict[str, Step], limit_s: float = LIMIT_S, pause_s: float = 0) -> tuple[object, list[str]]:
    made, calls = play_all((KEY,), steps, limit_s, pause_s)
    return made[0], calls


def test_secret() -> None:
    assert play({}) == (secret_of(KEY), WHOLE)


@pytest.mark.parametrize(
    "value", ["", "größe \U0001f600", " made-up\n", "x" * 1_000_000], ids=["empty", "unicode", "spaces", "long"]
)
def test_secret_as_it_is(value: str) -> None:
    assert play({"GetSecret": secret(value)}) == (value, WHOLE)


def test_several_keys_over_one_connection_and_session() -> None:
    made, calls = play_all((KEY, OTHER_KEY, KEY), {})
    assert made == [secret_of(KEY), secret_of(OTHER_KEY), secret_of(KEY)]
    assert calls == WHOLE + AGAIN * 2


def test_no_item_is_none() -> None:
    assert play({"SearchItems": reply("aoao", NO_ITEM, NO_ITEM)}) == (None, WHOLE[:2])


@pytest.mark.parametrize(
    ("unlocked", "locked"), [([], ["/a"]), ([], ["/a", "/b"]), (["/a", "/b"], []), (["/a"], ["/b"]), (["/a", "/a"], [])]
)
def test_anything_but_one_unlocked_item_is_unexpected(unlocked: list[str], locked: list[str]) -> None:
    assert play({"SearchItems": reply("aoao", unlocked, locked)}) == (Unexpected, WHOLE[:2])


def test_call_that_fails_is_tried_once_more() -> None:
    assert play({"GetSecret": in_turn(ERROR, tell)}) == (secret_of(KEY), WHOLE + AGAIN)
    assert play({"OpenSession": in_turn(ERROR, OPEN)}) == (secret_of(KEY), [*WHOLE[:3], *WHOLE[1:]])
    assert play({"SearchItems": in_turn(ERROR, find)}) == (secret_of(KEY), [*WHOLE[:2], *WHOLE[1:]])


def test_item_that_vanishes_is_none() -> None:
    gone = reply("aoao", NO_ITEM, NO_ITEM)
    assert play({"SearchItems": in_turn(find, gone), "GetSecret": ERROR}) == (None, [*WHOLE, "SearchItems"])


def test_call_that_fails_twice_is_unexpected() -> None:
    assert play({"GetSecret": ERROR}) == (Unexpected, WHOLE + AGAIN)
    assert play({"OpenSession": ERROR}) == (Unexpected, [*WHOLE[:3], *WHOLE[1:3]])
    assert play({"SearchItems": ERROR}) == (Unexpected, [*WHOLE[:2], "SearchItems"])
    assert play({"OpenSession": in_turn(ERROR, OPEN), "GetSecret": ERROR})[0] is Unexpected


SIGNALS = one_after_the_other(
    saying(Message(Header(Endianness.little, MessageType.signal, 1, 1, -1, 7, {
        HeaderFields.path: "/a", HeaderFields.interface: "a.b", HeaderFields.member: "Changed",
        HeaderFields.sender: ":1.7", HeaderFields.signature: "ay",
    }), (b"x" * 50_000,)).serialise()),
    *[reply("(oayays)", (SESSION, b"", b"made-up for another", ""), serial=serial) for serial in (1, 1000, 0xFFFFFFFF)],
    reply("aoao", ["/another"], NO_ITEM, serial=1000),
    reply("s", "another's error", serial=1000, kind=MessageType.error),
)  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_signals_and_answers_to_others_are_passed_over(name: str) -> None:
    assert play({name: one_after_the_other(SIGNALS, STEPS[name], SIGNALS)}) == (secret_of(KEY), WHOLE)


def test_more_signals_than_a_message_may_have_bytes() -> None:
    signals = one_after_the_other(*[SIGNALS] * (LARGEST // 50_000 + 1))
    assert play({"GetSecret": one_after_the_other(signals, tell)}) == (secret_of(KEY), WHOLE)


def test_answer_to_the_call_before_or_after_is_not_taken_for_this_one() -> None:
    def near(line: Line, call: Any) -> None:
        for serial in (call.header.serial - 1, call.header.serial + 1):
            reply("(oayays)", (SESSION, b"", b"made-up for another", ""), serial=serial)(line, call)

    assert play({"GetSecret": one_after_the_other(near, tell)}) == (secret_of(KEY), WHOLE)


def test_signal_with_our_serial_number_is_unexpected() -> None:
    forged = reply("(oayays)", (SESSION, b"", b"made-up", ""), kind=MessageType.signal)
    assert play({"GetSecret": one_after_the_other(forged, tell)})[0] is Unexpected


@pytest.mark.parametrize(
    "line",
    [
        b"REJECTED\r\n", b"REJECTED EXTERNAL ANONYMOUS\r\n", b"ERROR\r\n", b"DATA\r\nOK 0123\r\n", b"\r\n", b"ok 0123\r\n",
        b"OKAY 0123\r\n", b"REJECTED\r\nOK 0123\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(2000), b"OK " + b"0" * 70_000,
    ],
)  # fmt: skip
def test_bus_that_does_not_let_us_in_is_unexpected(line: bytes) -> None:
    assert play({"AUTH": saying(line)})[0] is Unexpected


@pytest.mark.parametrize("name", STEPS)
def test_bus_that_closes_is_unexpected(name: str) -> None:
    if name == "Hello":
        assert play({"Hello": hang_up}) == (Unexpected, ["Hello"])
    else:
        assert play({name: hang_up})[0] is Unexpected


def test_bus_that_closes_at_once_is_unexpected() -> None:
    with listening() as listener:
        served = THREAD.submit(lambda: listener.accept()[0].close())
        assert read(address_of(listener), LIMIT_S, KEY) == [Unexpected]
        served.result()


@pytest.mark.parametrize("name", WHOLE)
def test_bus_that_closes_within_an_answer_is_unexpected(name: str) -> None:
    part = data_of(1, "s", ("x" * 100,))[:50]
    assert play({name: one_after_the_other(saying(part), hang_up)})[0] is Unexpected


GARBAGE = [
    b"\r\n" * 50, bytes(100), b"\xff" * 100, b"l" * 100, b"l\2\0\1" + b"\xff" * 100, b"OK 0123\r\n" * 10, bytes(300_000),
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("data", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_unexpected_at_once(name: str, data: bytes) -> None:
    assert play({name: saying(data)})[0] is Unexpected  # the bus keeps the connection, and nobody waits for more


@pytest.mark.parametrize(
    "lengths", [(LARGEST, 0), (0, LARGEST), (0xFFFFFFFF, 0), (0, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (1 << 27, 8)]
)
def test_message_that_says_it_is_huge_is_unexpected_at_once(lengths: tuple[int, int]) -> None:
    body, fields = (length.to_bytes(4, "little") for length in lengths)
    assert play({"GetSecret": saying(b"l\2\0\1" + body + b"\1\0\0\0" + fields)})[0] is Unexpected


def test_secret_of_more_than_a_message_may_have_is_unexpected() -> None:
    assert play({"GetSecret": secret("x" * LARGEST)})[0] is Unexpected


def flood(data: bytes) -> Step:
    def step(line: Line, call: Any) -> None:
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            line.say(data)
        raise HangUp

    return step


def test_endless_flood() -> None:
    assert play({"AUTH": flood(b"x" * LARGEST)})[0] is Unexpected
    for name in WHOLE:
        assert play({name: flood(bytes(LARGEST))})[0] is Unexpected
        assert play({name: flood(data_of(1000, "s", ("x" * 50,)) * 500)}, SHORT_S)[0] is TimeoutError


def test_other_types_than_expected_are_unexpected() -> None:
    wrong = reply("s", "made-up")
    for name in WHOLE[1:]:
        assert play({name: wrong})[0] is Unexpected
        assert play({name: reply("")})[0] is Unexpected
    assert play({"SearchItems": reply("ao", ["/a"])})[0] is Unexpected
    assert play({"SearchItems": reply("asas", ["/a"], NO_ITEM)})[0] is Unexpected
    assert play({"GetSecret": reply("oayays", SESSION, b"", b"made-up", "")})[0] is Unexpected


@pytest.mark.parametrize("value", [("s", "more"), ("ay", b""), ("u", 0), ("o", "/a"), ("g", "")])
def test_session_with_parameters_is_unexpected(value: tuple[str, Any]) -> None:
    assert play({"OpenSession": reply("vo", value, SESSION)}) == (Unexpected, WHOLE[:3])


@pytest.mark.parametrize("kind", [b"o", b"g", b"v", b"x"])
def test_session_with_an_empty_parameter_of_another_type_is_unexpected(kind: bytes) -> None:
    def opened(line: Line, call: Any) -> None:
        data = data_of(call.header.serial, "vo", (("s", ""), SESSION))
        line.say(data.replace(b"\1s\0\0", b"\1" + kind + b"\0\0"))

    assert play({"OpenSession": opened}) == (Unexpected, WHOLE[:3])


def test_secret_of_another_session_is_unexpected() -> None:
    assert play({"GetSecret": secret("made-up", session="/another")}) == (Unexpected, WHOLE)
    assert play({"GetSecret": secret("made-up", session=SESSION + "2")}) == (Unexpected, WHOLE)
    assert play({"GetSecret": secret("made-up", session=SESSION[:-1])}) == (Unexpected, WHOLE)


def test_secret_with_parameters_is_unexpected() -> None:
    assert play({"GetSecret": secret("made-up", parameters=b"\0")}) == (Unexpected, WHOLE)


@pytest.mark.parametrize("value", [b"\xff", b"made-up \xe9", b"\xc0\x80", b"\xed\xa0\x80", b"cut \xf0\x9f\x98"])
def test_secret_that_is_no_utf_8_is_unexpected(value: bytes) -> None:
    assert play({"GetSecret": secret(value)}) == (Unexpected, WHOLE)


@pytest.mark.parametrize("name", ["AUTH", *WHOLE[1:]])
def test_bus_that_never_answers_ends_in_time(name: str) -> None:
    start = time.monotonic()
    assert play({name: silence}, SHORT_S)[0] is TimeoutError
    assert SHORT_S <= time.monotonic() - start < LIMIT_S / 2


def test_bus_that_nobody_serves_ends_in_time() -> None:
    with listening() as listener:
        assert read(address_of(listener), SHORT_S, KEY) == [TimeoutError]


def test_bus_with_too_many_waiting_does_not_hang() -> None:
    with listening() as listener, socket.socket(socket.AF_UNIX) as first:
        listener.listen(0)
        first.connect(listener.getsockname())
        assert outcome(lambda: ServiceReader(Bus(address_of(listener), SHORT_S)).get(KEY)) is TimeoutError


def test_limit_is_for_all_bytes_together() -> None:
    assert play({}, SHORT_S, pause_s=SHORT_S / 40)[0] is TimeoutError


def test_limit_is_for_all_answers_together() -> None:
    assert play({name: slow(STEPS[name]) for name in ("AUTH", *WHOLE[1:])}, SHORT_S)[0] is TimeoutError


def test_limit_is_for_both_attempts_together() -> None:
    assert play({"GetSecret": in_turn(slow(ERROR), slow(tell)), "SearchItems": slow(find)}, SHORT_S)[0] is TimeoutError


@pytest.mark.parametrize("limit_s", [0, -1.0, 1e-12])
def test_no_time_at_all(limit_s: float) -> None:
    with listening() as listener:
        assert outcome(lambda: ServiceReader(Bus(address_of(listener), limit_s)).get(KEY)) is TimeoutError


class Clock:
    """The reader's clock in these tests: it goes on when it is told to."""

    now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(session_bus, "time", made)
    return made


def test_each_secret_has_the_whole_limit(clock: Clock) -> None:
    with listening() as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        reader = ServiceReader(Bus(address_of(listener), LIMIT_S))
        assert reader.get(KEY) == secret_of(KEY)
        clock.now_s += LIMIT_S
        assert reader.get(OTHER_KEY) == secret_of(OTHER_KEY)
        del reader
        served.result()


@pytest.mark.parametrize("name", ["AUTH", *WHOLE[1:]])
def test_late_answer_is_not_taken_for_another_keys(name: str, clock: Clock) -> None:
    def too_late(line: Line, call: Any) -> None:
        """Let the time pass, wake up who waits with the first byte, and say the rest when the next question has come."""
        answer = Line.recorded(STEPS[name], call)
        if name == "AUTH":
            line.hear(2)  # Hello came with the greeting, and then the first question
        clock.now_s += LIMIT_S
        line.say(answer[:1])
        line.hear(len(line.waiting) + 1)
        line.say(answer[1:])

    step = too_late if name == "AUTH" else in_turn(too_late, *[STEPS[name]] * 2)
    made, _ = play_all((KEY, OTHER_KEY), {name: step})
    assert made[0] is TimeoutError
    may_be_in_the_middle = name in WHOLE[:2] or name == "AUTH"  # of the greeting, when it gives up: then it hangs up
    assert made[1] == secret_of(OTHER_KEY) or (may_be_in_the_middle and made[1] is Unexpected)


def test_bus_is_greeted_at_once() -> None:
    """It lets us in while the rest of the program is loaded, and hears no question before there is one."""
    with listening() as listener:
        bus = session_bus.Bus(address_of(listener), LIMIT_S)
        with listener.accept()[0] as connection:
            connection.settimeout(LIMIT_S)
            line = Line(connection, 0)
            line.hear()
            assert [call.header.fields[HeaderFields.member] for call in line.waiting] == ["Hello"]
            assert not select.select([connection], [], [], 0.02)[0]
        del bus


def test_first_question_does_not_wait_for_the_bus() -> None:
    def welcome(line: Line, call: Any) -> None:
        line.hear(2)
        STEPS["AUTH"](line, call)

    assert play({"AUTH": welcome}) == (secret_of(KEY), WHOLE)


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_asked_before_the_answer_to_what_came_before(fails: bool) -> None:
    early: list[bool] = []

    def watched(step: Step) -> Step:
        return one_after_the_other(lambda line, _call: early.append(line.hears_more()), step)

    get = in_turn(watched(ERROR), watched(tell)) if fails else watched(tell)
    made, calls = play({"SearchItems": watched(find), "OpenSession": watched(OPEN), "GetSecret": get})
    assert (made, calls) == (secret_of(KEY), WHOLE + AGAIN * fails)
    assert not any(early)


def test_nobody_is_asked_to_unlock() -> None:
    locked = reply("aoao", NO_ITEM, [COLLECTION + "1"])
    is_locked = reply("s", "Cannot get secret of a locked object", kind=MessageType.error)
    for steps in ({"SearchItems": locked}, {"GetSecret": is_locked}, {"SearchItems": locked, "OpenSession": is_locked}):
        made, calls = play(steps)
        assert made is Unexpected
        assert set(calls) <= set(WHOLE)


@pytest.mark.parametrize(
    "address",
    [
        "unix:path={}",
        "unix:path={},guid=0123456789abcdef",
        "unix:guid=0123456789abcdef,path={}",
        "unix:path={},",
        "unix:path={},more=x",
        "unix:path={};", ";unix:path={}", "unix:path={};unix:path=/gone", "unix:path=/gone;unix:path={}",
        "tcp:host=localhost,port=1;unixexec:path=/bin/false;unix:path={}", "unix:path=%;unix:path={}",
    ],
)  # fmt: skip
def test_address_with_a_path(address: str, tmp_path: Path) -> None:
    with listening(str(tmp_path / "bus")) as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        assert read(address.format(tmp_path / "bus"), LIMIT_S, KEY) == [secret_of(KEY)]
        assert served.result() == WHOLE


@pytest.mark.parametrize("more", ["", ",guid=0123456789abcdef"])
def test_abstract_address(more: str) -> None:
    with listening() as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        assert read(address_of(listener) + more, LIMIT_S, KEY) == [secret_of(KEY)]
        assert served.result() == WHOLE


@pytest.mark.parametrize(
    "address",
    [
        "unix:path={}%", "unix:path={}%2", "unix:path={}%  ", "unix:path={}%+1", "unix:path={}%x", "unix:path={}%00", "unix:path={},more=%",
        "unix:path={0},path={0}", "unix:path={},abstract=x", "unix:path={},runtime=yes", "unix:abstract=x,path={}",
        "unix:path={}x", "unix:path={}/", "UNIX:path={}", "unix: path={}", " unix:path={}", "unixexec:path={}", "launchd:env={}",
        "unix:dir={}", "unix:tmpdir={}", "unix:runtime=yes", "unix:runtime=no", "unix:abstract={}", "{}", "path={}", "unix={}", "unix:path:{}",
        "tcp:host=localhost,port=1", "nonce-tcp:host=127.0.0.1,port=1,noncefile={}", "vsock:cid=1,port=1", "autolaunch:", "autolaunch:scope=x", "disabled:",
        "", ":", ";", "=", ",", "%", "unix", "unix:", "unix:path", "unix:path=", "unix:path=,", "unix:=", "unix:,", "unix:abstract", "unix:abstract=",
        "unix:path=/gone", "unix:path=/", "unix:path=/dev/null", "unix:path=/" + "x" * 107, "unix:path=/" + "x" * 100_000, "unix:abstract=" + "x" * 200,
        "unix:path=\0", "unix:path=/a\0b", "unix:path=/\udcff", "unix:path=/\ud800", "unix:abstract=\ud800", "größe", "\udcff",
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_address_that_we_cannot_use_is_unexpected(address: str, tmp_path: Path) -> None:
    with listening(str(tmp_path / "bus")), pytest.raises(Unexpected):
        ServiceReader(Bus(address.format(tmp_path / "bus"), LIMIT_S)).get(KEY)


@pytest.mark.parametrize("written", ["a%20b", "%61", "a%2520b", "gr%c3%B6%c3%9fe", "%ff", "a%3Bb%2cc%3d"])
def test_escapes_are_bytes(written: str, tmp_path: Path) -> None:
    with listening(os.path.join(str(tmp_path), os.fsdecode(unquote_to_bytes(written)))) as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        assert read(f"unix:path={tmp_path}/{written}", LIMIT_S, KEY) == [secret_of(KEY)]
        assert served.result() == WHOLE
    with listening(str(tmp_path / written)):
        assert outcome(lambda: ServiceReader(Bus(f"unix:path={tmp_path}/{written}", SHORT_S))) is Nobody


def test_path_below_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with listening(str(tmp_path / "bus")):
        for address in ("unix:path=bus", "unix:path=./bus", "unix:path=%62us"):
            assert outcome(lambda address=address: ServiceReader(Bus(address, LIMIT_S))) is Unexpected


def test_bus_in_the_runtime_folder(tmp_path: Path) -> None:
    folder = tmp_path / "50%25; a=b, c"
    folder.mkdir()
    with listening(str(folder / "bus")) as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        assert ServiceReader(Bus("unix:runtime=yes", LIMIT_S, str(folder))).get(KEY) == secret_of(KEY)
        assert served.result() == WHOLE
    assert outcome(lambda: ServiceReader(Bus("unix:runtime=yes", LIMIT_S, "relative"))) is Unexpected


def test_bus_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind it in the list is not tried: the first that answers is the bus."""
    monkeypatch.setattr(bus_socket, "user_id", lambda: os.geteuid() + 1)
    monkeypatch.setattr(bus_socket, "ROOT", os.geteuid() + 2)
    with listening(str(tmp_path / "bus")) as listener, listening(str(tmp_path / "other")) as other:
        other.setblocking(False)
        address = f"unix:path=/gone;unix:path={tmp_path}/bus;unix:path={tmp_path}/other"
        assert outcome(lambda: ServiceReader(Bus(address, LIMIT_S))) is Foreign
        with listener.accept()[0] as heard:
            assert heard.recv(100) == b""
        with pytest.raises(BlockingIOError):
            other.accept()


def test_connection_ends_with_its_reader() -> None:
    with listening() as listener:
        served = THREAD.submit(serve, listener, STEPS, 0)
        reader = ServiceReader(Bus(address_of(listener), LIMIT_S))
        assert reader.get(KEY) == secret_of(KEY)
        assert not served.done()
        del reader
        assert served.result(LIMIT_S) == WHOLE


def test_no_descriptor_left_is_unexpected() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        assert outcome(lambda: ServiceReader(Bus("unix:path=/gone", LIMIT_S))) is Unexpected
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
