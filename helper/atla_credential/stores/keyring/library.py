"""Keyrings through the library `keyring`: macOS, Windows, KWallet, and what a person has told that library to use.

Source: the names are those of the Rust crate `keyring`, so that the `atla` CLI finds what is kept here (safety K6).
"""

from keyring.errors import KeyringLocked

from atla_credential.errors import CredentialError, Unavailable
from atla_credential.foreign.silence import silence
from atla_credential.foreign.waiting import end_children, within
from atla_credential.stores.keyring import error as keyring_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from keyring.backend import KeyringBackend

    from atla_credential.stores.keyring.patience import Patience

    T = TypeVar("T")

LONGEST_ON_WINDOWS = 1280  # UTF-16 units: CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes
NO_DIALOG = -25308  # errSecInteractionNotAllowed: macOS would have to ask, and may not


class LibraryKeyring:
    """Secrets in a backend of the library; patience says how long to wait, and whether it may ask for a password."""

    def __init__(self, keyring: "KeyringBackend", patience: "Patience") -> None:
        self.keyring = keyring
        self.patience = patience
        self.name = keyring.name
        self.is_windows = type(keyring).__module__ == "keyring.backends.Windows"

    def check(self) -> None:
        """Make sure that a new secret would have a place: who found the backend has."""

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        return self.get_of(*self._names(key))

    def get_of(self, service: str, account: str) -> str | None:
        """Return what is kept under these names, be it another program's; or None. Raises Unavailable."""
        secret = self._run(lambda: self.keyring.get_password(service, account))
        if secret is not None and not isinstance(secret, str):
            raise keyring_error.refused("what it holds is not text")
        return secret

    def update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        """Set, or with None remove, what is there under a key, if it is `only`; tell whether there was anything.

        Raises Unavailable; CredentialError if the secret is too long.
        """
        old = self.get(key)
        if only not in (None, old):
            return False
        if old is not None and secret is None:
            self._delete(key)
        elif old is not None and secret is not None and secret != old:
            self.create(key, secret)
        return old is not None

    def move(self, key: str, to: str, only: str | None = None) -> bool:
        """Give what is under a key another one, and tell whether there was anything. Args and errors as in update."""
        secret = self.get(key)
        if secret is None or only not in (None, secret):
            return False
        self.create(to, secret)
        self._delete(key)
        return True

    def keys(self) -> list[str]:
        """Return no keys: the library cannot list what is there."""
        return []

    def create(self, key: str, secret: str) -> None:
        """Set the secret of a key, and put the old one back if that fails. Raises as update does."""
        if self.is_windows and len(secret.encode("utf-16-le")) // 2 > LONGEST_ON_WINDOWS:
            raise keyring_error.too_long(f"{LONGEST_ON_WINDOWS} characters")
        old = self.get(key)
        try:
            self._set(key, secret)
        except (CredentialError, KeyboardInterrupt):
            if old is not None and not self.patience.is_over:  # of one that hangs nobody knows what it has done
                self._put_back(key, old)
            raise

    def _set(self, key: str, secret: str) -> None:
        if self.is_windows and self.get(key) is not None:
            self._delete(key)  # the library would keep the old one under another name (safety K6)
        self._run(lambda: self.keyring.set_password(*self._names(key), secret))
        if self.get(key) != secret:
            raise keyring_error.not_kept()  # safety K3

    def _put_back(self, key: str, old: str) -> None:
        """Set an old secret again: on macOS and Windows it is removed before the new one is added."""
        try:
            if self.get(key) != old:
                self._set(key, old)
        except CredentialError:
            raise keyring_error.lost() from None

    def _delete(self, key: str) -> None:
        try:
            self._run(lambda: self.keyring.delete_password(*self._names(key)))
        except Unavailable:
            if self.get(key) is not None:  # else somebody else was faster
                raise

    def _names(self, key: str) -> tuple[str, str]:
        """Return the service and the account that a key goes by."""
        return (f"{key}.atla", key) if self.is_windows else ("atla", key)

    def _run(self, call: "Callable[[], T]") -> "T":
        try:
            with silence(self.patience.may_ask), self.patience as left_s:
                return within(left_s, call)
        except TimeoutError:
            end_children()
            self.patience.end()
            raise keyring_error.hung(self.patience.limit_s) from None
        except (Exception, SystemExit) as error:  # backends raise what they like, and their words may hold anything
            raise keyring_error.locked() if is_locked(error) else keyring_error.refused(type(error).__name__) from None


def is_locked(error: BaseException) -> bool:
    """Tell whether an error means that somebody would have to unlock the keyring, or allow us to use it."""
    cause = error.__cause__
    return (
        isinstance(error, KeyringLocked)
        or type(cause).__name__ == "KeychainDenied"
        or (cause is not None and cause.args[:1] == (NO_DIALOG,))
    )
