"""Typed values from the tables of one TOML file, and which file, table and key is wrong."""

from atla_credential import errors
from atla_credential.model import LAST_SECOND, SECONDS_A_DAY
from atla_credential.text import printable
from atla_credential.toml.plain import Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Read = Callable[[str, tuple[bytes, ...] | None], Tables | None]

ORDINAL_1970 = 719163  # date(1970, 1, 1).toordinal()


class Reader:
    """Reads typed values from one file.

    Args:
        path: where the file is, or None without one.
        needles: which tables are wanted, as in `read_document`.
        read: reads the file, or hands out what was read of it before.
    """

    __slots__ = ("document", "path", "tables")

    def __init__(self, path: str | None, needles: tuple[bytes, ...] | None, read: "Read") -> None:
        self.path = path or ""
        self.tables = (read(path, needles) if path else None) or Tables({})
        self.document = self.tables.document

    def wrong(self, key: str, kind: str, where: str = "") -> "errors.Unavailable":
        """Make the error for a key that is missing or of the wrong kind; its value is not quoted."""
        place = f"{where}: " if where else ""
        return errors.Unavailable(
            f"cannot use {printable(self.path)}: {printable(place + key)} is not {kind}", "correct it in that file"
        )

    def table(self, parent: "dict[str, Any]", key: str) -> "dict[str, Any]":
        """Return a sub-table; a missing one is an empty one."""
        value = parent.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return value

    def text(self, table: "dict[str, Any]", key: str, where: str) -> str | None:
        """Return a text, or None if the key is missing."""
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, "a text", where)
        return value

    def choice(self, table: "dict[str, Any]", key: str, where: str, choices: tuple[str, ...]) -> str | None:
        """Return one of a few words, or None if the key is missing."""
        value = table.get(key)
        if value is not None and value not in choices:
            raise self.wrong(key, " or ".join(choices), where)
        return value

    def texts(self, table: "dict[str, Any]", key: str, where: str) -> tuple[str, ...]:
        """Return a list of texts; a missing one is an empty one."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "a list of texts", where)
        return tuple(value)

    def flag(self, table: "dict[str, Any]", key: str, where: str) -> bool:
        """Return true or false; a missing one is false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", where)
        return value

    def seconds(self, table: "dict[str, Any]", key: str, where: str) -> int | None:
        """Return a date or date-time as seconds since 1970, or None if the key is missing.

        A date alone is its first second, and a date-time without an offset is meant in UTC: the earlier reading
        errs towards warning a person too soon rather than too late.
        """
        value = table.get(key)
        if value is None:
            return None
        if not hasattr(value, "toordinal"):  # tomli gives datetime.date and datetime.datetime; TOML times are neither
            raise self.wrong(key, "a date", where)
        seconds: int = (value.toordinal() - ORDINAL_1970) * SECONDS_A_DAY
        if hasattr(value, "hour"):
            offset = value.utcoffset()
            seconds += value.hour * 3600 + value.minute * 60 + value.second
            seconds -= int(offset.total_seconds()) if offset is not None else 0
        return min(max(seconds, 0), LAST_SECOND)
