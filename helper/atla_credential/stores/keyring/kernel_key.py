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
GET_KEYRING_ID, UPDATE, DESCRIBE, SEARCH, READ, INVALIDATE, GET_PERSISTENT = 0, 2, 6, 10, 11, 21, 22
PROCESS, SESSION, PERSISTENT = -2, -3, 0  # keyrings; the last has no number before it is asked for
THIS_USER = -1
NUMBER = 4  # bytes of a key's number, in what a keyring holds
LONGEST = 32767  # bytes of a key of type "user"
LONGEST_UPDATE = os.sysconf("SC_PAGE_SIZE")  # which KEYCTL_UPDATE takes
NOT_THERE = (errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED)
NO_KEYRING = (errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP)  # a kernel without keyrings, or a container without access


def find(descriptions: list[bytes]) -> "Iterator[int]":
    """Yield the number of every key of some descriptions: in the session's keyring, then in the persistent one."""
    seen = set()
    for ring in (SESSION, PERSISTENT):
        for description in descriptions:
            try:
                number = keyctl(SEARCH, number_of(ring), b"user", description, 0)
            except OSError as error:
                if error.errno not in (*NOT_THERE, *NO_KEYRING):
                    raise refused(error) from None
                continue
            if number not in seen:
                seen.add(number)
                yield number


def number_of(ring: int) -> int:
    """Return the number of the session's keyring, or of the persistent one. Raises OSError.

    The process's own keyring is where the persistent one becomes ours to search. Whoever adds a key to "that of the
    session" by that name, and is in none, is given a new one that ends with the process.
    """
    if ring == PERSISTENT:
        return keyctl(GET_PERSISTENT, THIS_USER, PROCESS)
    return keyctl(GET_KEYRING_ID, ring, 0)


def copy(description: bytes, new: bytes, only: str | None) -> bool:
    """Give each key of a description, or that holds `only`, a twin of another one, in the very keyrings that have it.

    Tells whether any was made. Raises Unavailable.
    """
    is_made = False
    found = {number: secret for number in find([description]) if only in (None, secret := read(number))}
    for number, secret in found.items():
        data = secret.encode("utf-8")
        for ring in rings_with(number):
            try:
                made = system_call(ADD_KEY, b"user", new, data, len(data), ring)
            except OSError as error:
                raise refused(error) from None
            if read(made) != secret:
                raise not_kept()  # safety K3
            is_made = True
    return is_made


def rings_with(number: int) -> "Iterator[int]":
    """Yield the keyrings that have a key: the session's, the persistent one, or one inside of these."""
    waiting, seen = [SESSION, PERSISTENT], set()
    while waiting:
        try:
            ring = waiting.pop(0)
            ring = number_of(ring) if ring in (SESSION, PERSISTENT) else ring
            if ring in seen or not text_of(DESCRIBE, ring).startswith(b"keyring;"):
                continue
            seen.add(ring)
            data = text_of(READ, ring)
        except OSError:
            continue  # not ours to look into
        inside = memoryview(data[: len(data) // NUMBER * NUMBER]).cast("i")
        waiting += inside
        if number in inside:
            yield ring


def read(number: int) -> str:
    """Return what a key holds. Raises Unavailable."""
    try:
        return text_of(READ, number).decode("utf-8")
    except OSError as error:
        raise refused(error) from None
    except UnicodeDecodeError:
        raise Unavailable(f"{FIRST_WORDS}: the kernel's key holds no text") from None


def text_of(operation: int, number: int) -> bytes:
    """Return what the kernel says of a key. Raises OSError."""
    buffer = ctypes.create_string_buffer(LONGEST)
    length = keyctl(operation, number, buffer, LONGEST)
    return buffer.raw[: min(length, LONGEST)]


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
