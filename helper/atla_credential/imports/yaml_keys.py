"""The texts at the top of a YAML file, of which a few are wanted: no more of YAML than programs write there.

Whatever is not plainly `key: text` is refused, and not guessed: a wrong guess could send a token to another site.

Source: YAML 1.2.2, 7.3 and 8.2; gopkg.in/yaml.v3, which viper writes with.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*):(?:[ \t]+(.*))?")
NESTED = re.compile(r"[ \t]|-(?:[ \t]|\Z)")  # how a line begins that belongs to the key above it
SINGLE = re.compile(r"'((?:[^']|'')*)'\s*(?:\s#.*)?")
DOUBLE = re.compile(r'"((?:[^"\\]|\\["\\/])*)"\s*(?:\s#.*)?')
INDICATORS = "[]{}&*!|>%@`,?#-"  # at the start of a plain text: YAML 1.2.2, 5.3
NOTHING = ("", "~", "null", "Null", "NULL")


class Unclear(Exception):
    """A line is none that is understood; says its number."""


def read_keys(text: str, wanted: "Collection[str]") -> dict[str, str]:
    """Return the texts of some keys, in lower case, as viper has them; those that are not there are missing.

    Raises Unclear.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    last = ""
    for number, line in lines(text):
        if NESTED.match(line):
            if last in found or not seen:  # a text that goes on, or nothing that it could belong to
                raise Unclear(number)
            continue
        pair = KEY.fullmatch(line)
        last = pair[1].lower() if pair else ""
        if pair is None or last in seen:
            raise Unclear(number)
        seen.add(last)
        if last in wanted:
            text_of_key = scalar((pair[2] or "").strip())
            if text_of_key is None:
                raise Unclear(number)
            found[last] = text_of_key
    return found


def lines(text: str) -> "Iterator[tuple[int, str]]":
    """Yield the lines that say something, with their numbers; one that begins the document says nothing."""
    is_first = True
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.removesuffix("\r")
        if not bare.strip() or bare.lstrip().startswith("#") or (is_first and bare.rstrip() == "---"):
            continue
        is_first = False
        yield number, bare


def scalar(text: str) -> str | None:
    """Return what a text on one line says; None if it is no such text."""
    if text[:1] == "'":
        quoted = SINGLE.fullmatch(text)
        return quoted[1].replace("''", "'") if quoted else None
    if text[:1] == '"':
        quoted = DOUBLE.fullmatch(text)
        return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else None
    plain = "" if text.startswith("#") else re.split(r"\s#", text, maxsplit=1)[0].rstrip()
    if plain in NOTHING:
        return ""
    return None if plain[0] in INDICATORS or ": " in plain or plain.endswith(":") else plain
