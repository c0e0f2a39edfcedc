"""The keyring of the operating system.

On Linux these are two: the kernel's, where the `atla` CLI keeps its tokens, then the Secret Service. Elsewhere, and
where a person has chosen one, it is what the library `keyring` finds. Reading from an unlocked Secret Service takes no
library.
"""

import sys

from atla_credential.errors import NoKeyring, Unavailable
from atla_credential.model import ASIDE
from atla_credential.stores.keyring.dbus_message import Unexpected
from atla_credential.stores.keyring.kernel import KernelKeyring
from atla_credential.stores.keyring.patience import Patience
from atla_credential.stores.keyring.quick_service import ServiceReader
from atla_credential.stores.store import Store
from atla_credential.system import use_libraries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import TypeVar

    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.library import LibraryKeyring
    from atla_credential.stores.keyring.secret_service import SecretService
    from atla_credential.stores.keyring.update import Writer

    T = TypeVar("T")
    Lasting = SecretService | LibraryKeyring

IS_SERVICE = sys.platform not in ("darwin", "win32")  # whether the Secret Service is the keyring


class SystemKeyring(Store):
    """Secrets in the keyring; the environment says where it is, and whether it may ask the person to unlock it."""

    may_repeat = True

    def __init__(self, environment: "Environment") -> None:
        self.environment = environment
        self.patience = Patience(environment.may_ask)
        self._kernel = KernelKeyring()
        self._reader: ServiceReader | None = None
        self._places: dict[str, str | None] = {}  # where each key's secret was found
        self._place = ""
        self._lasting: Lasting | None = None

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        self._place = self._kernel.name
        secret = self._kernel.get(key)
        if secret is None:
            try:
                secret = self._get_lasting(key)
            except NoKeyring:
                if self._kernel.get(key + ASIDE) is None:
                    raise  # else what this key had is there, set aside
        self._places[key] = None if secret is None else self._place
        return secret

    def every(self, key: str) -> list[str]:
        """Return what is under a key in the kernel's keyring, and in the one that lasts. Raises Unavailable."""
        found = [self._kernel.get(key)]
        try:
            found.append(self._get_lasting(key))
        except NoKeyring:
            pass  # there is the kernel's alone
        return list(dict.fromkeys(secret for secret in found if secret is not None))

    def place_of(self, key: str) -> str | None:
        """Return the name of the keyring that the last `get` found a key's secret in."""
        return self._places.get(key)

    def keys(self) -> list[str]:
        """Return the keys of all secrets in the Secret Service; others cannot be listed. Raises Unavailable."""
        return self._ask(lambda keyring: keyring.keys())

    def check(self) -> None:
        """Make sure that a new secret could be put here. Raises Unavailable."""
        self._ask(lambda keyring: keyring.check())

    @property
    def lasts(self) -> bool:
        """Whether there is more than the kernel's keyring."""
        try:
            self.check()
        except NoKeyring:
            return False
        except Unavailable:
            pass
        return True

    def put(self, secrets: dict[str, str | None]) -> None:
        """Set and remove several keys wherever they are, and read back what was set. It is not one step."""
        with self._locked():
            self._writer.put(secrets)

    def put_for_good(self, secrets: dict[str, str | None], old_keys: dict[str, str]) -> None:
        """Set several keys in the keyring that lasts, and in the kernel's where that has them or their old keys."""
        with self._locked():
            self._writer.put_for_good(secrets, old_keys)

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        """Remove a key and what goes with it. Raises Unavailable, TryAgain, CredentialError.

        With a secret, only those of the key's items are removed that hold it, and the rest if none is left.
        """
        with self._locked():
            return self._writer.erase(key, also, secret)

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        """Give what is under some keys other keys, in the keyring in which it is. Returns and raises as in Store.

        Of several items of a key those are moved that hold the secret.
        """
        with self._locked():
            return self._writer.move(keys, secret, replaces)

    @property
    def _writer(self) -> "Writer":
        from atla_credential.stores.keyring.update import Writer  # door: only a write needs the writer

        return Writer(self._kernel, self._ask, self.get)

    def _get_lasting(self, key: str) -> str | None:
        if IS_SERVICE and not self.environment.names_keyring:
            try:
                self._place = ServiceReader.name
                return self._read_quickly(key)
            except Unexpected:
                self._reader = None
            except TimeoutError:
                from atla_credential.stores.keyring import error as keyring_error  # door: only what failed needs words

                self.patience.end()
                raise keyring_error.hung(self.patience.limit_s) from None
        secret = self._ask(lambda keyring: keyring.get(key))
        self._place = self._lasting.name if self._lasting else ""
        return secret

    def _read_quickly(self, key: str) -> str | None:
        with self.patience as left_s:
            if self._reader is None:
                where = self.environment
                self._reader = ServiceReader(where.bus_address or "", left_s, where.runtime_folder)
            return self._reader.get(key, left_s)

    def _ask(self, call: "Callable[[Lasting], T]") -> "T":
        """Call the keyring that lasts; where its bus has no Secret Service, the library may know another on it."""
        if self._lasting is None:
            self._lasting = self._open()
        try:
            return call(self._lasting)
        except NoKeyring as error:
            from atla_credential.stores.keyring import error as keyring_error  # door: only what failed needs words

            other = self._open_best() if IS_SERVICE and not isinstance(error, keyring_error.NoBus) else None
            if other is None:
                raise
            self._lasting = other
            return call(other)

    def _open(self) -> "Lasting":
        use_libraries()
        keyring = self._open_named() if self.environment.names_keyring else None
        if keyring is None and not IS_SERVICE:
            keyring = self._open_best()
        if keyring is not None:
            return keyring
        if IS_SERVICE:
            from atla_credential.stores.keyring.secret_service import SecretService  # door: the kind of keyring

            return SecretService(self.environment, self.patience)
        from atla_credential.stores.keyring import error as keyring_error  # door: only what failed needs words

        raise keyring_error.no_backend("there is none here that can be used")

    def _open_named(self) -> "LibraryKeyring | None":
        from atla_credential.stores.keyring import library_choice  # door: the kind of keyring

        return library_choice.open_named(self.environment, self.patience)

    def _open_best(self) -> "LibraryKeyring | None":
        from atla_credential.stores.keyring import library_choice  # door: the kind of keyring

        return library_choice.open_best(self.environment, self.patience)

    def _locked(self) -> "AbstractContextManager[None]":
        """Hold the lock of this program's writers: to compare and to write are several calls."""
        from atla_credential.files import turn  # door: only a write needs the lock

        return turn.one_at_a_time(self.environment, "keyring", self.patience.limit_s)
