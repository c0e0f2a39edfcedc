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
# What tells one copy from another, beside what is asked for.
OF_OPTIONS = (
    "--namespace", "--auth", "--role", "--role-id-file", "--secret-id-file", "--jwt-file", "--client-cert",
    "--client-key", "--path", "--field",
)  # fmt: skip
NAME_BYTES = 16


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
    return None if any(each in ("", ".", "..") for each in filled) else "/".join(filled)


def plain(text: str) -> str:
    """Return a text with a low line for each character that could mean something in a path."""
    return "".join(character if character in PLAIN else "_" for character in text)


def name_of(options: "Options", host: str, username: str | None) -> str:
    """Return what the copy of an answer is called: another answer, or the same one for another caller, has another."""
    parts = (options.origin, options.mount, *(options[name] for name in OF_OPTIONS), host)
    user = "" if username is None else f"={username}"
    return hashed("\0".join((*parts, user)))


def hashed(text: str) -> str:
    """Return a name that tells nothing of a text, and is no other one's."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=NAME_BYTES).hexdigest()


def names_of(options: "Options", asked: Asked) -> list[str]:
    """Return the copies that hold a secret of which git says something: it adds the user name that it was answered."""
    return [name_of(options, asked.host, username) for username in dict.fromkeys((asked.username, None))]
