"""The session bus of D-Bus, over its socket: sign in, ask, and wait no longer than one may.

    NUL "AUTH EXTERNAL " hex(user id) CR LF "BEGIN" CR LF Hello    we, in one go; the first question follows
    "OK " ... CR LF  answer to Hello  answers to the questions     the bus, signals in between

Source: D-Bus Specification 0.43, "Authentication Protocol" and "Message Bus Messages".
"""

import sys
import time

from atla_credential.stores.keyring.bus_socket import connected
from atla_credential.stores.keyring.dbus_message import ERROR, HEAD, REPLY, Unexpected, call, length_of, read_message
from atla_credential.system import user_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket

    from atla_credential.stores.keyring.dbus_message import Values

IS_SERVICE = sys.platform not in ("darwin", "win32")  # whether the keyring is a service on this bus
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
LONGEST_LINE = 1 << 10  # bytes of what the bus says before there are messages
PART = 1 << 12  # bytes


class Failed(Exception):
    """Who was asked answered with an error."""


class Bus:
    """A connection to the session bus, which is greeted; what it says to that is read with its first answer.

    Args:
        address: the bus's, as in DBUS_SESSION_BUS_ADDRESS.
        limit_s: time for all replies since the last `start`, together.
        folder: as in XDG_RUNTIME_DIR, for an address that is there.

    Raises:
        Unexpected: nobody answers there, or another user's program, or the address is of another kind.
        TimeoutError: the bus does not answer in time.
    """

    def __init__(self, address: str, limit_s: float, folder: str = "") -> None:
        self._limit_s = limit_s
        self.start()
        self._serial = 1
        self._received = b""
        self._is_welcome = False
        signed_in = f"\0AUTH EXTERNAL {str(user_id()).encode().hex()}\r\nBEGIN\r\n".encode()
        try:
            self._socket = connected(address, folder, self._left_s)
            self._limit().sendall(signed_in + call(self._serial, *BUS, "Hello", "", b""))
        except TimeoutError:
            raise
        except OSError:
            raise Unexpected from None

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
            self._limit().sendall(message)
            if not self._is_welcome:
                self._expect_welcome()
                self._is_welcome = True
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
        self._socket.settimeout(self._left_s())
        return self._socket

    def _left_s(self) -> float:
        """Return how much time is left. Raises TimeoutError if none is."""
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s
