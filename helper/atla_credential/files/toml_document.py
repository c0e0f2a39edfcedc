"""A document as TOML in the form the `atla` CLI writes, and whether two documents say the same."""

import tomli_w

from atla_credential.files.folder import unwritable
from atla_credential.toml.file import BYTE_ORDER_MARK, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def render(document: "dict[str, Any]", path: str, old: bytes = b"") -> bytes:
    """Write a document as TOML in the form the `atla` CLI writes, and check that it reads back the same (safety F6).

    Args:
        old: what the file held.
    """
    try:
        data = mark_of(old) + tomli_w.dumps(document).encode("utf-8")
        is_same = same(parse(data, path), document)
    except (ValueError, RecursionError):  # a lone surrogate, or tables too deep
        raise unwritable(path, "a value is not possible in TOML") from None
    if not is_same:
        raise unwritable(path, "it would not read back the same")
    return data


def mark_of(old: bytes) -> bytes:
    """Return the byte order mark that a file begins with, or nothing: it stays, as all does that people wrote."""
    return BYTE_ORDER_MARK if old.startswith(BYTE_ORDER_MARK) else b""


def copied(document: "dict[str, Any]") -> "dict[str, Any]":
    """Return a copy of a document, of which no change is one of the document."""
    return {key: copied_value(value) for key, value in document.items()}


def copied_value(value: object) -> object:
    """Return the same of one value."""
    if isinstance(value, dict):
        return copied(value)
    return list(map(copied_value, value)) if isinstance(value, list) else value


def same(one: object, other: object) -> bool:
    """Tell whether two values of a document say the same: 1, 1.0 and true do not; nan, which equals nothing, does."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))
