"""One TOML file as it is on disk: read whole and safely, or refused.

`None` means the file is not there. `Unavailable` means it could not be looked into; the message says which file
and why, and quotes nothing of what is in it (safety F3).
"""

from atla_credential import errors
from atla_credential.system import kernel, use_libraries, user_id
from atla_credential.text import printable, quoted
from atla_credential.toml.line import Refused
from atla_credential.toml.plain import Tables, read_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import Any, TypeVar

    T = TypeVar("T")

CHUNK = 1 << 15  # bytes; the memory of one serves the next
FILE_LIMIT = 1 << 26  # bytes; 10,000 profiles take 2 MB
OPEN_FLAGS = sum(getattr(kernel, name, 0) for name in ("O_RDONLY", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY"))
FILE_KIND, REGULAR_FILE = 0o170000, 0o100000  # S_IFMT and S_IFREG of inode(7)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some Windows editors write one


def read_document(path: str, needles: "tuple[bytes, ...] | None" = None) -> "Tables | None":
    """Read and parse a TOML file.

    Args:
        needles: which tables `[a.b]` are wanted, as in `read_plain`; the others may be missing from what is returned.

    Returns:
        What the file says, or None if there is no such file.

    Raises:
        Unavailable: it cannot be read, is not ours, is not a regular file, or is not TOML.
    """

    def read(descriptor: int) -> "Tables":
        try:
            return read_plain(lambda: kernel.read(descriptor, CHUNK), needles)
        except Refused:
            kernel.lseek(descriptor, 0, 0)
            return Tables(parse(read_all(descriptor, path), path))

    return look_into(path, read)


def read_file(path: str) -> bytes | None:
    """Return a file's bytes, or None if there is no such file. Raises Unavailable."""
    return look_into(path, lambda descriptor: read_all(descriptor, path))


def look_into(path: str, read: "Callable[[int], T]", is_anybodys: bool = False) -> "T | None":
    """Return what `read` makes of an open file, or None if there is no such file. Raises Unavailable.

    Args:
        is_anybodys: whether another user may have put it there.
    """
    try:
        descriptor = kernel.open(path, OPEN_FLAGS)  # O_NONBLOCK: a FIFO in its place must not hold us up
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    try:
        refuse_foreign(kernel.fstat(descriptor), path, is_anybodys)
        return read(descriptor)
    except OSError as error:
        raise unreadable(path, error) from None
    finally:
        kernel.close(descriptor)


def refuse_foreign(status: "os.stat_result", path: str, is_anybodys: bool = False) -> None:
    """Refuse what is not a regular file, and files that another user could have put there (safety F3, F8)."""
    if status.st_mode & FILE_KIND != REGULAR_FILE:
        step = "name another file" if is_anybodys else "move it away"  # it may be /dev/stdin
        raise errors.Unavailable(f"cannot read {printable(path)}: it is not a regular file", step)
    if not (is_anybodys or owner_is_trusted(status)):
        raise errors.Unavailable(
            f"cannot read {printable(path)}: it belongs to another user",
            "run this as that user",
        )


def owner_is_trusted(status: "os.stat_result") -> bool:
    """Tell whether a file or folder belongs to this user or to root. On Windows the folder's ACL decides instead."""
    return user_id() is None or status.st_uid in (user_id(), 0)


def read_all(descriptor: int, path: str) -> bytes:
    """Read to the end, up to the limit."""
    data = b""
    while chunk := kernel.read(descriptor, 1 << 20):
        data += chunk
        if len(data) > FILE_LIMIT:
            raise errors.Unavailable(f"cannot read {printable(path)}: it is larger than 64 MiB", "move it away")
    return data


def parse(data: bytes, path: str) -> "dict[str, Any]":
    """Parse TOML.

    Raises:
        Unavailable: with line and column, never with content.
    """
    use_libraries()
    import tomli  # door: only a file that is there needs the parser

    try:
        return tomli.loads(data.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
    except tomli.TOMLDecodeError as error:
        place = f" at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):  # not UTF-8, an integer too long, tables too deep
        place = ""
    from atla_credential.toml.encoding import fault  # door: only what cannot be read needs words

    found = fault(data)
    if found:
        raise errors.Unavailable(
            f"cannot read {printable(path)}: {found[0]}", f"{found[1]}, or move the file away"
        ) from None
    raise errors.Unavailable(
        f"cannot read {printable(path)}: not valid TOML{place}", "correct it there, or move the file away"
    ) from None


def unreadable(path: str, error: Exception) -> "errors.Unavailable":
    """Say why a file could not be opened or read."""
    reason = error.strerror if isinstance(error, OSError) else None
    return errors.Unavailable(
        f"cannot read {printable(path)}: {(reason or 'not a possible path').lower()}", f"see: ls -ld {quoted(path)}"
    )
