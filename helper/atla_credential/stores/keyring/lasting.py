"""The keyring that lasts, through a library: the Secret Service, or what the library `keyring` finds."""

from atla_credential.errors import NoKeyring
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.session_bus import IS_SERVICE
from atla_credential.system import use_libraries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from atla_credential.environment import Environment
    from atla_credential.errors import Unavailable
    from atla_credential.stores.keyring.library import LibraryKeyring
    from atla_credential.stores.keyring.patience import Patience
    from atla_credential.stores.keyring.secret_service import SecretService

    T = TypeVar("T")
    Opened = SecretService | LibraryKeyring


class LastingKeyring:
    """The keyring that lasts, opened when it is first asked.

    Args:
        environment: says which it is.
        patience: how long it may take.
    """

    def __init__(self, environment: "Environment", patience: "Patience") -> None:
        self.environment, self.patience = environment, patience
        self._opened: Opened | None = None

    @property
    def name(self) -> str:
        """What people call it; "" where it was not asked."""
        return self._opened.name if self._opened else ""

    def ask(self, call: "Callable[[Opened], T]") -> "T":
        """Call it; where its bus has no Secret Service, the library may know another on it. Raises Unavailable."""
        if self._opened is None:
            self._opened = self._open()
        try:
            return call(self._opened)
        except NoKeyring as error:
            other = self._open_best() if IS_SERVICE and not isinstance(error, keyring_error.NoBus) else None
            if other is None:
                raise
            self._opened = other
            return call(other)

    def hung(self) -> "Unavailable":
        """Say that it has not answered in time, and ask it no more."""
        self.patience.end()
        return keyring_error.hung(self.patience.limit_s)

    def _open(self) -> "Opened":
        use_libraries()
        named = self._open_named() if self.environment.names_keyring else None
        if named is not None:
            return named
        if IS_SERVICE:
            from atla_credential.stores.keyring.secret_service import SecretService  # door: the kind of keyring

            return SecretService(self.environment, self.patience)
        best = self._open_best()
        if best is None:
            raise keyring_error.no_backend("there is none here that can be used")
        return best

    def _open_named(self) -> "LibraryKeyring | None":
        from atla_credential.stores.keyring import library_choice  # door: the kind of keyring

        return library_choice.open_named(self.environment, self.patience)

    def _open_best(self) -> "LibraryKeyring | None":
        from atla_credential.stores.keyring import library_choice  # door: the kind of keyring

        return library_choice.open_best(self.environment, self.patience)
