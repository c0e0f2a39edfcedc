"""One change at a time: the lock of all profiles, and that of the keyring."""

import os
from contextlib import ExitStack, contextmanager, suppress

from atla_credential.errors import CredentialError
from atla_credential.files.file_lock import locked
from atla_credential.files.folder import make_folder, real_path, unwritable
from atla_credential.toml.file import owner_is_trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment


@contextmanager
def one_at_a_time(environment: "Environment", what: str = "profiles", wait_s: float | None = None) -> "Iterator[None]":
    """Hold the lock of all profiles, or of the keyring, while the block runs (safety C6).

    A profile is in three files, each with a lock of its own: without this one, two logins at once could each remove
    the token of the other, and two adoptions could take one name. Who needs both takes that of the profiles first.

    There is one in each folder that has one of the three files, so that processes which share any of them wait for each
    other. A folder that cannot be written, or is another user's, has none: whoever writes there finds out by himself,
    and the comparison of secrets decides.

    Raises:
        TryAgain: another process held it for too long.
        CredentialError: a lock cannot be made.
    """
    with ExitStack() as held:
        for folder in sorted(folders_of(environment)):  # all in the same order, or two could wait for each other
            path = os.path.join(folder, what)
            if can_be_written(f"{path}.lock") and is_ours(folder):
                try:
                    make_folder(folder)
                    held.enter_context(locked(path, wait_s))
                except OSError as error:
                    raise unwritable(path, (error.strerror or "the system refuses").lower()) from None
        yield


def folders_of(environment: "Environment") -> set[str]:
    """Return the folders that have one of the three files.

    One whose place nobody knows without HOME is not needed, and beside a file without a name nothing is made.
    """
    found = set()
    for name in ("helper_path", "config_path", "credentials_path"):
        with suppress(CredentialError):
            found.add(os.path.dirname(real_path(getattr(environment, name))))
    return found


def can_be_written(path: str) -> bool:
    """Tell whether a file can be opened to write, or made with the folders that it lacks. A link is refused later."""
    if os.path.islink(path):
        return True
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return os.access(path, os.W_OK)


def is_ours(folder: str) -> bool:
    """Tell whether a folder is this user's or root's, or not there yet."""
    return not os.path.isdir(folder) or owner_is_trusted(os.stat(folder))
