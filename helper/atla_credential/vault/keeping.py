"""What changes in the folder of copies: it is made, a file in it is replaced as a whole, or goes."""

import os
import re
from contextlib import contextmanager, suppress

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files.file_lock import locked
from atla_credential.files.folder import make_private
from atla_credential.files.secure_file import remove_leftovers, temporary_beside
from atla_credential.vault.copy import MARK, is_folder, is_ours, read_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BESIDE, TEMPORARY = (".lock", ".denial", ".pause"), ".tmp"
UNUSED_S = 3600.0
OURS = re.compile(r"[0-9a-f]{32}(\.|$)")  # as `asked.hashed` makes a name, and what stands beside such a file


def make_folder(places: list[tuple[str, str]]) -> str:
    """Return the first folder that may hold a copy, made where it is missing; "" if there is none.

    Args:
        places: as `options.folders` says. Only the last part of a path is ever made.
    """
    for folder, above in places:
        with suppress(OSError, ValueError):
            if is_ours(above) and not os.path.lexists(folder):
                with suppress(FileExistsError):  # another process was faster
                    os.mkdir(folder, 0o700)
                    make_private(folder, 0o700)  # whatever the umask is
        if is_ours(above) and is_folder(folder):
            return folder
    return ""


def keep(path: str, data: bytes) -> None:
    """Let a file hold this from now on, which a reader sees as a whole or not at all. Its lock is held.

    Where that cannot be, it is gone: what it held is not so any more.
    """
    try:
        remove_leftovers(path)
        with temporary_beside(path, data) as temporary:
            os.replace(temporary, path)
    except OSError:
        drop(path)


def drop(path: str) -> None:
    """Remove a file, if it is there, and what writers that were killed have left of it. Its lock is held."""
    with suppress(OSError):
        remove_leftovers(path)
    with suppress(OSError):
        os.unlink(path)


def drop_marked(folder: str, mark: str) -> None:
    """Remove the copies that have a mark, and what is left of such.

    Their locks are not held: who is just asking for one sees by the denial, noted before, that it may not be kept.
    """
    for path in marked(folder, mark):
        with suppress(OSError):
            os.unlink(path)


def marked(folder: str, mark: str) -> list[str]:
    """Return the paths of the files that have a mark."""
    line, found = f"\n{MARK}={mark}\n".encode(), []
    for path in files_in(folder):
        with suppress(OSError):
            if line in read_own(path):
                found.append(path)
    return found


def tidy(folder: str, now_utc: float) -> None:
    """Remove what keeps order beside the copies and has not been used for long: each host that is asked for has some.

    Whoever takes a lock changes its file's mode, and so the time of its last change. One that is removed all the same
    lets two callers ask at once, and no more.
    """
    for path in files_in(folder):
        with suppress(OSError):
            if path.endswith(BESIDE) and os.lstat(path).st_ctime < now_utc - UNUSED_S:
                os.unlink(path)


def files_in(folder: str) -> list[str]:
    """Return the paths of what is ours in a folder, which others may use too; none if it cannot be looked into."""
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder) if OURS.match(name)]
    except OSError:
        return []


@contextmanager
def alone(path: str, wait_s: float) -> "Iterator[None]":
    """Hold the lock of a copy while the block runs; where nobody can have one, without it.

    Raises TryAgain: another process held it for that long.
    """
    lock = locked(path, wait_s)
    try:
        lock.__enter__()
    except TryAgain:
        raise
    except (OSError, CredentialError):  # the system refuses, or something else has the name
        yield
        return
    try:
        yield
    finally:
        lock.__exit__(None, None, None)
