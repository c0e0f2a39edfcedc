"""The entries of .netrc, with the line that each begins in.

Curl, Python and others do not read the same out of every .netrc. What they agree on is taken; a value on which they
differ is left out, and a file that makes no sense to one of them is refused.

Source: curl's lib/netrc.c; Python's netrc.py; inetutils, "The .netrc file".
"""

import re

from atla_credential.imports.foreign_login import BY_HAND, ForeignLogin
from atla_credential.imports.source_file import read_text, unreadable
from atla_credential.places.address import is_plain_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Token = tuple[str, int, bool]  # what it says, its line, and whether all read it so

BLANK = re.compile(r"[ \t\r\n]+")
COMMENT = re.compile(r"#[^\n]*")
QUOTED = re.compile(r'"((?:[^"\\\n]|\\[^\n])*)"(?=[ \t\r\n]|\Z)')
PLAIN = re.compile(r"[^ \t\r\n]+")
MACRO_END = re.compile(r"\n\r?\n|\Z")
VALUES = {"login": "login", "user": "login", "password": "password", "account": "account"}
DISAGREE = "curl and Python read its quotation marks or backslashes differently"
NO_NAME = "what is behind machine is no host's name alone"


class Broken(Exception):
    """The file makes no sense; says in which line."""


class Reader:
    """Walks through the text, a token at a time."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1

    def skip(self, pattern: "re.Pattern[str]") -> bool:
        """Go behind what comes next, if it is that."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.go_to(found.end())
        return found is not None

    def go_to(self, at: int) -> None:
        """Go on, and count the lines."""
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def keyword(self) -> "tuple[str, int] | None":
        """Return the next word that is no value, and its line; None at the end. Comments stand before such words."""
        while self.skip(BLANK) or self.skip(COMMENT):
            pass
        found = PLAIN.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0], self.line

    def value(self) -> "tuple[str, bool]":
        """Return what stands behind a keyword, and whether everybody reads it so. Raises Broken."""
        self.skip(BLANK)
        is_quoted = self.text.startswith('"', self.at)
        found = (QUOTED if is_quoted else PLAIN).match(self.text, self.at)
        if found is None:
            raise Broken(self.line)
        self.at = found.end()
        if not is_quoted:
            return found[0], "\\" not in found[0]
        return re.sub(r"\\(.)", r"\1", found[1]), re.search(r"\\[nrt]", found[1]) is None


def read(path: str) -> list[ForeignLogin] | None:
    """Return the entries of hosts; None if there is no such file. Raises Unavailable."""
    text = read_text(path)
    if text is None:
        return None
    try:
        return list(entries(Reader(text), path))
    except Broken as broken:
        raise unreadable(path, f"line {broken} is none of a .netrc") from None


def entries(reader: Reader, path: str) -> "Iterator[ForeignLogin]":
    """Yield the entries of hosts. That of `default` is for none in particular, a macro is no entry. Raises Broken."""
    current: tuple[str, int] | None = None
    said: dict[str, str] = {}
    is_sure = True
    while (word := reader.keyword()) is not None:
        if word[0] in VALUES:
            said[VALUES[word[0]]], agreed = reader.value()
            is_sure = is_sure and agreed
        elif word[0] in ("machine", "default", "macdef"):
            if current is not None:
                yield entry(path, current, said, is_sure)
            current, said, is_sure = None, {}, True
            if word[0] == "macdef":
                reader.value()
                reader.go_to(MACRO_END.search(reader.text, reader.at).end())  # type: ignore[union-attr]  # it has an end
            elif word[0] == "machine":
                current = (reader.value()[0], word[1])
        else:
            raise Broken(word[1])
    if current is not None:
        yield entry(path, current, said, is_sure)


def entry(path: str, host: tuple[str, int], said: dict[str, str], is_sure: bool) -> ForeignLogin:
    """Return one entry. The host has no scheme, port or path: where there is more, no reader finds it."""
    left_out = None if is_sure else (DISAGREE, BY_HAND)
    if not is_plain_host(host[0].lower()):
        left_out = (NO_NAME, BY_HAND)
    return ForeignLogin(
        path,
        f"line {host[1]}",
        f"https://{host[0]}",
        said.get("login", ""),
        said.get("password"),
        removal="remove that entry there",
        left_out=left_out,
    )
