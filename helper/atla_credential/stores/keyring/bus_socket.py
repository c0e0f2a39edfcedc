"""The socket of the session bus: where it is, and whose (safety K9).

    list    = address *( ";" address )            ; the first one at which somebody answers is the bus
    address = "unix:" pair *( "," pair )          ; one of them says where it is; the rest, as guid=, does not matter
    pair    = ( "path" / "abstract" ) "=" value
            / "runtime=yes"                       ; $XDG_RUNTIME_DIR/bus
    value   = 1*( byte / "%" 2hexdigit )

Nothing but a Unix socket tells whose its other end is. So `tcp:`, `unixexec:` and the like are passed over, as is what
breaks these rules.

Source: D-Bus Specification 0.43, "Server Addresses"; unix(7).
"""

import _socket
import sys

from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.system import fsencode, isabs, join, user_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = 0


class Foreign(Unexpected):
    """The bus belongs to another user, who must not hear what we ask for."""


class Nobody(Unexpected):
    """Nobody answers at any of the addresses."""


def connected(address: str, folder: str, left_s: "Callable[[], float]") -> "_socket.socket":
    """Return a socket whose other end is the session bus of this user.

    Args:
        address: as in DBUS_SESSION_BUS_ADDRESS.
        folder: where the runtime files of this user are, as in XDG_RUNTIME_DIR.
        left_s: says how long there is to wait.

    Raises:
        Foreign: another user's program is there; what stands behind it in the list is not tried.
        Nobody: nobody is there.
        Unexpected: the address is of another kind.
        TimeoutError: whoever is there takes no connection in time.
        OSError: there is no socket to be had.
    """
    failure = Unexpected
    for name in names_in(address, folder):
        made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
        try:
            made.settimeout(left_s())
            made.connect(name)
            if peer_is_trusted(made):
                return made
            failure = Foreign
        except (TimeoutError, BlockingIOError):  # the latter where too many wait there already
            made.close()
            raise TimeoutError from None
        except OSError:
            failure = Nobody
        made.close()
        if failure is Foreign:
            break
    raise failure


def names_in(address: str, folder: str) -> "Iterator[bytes]":
    """Yield the name of the socket at each address of a list that is one of a Unix socket."""
    try:
        addresses = fsencode(address).split(b";")
    except UnicodeEncodeError:
        return  # it can be no variable's
    for each in addresses:
        kind, _, pairs = each.partition(b":")
        if kind == b"unix":
            try:
                found = [name for pair in pairs.split(b",") if (name := name_in(pair, folder))]
            except ValueError:
                continue
            if len(found) == 1:
                yield found[0]


def name_in(pair: bytes, folder: str) -> bytes | None:
    """Return the name of the socket that a pair tells, or None. Raises ValueError.

    A path has to be absolute: nothing depends on the working folder (safety X1).
    """
    key, _, value = pair.partition(b"=")
    value = unescaped(value)
    if key == b"path" and value.startswith(b"/") and b"\0" not in value:
        return value
    if key == b"abstract" and value:
        return b"\0" + value
    if (key, value) == (b"runtime", b"yes") and isabs(folder):
        return fsencode(join(folder, "bus"))
    if key in (b"path", b"abstract", b"runtime"):
        raise ValueError
    return None


def unescaped(value: bytes) -> bytes:
    """Return what a value means. Raises ValueError if a `%` stands before anything but two hexadecimal digits."""
    made, *escaped = value.split(b"%")
    for part in escaped:
        byte = bytes.fromhex(part[:2].decode("ascii"))
        if len(byte) != 1:  # white space does not count there
            raise ValueError
        made += byte + part[2:]
    return made


def peer_is_trusted(connected: "_socket.socket") -> bool:
    """Tell whether a socket's other end belongs to this user or to root: an abstract name is anybody's to take.

    Source: unix(7), SO_PEERCRED: three numbers of 32 bits, the second is the user's.
    """
    if sys.platform != "linux":
        return True
    peer = connected.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(peer[4:8], sys.byteorder) in (user_id(), ROOT)
