"""A file of another program's, as it is on disk: read whole and safely, or refused (safety F3, F8).

Nothing of what is in it is ever quoted, but for names and addresses.
"""

import json

from atla_credential.errors import Unavailable
from atla_credential.system import kernel
from atla_credential.text import printable
from atla_credential.toml.encoding import fault
from atla_credential.toml.file import look_into

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]

LIMIT = 1 << 20  # bytes
WITH_HISTORY = 1 << 24  # of JSON: programs that keep their history beside their settings have files of some MiB
MOVE_AWAY = "correct it there, or name another file with --from"


def read_text(path: str, limit: int = LIMIT) -> str | None:
    """Return what a file says, without a byte order mark; None if there is no such file.

    Raises Unavailable: it cannot be read, is another user's, no regular file, too large, or not UTF-8.
    """
    data = look_into(path, lambda descriptor: read_up_to(limit, descriptor, path))
    if data is None:
        return None
    if found := fault(data):
        raise Unavailable(f"cannot read {printable(path)}: {found[0]}", found[1])
    return data.decode("utf-8-sig")


def read_up_to(limit: int, descriptor: int, path: str) -> bytes:
    """Read to the end. Raises Unavailable past the limit."""
    parts, size = [], 0
    while part := kernel.read(descriptor, 1 << 20):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise Unavailable(f"cannot read {printable(path)}: it is larger than {limit >> 20} MiB", MOVE_AWAY)
    return b"".join(parts)


def read_object(path: str) -> "Object | None":
    """Return what a file of JSON says; None if there is no such file.

    Raises Unavailable: as in read_text; or it is no object in JSON, or one of its objects has a key twice, which two
    readers may take for two things.
    """
    text = read_text(path, WITH_HISTORY)
    if text is None:
        return None
    try:
        found = json.loads(text, object_pairs_hook=without_repeats)
    except Repeated:
        raise unreadable(path, "a key stands twice in one object of it") from None
    except json.JSONDecodeError as error:
        raise unreadable(path, f"not valid JSON at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):  # a number too long, objects too deep
        raise unreadable(path, "not valid JSON") from None
    if not isinstance(found, dict):
        raise unreadable(path, "it is no object")
    return found


class Repeated(ValueError):
    """A key stands twice in one object."""


def without_repeats(pairs: "list[tuple[str, Any]]") -> "Object":
    """Return an object. Raises Repeated."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Repeated
    return found


def unreadable(path: str, why: str) -> Unavailable:
    """Say why a file makes no sense."""
    return Unavailable(f"cannot read {printable(path)}: {why}", MOVE_AWAY)


def text_at(table: object, *keys: str) -> str:
    """Return a text below some keys; "" where there is none, or something else."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, str) else ""


def tables_at(table: object, key: str) -> "dict[str, Object]":
    """Return the objects below a key by their names; none where there is something else."""
    found = table.get(key) if isinstance(table, dict) else None
    return {name: each for name, each in found.items() if isinstance(each, dict)} if isinstance(found, dict) else {}
