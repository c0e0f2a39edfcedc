"""Reads a secret from the Secret Service: what a `get` needs of it, and nothing else.

    SearchItems                first, over a bus that was greeted
    OpenSession, GetSecret     one after the other, once an item is found

OpenSession goes out only after SearchItems was answered, and GetSecret only after OpenSession was: a gnome-keyring
whose first question is to open a session can crash. Whatever is not as expected (a locked item, several items, an
error) is left to the library, which says what it is. Nothing here ever asks the person.

Source: Secret Service API 0.2.
"""

from atla_credential.stores.keyring.dbus_message import Unexpected, padded, signature, text, texts
from atla_credential.stores.keyring.session_bus import Failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.stores.keyring.session_bus import Bus

NAME = "org.freedesktop.secrets"
SERVICE = (NAME, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")
ITEM = "org.freedesktop.Secret.Item"


class ServiceReader:
    """Reads from the service over one connection to the bus."""

    name = "Secret Service"

    def __init__(self, bus: "Bus") -> None:
        self._bus = bus
        self._session = ""

    def get(self, key: str, limit_s: float | None = None) -> str | None:
        """Return the secret of the one item for a key; None if there is none. Raises TimeoutError.

        Raises Unexpected if there are several, it is locked, or something else than a secret came back.
        """
        self._bus.start(limit_s)
        try:
            return self._get(key)
        except Failed:
            pass  # an item may vanish between two calls, and gnome-keyring err when another caller's session ends
        try:
            return self._get(key)
        except Failed:
            raise Unexpected from None

    def _get(self, key: str) -> str | None:
        found = self._bus.ask(*SERVICE, "SearchItems", "a{ss}", texts(attributes_of(key)), "aoao")
        unlocked, locked = found.texts(), found.texts()
        found.end()
        if not unlocked and not locked:
            return None
        if len(unlocked) != 1 or locked:
            raise Unexpected
        session = self._open_session()
        secret = self._bus.ask(NAME, unlocked[0], ITEM, "GetSecret", "o", text(session), "(oayays)")
        if (secret.pad(8).text(), secret.octets()) != (session, b""):
            raise Unexpected
        value = secret.octets()
        secret.text()  # its media type
        secret.end()
        return decoded(value)

    def _open_session(self) -> str:
        """Return the session in which secrets are sent as they are: the socket is this user's own."""
        if not self._session:
            plain = padded(text("plain") + signature("s"), 4) + text("")
            opened = self._bus.ask(*SERVICE, "OpenSession", "sv", plain, "vo")
            if (opened.signature(), opened.text()) != ("s", ""):
                raise Unexpected
            self._session = opened.text()
            opened.end()
        return self._session


def attributes_of(key: str) -> dict[str, str]:
    """Return what a secret is looked up by: safety K5."""
    return {"service": "atla", "username": key}


def decoded(secret: bytes) -> str:
    """Return a secret as text. Raises Unexpected."""
    try:
        return secret.decode("utf-8")
    except UnicodeDecodeError:
        raise Unexpected from None
