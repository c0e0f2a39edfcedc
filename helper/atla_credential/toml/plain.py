r"""The plain reader: TOML as the `atla` CLI and we write it, without a TOML library; all other TOML is refused.

    document = *line *( header *line )
    header   = "[" name [ "." ( name / string ) ] "]" LF
    line     = [ name " = " ( string / "true" / "false" / integer / moment ) / "#" comment ] LF
    name     = 1*( letter / digit / "_" / "-" )                   ; ASCII
    string   = DQUOTE *( any character but DQUOTE, "\" and controls ) DQUOTE

What it accepts means the same to a TOML library; that is why it refuses a table or a key that stands there twice, and
why every byte is looked at, also in the tables that nobody asked for. Those are not looked at line by line: with the
contents of all strings taken out, most tables of a file look the same, and each form is looked at once.

Source: TOML 1.0.0. tests/unit/test_plain.py compares it with tomli.
"""

from atla_credential.toml.line import CONTROLS, Refused, check_lines, check_utf8, is_name, is_string, pairs, split_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

FEW = 16  # pieces: the tables of two or three profiles
FORMS_KEPT = 64
LARGEST_TABLE = 1 << 20  # bytes
MANY = 4096  # names
never_freed: list[set[bytes]] = []  # the names of large files: to free each by itself takes a twentieth of the reading


class Tables:
    """What a file says.

    Args:
        document: the file's keys and tables, of the `[a.b]` at least those that were wanted.
        counts: how many `[a.b]` there are for each a; None if the document has them all.
    """

    __slots__ = ("_counts", "document")

    def __init__(self, document: "dict[str, Any]", counts: dict[str, int] | None = None) -> None:
        self.document, self._counts = document, counts

    def count(self, first: str) -> int:
        """Return how many `[first.b]` there are."""
        return len(self.document.get(first, ())) if self._counts is None else self._counts.get(first, 0)


def read_plain(read: "Callable[[], bytes]", needles: "tuple[bytes, ...] | None") -> Tables:
    """Read a file.

    Args:
        read: returns the next bytes of the file, nothing at its end.
        needles: which tables `[a.b]` are wanted: those that begin like a needle with a line feed at its start, and
            those in one of whose strings stands any other, a text in lower case, in whatever case of ASCII letters.
            None: all.

    Raises:
        Refused: the file is not plain.
    """
    reader = Reader(needles)
    for chunk in whole_tables(read):
        reader.add(chunk)
    return reader.finish()


def whole_tables(read: "Callable[[], bytes]") -> "Iterator[bytes]":
    """Yield the file in parts of whole tables, each between two line feeds."""
    rest = b"\n"
    while data := read():
        rest += data
        end = rest.rfind(b"\n[")
        if end > 0:
            data, rest = rest[: end + 1], rest[end:]  # so that there is no third copy while this one is read
            yield data
        elif len(rest) > LARGEST_TABLE:
            raise Refused
    yield rest if rest.endswith(b"\n") else rest + b"\n"


