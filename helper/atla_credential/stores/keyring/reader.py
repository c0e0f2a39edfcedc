"""Reads a secret from the keyring: what a `get` needs of it, and nothing else.

On Linux these are two: the kernel's, where the `atla` CLI keeps its tokens, then the Secret Service. Reading from an
unlocked one takes no library.
"""

from atla_credential import errors
from atla_credential.model import ASIDE
from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.kernel import KernelKeyring
from atla_credential.stores.keyring.patience import Patience
from atla_credential.stores.keyring.quick_service import ServiceReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.lasting import LastingKeyring
    from atla_credential.stores.keyring.session_bus import Bus


class KeyringReader:
    """Reads from the keyring, and knows where it found what.

    Args:
        environment: says where the keyring is, and whether it may ask the person to unlock it.
        bus: where the Secret Service is, or None.
    """

    def __init__(self, environment: "Environment", bus: "Bus | None") -> None:
        self.environment = environment
        self.patience = Patience(environment.may_ask)
        self.kernel = KernelKeyring()
        self._service = ServiceReader(bus) if bus else None
        self._lasting: LastingKeyring | None = None
        self._places: dict[str, str | None] = {}  # where each key's secret was found
        self._place = ""

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        self._place = self.kernel.name
        secret = self.kernel.get(key)
        if secret is None:
            try:
                secret = self.get_lasting(key)
            except errors.NoKeyring:
                if self.kernel.get(key + ASIDE) is None:
                    raise  # else what this key had is there, set aside
        self._places[key] = None if secret is None else self._place
        return secret

    def place_of(self, key: str) -> str | None:
        """Return the name of the keyring that the last `get` found a key's secret in."""
        return self._places.get(key)

    def get_lasting(self, key: str) -> str | None:
        """Return the secret under a key in the keyring that lasts. Raises Unavailable."""
        if self._service is not None:
            try:
                with self.patience as left_s:
                    self._place = self._service.name
                    return self._service.get(key, left_s)
            except Unexpected:
                self._service = None
            except TimeoutError:
                raise self.lasting.hung() from None
        secret = self.lasting.ask(lambda keyring: keyring.get(key))
        self._place = self.lasting.name
        return secret

    @property
    def lasting(self) -> "LastingKeyring":
        """The keyring that lasts, through a library."""
        if self._lasting is None:
            from atla_credential.stores.keyring.lasting import LastingKeyring  # door: only what is not read quickly

            self._lasting = LastingKeyring(self.environment, self.patience)
        return self._lasting
