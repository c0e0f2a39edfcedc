"""The plain reader against tomli: what it accepts, tomli reads alike; what it refuses, only tomli can say."""

import datetime
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import tomli

from atla_credential.toml.line import Moment, Refused
from atla_credential.toml.plain import Tables, read_plain

SEED = 20261122
DOCUMENTS = 24_000
CHUNKS = (1, 7, 64, 1 << 16)  # bytes a read
Record = Callable[[str, object], None]


def read(data: bytes, needles: tuple[bytes, ...] | None = None, chunk: int = 1 << 16) -> Tables:
    parts = [data[at : at + chunk] for at in range(0, len(data), chunk)][::-1]
    return read_plain(lambda: parts.pop() if parts else b"", needles)


def as_moments(value: Any) -> Any:
    """Return what tomli read in the words of the plain reader: dates as the numbers they are made of."""
    if isinstance(value, dict):
        return {key: as_moments(each) for key, each in value.items()}
    if isinstance(value, datetime.datetime):
        assert not value.microsecond
        assert not value.utcoffset()
        return value.toordinal(), value.hour, value.minute, value.second
    if isinstance(value, datetime.date | Moment):
        return value.toordinal(), *(getattr(value, name, 0) for name in ("hour", "minute", "second"))
    return type(value), value


def same(data: bytes, needles: tuple[bytes, ...] | None = None, chunk: int = 1 << 16) -> bool:
    """Tell whether the plain reader accepts a document; if so, tomli must read the same."""
    try:
        tables = read(data, needles, chunk)
    except Refused:
        return False
    whole = tomli.loads(data.decode("utf-8"))  # raises where the document is broken: then it was wrongly accepted
    for first, entries in whole.items():
        subtables = isinstance(entries, dict) and any(isinstance(entry, dict) for entry in entries.values())
        assert tables.count(first) == (len(entries) if subtables else 0)
        if subtables and needles is not None:
            entries = {name: entry for name, entry in entries.items() if is_wanted(data, first, name, entry, needles)}
            kept = tables.document[first]
            assert as_moments({name: kept[name] for name in entries}) == as_moments(entries)
        else:
            assert as_moments(tables.document[first]) == as_moments(entries)
    assert tables.document.keys() == whole.keys()
    return True


def is_wanted(data: bytes, first: str, name: str, entry: dict[str, Any], needles: tuple[bytes, ...]) -> bool:
    bare, quoted = f"[{first}.{name}]".encode(), f'[{first}."{name}"]'.encode()
    header = bare if b"\n%b\n" % bare in b"\n%b\n" % data else quoted
    strings = [value for value in (name if header == quoted else "", *entry.values()) if isinstance(value, str)]
    return any(
        (b"\n" + header).startswith(needle)
        if needle[:1] == b"\n"
        else any(needle in text.encode().lower() for text in strings)
        for needle in needles
    )


PLAIN = b"""schema_version = 2
# by hand

[default]
profile = "work"

[profiles.work]
instance = "https://work.atlassian.net"
email = "you@example.com"
credential_store = "file"

[profiles."two.parts"]
instance = "https://[::1]:8443/jira"
email = ""
on = true
off = false
number = 12
day = 2027-03-01
time = 2027-03-01T12:30:59Z
written = 2027-03-01 12:30:59+00:00

[helper]
storage = "file"
"""


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("needles", [None, (), (b"work.atl",), (b'\n[profiles."two.parts"]', b"nobody")])
def test_what_we_write_is_plain(needles: tuple[bytes, ...] | None, chunk: int) -> None:
    assert same(PLAIN, needles, chunk)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\n\n", b"a = 1", b"[a]", b"[a.b]", b"[a.b]\n[a.c]\n[d]\nx = 1\n", b"# only this"]
)
def test_small_documents_are_plain(data: bytes) -> None:
    assert same(data)


