"""Keyrings through the library `keyring`: macOS, Windows, KWallet, and what a person has told that library to use.

Source: the names are those of the Rust crate `keyring`, so that the `atla` CLI finds what is kept here (safety K6).
"""

from keyring import backend, core
from keyring.backends import SecretService, chainer, fail, libsecret, null
from keyring.errors import KeyringLocked

from atla_credential.errors import CredentialError
from atla_credential.stores import keyring_error
from atla_credential.support.patience import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from keyring.backend import KeyringBackend

    T = TypeVar("T")

LONGEST_ON_WINDOWS = 1280  # UTF-16 units: CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes
OURS = (SecretService.Keyring, libsecret.Keyring)  # the Secret Service, which we write to in a way of our own
NONE = (null.Keyring, fail.Keyring)


class LibraryKeyring:
    """Secrets in a backend of the library.

    Args:
        keyring: the backend.
        limit_s: how long one call may take.
    """

    def __init__(self, keyring: "KeyringBackend", limit_s: float) -> None:
        self.keyring = keyring
        self.limit_s = limit_s
        self.name = keyring.name
        self.is_windows = type(keyring).__module__ == "keyring.backends.Windows"

    def check(self) -> None:
        """Make sure that a new secret would have a place: who found the backend has."""

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        return self._run(lambda: self.keyring.get_password(*self._names(key)))

    def update(self, key: str, secret: str | None) -> bool:
        """Set, or with None remove, what is there under a key, and tell whether there was anything.

        Raises:
            Unavailable: the keyring cannot be used.
            CredentialError: the secret is too long for it.
        """
        old = self.get(key)
        if old is not None and secret is None:
            self._run(lambda: self.keyring.delete_password(*self._names(key)))
        elif old is not None and secret is not None and secret != old:
            self.create(key, secret)
        return old is not None

    def create(self, key: str, secret: str) -> None:
        """Set the secret of a key. Raises as in update."""
        if not self.is_windows:
            self._set(key, secret)
            return
        if len(secret.encode("utf-16-le")) // 2 > LONGEST_ON_WINDOWS:
            raise keyring_error.too_long(f"{LONGEST_ON_WINDOWS} characters")
        old = self.get(key)
        if old is not None:  # the library would keep it under another name
            self._run(lambda: self.keyring.delete_password(*self._names(key)))
        try:
            self._set(key, secret)
        except CredentialError:
            if old is not None:
                self._set(key, old)
            raise

    def _set(self, key: str, secret: str) -> None:
        self._run(lambda: self.keyring.set_password(*self._names(key), secret))
        if self.get(key) != secret:
            raise keyring_error.not_kept()  # safety K3

    def _names(self, key: str) -> tuple[str, str]:
        """Return the service and the account that a key goes by."""
        return (f"{key}.atla", key) if self.is_windows else ("atla", key)

    def _run(self, call: "Callable[[], T]") -> "T":
        try:
            return within(self.limit_s, call)
        except TimeoutError:
            raise keyring_error.hung(self.limit_s) from None
        except KeyringLocked:
            raise keyring_error.locked() from None
        except Exception as error:  # backends raise what they like, and their words may hold anything
            raise keyring_error.refused(type(error).__name__) from None


def open_library(is_named: bool, limit_s: float) -> LibraryKeyring | None:
    """Open the keyring that the library would use.

    Args:
        is_named: whether the person has told the library which; otherwise it is the best that can be found, and the
            Secret Service and those that are no real keyring do not count.

    Returns:
        None if it is the Secret Service, or if none is found.

    Raises:
        NoKeyring: what was named cannot be used, or keeps nothing, or keeps it in plain text (safety K1).
        Unavailable: the search does not end.
    """
    try:
        found = within(limit_s, named if is_named else best)
    except TimeoutError:
        raise keyring_error.hung(limit_s) from None
    except Exception:
        raise keyring_error.no_backend("what keyringrc.cfg or PYTHON_KEYRING_BACKEND names cannot be used") from None
    if is_named and (found is None or is_unsafe(found)):
        raise keyring_error.no_backend("what keyringrc.cfg or PYTHON_KEYRING_BACKEND names keeps no secret safely")
    return None if found is None or isinstance(found, OURS) else LibraryKeyring(found, limit_s)


def named() -> "KeyringBackend | None":
    """Return the backend that a variable or keyringrc.cfg names."""
    return core.load_env() or core.load_config()


def best() -> "KeyringBackend | None":
    """Return the best backend that is a real keyring."""
    real = [
        each
        for each in backend.get_all_keyring()
        if not isinstance(each, (chainer.ChainerBackend, *OURS)) and core.recommended(each) and not is_unsafe(each)
    ]
    return max(real, key=backend.by_priority, default=None)


def is_unsafe(keyring: "KeyringBackend") -> bool:
    """Tell whether a backend keeps nothing, or keeps it for everybody to read."""
    return isinstance(keyring, NONE) or "plaintext" in type(keyring).__name__.lower()