class Reader:
    """Reads a file part by part."""

    def __init__(self, needles: "tuple[bytes, ...] | None") -> None:
        self.needles = needles
        self.texts = [needle for needle in needles or () if needle[:1] != b"\n"]
        self.document: dict[str, Any] = {}
        self.wanted: dict[str, dict[str, Any]] = {}
        self.names: dict[bytes, set[bytes]] = {}  # for each a, every b of [a.b]
        self.forms: set[bytes] = set()

    def add(self, chunk: bytes) -> None:
        """Check a part, and keep what is wanted of it."""
        start = first_of_two_names(chunk)
        if start > 0:
            self.add(chunk[: start + 1])
            chunk = chunk[start:]
        pieces = chunk.split(b'"')  # outside, inside, outside, inside, ..., outside
        inside = b"".join(pieces[1::2])
        if b"\\" in chunk or any(map(inside.__contains__, CONTROLS)):
            raise Refused  # a line feed is a control too, so every string has its end on its line
        if not chunk.isascii():
            check_utf8(chunk)
        series = None
        if start >= 0 and len(pieces) > FEW:
            from atla_credential.toml.series import read_series  # door: only many tables are quicker read at once

            series = read_series(pieces)
        if series:
            first, names, forms = series
            for form in forms:
                self.check_form(form)
            self.add_names(first, names)
            self.keep_wanted(chunk, inside, b"\n[%b." % first)
        else:
            self.add_each(chunk)
            self.keep_wanted(chunk, inside, b"\n[")

    def check_form(self, outside: list[bytes]) -> None:
        """Check what stands around the strings of some lines."""
        outline = b'"'.join(outside)
        if outline not in self.forms:
            check_lines(outline)
            if len(self.forms) < FORMS_KEPT:
                self.forms.add(outline)

    def add_each(self, chunk: bytes) -> None:
        """Add tables of any kind, and the lines before the first."""
        root, *tables = chunk.split(b"\n[")
        self.check_form((root + b"\n").split(b'"')[::2])
        self.document |= pairs(root)
        for table in tables:
            first, second, body = split_table(table)
            self.check_form((b"\n" + body + b"\n").split(b'"')[::2])
            if not is_name(first) or not (second is None or is_name(second) or is_string(second)):
                raise Refused
            if second is not None:
                self.add_names(first, [second.strip(b'"')])
            elif first.decode() in self.document:
                raise Refused
            else:
                self.document[first.decode()] = pairs(body)

    def add_names(self, first: bytes, names: list[bytes]) -> None:
        """Add the names of tables [first.NAME], each of which may stand there once."""
        seen = self.names.setdefault(first, set())
        before = len(seen)
        seen.update(names)
        if len(seen) != before + len(names):
            raise Refused

    def keep_wanted(self, chunk: bytes, inside: bytes, start: bytes) -> None:
        """Read those tables [a.b] that are wanted; `inside` is all of their strings, `start` how each header begins."""
        if self.needles is None:
            for table in chunk.split(b"\n[")[1:]:
                self.keep(table)
            return
        lower = inside.lower() if self.texts else b""
        places = chunk.lower() if any(text in lower for text in self.texts) else b""
        spans: dict[int, int] = {}
        for needle in self.needles:
            if needle[:1] != b"\n":
                where = places
            elif needle[: len(start)] == start[: len(needle)]:
                where = chunk
            else:
                continue  # to look for it would take a tenth of all the time
            at = where.find(needle)
            while at >= 0:
                end = chunk.find(b"\n[", at + 1)
                spans[chunk.rfind(b"\n[", 0, at + 2)] = end
                at = where.find(needle, end) if end >= 0 else -1
        for at in sorted(spans):  # in the order of the file, whatever the needles' is
            if at >= 0:
                self.keep(chunk[at + 2 : spans[at] + 1 or None])

    def keep(self, table: bytes) -> None:
        """Read one table, if it is an [a.b]."""
        first, second, body = split_table(table)
        if second is not None:
            self.wanted.setdefault(first.decode(), {})[second.strip(b'"').decode()] = pairs(body)

    def finish(self) -> Tables:
        """Return what was read, once nothing follows."""
        never_freed.extend(names for names in self.names.values() if len(names) > MANY)
        counts = {first.decode(): len(names) for first, names in self.names.items()}
        if not self.document.keys().isdisjoint(counts):  # whether [a] and [a.b] go together depends on what is in [a]
            raise Refused
        return Tables(self.document | {first: self.wanted.get(first, {}) for first in counts}, counts)


def first_of_two_names(chunk: bytes) -> int:
    """Return where the line feed before the first header `[a.b]` is, or -1."""
    at = chunk.find(b"\n[")
    while at >= 0:
        end = chunk.find(b"\n", at + 1)
        if b"." in chunk[at:end]:
            return at
        at = chunk.find(b"\n[", end)
    return -1
