"""The session bus of D-Bus, over its socket: sign in, ask, and wait no longer than one may.

    NUL "AUTH EXTERNAL " hex(user id) CR LF "BEGIN" CR LF Hello question    we, in one go
    "OK " ... CR LF  answer to Hello  answer to the question                the bus, signals in between

Source: D-Bus Specification 0.43, "Authentication Protocol" and "Message Bus Messages".
"""

import _socket
import time

from atla_credential.stores.dbus_message import ERROR, HEAD, REPLY, Message, Unexpected, Writer, call, length_of
from atla_credential.system import user_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.stores.dbus_message import Values

BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
LONGEST_LINE = 1 << 10  # bytes of what the bus says before there are messages
PART = 1 << 16  # bytes


class Failed(Exception):
    """Who was asked answered with an error."""


class Bus:
    """A connection to the session bus.

    Args:
        address: the bus's, as in DBUS_SESSION_BUS_ADDRESS.
        limit_s: how long all answers may take that are waited for after a `start`.

    Raises:
        Unexpected: the address is of another form, or nobody answers there.
        TimeoutError: the bus does not answer in time.
    """

    def __init__(self, address: str, limit_s: float) -> None:
        self._limit_s = limit_s
        self.start()
        self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
        try:
            self._limit().connect(path_of(address))
        except TimeoutError:
            raise
        except (OSError, ValueError):
            raise Unexpected from None
        self._serial = 1
        self._received = b""
        self._greeting = f"\0AUTH EXTERNAL {str(user_id()).encode().hex()}\r\nBEGIN\r\n".encode() + call(
            self._serial, *BUS, "Hello", "", Writer()
        )

    def __del__(self) -> None:
        self._socket.close()

    def start(self) -> None:
        """Let the time begin that the next answers may take together."""
        self._until = time.monotonic() + self._limit_s

    def ask(
        self, destination: str, path: str, interface: str, member: str, signature: str, body: Writer, expected: str
    ) -> "Values":
        """Call a method, and return the values of its answer.

        Args:
            signature: the types of what is in the body.
            expected: the types that the answer must have.

        Raises:
            Failed: the answer is an error.
            Unexpected: it is of other types, or no message.
            TimeoutError: it did not come in time.
        """
        self._serial += 1
        message = call(self._serial, destination, path, interface, member, signature, body)
        try:
            self._limit().sendall(self._greeting + message)
            if self._greeting:
                self._greeting = b""
                self._expect_welcome()
            answer = self._message()
            while answer.reply_to != self._serial:
                answer = self._message()  # the answer to Hello, and signals that nobody asked for
        except TimeoutError:
            raise
        except OSError:
            raise Unexpected from None
        if answer.kind == ERROR:
            raise Failed
        if answer.kind != REPLY or answer.signature != expected:
            raise Unexpected
        return answer.body

    def _expect_welcome(self) -> None:
        """Read the line that says that we are who we say we are."""
        while b"\r\n" not in self._received:
            if len(self._received) > LONGEST_LINE:
                raise Unexpected
            self._receive()
        line, _, self._received = self._received.partition(b"\r\n")
        if not line.startswith(b"OK "):
            raise Unexpected

    def _message(self) -> Message:
        while len(self._received) < HEAD:
            self._receive()
        length = length_of(self._received[:HEAD])
        while len(self._received) < length:
            self._receive()
        data, self._received = self._received[:length], self._received[length:]
        return Message(data)

    def _receive(self) -> None:
        data = self._limit().recv(PART)
        if not data:
            raise Unexpected
        self._received += data

    def _limit(self) -> "_socket.socket":
        """Return the socket, which now waits no longer than there is time left.

        Raises:
            TimeoutError: there is none.
        """
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(left_s)
        return self._socket


def path_of(address: str) -> str:
    """Return where the socket of a bus is.

    Raises:
        Unexpected: there are several addresses, or one of another form than `unix:path=...` or `unix:abstract=...`.
    """
    transport, _, rest = address.partition(":")
    if transport != "unix" or ";" in rest or "%" in rest:
        raise Unexpected
    values = dict(pair.partition("=")[::2] for pair in rest.split(","))
    if "path" in values:
        return values["path"]
    if "abstract" in values:
        return "\0" + values["abstract"]
    raise Unexpected