NOT_PLAIN = {
    "a backslash": b'a = "\\u0041"',
    "another quotation mark": b"a = 'b'",
    "a text of several lines": b'a = """\nb"""',
    "the start of a table in a text of several lines": b"a = '''\n[b]\n'''",
    "an array": b'a = ["b"]',
    "an array over several lines": b"a = [\n1,\n]",
    "a table in a line": b'a = { b = "c" }',
    "a table of tables": b"[[a]]",
    "a table in a table in a table": b"[a.b.c]",
    "a key with a dot": b'a.b = "c"',
    "a key in quotation marks": b'"a" = "b"',
    "white space around": b' a = "b"',
    "no white space": b'a="b"',
    "a comment behind": b'a = "b" # c',
    "a header with white space": b"[ a ]",
    "a carriage return": b'a = "b"\r\n',
    "a float": b"a = 1.5",
    "a number with a sign": b"a = -1",
    "a number with a low line": b"a = 1_0",
    "a number of many digits": b"a = 1234567890123456789",
    "a time of day": b"a = 12:00:00",
    "an offset": b"a = 2027-03-01T12:00:00+01:00",
    "a byte order mark": b"\xef\xbb\xbfa = 1",
    "[a] beside [a.b]": b"[a]\nc = 1\n[a.b]\n",
}
BROKEN = {
    "a table twice": b"[a.b]\n[a.b]\n",
    "a table twice, once in quotation marks": b'[a.b]\n[a."b"]\n',
    "a table twice, far apart": b"[a.b]\n" + b"".join(b"[a.c%d]\n" % n for n in range(3000)) + b"[a.b]\n",
    "a quoted table twice, far apart": b'[a."b"]\n' + b"".join(b'[a."c%d"]\n' % n for n in range(3000)) + b'[a."b"]\n',
    "a key twice": b"a = 1\na = 2",
    "a key twice in a table": b"[a.b]\nc = 1\nc = 1\n",
    "a key and a table": b"a = 1\n[a]",
    "a key and a table in it": b"a = 1\n[a.b]",
    "[a] twice": b"[a]\n[a]",
    "no value": b"a = ",
    "no key": b' = "b"',
    "two strings": b'a = "b""c"',
    "two strings apart": b'a = "b" "c"',
    "a string that does not end": b'a = "b',
    "a string over two lines": b'a = "b\nc"',
    "a quotation mark alone": b'a = b"',
    "a control character": b'a = "\x01"',
    "a delete character": b'a = "\x7f"',
    "a control character in a comment": b"# \x01",
    "bytes that are not UTF-8": b'a = "\xff"',
    "a surrogate": b'a = "\xed\xa0\x80"',
    "a header that does not end": b"[a",
    "a header without a name": b"[]",
    "a header with half a name": b"[a.]",
    "a header with the other half": b"[.a]",
    "two headers on a line": b"[a][b]",
    "something behind a header": b"[a] b = 1",
    "a bracket too many": b"[a]]",
    "brackets the wrong way round": b"\n]a[\n",
    "brackets that pair up wrongly": b'[a\n[\nk = "v"\n]b]\n',
    "brackets that pair up wrongly, again": b'[a]\n]\n[b[\nk = "v"\n',
    "headers in one another": b'[a.b\n[a.c]\n]\n[a.d]\n',
    "a header over two lines": b"[a.b\na.c]\n",
    "a word": b"a",
    "a number with a zero before": b"a = 01",
    "no such day": b"a = 2027-02-29",
    "no such month": b"a = 2027-13-01",
    "no such year": b"a = 0000-01-01",
    "no such hour": b"a = 2027-01-01T24:00:00Z",
    "a half offset": b"a = 2027-01-01T12:00:00+00:00Z",
    "a day with an offset": b"a = 2027-01-01Z",
    "something behind every header": b"".join(b'[a.p%d]k = "v"\n' % n for n in range(5)),
    "digits of another script": "a = ٣".encode(),
}  # fmt: skip


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("what", NOT_PLAIN)
def test_not_plain(what: str, chunk: int) -> None:
    tomli.loads(NOT_PLAIN[what].removeprefix(b"\xef\xbb\xbf").decode())
    with pytest.raises(Refused):
        read(NOT_PLAIN[what], None, chunk)


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("what", BROKEN)
def test_broken(what: str, chunk: int) -> None:
    with pytest.raises(ValueError, match="at |decode"):
        tomli.loads(BROKEN[what].decode())
    with pytest.raises(Refused):
        read(BROKEN[what], (), chunk)


