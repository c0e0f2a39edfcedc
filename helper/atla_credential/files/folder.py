"""The folder of a file: where it really is, made where it is missing, and pushed to the disk."""

import errno
import os
import stat

from atla_credential.errors import CredentialError
from atla_credential.files.file_lock import close
from atla_credential.text import printable
from atla_credential.toml.file import owner_is_trusted, unreadable

LOOKS = 5  # a program that takes no lock may rename a file between two of them
NO_SUCH_CALL = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def unwritable(path: str, reason: str) -> CredentialError:
    """Say why a file was left as it was."""
    return CredentialError(
        f"cannot write {printable(path)}: {reason}; the file is as it was", "do it once more when that is mended"
    )


def real_path(path: str) -> str:
    """Return the path of the file that all links lead to, be it there or not.

    Raises:
        Unavailable: it cannot be followed.
        CredentialError: the file has no name, like a deleted one that is still open. What is written beside its path,
            which is no more than a description of it, would be somewhere else (safety F12).
    """
    for _ in range(LOOKS):
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return os.path.realpath(path)
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from None
        target = os.path.realpath(path)
        if os.path.exists(target) and os.path.samestat(found, os.stat(target)):
            return target
    raise unwritable(path, "it leads to a file without a name")


def make_folder(folder: str) -> None:
    """Make a folder and its missing parents, mode 0700 whatever the umask is; refuse another user's (safety F1, F8)."""
    missing = []
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    if not owner_is_trusted(os.stat(folder)):
        raise unwritable(folder, "the folder belongs to another user")
    for each in reversed(missing):
        try:
            os.mkdir(each, 0o700)
            make_private(each, 0o700)
        except FileExistsError:
            if not os.path.isdir(each):
                raise


def make_private(file: str | int, mode: int) -> None:
    """Give what was just made its mode, whatever the umask is.

    A file system that refuses, as FAT and many others do, is none of our concern where nobody else may use the file
    and we may (safety F11).
    """
    try:
        os.chmod(file, mode)
    except OSError:
        given = stat.S_IMODE(os.stat(file).st_mode)
        if given & 0o077 or given & mode != mode:
            raise


def sync_folder(folder: str) -> None:
    """Push a rename to the disk. Windows has no such call, nor have some file systems."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NO_SUCH_CALL:
            raise
    finally:
        close(descriptor)
