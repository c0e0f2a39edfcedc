"""The session bus of D-Bus, over its socket: sign in, ask, and wait no longer than one may.

    NUL "AUTH EXTERNAL " hex(user id) CR LF "BEGIN" CR LF Hello question    we, in one go
    "OK " ... CR LF  answer to Hello  answer to the question                the bus, signals in between

Source: D-Bus Specification 0.43, "Authentication Protocol" and "Message Bus Messages".
"""

import _socket
import sys
import time

from atla_credential.stores.keyring.dbus_message import ERROR, HEAD, REPLY, Unexpected, call, length_of, read_message
from atla_credential.system import user_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.stores.keyring.dbus_message import Values

BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
LONGEST_LINE = 1 << 10  # bytes of what the bus says before there are messages
PART = 1 << 12  # bytes


class Failed(Exception):
    """Who was asked answered with an error."""


class Foreign(Unexpected):
    """The bus belongs to another user, who must not hear what we ask for."""


class Bus:
    """A connection to the session bus.

    Args:
        address: the bus's, as in DBUS_SESSION_BUS_ADDRESS.
        limit_s: time for all replies since the last `start`, together.

    Raises:
        Foreign: another user's program is there.
        Unexpected: the address is of another form, or nobody answers there.
        TimeoutError: the bus does not answer in time.
    """

    def __init__(self, address: str, limit_s: float) -> None:
        self._limit_s = limit_s
        self.start()
        try:
            self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
            self._limit().connect(path_of(address))
            is_trusted = peer_is_trusted(self._socket)
        except TimeoutError:
            raise
        except (OSError, ValueError):
            raise Unexpected from None
        if not is_trusted:
            raise Foreign
        self._serial = 1
        self._received = b""
        self._greeting = f"\0AUTH EXTERNAL {str(user_id()).encode().hex()}\r\nBEGIN\r\n".encode() + call(
            self._serial, *BUS, "Hello", "", b""
        )

    def __del__(self) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def start(self, limit_s: float | None = None) -> None:
        """Let the time begin that the next answers may take together: as long as before, if not said otherwise."""
        self._limit_s = self._limit_s if limit_s is None else limit_s
        self._until = time.monotonic() + self._limit_s

    def ask(
        self, destination: str, path: str, interface: str, member: str, types: str, body: bytes, expected: str
    ) -> "Values":
        """Call a method, and return the values of its answer.

        Args:
            types: the signature of what is in the body.
            expected: the types that the answer must have.

        Raises:
            Failed: the answer is an error.
            Unexpected: it is of other types, or no message.
            TimeoutError: it did not come in time.
        """
        self._serial += 1
        message = call(self._serial, destination, path, interface, member, types, body)
        try:
            self._limit().sendall(self._greeting + message)
            if self._greeting:
                self._greeting = b""
                self._expect_welcome()
            kind, reply_to, found, values = self._message()
            while reply_to != self._serial:  # the answer to Hello, and signals that nobody asked for
                kind, reply_to, found, values = self._message()
        except TimeoutError:
            raise
        except OSError:
            raise Unexpected from None
        if kind == ERROR:
            raise Failed
        if kind != REPLY or found != expected:
            raise Unexpected
        return values

    def _expect_welcome(self) -> None:
        """Read the line that says that we are who we say we are."""
        while b"\r\n" not in self._received:
            if len(self._received) > LONGEST_LINE:
                raise Unexpected
            self._receive()
        line, _, self._received = self._received.partition(b"\r\n")
        if not line.startswith(b"OK "):
            raise Unexpected

    def _message(self) -> "tuple[int, int, str, Values]":
        while len(self._received) < HEAD:
            self._receive()
        length = length_of(self._received[:HEAD])
        while len(self._received) < length:
            self._receive()
        data, self._received = self._received[:length], self._received[length:]
        return read_message(data)

    def _receive(self) -> None:
        data = self._limit().recv(PART)
        if not data:
            raise Unexpected
        self._received += data

    def _limit(self) -> "_socket.socket":
        """Return the socket, which now waits no longer than there is time left. Raises TimeoutError if none is."""
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(left_s)
        return self._socket


def peer_is_trusted(connected: "_socket.socket") -> bool:
    """Tell whether a socket's other end belongs to this user or to root: an abstract name is anybody's to take.

    Source: unix(7), SO_PEERCRED: three numbers of 32 bits, the second is the user's.
    """
    if sys.platform != "linux":
        return True
    peer = connected.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(peer[4:8], sys.byteorder) in (user_id(), 0)


def path_of(address: str) -> str:
    """Return where the socket of a bus is. Raises Unexpected for all but one `unix:path=...` or `unix:abstract=...`."""
    transport, _, rest = address.partition(":")
    if transport != "unix" or ";" in rest or "%" in rest:
        raise Unexpected
    values = dict(pair.partition("=")[::2] for pair in rest.split(","))
    if "path" in values:
        return values["path"]
    if "abstract" in values:
        return "\0" + values["abstract"]
    raise Unexpected
