"""The keyring of the operating system.

On Linux these are two: the kernel's, where the `atla` CLI keeps its tokens, then the Secret Service. A token is written
wherever it is found, a new one to the one that lasts. Elsewhere, and where a person has chosen one, it is what the
library `keyring` finds. Reading from an unlocked Secret Service takes no library.
"""

import sys

from atla_credential.errors import NoKeyring
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

    def place_of(self, key: str) -> str | None:
        """Return the name of the keyring that the last `get` found a key's secret in."""
        return self._places.get(key)

    def keys(self) -> list[str]:
        """Return the keys of all secrets in the Secret Service; others cannot be listed. Raises Unavailable."""
        return self._ask(lambda keyring: keyring.keys())

    def check(self) -> None:
        """Make sure that a new secret could be put here. Raises Unavailable."""
        self._ask(lambda keyring: keyring.check())

    def put(self, secrets: dict[str, str | None]) -> None:
        """Set and remove several keys, and read back what was set. Raises Unavailable, TryAgain, CredentialError.

        It is not one step: what is set comes first, a refresh token before its token, so that a crash loses neither.
        """
        with self._locked():
            done = False
            for key, secret in sorted(reversed(secrets.items()), key=lambda item: item[1] is None):
                try:
                    self._write(key, secret)
                    done = True
                except NoKeyring:  # the kernel may have the token; where there is no other, nothing is to be removed
                    if secret is not None or not done:
                        raise

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        """Remove a key and what goes with it. Raises Unavailable, TryAgain, CredentialError.

        With a secret, only those of the key's items are removed that hold it, and the rest if none is left.
        """
        with self._locked():
            if self.get(key) is None:
                return False
            erased = self._remove(key, secret)
            if erased and not self._is_there(key):
                for each in also:
                    self._remove(each)
            return erased

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        """Give what is under some keys other keys, in the keyring in which it is. Returns and raises as in Store.

        Of several items of a key those are moved that hold the secret.
        """
        with self._locked():
            (key, to), *further = keys.items()
            if self.get(key) is None or (not replaces and self.get(to) is not None):
                return False
            for old, new in () if replaces else further:  # first, so that a crash leaves something to put back
                self._move(old, new)
            moved = self._move(key, to, secret)
            for old, new in further if moved and replaces and not self._is_there(key) else ():
                if not self._move(old, new):
                    self._remove(new)  # it went with what was there before
            return moved

    def _move(self, key: str, to: str, only: str | None = None) -> bool:
        try:
            moved = self._ask(lambda keyring: keyring.move(key, to, only))
        except NoKeyring:
            moved = False  # there is the kernel's alone, and it was looked into
        return self._kernel.move(key, to, only) or moved

    def _remove(self, key: str, only: str | None = None) -> bool:
        try:
            return self._update(key, None, only)
        except NoKeyring:
            return False  # there is the kernel's alone, and it was looked into

    def _is_there(self, key: str) -> bool:
        try:
            return self.get(key) is not None
        except NoKeyring:
            return False

    def _write(self, key: str, secret: str | None) -> None:
        """Set or remove whatever there is under a key; what is nowhere yet goes to the keyring that lasts."""
        if not self._update(key, secret) and secret is not None:
            self._ask(lambda keyring: keyring.create(key, secret))

    def _update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        """Set or remove whatever there is under a key, or only what holds a certain secret; tell whether any was there.

        Raises NoKeyring where there is only the kernel's, and it has no such key.
        """
        try:
            found = self._ask(lambda keyring: keyring.update(key, secret, only))
        except NoKeyring:
            if not self._kernel.update(key, secret, only):
                raise
            return True
        return self._kernel.update(key, secret, only) or found

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
