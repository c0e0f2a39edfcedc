"""Opens the keyring for reading. What reads is loaded while the session bus lets us in: both take about as long."""

from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.session_bus import IS_SERVICE, Bus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.reader import KeyringReader

PROMPT_S = 0.5  # how long it may take to connect: at once, but on a machine that is busy


def open_reader(environment: "Environment") -> "KeyringReader":
    """Return what reads from the keyring that the environment knows."""
    bus = bus_at_hand(environment)
    from atla_credential.stores.keyring.reader import KeyringReader  # door: the bus takes as long to let us in

    return KeyringReader(environment, bus)


def bus_at_hand(environment: "Environment") -> Bus | None:
    """Return the session bus, greeted; None where it is not at hand, or a person has chosen another keyring."""
    if not IS_SERVICE or environment.names_keyring:
        return None
    try:
        return Bus(environment.bus_address or "", PROMPT_S, environment.runtime_folder)
    except (Unexpected, TimeoutError):
        return None  # the library tries once more, with patience and with words for it
