"""The text of a TOML file in statements, for the changes that a document does not know how to make: beside comments.

A comment belongs to what stands below it. So a new key goes directly below the last key of its table, and what stands
behind the last key of a table that is removed stays.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Table = dict[str, Any]
    Path = tuple[str, ...]  # the names of a table, from the outermost
    Section = tuple[Path, list[str]]  # a table's names, and its statements: the header, keys, comments, blank lines

# A string, which may hold anything; a comment; a bracket; the end of a line; all else. Source: TOML 1.0
TOKEN = re.compile(
    r"""
    "{3} (?:\\.|[^\\])*? "{3,5} | '{3} .*? '{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*'
    | (?P<comment>\#[^\r\n]*) | (?P<opens>[\[{]) | (?P<closes>[\]}]) | (?P<ends>\n) | [^"'#\[\]{}\n\r]+ | \r
    """,
    re.DOTALL | re.VERBOSE,
)
NAME = re.compile(r"""("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*\.?[ \t]*""")


def statements(text: str) -> "Iterator[str]":
    """Yield the text in pieces that end with a line, but not inside of a value."""
    depth = start = 0
    for token in TOKEN.finditer(text):
        depth += (token.lastgroup == "opens") - (token.lastgroup == "closes")
        if token.lastgroup == "ends" and depth == 0:
            yield text[start : token.end()]
            start = token.end()
    if start < len(text):
        yield text[start:]


def sections(text: str) -> "list[Section]":
    """Return the text's tables in their order; first what stands above the first header."""
    found: list[Section] = [((), [])]
    for statement in statements(text):
        if statement.lstrip().startswith("["):
            found.append((tuple(name for name, _, _ in names(statement)), []))
        found[-1][1].append(statement)
    return found


def names(statement: str) -> "list[tuple[str, int, int]]":
    """Return the names in a header or in front of a value, each with where it begins and ends."""
    found = []
    end = len(statement) - len(statement.lstrip("[ \t"))
    while at := NAME.match(statement, end):
        is_bare = at[1][0] not in "\"'"
        found.append((at[1] if is_bare else unquoted(at[1]), *at.span(1)))
        end = at.end()
    return found


def unquoted(name: str) -> str:
    """Return what a name with quotation marks means."""
    if name[0] == "'" or "\\" not in name:
        return name[1:-1]
    import tomli  # door: only for what is written with escapes

    return str(tomli.loads(f"name = {name}")["name"])


def comments(text: str) -> list[str]:
    """Return all comments, in the order of the alphabet."""
    return sorted(token["comment"] for token in TOKEN.finditer(text) if token["comment"])


def line_end(text: str) -> str:
    """Return what ends the lines of a text: that of its first one."""
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"


def says_something(statement: str) -> bool:
    """Tell a header or a key from a comment and a blank line."""
    return statement.strip() != "" and not statement.lstrip().startswith("#")


def renamed(text: str, above: "Path", old: str, new: str) -> str:
    """Give a table another name, in headers and in front of values; inside of inline tables it keeps its own."""
    import json  # door: only for a new name

    quoted = new if re.fullmatch("[A-Za-z0-9_-]+", new) else json.dumps(new, ensure_ascii=False)
    result = ""
    for path, parts in sections(text):
        for part in parts:
            found = names(part)
            outside = 0 if part.lstrip().startswith("[") else len(path)
            whole = (*path[:outside], *(name for name, _, _ in found))
            if whole[: len(above) + 1] == (*above, old) and len(above) >= outside:
                _, start, end = found[len(above) - outside]
                part = part[:start] + quoted + part[end:]
            result += part
    return result


def rearranged(text: str, present: "Table", wanted: "Table") -> str:
    """Take the tables out of the text that are gone, and put new keys where the table is that they belong to."""
    import tomlkit  # door: only for keys that are new

    gone, added = list(gone_tables(present, wanted)), dict(added_values(present, wanted))
    if not gone and not added:
        return text
    found = sections(text)
    result = ""
    for path, parts in found:
        end = end_of_keys(parts, is_only=len(found) == 1)
        keys, rest = parts[:end], "".join(parts[end:])
        if any(path[: len(each)] == each for each in gone):
            result += behind(result, rest)
        elif path in added:
            result += with_lines(keys, tomlkit.dumps(added.pop(path)).splitlines(), line_end(text))
            is_first = not any(map(says_something, keys))
            result += line_end(text) + rest if is_first else rest
        else:
            result += "".join(parts)
    return result


def behind(text: str, rest: str) -> str:
    """Return what is left of a table that is gone: from its first comment on, with a blank line before that."""
    is_apart = text == "" or text.replace("\r", "").endswith("\n\n")
    return rest.lstrip("\r\n") if is_apart else rest


def with_lines(keys: list[str], lines: list[str], newline: str) -> str:
    """Return some statements with more behind them, as far from the left as the last one."""
    text = "".join(keys)
    if text and not text.endswith("\n"):
        text += newline
    last = keys[-1] if keys else text
    indent = last[: len(last) - len(last.lstrip(" \t"))]
    return text + "".join(f"{indent}{line}{newline}" for line in lines)


def end_of_keys(parts: list[str], is_only: bool) -> int:
    """Return how many of a table's statements stand before the end of its keys.

    Above the first header, where there are none, that is before the comment directly above that header.
    """
    end = len(parts)
    while end and not says_something(parts[end - 1]):
        end -= 1
    if end:
        return end
    end = len(parts)
    while end and parts[end - 1].strip() and not is_only:
        end -= 1
    return end


def gone_tables(present: "Table", wanted: "Table", above: "Path" = ()) -> "Iterator[Path]":
    """Yield the names of each table that is there no longer."""
    for key, value in present.items():
        if isinstance(value, dict):
            if key not in wanted:
                yield (*above, key)
            elif isinstance(wanted[key], dict):
                yield from gone_tables(value, wanted[key], (*above, key))


def added_values(present: "Table", wanted: "Table", above: "Path" = ()) -> "Iterator[tuple[Path, Table]]":
    """Yield the names of each table that gets new keys, and these with their values."""
    new = {key: value for key, value in wanted.items() if key not in present and not isinstance(value, dict)}
    if new:
        yield above, new
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(present.get(key), dict):
            yield from added_values(present[key], value, (*above, key))
