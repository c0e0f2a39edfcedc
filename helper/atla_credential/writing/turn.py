"""One change at a time: the lock of all profiles, and that of the keyring."""

import os
from contextlib import ExitStack, contextmanager

from atla_credential.writing.file_lock import locked
from atla_credential.writing.secure_file import make_folder, unwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment


@contextmanager
def one_at_a_time(environment: "Environment", what: str = "profiles", wait_s: float | None = None) -> "Iterator[None]":
    """Hold the lock of all profiles, or of the keyring, while the block runs.

    A profile is in three files, each with a lock of its own: without this one, two logins at once could each remove
    the token of the other, and two adoptions could take one name. Who needs both takes that of the profiles first.

    Raises:
        TryAgain, CredentialError: as in file_lock.locked.
    """
    path = f"{os.path.realpath(environment.config_path)}.{what}"
    with ExitStack() as held:
        try:
            make_folder(os.path.dirname(path))
            held.enter_context(locked(path, wait_s))
        except OSError as error:
            raise unwritable(environment.config_path, (error.strerror or "the system refuses").lower()) from None
        yield
