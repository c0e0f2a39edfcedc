"""What git asks for, and where in the engine that would be."""

from atla_credential.places.address import canonical_origin
from atla_credential.vault.options import HOST, USERNAME, host_in
from atla_credential.wire.message import read_message

try:
    from _blake2 import blake2b  # alone it takes a thirtieth of the time of hashlib, whose it is
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase

    from atla_credential.vault.options import Options
    from atla_credential.wire.message import Message

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-")
# What tells one who asks from another, beside the engine and the mount.
OF_WHO = (
    "--namespace", "--auth", "--role", "--role-id-file", "--secret-id-file", "--jwt-file", "--client-cert",
    "--client-key",
)  # fmt: skip
NAME_BYTES = 16
LONGEST_PATH = 2048  # characters; an engine that is asked for ten times as many is not heard of again


class Asked:
    """What a request asks for.

    Args:
        host: in canonical form, with a port that is not the one of https.
        username: None if any will do.
        path: of the secret, below /v1/, with what is asked for filled in.
        message: the whole request.
    """

    __slots__ = ("host", "message", "path", "username")

    def __init__(self, host: str, username: str | None, path: str, message: "Message") -> None:
        self.host, self.username, self.path, self.message = host, username, path, message


def read_asked(stream: "RawIOBase", options: "Options") -> Asked | None:
    """Read a request.

    Returns:
        None if it cannot be answered from here: it names no host, another than the one that is answered for, or what
            would lead to another place in the engine; or it is not for https.

    Raises:
        MalformedRequest: it breaks a rule of the wire.
    """
    message = read_message(stream)
    if message is None:
        return None
    origin = canonical_origin(message.get("protocol") or "", message.get("host") or "")
    if origin is None or origin[0] != "https":
        return None
    host = host_in(origin)
    if options.host not in (None, host):
        return None
    username = message.get("username")
    path = fill(options.path, host, username)
    return None if path is None else Asked(host, username, path, message)


def fill(path: str, host: str, username: str | None) -> str | None:
    """Return a secret's path for a request; None if the request lacks what belongs there, or would lead elsewhere."""
    if USERNAME in path and not username:
        return None
    segments = path.strip("/").split("/")
    filled = [each.replace(HOST, plain(host)).replace(USERNAME, plain(username or "")) for each in segments]
    found = "/".join(filled)
    return None if any(each in ("", ".", "..") for each in filled) or len(found) > LONGEST_PATH else found


def plain(text: str) -> str:
    """Return a text with a low line for each character that could mean something in a path."""
    return "".join(character if character in PLAIN else "_" for character in text)


def name_of(options: "Options", host: str, username: str | None) -> str:
    """Return what the copy of an answer is called: another answer, or the same one for another caller, has another."""
    user = "" if username is None else f"={username}"
    return hashed(*who(options), options["--path"], options.field, host, user)


def who(options: "Options") -> tuple[str, ...]:
    """Return what says who asks, and which engine."""
    return (options.origin, options.mount, *(options[name] for name in OF_WHO))


def marks_of(options: "Options", asked: Asked) -> tuple[str, str]:
    """Return the marks of a copy: all of one who asks have the first, and all of one secret the second as well."""
    return hashed(*who(options)), hashed(*who(options), asked.path, options.field)


def hashed(*texts: str) -> str:
    """Return a name that tells nothing of some texts, and is no others'."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=NAME_BYTES).hexdigest()
