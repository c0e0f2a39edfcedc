"""One change at a time: the lock of all profiles, and that of the keyring."""

import os
from contextlib import ExitStack, contextmanager

from atla_credential.files.file_lock import locked
from atla_credential.files.secure_file import make_folder, unwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment


@contextmanager
def one_at_a_time(environment: "Environment", what: str = "profiles", wait_s: float | None = None) -> "Iterator[None]":
    """Hold the lock of all profiles, or of the keyring, while the block runs (safety C6).

    A profile is in three files, each with a lock of its own: without this one, two logins at once could each remove
    the token of the other, and two adoptions could take one name. Who needs both takes that of the profiles first.

    It lies beside helper.toml, which is ours alone; where that folder cannot be written, beside credentials.toml; where
    neither can, there is none, and the comparison of secrets alone decides. Another folder of config.toml has one too.

    Raises:
        TryAgain, CredentialError: as in file_lock.locked.
    """
    own, shared = environment.helper_path, environment.config_path
    with ExitStack() as held:
        if not take(held, own, what, wait_s):
            take(held, environment.credentials_path, what, wait_s)
        if os.path.dirname(os.path.realpath(shared)) != os.path.dirname(os.path.realpath(own)):
            take(held, shared, what, wait_s)
        yield


def take(held: ExitStack, path: str, what: str, wait_s: float | None) -> bool:
    """Take the lock beside a file; return False where nothing can be written there. Raises as in one_at_a_time."""
    path = os.path.realpath(path)
    if not can_be_written(f"{path}.{what}.lock"):
        return False
    try:
        make_folder(os.path.dirname(path))
        held.enter_context(locked(f"{path}.{what}", wait_s))
    except OSError as error:
        raise unwritable(path, (error.strerror or "the system refuses").lower()) from None
    return True


def can_be_written(path: str) -> bool:
    """Tell whether a file can be opened to write, or made, with the folders that it lacks."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return os.access(path, os.W_OK)