@pytest.mark.parametrize(
    "name",
    [
        b"",
        b" ",
        b"p 1",
        b"p.1",
        b"p\xc3\xa4",
        b'"p"',
        b'"p.1"',
        b"'p'",
        b"p]",
        b"[p",
        b"p#",
        b'p"',
        b'"p',
        b'""',
        b"p1",
    ],
)
def test_one_odd_header_among_many(name: bytes) -> None:
    for where in (1, 2, 50, 99):
        for quoted in (False, True):
            forms = (b'[a."p%d"]' if quoted else b"[a.p%d]") + b'\nk = "v%d"\n\n'
            tables = [forms % (n, n) for n in range(2, 102)]
            tables[where] = b'[a.%b]\nk = "v"\n\n' % name
            data = b"".join(tables)
            try:
                fine = bool(tomli.loads(data.decode()))
            except ValueError:
                fine = False
            assert same(data, (b"v3",)) <= fine


def test_wanted_tables_keep_their_order() -> None:
    tables = b"".join(b'[a.%b]\nk = "%b"\n' % (name, name) for name in (b"x", b"z", b"y", b"w"))
    for chunk in CHUNKS:
        wanted = read(tables, (b"y", b"\n[a.z]", b"\n[a.w]", b"x"), chunk).document["a"]
        assert list(wanted) == ["x", "z", "y", "w"]


@pytest.mark.parametrize(
    "data",
    [
        b'[a.b]\nk = "u"\n[a.c]\nk = "v"\n[a.d]\non = true\n[a.e]\non = true\n',
        b'[a.b]\nk = "u"\n[a.c]\nk = "v"\n[d]\n[e]\n',
        b'[a.b]\nk = "u"\n[a.x]\n[a.c]\nk = "v"\n[a.y]\n[a.d]\nk = "v"\n',
    ],
)
def test_tables_with_and_without_strings_are_plain(data: bytes) -> None:
    for chunk in CHUNKS:
        assert same(data, None, chunk)


@pytest.mark.parametrize(
    "data",
    [
        b'[a.b]\nk = ""\n#' + b"x" * 150_000 + b'""\n[a.c]\n#' + b'""' * 8000 + b"\n[a.d]\n",  # between strings
        b'[a.b]\nk = ""\n[a.c]\n#'
        + b"x" * 16_000
        + b'\nk = ""'
        + b'""' * 8000
        + b"\n[a.d]\n",  # before the first string
    ],
    ids=["column", "head"],
)
def test_no_file_takes_many_times_its_size(data: bytes) -> None:
    """A long text beside many short ones."""
    tracemalloc.start()
    same(data, (b"n",), 1 << 15)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(data)


def test_a_file_without_tables_is_not_read_on_and_on() -> None:
    with pytest.raises(Refused):
        read(b"# a comment\n" * 100_000)


