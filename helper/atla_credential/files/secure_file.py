"""Replace a file so that nothing is ever lost and nobody else can read it.

    lock -> read -> change -> temporary file beside it -> fsync -> compare with what was read -> rename -> fsync

Readers see the old file or the new one, never half of one (safety F2). The `atla` CLI writes the same files
without taking the lock, so just before the rename the file is compared with what was read; if it changed, the
change is made again on the new content (safety C3).
"""

import os
import re
import stat
from contextlib import contextmanager

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files.file_lock import locked
from atla_credential.files.folder import make_folder, make_private, real_path, sync_folder, unwritable
from atla_credential.system import stamp_of, user_id
from atla_credential.text import printable
from atla_credential.toml.file import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Stamp = tuple[int, ...] | None
    Seen = tuple[Stamp, bytes | None]  # a file's stamp, and what it held then

ATTEMPTS = 20
TEMPORARY_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # O_EXCL follows no link


def look(path: str) -> "Seen":
    """Return what a file holds, and the stamp by which it is known again. Raises Unavailable."""
    return stamp_of(path), read_file(path)


def is_as_seen(path: str, seen: "Seen") -> bool:
    """Tell whether a file is there and as it was."""
    return seen[0] == stamp_of(path) is not None


def update(
    path: str,
    change: "Callable[[bytes | None], bytes | None]",
    seen: "Seen" = (None, None),
    before_write: "Callable[[bytes], None] | None" = None,
) -> "Seen | None":
    """Replace a file's content by what `change` makes of it.

    Args:
        path: the file; a symbolic link is written through (safety F7). Missing folders are made, mode 0700.
        change: old content or None -> new content, or None if nothing is to be written. Called again and again.
        seen: what is known of the file; it is read if that is nothing, or no longer so.
        before_write: called with the old content, while the lock is held, when something will be written.

    Returns:
        What it holds now, or None if nothing was written.

    Raises:
        TryAgain: the lock is held, or the file changed under us, for too long.
        Unavailable: the file cannot be read, or is not ours.
        CredentialError: the file cannot be written, and is as it was; or it was written, and may not be on the disk.
    """
    if not is_as_seen(path, seen):
        seen = look(path)
    if change(seen[1]) in (None, seen[1]):
        return None  # without even a lock: the home may be read-only
    target = real_path(path)
    try:
        make_folder(os.path.dirname(target))
        with locked(target):
            remove_leftovers(target)
            return update_locked(target, change, seen, before_write)
    except OSError as error:
        raise unwritable(path, (error.strerror or "the system refuses").lower()) from None


def update_locked(
    target: str,
    change: "Callable[[bytes | None], bytes | None]",
    seen: "Seen",
    before_write: "Callable[[bytes], None] | None",
) -> "Seen | None":
    """Replace a file's content while its lock is held, which not every program takes. As in `update`."""
    for _ in range(ATTEMPTS):
        old = seen[1] if is_as_seen(target, seen) else read_file(target)
        seen = (None, None)  # `replace` compares with what is there by then
        new = change(old)
        if new is None or new == old:
            return None
        if before_write:
            before_write(old or b"")
        if stamp := replace(target, old, new):
            return stamp, new
    raise TryAgain(f"{printable(target)} is being changed by another program all the time", "try again")


def replace(target: str, old: bytes | None, new: bytes) -> "Stamp":
    """Put new content in the place of a file, unless it no longer holds the old content.

    Returns:
        The new file's stamp; None if the file changed in between, and nothing was done.
    """
    refuse_foreign_target(target)
    with temporary_beside(target, new) as temporary:
        if read_file(target) != old:
            return None
        stamp = stamp_of(temporary)  # nobody else knows its name, so this is our content's
        os.replace(temporary, target)
    try:
        sync_folder(os.path.dirname(target))
    except OSError as error:
        reason = (error.strerror or "the system refuses").lower()
        raise CredentialError(
            f"{printable(target)} was written, but may be lost if the power fails now: {reason}", "check the disk"
        ) from None
    return stamp


def keep_copy(copy_path: str, data: bytes) -> None:
    """Keep a copy of a file beside it, whole or not at all; a copy that is there already is the older one and stays.

    The file's lock is held. Raises OSError; CredentialError where something else has the copy's name.
    """
    remove_leftovers(copy_path)
    try:
        with temporary_beside(copy_path, data) as temporary:
            give_name(temporary, copy_path)
    except FileExistsError:
        if not stat.S_ISREG(os.lstat(copy_path).st_mode):
            raise unwritable(copy_path, "it is not a regular file") from None
    sync_folder(os.path.dirname(copy_path))


def give_name(temporary: str, path: str) -> None:
    """Let a temporary file have a name that is free, also where there are no hard links (safety F11).

    Raises:
        FileExistsError: it is not free.
        OSError: the system refuses.
    """
    try:
        os.link(temporary, path)
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError from None
        os.rename(temporary, path)


@contextmanager
def temporary_beside(target: str, data: bytes) -> "Iterator[str]":
    """Write data to a new file that nobody can guess, beside another; it is gone afterwards unless it was renamed."""
    temporary = f"{target}.{os.urandom(8).hex()}.tmp"
    try:
        write_temporary(temporary, data)
        yield temporary
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def refuse_foreign_target(target: str) -> None:
    """Refuse to replace a file that is not ours to replace: root's file stays root's (safety F8)."""
    if user_id() is not None and os.path.lexists(target) and os.lstat(target).st_uid != user_id():
        raise unwritable(target, "it belongs to another user")


def write_temporary(temporary: str, data: bytes) -> None:
    """Write a new file that nobody else could read at any moment, and push it to the disk."""
    descriptor = os.open(temporary, TEMPORARY_FLAGS, 0o600)
    try:
        if hasattr(os, "fchmod"):
            make_private(descriptor, 0o600)  # a umask of 0777 would leave us a file that we cannot read
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(target: str) -> None:
    """Remove our own temporary files of writers that were killed, those of the copy of an older version too.

    All of ours hold the lock, so none is in use.
    """
    folder, name = os.path.split(target)
    ours = re.compile(re.escape(name) + r"(\.v1\.bak)?\.[0-9a-f]{16}\.tmp")
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        if ours.fullmatch(entry) and stat.S_ISREG(os.lstat(path).st_mode):
            os.unlink(path)
