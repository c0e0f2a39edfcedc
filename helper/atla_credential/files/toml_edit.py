"""Edit a TOML file that people edit too: comments, order and unknown keys stay as they are.

A change is a function of plain dictionaries. What it made different is carried over into the text: a new table is
added at the end, everything else goes in place. Only text that reads back as the plain result is written (safety
F6); and where only a name changes, only text that has every comment.
"""

import tomli
import tomlkit
from tomlkit.exceptions import TOMLKitError

from atla_credential.files import secure_file
from atla_credential.files.folder import unwritable
from atla_credential.files.toml_document import copied, mark_of, same
from atla_credential.files.toml_text import comments, line_end, rearranged
from atla_credential.toml.file import BYTE_ORDER_MARK, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from typing import Any

    Table = dict[str, Any]

LAYOUTS = (True, False)  # tried in this order, see carry_over


def edit(
    path: str, change: "Callable[[Table], None]", before_write: "Callable[[bytes], None] | None" = None,
    prepare: "Callable[[str], str] | None" = None, only_plan: bool = False,
    check: "Callable[[bytes], None] | None" = None,
) -> bool:  # fmt: skip
    """Apply a change to a TOML file; a missing file is an empty one.

    Args:
        before_write: called with the old content when something will be written, as in `update`.
        prepare: gives something another name in the text itself; every comment has to survive then.
        only_plan: write nothing, but fail where the layout could not be edited.
        check: called with the old content before anything would be written, or planned; raises where nothing may be.

    Returns whether anything was written.

    Raises:
        TryAgain: the file is locked, or changed by another program, for too long.
        CredentialError: it cannot be read, edited or written, and is as it was.
    """

    def make(old: bytes) -> bytes | None:
        present = parse(old, path)
        wanted = copied(present)
        change(wanted)
        if same(wanted, present):
            return None
        if check:
            check(old)
        text = old.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        texts = [prepare(text), text] if prepare else [text]
        new = next((each for each in edited(texts, wanted) if not prepare or comments(each) == comments(text)), None)
        if new is None:
            raise unwritable(path, "its layout cannot be edited safely")
        return None if only_plan else mark_of(old) + new.encode("utf-8")

    try:
        return secure_file.update(path, once(make, check), before_write=before_write) is not None
    except RecursionError:
        raise unwritable(path, "its tables are too deep") from None


def once(
    make: "Callable[[bytes], bytes | None]", check: "Callable[[bytes], None] | None"
) -> "Callable[[bytes | None], bytes | None]":
    """Return what makes new content of the old, but of the same not again: as a rule it is, under the lock, as before.

    Args:
        check: called all the same where something would be written.
    """
    known: dict[bytes, bytes | None] = {}

    def remembered(old: bytes | None) -> bytes | None:
        old = old or b""
        if old not in known:
            known[old] = make(old)
        elif known[old] is not None and check:
            check(old)
        return known[old]

    return remembered


def edited(texts: list[str], wanted: "Table") -> "Iterator[str]":
    """Yield each text that says what is wanted, the one that keeps most of what people wrote first."""
    for text in texts:
        for is_rearranged in (True, False):
            for layout in LAYOUTS:
                result = carry_over(text, wanted, layout, is_rearranged)
                if result is not None:
                    yield result


def carry_over(text: str, wanted: "Table", new_tables_last: bool, is_rearranged: bool = True) -> str | None:
    """Return the text with what is missing to a document made in it.

    Args:
        new_tables_last: add new tables at the end, where no comment of another table is torn from it; otherwise put
            them inside the table they belong to, as inline tables demand.
        is_rearranged: make what can be made so in the text itself, which tears no comment from what it stands above.

    Returns:
        None if the result would not read back as the wanted document.
    """
    try:
        present, newline = tomli.loads(text), line_end(text)
        if is_rearranged and (found := rearranged(text, present, wanted)) is not text:
            text, present = found, tomli.loads(found)
        if not (new_tables_last and lacks_only_tables(present, wanted)):  # for which the library need not read it all
            document = tomlkit.parse(text)
            assign_changed(document, present, wanted, new_tables_last)
            text = tomlkit.dumps(document)
        added = [tomlkit.dumps(table) for table in added_tables(present, wanted)] if new_tables_last else []
        parts = [text, *(part.replace("\n", newline) for part in added)]
        result = f"{newline}{newline}".join(part.rstrip("\r\n") for part in parts if part.strip()) + newline
        return result if same(tomli.loads(result), wanted) else None
    except (ValueError, LookupError, TOMLKitError):  # the layout is beyond the library
        return None


def assign_changed(target: "MutableMapping[str, Any]", present: "Table", wanted: "Table", only_values: bool) -> None:
    """Remove what is gone, and set what is new or different; new tables too, unless only values are to be set."""
    for key in reversed([key for key in present if key not in wanted]):  # the library loses count the other way round
        del target[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(present.get(key), dict):
            assign_changed(target[key], present[key], value, only_values)
        elif (key not in present or not same(present[key], value)) and not (only_values and isinstance(value, dict)):
            target[key] = value


def lacks_only_tables(present: "Table", wanted: "Table") -> bool:
    """Tell whether a document says all that is wanted, but for tables that it lacks as a whole."""
    return present.keys() <= wanted.keys() and all(
        isinstance(value, dict)
        if key not in present
        else lacks_only_tables(present[key], value)
        if isinstance(value, dict) and isinstance(present[key], dict)
        else same(present[key], value)
        for key, value in wanted.items()
    )


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
