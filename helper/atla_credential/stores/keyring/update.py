"""Writes to the two keyrings of Linux: the kernel's, and the one that lasts. Elsewhere there is only the latter.

An update writes a token wherever it is. What a person brings goes to the keyring that lasts, and to the kernel's where
that has it, too. Where there is only the kernel's, that will do for what is in it; nothing new is begun there.
"""

from atla_credential.errors import NoKeyring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from atla_credential.stores.keyring.kernel import KernelKeyring

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
        """Give what is under some keys other keys. Args as in Store."""
        (key, to), *further = keys.items()
        if self.get(key) is None or (not replaces and self.get(to) is not None):
            return False
        for old, new in () if replaces else further:  # first, so that a crash leaves something to put back
            self._move(old, new)
        moved = self._move(key, to, secret)
        for old, new in further if moved and replaces and not self._is_there(key) else ():
            if not self._move(old, new):
                self.remove(new)  # it went with what was there before
        return moved

    def _move(self, key: str, to: str, only: str | None = None) -> bool:
        try:
            moved: bool = self.ask(lambda keyring: keyring.move(key, to, only))
        except NoKeyring:
            moved = False  # there is the kernel's alone, and it was looked into
        return self.kernel.move(key, to, only) or moved

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
            if not self.ask(lambda keyring: keyring.update(key, secret)):
                self.ask(lambda keyring: keyring.create(key, secret))
        except NoKeyring as error:
            missing = error
        in_kernel = self.kernel.update(key, secret)
        if old_key is not None:
            in_kernel = self.kernel.copy(old_key, key, secret) or in_kernel
        if missing is not None and not in_kernel:
            raise missing

    def _is_there(self, key: str) -> bool:
        try:
            return self.get(key) is not None
        except NoKeyring:
            return False


def in_order(secrets: "Secrets") -> "Iterator[tuple[str, str | None]]":
    """Yield what is set before what is removed, a refresh token before its token, so that a crash loses neither."""
    yield from sorted(reversed(secrets.items()), key=lambda item: item[1] is None)
