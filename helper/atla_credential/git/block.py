"""The lines that `setup-git` writes into a file of git's settings, and takes out again to the byte.

    # atla-credential setup-git: begin
    [credential "https://bitbucket.org"]
        helper =
        helper = atla
    # atla-credential setup-git: end

They stand at the end of the file, so that they count after whatever stood there before. The first line also keeps what
would be lost otherwise: that the file's last line had no end, or that there was no file. If anybody else, git too, has
written between the two lines, or taken one of them away, nothing is changed: it may be theirs.
"""

import re

from atla_credential.errors import CredentialError
from atla_credential.git.helper_value import own_arguments

NAME = "# atla-credential setup-git:"
BEGIN, END = f"{NAME} begin", f"{NAME} end\n"
NO_FILE, NO_LINE_END = " (there was no file)", " (the line before had no end)"
BLOCK = re.compile(rf"^{BEGIN}(?P<note>.*)\n(?P<body>(?:.*\n)*?){END}", re.MULTILINE)
SECTION = re.compile(r'\[credential "(?P<context>[^"\\\n]*)"\]\n(?P<lines>(?:\t.*\n)*)')
BY_PATH = "useHttpPath = true"

Sections = dict[str, list[str]]  # for each context the lines below it: {"https://bitbucket.org": ["helper =", ...]}


def sections_in(text: str, path: str) -> Sections:
    """Return what is in a file's block; nothing without one.

    Args:
        path: what the file is called in a message.

    Raises:
        CredentialError: there is something in it that this program has not written, or one of its two lines is gone.
    """
    block = BLOCK.search(text)
    body = block["body"] if block else ""
    sections = {
        section["context"]: [line.removeprefix("\t") for line in section["lines"].splitlines()]
        for section in SECTION.finditer(body)
    }
    lines = [line for each in sections.values() for line in each]
    again = "".join(section_of(context, each) for context, each in sections.items())
    if text.count(NAME) != (2 if block else 0) or body != again or not all(map(is_ours, lines)):
        raise CredentialError(
            f"the lines that setup-git has written into {path} were changed since",
            f'take out by hand what stands there between the lines "{NAME} ..."',
        )
    return sections


def is_ours(line: str) -> bool:
    """Tell whether this program writes such a line."""
    name, _, value = line.partition(" =")
    helper = unquoted(value.strip())
    return line == BY_PATH or (name == "helper" and (not helper or own_arguments(helper) is not None))


def with_sections(text: str | None, sections: Sections) -> str | None:
    """Return a file's text with these sections in its block, and no others; without any, as it was before.

    Args:
        text: None if there is no file.

    Returns:
        None if there is to be no file.
    """
    body = "".join(section_of(context, lines) for context, lines in sections.items())
    block = BLOCK.search(text or "")
    if text is not None and block:
        if body:
            return f"{text[: block.start('body')]}{body}{text[block.end('body') :]}"
        before, after = text[: block.start()], text[block.end() :]
        if block["note"] == NO_LINE_END and not after:
            before = before.removesuffix("\n")
        return None if block["note"] == NO_FILE and not before + after else before + after
    if not body:
        return text
    if text is None:
        return f"{BEGIN}{NO_FILE}\n{body}{END}"
    if text and not text.endswith("\n"):
        return f"{text}\n{BEGIN}{NO_LINE_END}\n{body}{END}"
    return f"{text}{BEGIN}\n{body}{END}"


def section_of(context: str, lines: list[str]) -> str:
    """Return one section."""
    return f'[credential "{context}"]\n' + "".join(f"\t{line}\n" for line in lines)


def helper_line(helper: str) -> str:
    """Return the line that names a helper, quoted where git would take a part for a comment or a line's end."""
    if re.fullmatch(r"[\w./:@+-]*", helper, re.ASCII):
        return f"helper = {helper}".rstrip()
    escaped = helper.replace("\\", "\\\\").replace('"', '\\"')  # Source: git-config(1), "Syntax"
    return f'helper = "{escaped}"'


def unquoted(value: str) -> str:
    """Return a value that `helper_line` has written."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value.removeprefix('"').removesuffix('"'))