def test_broken_table_that_nobody_asked_for_is_seen() -> None:
    many = b"".join(b'[tokens."%d"]\ntoken = "t%d"\n\n' % (n, n) for n in range(3000))
    assert same(many, (b"nothing",))
    many = many[: len(many) // 4]
    for place in range(0, len(many), len(many) // 25):
        for byte in (b'"', b"\\", b"\n", b"[", b"]", b"\x01", b"\xff", b"=", b"'"):
            same(many[:place] + byte + many[place:], (b"nothing",))
            same(many[:place] + byte + many[place + 1 :], (b"nothing",))


WORDS = [
    b'"', b'""', b'"""', b"'", b"'''", b"\\", b"[", b"]", b"[[", b"]]", b"=", b" = ", b"\n", b"\n\n", b"\r\n", b"\t", b" ", b".",
    b"#", b"# ", b",", b"{", b"}", b"a", b"b", b"profiles", b"tokens", b"work", b"true", b"false", b"0", b"12", b"-", b"_", b"\x00",
    b"\x7f", b"\xc3\xa4", b"\xff", b"2027-03-01", b"T12:00:00", b"Z", b"+00:00", b"\n[profiles.work]\n", b'\n[tokens."a|b|c"]\n',
    b'\ntoken = "t"\n', b'\ninstance = "https://work.atlassian.net"\n', b"\nadopted = true\n", b"\n# c\n", b"\n[default]\n",
]  # fmt: skip
VALUES = [b'"t"', b'""', b"true", b"false", b"0", b"42", b"2027-03-01", b"2027-03-01T12:00:00Z", b"2027-03-01 12:00:00+00:00", b'"\xc3\xa4 [x] # = \'"']  # fmt: skip
KEYS = [b"instance", b"email", b"token", b"a", b"b", b"a-b", b"credential_store"]
HEADERS = [
    b"a",
    b"b",
    b"default",
    b"profiles.a",
    b"profiles.b",
    b'profiles."a"',
    b'profiles."a.b"',
    b'tokens."a|b|https://[::1]"',
    b"tokens.a",
]


def plain_document(chance: random.Random) -> bytes:
    lines = [b"%s = %s" % (chance.choice(KEYS), chance.choice(VALUES)) for _ in range(chance.randint(0, 2))]
    form = [b"%s = %s" % (key, chance.choice(VALUES)) for key in chance.sample(KEYS, chance.randint(0, 4))]
    for number in range(chance.randint(0, 8)):
        alike = chance.random() < 0.6
        name = (
            chance.choice((b'[tokens."%d"]', b"[profiles.p%d]")) % number if alike else b"[%s]" % chance.choice(HEADERS)
        )
        body = (
            form
            if alike
            else [b"%s = %s" % (chance.choice(KEYS), chance.choice(VALUES)) for _ in range(chance.randint(0, 3))]
        )
        lines += [b""] * chance.randint(0, 2) + [b"# note"] * (chance.random() < 0.1) + [name, *body]
    return b"\n".join(lines) + b"\n" * chance.randint(0, 2)


def mutated(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((0, 0, 1, 1, 1, 2, 3))):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 0, 0, 1, 1, 2, 9)))
        data = (
            data[:start]
            + chance.choice((b"", chance.choice(WORDS), chance.choice(WORDS), data[end : end + 12]))
            + data[end:]
        )
    return data


@pytest.mark.parametrize("part", range(4))
def test_any_document(part: int, record_property: Record) -> None:
    """Generated and mutated documents, in parts of different sizes, wanted as a whole and by needle."""
    chance = random.Random(SEED + part)  # noqa: S311
    accepted = 0
    for _ in range(DOCUMENTS // 4):
        data = mutated(plain_document(chance), chance)
        needles = chance.choice((None, (), (b"work",), (b'\n[tokens."1"', b"\n[profiles.p2]")))
        accepted += same(data, needles, chance.choice((3, 40, 1 << 16)))
    assert accepted > DOCUMENTS / 4 / 5  # else nothing was compared
    record_property("documents", DOCUMENTS // 4)


TEMPLATES = [
    b'[profiles.p<n>]\ninstance = "https://p<n>.example"\nemail = "p<n>@example.com"\non = true\n\n',
    b'[tokens."p<n>|p<n>@example.com"]\ntoken = "t<n>"\n',
    b"[a.<n>]\nday = 2027-03-01\n",
    b'[a."<n>"]\n# c\n\n',
]  # fmt: skip


def test_any_series(record_property: Record) -> None:
    """Tables that all have the same fault, or the same oddity, and differ in a number."""
    chance = random.Random(SEED)  # noqa: S311
    accepted = 0
    for _ in range(DOCUMENTS // 4):
        template = mutated(chance.choice(TEMPLATES), chance)
        numbers = chance.sample(range(1, 60), chance.randint(2, 6))
        if chance.random() < 0.1:
            numbers[0] = numbers[-1]
        data = b"".join(template.replace(b"<n>", b"%d" % number) for number in numbers)
        accepted += same(data, chance.choice((None, (b"p7",))), chance.choice((40, 1 << 16)))
    assert accepted > DOCUMENTS / 4 / 5
    record_property("documents", DOCUMENTS // 4)


def test_moments_speak_like_datetime() -> None:
    for ordinal in [*range(1, 800_000, 173), *range(719_000, 740_000, 29), datetime.date.max.toordinal()]:
        day = datetime.date.fromordinal(ordinal)
        assert Moment(day.isoformat()).toordinal() == ordinal
    for text in ("2027-02-29", "2100-02-29", "2027-04-31", "2027-00-10", "2027-01-00", "2027-1-01"):
        with pytest.raises(Refused):
            Moment(text)
    assert Moment("2028-02-29").toordinal() == datetime.date(2028, 2, 29).toordinal()
