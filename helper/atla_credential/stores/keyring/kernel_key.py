"""Keys of the Linux kernel, by system calls: find, read, write, remove. Nothing need be installed for it.

Source: keyctl(2), persistent-keyring(7), and the tables of system calls in the kernel's sources.
"""

import ctypes
import errno
import os
import sys

from atla_credential.errors import Unavailable
from atla_credential.stores.keyring.error import FIRST_WORDS, not_kept, too_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

KEYCTL = {  # the number of the system call; where several sorts of Python run on one machine, that of the 64-bit one
    "x86_64": 250,
    "aarch64": 219,
    "riscv64": 219,
    "loongarch64": 219,
    "ppc64le": 271,
    "s390x": 280,
}
ADD_KEY = -2  # add_key(2) stands two before keyctl(2) in each of these tables
GET_KEYRING_ID, UPDATE, SEARCH, READ, INVALIDATE, GET_PERSISTENT = 0, 2, 10, 11, 21, 22
PROCESS, SESSION, PERSISTENT = -2, -3, 0  # keyrings; the last has no number before it is asked for
THIS_USER = -1
LONGEST = 32767  # bytes of a key of type "user"
LONGEST_UPDATE = os.sysconf("SC_PAGE_SIZE")  # which KEYCTL_UPDATE takes
NOT_THERE = (errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED)
NO_KEYRING = (errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP)  # a kernel without keyrings, or a container without access


def find(descriptions: list[bytes]) -> "Iterator[int]":
    """Yield the number of every key of some descriptions: in the session's keyring, then in the persistent one."""
    yield from dict.fromkeys(number for number, _ in places_of(descriptions))


def places_of(descriptions: list[bytes]) -> "Iterator[tuple[int, int]]":
    """Yield the number of every key of some descriptions, and the keyring it was found in, for each that has it."""
    for ring in (SESSION, PERSISTENT):
        for description in descriptions:
            try:
                # The process's own keyring is where the persistent one becomes ours to search.
                place = keyctl(GET_PERSISTENT, THIS_USER, PROCESS) if ring == PERSISTENT else ring
                number = keyctl(SEARCH, place, b"user", description, 0)
            except OSError as error:
                if error.errno not in (*NOT_THERE, *NO_KEYRING):
                    raise refused(error) from None
                continue
            yield number, place


def copy(description: bytes, new: bytes, only: str | None) -> None:
    """Make a key of another description with what one holds, in each keyring that has that one.

    Args:
        only: copy only what is this secret.

    Raises:
        Unavailable: the kernel does not give or take it.
    """
    for number, place in list(places_of([description])):
        secret = read(number)
        if only in (None, secret):
            data = secret.encode("utf-8")
            try:
                ring = keyctl(GET_KEYRING_ID, place, 0)  # by its number: "the session's" would make one where is none
                made = system_call(ADD_KEY, b"user", new, data, len(data), ring)
            except OSError as error:
                raise refused(error) from None
            if read(made) != secret:
                raise not_kept()  # safety K3


def read(number: int) -> str:
    """Return what a key holds. Raises Unavailable."""
    buffer = ctypes.create_string_buffer(LONGEST)
    try:
        length = keyctl(READ, number, buffer, LONGEST)
        return buffer.raw[: min(length, LONGEST)].decode("utf-8")
    except OSError as error:
        raise refused(error) from None
    except UnicodeDecodeError:
        raise Unavailable(f"{FIRST_WORDS}: the kernel's key holds no text") from None


def write(number: int, secret: str) -> None:
    """Make a key hold a secret. Raises CredentialError if it is too long, else Unavailable."""
    data = secret.encode("utf-8")
    if len(data) > LONGEST_UPDATE:
        raise too_long(f"{LONGEST_UPDATE} bytes")
    try:
        keyctl(UPDATE, number, data, len(data))
    except OSError as error:
        raise refused(error) from None
    if read(number) != secret:
        raise not_kept()  # safety K3


def remove(number: int) -> None:
    """Remove a key from every keyring. Raises Unavailable."""
    try:
        keyctl(INVALIDATE, number)
    except OSError as error:
        raise refused(error) from None


def refused(error: OSError) -> Unavailable:
    """Say that the kernel refused."""
    reason = (error.strerror or "it refuses").lower()
    return Unavailable(f"{FIRST_WORDS}: the kernel keyring: {reason}", "see what is in it: keyctl show @s")


def keyctl(operation: int, *arguments: object) -> int:
    """Call the kernel. Raises OSError."""
    return system_call(0, operation, *arguments)


def system_call(offset: int, *arguments: object) -> int:
    """Make a system call whose number is that of keyctl and an offset. Raises OSError."""
    number = KEYCTL.get(os.uname().machine)
    if number is None or sys.maxsize < 1 << 32:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in (number + offset, *arguments)]
    result: int = library.syscall(*words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long
