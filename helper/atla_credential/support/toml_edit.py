"""Edit a TOML file that people edit too: comments, order and unknown keys stay as they are.

A change is a function of plain dictionaries. What it made different is carried over into the text: a new table is
added at the end, everything else goes in place. Only text that reads back as the plain result is written (safety
F6).
"""

import copy
import os

import tomlkit

from atla_credential.document import BYTE_ORDER_MARK, parse
from atla_credential.support import secure_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from typing import Any

    Table = dict[str, Any]


def edit(path: str, change: "Callable[[Table], None]", before_write: "Callable[[bytes], None] | None" = None) -> bool:
    """Apply a change to a TOML file; a missing file is an empty one.

    Args:
        before_write: called with the old content when something will be written.

    Returns:
        Whether anything was written.

    Raises:
        Unavailable, TryAgain, CredentialError: as in secure_file.update.
    """

    def make(old: bytes | None) -> bytes | None:
        old = old or b""
        present = parse(old, path)
        wanted = copy.deepcopy(present)
        change(wanted)
        if wanted == present:
            return None
        new = carry_over(old.removeprefix(BYTE_ORDER_MARK).decode("utf-8"), present, wanted).encode("utf-8")
        if parse(new, path) != wanted:
            raise secure_file.unwritable(path, "its layout cannot be edited safely")
        if before_write:
            before_write(old)
        return new

    return secure_file.update(path, make)


def carry_over(text: str, present: "Table", wanted: "Table") -> str:
    """Return the text with the differences between two documents made in it."""
    document = tomlkit.parse(text)
    assign_changed(document, present, wanted)
    added = [tomlkit.dumps(table) for table in added_tables(present, wanted)]
    parts = [part.rstrip("\n") for part in (tomlkit.dumps(document), *added)]
    return "\n\n".join(part for part in parts if part) + "\n"


def assign_changed(target: "MutableMapping[str, Any]", present: "Table", wanted: "Table") -> None:
    """Remove what is gone and set what is new or different; new tables are left to `added_tables`."""
    for key in present.keys() - wanted.keys():
        del target[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(present.get(key), dict):
            assign_changed(target[key], present[key], value)
        elif not isinstance(value, dict) and (key not in present or present[key] != value):
            target[key] = value


def added_tables(present: "Table", wanted: "Table") -> "Iterator[Table]":
    """Yield each new table, inside the tables it belongs to, in the order of the wanted document."""
    for key, value in wanted.items():
        if not isinstance(value, dict):
            continue
        if key not in present:
            yield {key: value}
        else:
            yield from ({key: added} for added in added_tables(present[key], value))


def keep_copy(copy_path: str, data: bytes) -> None:
    """Keep a copy of a file beside it, mode 0600; a copy that is there already is the older one and stays."""
    try:
        secure_file.write_temporary(copy_path, data)
    except FileExistsError:
        return
    secure_file.sync_folder(os.path.dirname(copy_path))


def assign(table: "Table", values: "Table") -> None:
    """Set each key, or remove it where its value is None."""
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
