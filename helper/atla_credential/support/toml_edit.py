"""Edit a TOML file that people edit too: comments, order and unknown keys stay as they are.

A change is a function of plain dictionaries. What it made different is carried over into the text: a new table is
added at the end, everything else goes in place. Only text that reads back as the plain result is written (safety
F6).
"""

import copy
import json
import re

import tomli
import tomlkit
from tomlkit.exceptions import TOMLKitError

from atla_credential.document import BYTE_ORDER_MARK, parse
from atla_credential.support import secure_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from typing import Any

    Table = dict[str, Any]

LAYOUTS = (True, False)  # tried in this order, see carry_over


def edit(
    path: str,
    change: "Callable[[Table], None]",
    before_write: "Callable[[bytes], None] | None" = None,
    prepare: "Callable[[str], str] | None" = None,
    only_plan: bool = False,
) -> bool:
    """Apply a change to a TOML file; a missing file is an empty one.

    Args:
        before_write: called with the old content when something will be written.
        prepare: makes a part of the change in the text itself, where that keeps more of what people wrote.
        only_plan: write nothing, but fail where the layout could not be edited.

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
        if secure_file.same(wanted, present):
            return None
        texts = [old.removeprefix(BYTE_ORDER_MARK).decode("utf-8")]
        texts += [prepare(texts[0])] if prepare else []
        results = (carry_over(each, wanted, layout) for each in reversed(texts) for layout in LAYOUTS)
        new = next(filter(None, results), None)
        if new is None:
            raise secure_file.unwritable(path, "its layout cannot be edited safely")
        if before_write and not only_plan:
            before_write(old)
        return None if only_plan else new.encode("utf-8")

    return secure_file.update(path, make)


def rename_headers(text: str, old: str, new: str) -> str:
    """Give the tables of a profile another name, wherever a line looks like the header of one."""
    name = new if re.fullmatch("[A-Za-z0-9_-]+", new) else json.dumps(new, ensure_ascii=False)
    return re.sub(header_of(old), lambda match: match[1] + name, text)


def without_tables(text: str, name: str) -> str:
    """Take the tables of a profile out, but for the comments at their end: these stand above the next table."""
    kept, comments, is_inside = "", "", False
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            is_inside = re.match(header_of(name), line) is not None
            kept += comments
            comments = ""
        if not is_inside:
            kept += line
        else:
            comments = comments + line if line.lstrip().startswith("#") else ""
    return kept + comments


def header_of(name: str) -> str:
    """Return what the header of a profile's table looks like, up to the profile's name."""
    forms = "|".join(re.escape(form) for form in (name, f"'{name}'", json.dumps(name, ensure_ascii=False)))
    quotes = "[\"']?"
    return rf"(?m)^(\s*\[\s*{quotes}profiles{quotes}\s*\.\s*)(?:{forms})(?=\s*[.\]])"


def carry_over(text: str, wanted: "Table", new_tables_last: bool) -> str | None:
    """Return the text with what is missing to a document made in it.

    Args:
        new_tables_last: add new tables at the end, where no comment of another table is torn from it; otherwise put
            them inside the table they belong to, as inline tables demand.

    Returns:
        None if the result would not read back as the wanted document.
    """
    try:
        document, present = tomlkit.parse(text), tomli.loads(text)
        assign_changed(document, present, wanted, new_tables_last)
        added = [tomlkit.dumps(table) for table in added_tables(present, wanted)] if new_tables_last else []
        parts = [part.rstrip("\n") for part in (tomlkit.dumps(document), *added)]
        result = "\n\n".join(part for part in parts if part) + "\n"
        return result if secure_file.same(tomli.loads(result), wanted) else None
    except (ValueError, TOMLKitError):  # the layout is beyond the library
        return None


def assign_changed(target: "MutableMapping[str, Any]", present: "Table", wanted: "Table", only_values: bool) -> None:
    """Remove what is gone, and set what is new or different; new tables too, unless only values are to be set."""
    for key in present.keys() - wanted.keys():
        del target[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(present.get(key), dict):
            assign_changed(target[key], present[key], value, only_values)
        elif (key not in present or not secure_file.same(present[key], value)) and not (
            only_values and isinstance(value, dict)
        ):
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


def assign(table: "Table", values: "Table") -> None:
    """Set each key, or remove it where its value is None."""
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
