"""The line of a file of git's settings in which a setting stands. git itself tells only the file."""

import re

from atla_credential.errors import CredentialError
from atla_credential.git import settings_file

# Source: git-config(1), "Syntax". What is read has been read by git before: it has no mistakes.
TOKEN = re.compile(
    r"""
    \[ (?P<section> [^]"\s]* ) (?: \s* "(?P<context> (?: [^"\\] | \\. )*+ )" )? \s* \]
    | (?P<name> [A-Za-z] [A-Za-z0-9-]* ) [ \t]*+
      (?: = (?: [^"\\\#;\n] | \\(?: \r?\n | . ) | " (?: [^"\\\n] | \\(?: \r?\n | . ) )*+ " )*+ )?
    | [#;] [^\n]*
    """,
    re.VERBOSE | re.DOTALL,
)


def line_of(path: str, key: str, number: int) -> int | None:
    """Return the line of a setting, or None if it is not found.

    Args:
        key: as git says it.
        number: how many of this name stand before it; a file can have been read twice.
    """
    try:
        text = settings_file.read(path) or ""
    except CredentialError:
        return None
    lines = lines_of(text, key)
    return lines[number % len(lines)] if lines else None


def lines_of(text: str, key: str) -> list[int]:
    """Return the lines in which a setting stands."""
    lines: list[int] = []
    prefix = ""
    for found in TOKEN.finditer(text):
        if found["section"] is not None:
            context = "" if found["context"] is None else re.sub(r"\\(.)", r"\1", found["context"]) + "."
            prefix = f"{found['section'].lower()}.{context}"
        elif found["name"] and prefix + found["name"].lower() == key:
            lines.append(text.count("\n", 0, found.start()) + 1)
    return lines
