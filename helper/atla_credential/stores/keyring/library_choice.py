"""Which backend of the library `keyring` is the keyring: the one that a person names to it, else the best real one.

What a person names is read here as the library does, but never from the working folder (safety X1).

Source: `keyring.core.load_env` and `keyring.core.load_config`.
"""

import configparser
import os
import sys

from keyring import backend, core
from keyring.backends import SecretService, chainer, fail, libsecret, null

from atla_credential.foreign.silence import silence
from atla_credential.foreign.waiting import end_children, within
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.library import LibraryKeyring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from keyring.backend import KeyringBackend

    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.patience import Patience

    T = TypeVar("T")

OURS = (SecretService.Keyring, libsecret.Keyring)  # the Secret Service, which we write to in a way of our own
NONE = (null.Keyring, fail.Keyring)
SYSTEMS = ("keyring.backends.macOS", "keyring.backends.Windows", "keyring.backends.kwallet")
WHAT_NAMES_IT = "what keyringrc.cfg or PYTHON_KEYRING_BACKEND names"


def open_named(environment: "Environment", patience: "Patience") -> LibraryKeyring | None:
    """Open the keyring that a person has named to the library; None if none is named, or the Secret Service.

    Raises NoKeyring also where it keeps nothing, or keeps it in plain text (safety K1); Unavailable if it hangs.
    """
    name = name_of(environment)
    if name is None or name in {f"{each.__module__}.{each.__name__}" for each in OURS}:
        return None
    found = load(patience, lambda: core.load_keyring(name))
    if is_unsafe(found):
        raise keyring_error.no_backend(f"{WHAT_NAMES_IT} keeps no secret safely")
    return None if isinstance(found, OURS) else LibraryKeyring(found, patience)


def open_best(environment: "Environment", patience: "Patience") -> LibraryKeyring | None:
    """Open the best keyring that can be found, but not the Secret Service; None if the person has named another.

    Raises Unavailable if the search does not end.
    """
    if name_of(environment):
        return None
    found = load(patience, best)
    return LibraryKeyring(found, patience) if found else None


def load(patience: "Patience", call: "Callable[[], T]") -> "T":
    """Let the library load backends. Raises NoKeyring, Unavailable."""
    try:
        with silence(patience.may_ask), patience as left_s:
            return within(left_s, call)
    except TimeoutError:
        end_children()
        patience.end()
        raise keyring_error.hung(patience.limit_s) from None
    except (Exception, SystemExit):  # plug-ins raise what they like
        raise keyring_error.no_backend(f"{WHAT_NAMES_IT} cannot be used") from None


def name_of(environment: "Environment") -> str | None:
    """Return the backend that a variable or keyringrc.cfg names; let it be found where that file says."""
    if environment.keyring_name:
        return environment.keyring_name
    if not environment.names_keyring:
        return None
    settings = configparser.RawConfigParser()
    try:
        settings.read(environment.keyring_settings_path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        raise keyring_error.no_backend("keyringrc.cfg cannot be read") from None
    folder = os.path.expanduser(settings.get("backend", "keyring-path", fallback="").strip())
    if os.path.isabs(folder):
        sys.path.insert(0, folder)
    return settings.get("backend", "default-keyring", fallback="").strip() or None


def best() -> "KeyringBackend | None":
    """Return the best backend that is a keyring of a system: plug-ins are for those who name them."""
    real = [each for each in backend.get_all_keyring() if type(each).__module__ in SYSTEMS and core.recommended(each)]
    safe = [each for each in real if not isinstance(each, OURS) and not is_unsafe(each)]
    return max(safe, key=backend.by_priority, default=None)


def is_unsafe(keyring: "KeyringBackend") -> bool:
    """Tell whether a backend keeps nothing, or keeps it for everybody to read."""
    if isinstance(keyring, chainer.ChainerBackend):
        return not keyring.backends or any(map(is_unsafe, keyring.backends))
    return isinstance(keyring, NONE) or "plaintext" in type(keyring).__name__.lower()
