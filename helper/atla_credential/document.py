"""One TOML file as it is on disk: read whole and safely, or refused.

`None` means the file is not there. `Unavailable` means it could not be looked into; the message says which file
and why, and quotes nothing of what is in it (safety F3).
"""

import os
import stat

from atla_credential.errors import Unavailable, printable, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE_LIMIT = 1 << 26  # bytes; 10,000 profiles take 2 MB
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some Windows editors write one


def read_document(path: str) -> "dict[str, Any] | None":
    """Read and parse a TOML file.

    Returns:
        The document, or None if there is no such file.

    Raises:
        Unavailable: it cannot be read, is not ours, is not a regular file, or is not TOML.
    """
    data = read_file(path)
    return None if data is None else parse(data, path)


def read_file(path: str) -> bytes | None:
    """Return a file's bytes, or None if there is no such file."""
    try:
        descriptor = os.open(path, OPEN_FLAGS)  # O_NONBLOCK: a FIFO in its place must not hold us up
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    try:
        refuse_foreign(os.fstat(descriptor), path)
        return read_all(descriptor, path)
    except OSError as error:
        raise unreadable(path, error) from None
    finally:
        os.close(descriptor)


def refuse_foreign(status: os.stat_result, path: str) -> None:
    """Refuse what is not a regular file, and files that another user could have put there (safety F3, F8)."""
    if not stat.S_ISREG(status.st_mode):
        raise Unavailable(f"cannot read {printable(path)}: it is not a regular file", "move it away")
    if not owner_is_trusted(status):
        raise Unavailable(
            f"cannot read {printable(path)}: it belongs to another user",
            "run this as that user, or make the file yours",
        )


def owner_is_trusted(status: os.stat_result) -> bool:
    """Tell whether a file or folder belongs to this user or to root. On Windows the folder's ACL decides instead."""
    return not hasattr(os, "geteuid") or status.st_uid in (os.geteuid(), 0)


def read_all(descriptor: int, path: str) -> bytes:
    """Read to the end, up to the limit."""
    data = b""
    while chunk := os.read(descriptor, 1 << 20):
        data += chunk
        if len(data) > FILE_LIMIT:
            raise Unavailable(f"cannot read {printable(path)}: it is larger than 64 MiB", "move it away")
    return data


def parse(data: bytes, path: str) -> "dict[str, Any]":
    """Parse TOML.

    Raises:
        Unavailable: with line and column, never with content.
    """
    import tomli  # door: only a file that is there needs the parser

    try:
        return tomli.loads(data.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
    except tomli.TOMLDecodeError as error:
        place = f" at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):  # not UTF-8, an integer too long, tables too deep
        place = ""
    raise Unavailable(
        f"cannot read {printable(path)}: not valid TOML{place}", "correct it there, or move the file away"
    ) from None


def unreadable(path: str, error: Exception) -> Unavailable:
    """Say why a file could not be opened or read."""
    reason = error.strerror if isinstance(error, OSError) else None
    return Unavailable(
        f"cannot read {printable(path)}: {(reason or 'not a possible path').lower()}", f"see: ls -ld {quoted(path)}"
    )
