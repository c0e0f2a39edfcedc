"""A lock between processes, on a side file that is never removed (safety C1).

The side file stays because removing it would let two processes lock two different files of one name. The lock
ends with the process that holds it, even by kill -9.
"""

import os
import stat
import sys
import time
from contextlib import contextmanager, suppress

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.system import user_id
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

WAIT_S = 30.0
PAUSE_S = 0.01
LOCK_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def locked(path: str, wait_s: float | None = None) -> "Iterator[None]":
    """Hold the lock of a file while the block runs.

    Args:
        wait_s: how long to wait for another process that holds it; None: 30 s.

    Raises:
        TryAgain: another process held it for that long.
        CredentialError: the side file cannot be made, or is not a regular file.
        OSError: the file system refuses.
    """
    descriptor = os.open(path + ".lock", LOCK_FLAGS, 0o600)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise CredentialError(f"cannot lock {printable(path)}: {printable(path)}.lock is not a regular file")
        if status.st_uid == user_id() and status.st_nlink == 1:
            with suppress(OSError):  # a file system may have modes of its own
                os.fchmod(descriptor, 0o600)  # a umask of 0777 would keep the next writer out
        give_up = time.monotonic() + (WAIT_S if wait_s is None else wait_s)
        while not try_lock(descriptor):
            if time.monotonic() >= give_up:
                raise TryAgain(f"another program holds the lock {printable(path)}.lock", "try again when it has ended")
            time.sleep(PAUSE_S)
        yield
    finally:
        close(descriptor)  # which also gives the lock back


def close(descriptor: int) -> None:
    """Close a descriptor that nothing was written to, so that a failure means nothing."""
    try:
        os.close(descriptor)
    except OSError:
        pass


def try_lock(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
