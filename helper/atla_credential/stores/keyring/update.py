"""Writes to the two keyrings of Linux: the kernel's, and the one that lasts. Elsewhere there is only the latter.

An update writes a token wherever it is. What a person brings goes to the keyring that lasts, and to the kernel's where
that has it, too. Where there is only the kernel's, that will do for what is in it; nothing new is begun there.
Of what is set aside each keyring has its own, which stays in it.
"""

from contextlib import suppress

from atla_credential.errors import NoKeyring
from atla_credential.model import ASIDE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from atla_credential.stores.keyring.kernel import KernelKeyring
    from atla_credential.stores.keyring.library import LibraryKeyring
    from atla_credential.stores.keyring.secret_service import SecretService

    Lasting = LibraryKeyring | SecretService
    Secrets = dict[str, str | None]


class Writer:
    """Writes while the lock of the keyring is held.

    Args:
        kernel: the kernel's keyring.
        ask: calls a function with the keyring that lasts.
        get: returns the secret under a key, wherever that is.
    """

    def __init__(self, kernel: "KernelKeyring", ask: "Callable[..., Any]", get: "Callable[[str], str | None]") -> None:
        self.kernel, self.ask, self.get = kernel, ask, get

    def put(self, secrets: "Secrets") -> None:
        """Set and remove several keys wherever they are. Raises as in Store."""
        for key, secret in in_order(secrets):
            if secret is None:
                self.remove(key)
            elif not self.update(key, secret):
                self.ask(lambda keyring, key=key, secret=secret: keyring.create(key, secret))

    def put_for_good(self, secrets: "Secrets", old_keys: dict[str, str]) -> None:
        """Set several keys in the keyring that lasts, and wherever else they are. Args and errors as in Store."""
        for key, secret in in_order(secrets):
            if secret is None:
                self.remove(key)
            elif key.endswith(ASIDE) and key in old_keys:
                self._copy(old_keys[key], key)
            else:
                self._set_for_good(key, secret, old_keys.get(key))

    def erase(self, key: str, also: tuple[str, ...], secret: str | None) -> bool:
        """Remove a key, or those of its items that hold a secret, and what goes with it if none is left."""
        if self.get(key) is None:
            return False
        erased = self.remove(key, secret)
        if erased and not self._is_there(key):
            for each in also:
                self.remove(each)
        return erased

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool) -> bool:
        """Give what is under some keys other keys, in each keyring by itself. Args as in Store."""
        if self.get(next(iter(keys))) is None:
            return False
        try:
            moved: bool = self.ask(lambda keyring: move_in(keyring, keys, secret, replaces))
        except NoKeyring:
            moved = False  # there is the kernel's alone, and it was looked into
        return move_in(self.kernel, keys, secret, replaces) or moved

    def remove(self, key: str, only: str | None = None) -> bool:
        """Remove what there is under a key, or holds a secret; tell whether there was anything."""
        try:
            return self.update(key, None, only)
        except NoKeyring:
            return False  # there is the kernel's alone, and it was looked into

    def update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        """Set or remove whatever there is under a key, or only what holds a certain secret; tell whether any was there.

        Raises NoKeyring where there is only the kernel's, and it has no such key.
        """
        try:
            found: bool = self.ask(lambda keyring: keyring.update(key, secret, only))
        except NoKeyring:
            if not self.kernel.update(key, secret, only):
                raise
            return True
        return self.kernel.update(key, secret, only) or found

    def _set_for_good(self, key: str, secret: str, old_key: str | None) -> None:
        missing = None
        try:
            self.ask(lambda keyring: put_in(keyring, key, secret))
        except NoKeyring as error:
            missing = error
        in_kernel = self.kernel.update(key, secret)
        if old_key is not None:
            in_kernel = self.kernel.copy(old_key, key, secret) or in_kernel
        if missing is not None and not in_kernel:
            raise missing

    def _copy(self, key: str, to: str) -> None:
        """Put what each keyring has under a key under another one, too, in its place."""
        with suppress(NoKeyring):
            self.ask(lambda keyring: put_in(keyring, to, keyring.get(key)))
        self.kernel.copy(key, to)

    def _is_there(self, key: str) -> bool:
        try:
            return self.get(key) is not None
        except NoKeyring:
            return False


def put_in(keyring: "Lasting", key: str, secret: str | None) -> None:
    """Set a key in the keyring that lasts, in place or anew; None changes nothing. Raises as in Store."""
    if secret is not None and not keyring.update(key, secret):
        keyring.create(key, secret)


def move_in(keyring: "Lasting | KernelKeyring", keys: dict[str, str], only: str | None, replaces: bool) -> bool:
    """Give what is under some keys of one keyring other keys. Args as in Store."""
    (key, to), *further = keys.items()
    if not replaces:
        if keyring.get(to) or (secret := keyring.get(key)) is None or only not in (None, secret):
            return False
        for old, new in further:  # first, so that a crash leaves something to put back
            keyring.move(old, new)
    moved = keyring.move(key, to, only)
    for old, new in further if moved and replaces and keyring.get(key) is None else ():
        if not keyring.move(old, new):
            keyring.update(new, None)  # it went with what was there before
    return moved


def in_order(secrets: "Secrets") -> "Iterator[tuple[str, str | None]]":
    """Yield what is set before what is removed, a refresh token before its token, so that a crash loses neither."""
    yield from sorted(reversed(secrets.items()), key=lambda item: item[1] is None)
