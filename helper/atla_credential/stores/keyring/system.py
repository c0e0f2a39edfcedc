"""The keyring of the operating system, as a store.

On Linux these are two: the kernel's, where the `atla` CLI keeps its tokens, then the Secret Service. Elsewhere, and
where a person has chosen one, it is what the library `keyring` finds. `reader` reads from all of them.
"""

from atla_credential.errors import NoKeyring, Unavailable
from atla_credential.stores.keyring.opening import open_reader
from atla_credential.stores.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.reader import KeyringReader
    from atla_credential.stores.keyring.update import Writer


class SystemKeyring(Store):
    """Secrets in the keyring.

    Args:
        environment: says where the keyring is, and whether it may ask the person to unlock it.
        reader: what reads from it, if that is open already.
    """

    may_repeat = True

    def __init__(self, environment: "Environment", reader: "KeyringReader | None" = None) -> None:
        self.environment = environment
        self.reader = reader or open_reader(environment)
        self.patience = self.reader.patience

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        return self.reader.get(key)

    def get_of(self, service: str, account: str) -> str | None:
        """Return what another program keeps in the keyring that lasts, or None. Raises Unavailable."""
        return self.reader.lasting.ask(lambda keyring: keyring.get_of(service, account))

    def every(self, key: str) -> list[str]:
        """Return what is under a key in the kernel's keyring, and in the one that lasts. Raises Unavailable."""
        found = [self.reader.kernel.get(key)]
        try:
            found.append(self.reader.get_lasting(key))
        except NoKeyring:
            pass  # there is the kernel's alone
        return list(dict.fromkeys(secret for secret in found if secret is not None))

    def place_of(self, key: str) -> str | None:
        """Return the name of the keyring that the last `get` found a key's secret in."""
        return self.reader.place_of(key)

    def keys(self) -> list[str]:
        """Return the keys of all secrets in the Secret Service; others cannot be listed. Raises Unavailable."""
        return self.reader.lasting.ask(lambda keyring: keyring.keys())

    def check(self) -> None:
        """Make sure that a new secret could be put here. Raises Unavailable."""
        self.reader.lasting.ask(lambda keyring: keyring.check())

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

        return Writer(self.reader.kernel, self.reader.lasting.ask, self.get)

    def _locked(self) -> "AbstractContextManager[None]":
        """Hold the lock of this program's writers: to compare and to write are several calls."""
        from atla_credential.files import turn  # door: only a write needs the lock

        return turn.one_at_a_time(self.environment, "keyring", self.patience.limit_s)
