"""The library's connection to the session bus, where there is one and it is this user's own."""

from jeepney.io.blocking import open_dbus_connection

from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.session_bus import Bus, Foreign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection


def connect(address: str, limit_s: float) -> "DBusConnection":
    """Connect to the session bus. Raises NoKeyring, TimeoutError.

    Raises Unavailable where another user's program answers in its place, which the library would not notice.
    """
    try:
        Bus(address, limit_s)
    except Foreign:
        raise keyring_error.foreign_bus() from None
    except Unexpected:
        pass  # it may still be an address that the library knows
    try:
        return open_dbus_connection(address, auth_timeout=limit_s)
    except TimeoutError:
        raise
    except Exception:  # whatever it is, there is no bus
        raise keyring_error.no_bus() from None
