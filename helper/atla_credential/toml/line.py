"""Lines of plain TOML, `key = value`, and their values. See `plain` for what is plain.

A line can be checked by its outline, in which a lone quotation mark stands for a string.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONTROLS = bytes(range(0x20)) + b"\x7f"
NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
LITERALS = {b"true": True, b"false": False}
LONGEST_INTEGER = 18  # digits, which always fit into 64 bits
DATE = "0000-00-00"
TIMES = {f"{separator}00:00:00{zone}" for separator in "T " for zone in ("", "Z", "+00:00")}


class Refused(Exception):
    """What stands there is not plain TOML, or no TOML at all: only a TOML library can say."""


def check_lines(body: bytes) -> None:
    """Check the outlines of some lines, between two line feeds.

    Raises:
        Refused: they are not plain, or have a key twice.
    """
    if body[:1] != b"\n" or body[-1:] != b"\n":
        raise Refused
    keys = set()
    for line in body.split(b"\n"):
        if line.startswith(b"#"):
            if line.translate(None, CONTROLS) != line:
                raise Refused
        elif line:
            key, equals, value = line.partition(b" = ")
            if not equals or not is_name(key) or key in keys:
                raise Refused
            if value != b'"':
                value_of(value)
            keys.add(key)


def pairs(lines: bytes) -> "dict[str, Any]":
    """Return the keys and values of lines whose outlines were checked."""
    found: dict[str, Any] = {}
    for line in lines.split(b"\n"):
        if line and not line.startswith(b"#"):
            key, _, value = line.partition(b" = ")
            found[key.decode()] = value[1:-1].decode("utf-8") if value.startswith(b'"') else value_of(value)
    return found


def split_table(table: bytes) -> tuple[bytes, bytes | None, bytes]:
    """Split `a.b]`, a line feed and lines into a, b and the lines; b is None where there is none. Raises Refused."""
    header, _, body = table.partition(b"\n")
    if header[-1:] != b"]":
        raise Refused
    first, dot, second = header[:-1].partition(b".")
    return first, second if dot else None, body


def value_of(value: bytes) -> "bool | int | Moment":
    """Return a value that is no string. Raises Refused."""
    if value in LITERALS:
        return LITERALS[value]
    if value.isdigit():
        if len(value) > LONGEST_INTEGER or (value.startswith(b"0") and value != b"0"):
            raise Refused
        return int(value)
    return Moment(value.decode("latin-1"))


def is_name(text: bytes) -> bool:
    """Tell whether a text can be a key without quotation marks."""
    return bool(text) and not text.translate(None, NAME)


def is_string(text: bytes) -> bool:
    """Tell whether a text, in which controls and backslashes were ruled out, is a string."""
    return len(text) >= 2 and text.startswith(b'"') and text.find(b'"', 1) == len(text) - 1


def check_utf8(data: bytes) -> None:
    """Refuse what is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused from None


class Moment:
    """A date, or a date and time in UTC, that speaks like `datetime`, which costs a fifth of a start to import.

    Args:
        text: for example `2027-03-01`, `2027-03-01T12:00:00Z` or `2027-03-01 12:00:00+00:00`.

    Raises:
        Refused: it is anything else.
    """

    __slots__ = ("day", "hour", "minute", "month", "second", "year")

    def __init__(self, text: str) -> None:
        outline = "".join("0" if "0" <= character <= "9" else character for character in text)
        if (
            outline[:10] != DATE
            or (outline[10:] and outline[10:] not in TIMES)
            or ("+" in text and text[-5:] != "00:00")
        ):
            raise Refused
        self.year, self.month, self.day = int(text[:4]), int(text[5:7]), int(text[8:10])
        self.hour, self.minute, self.second = (int(text[at : at + 2] or 0) for at in (11, 14, 17))
        if self.hour > 23 or self.minute > 59 or self.second > 59:
            raise Refused
        if not (self.year and 1 <= self.month <= 12 and 1 <= self.day <= self._days_of(self.month)):
            raise Refused

    def toordinal(self) -> int:
        """Return the number of the day; that of 1 January of the year 1 is 1."""
        before = self.year - 1
        days = before * 365 + before // 4 - before // 100 + before // 400
        return days + sum(self._days_of(month) for month in range(1, self.month)) + self.day

    def utcoffset(self) -> None:
        """Return what `datetime` does for a time that needs no conversion."""

    def _days_of(self, month: int) -> int:
        is_leap = self.year % 4 == 0 and (self.year % 100 != 0 or self.year % 400 == 0)
        return (31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
