"""The lines that `setup-git` writes into a file of git's settings, and takes out again to the byte.

    # atla-credential setup-git: begin
    [credential "https://bitbucket.org"]
        helper =
        helper = atla
    # atla-credential setup-git: end

They stand at the end of the file, so that they count after whatever stood there before. The first line also keeps what
would be lost otherwise: that the file's last line had no end, or that there was no file.
"""

import re

NAME = "# atla-credential setup-git:"
BEGIN, END = f"{NAME} begin", f"{NAME} end\n"
NO_FILE, NO_LINE_END = " (there was no file)", " (the line before had no end)"
BLOCK = re.compile(rf"^{BEGIN}(?P<note>.*)\n(?P<body>(?:.*\n)*?){END}", re.MULTILINE)
SECTION = re.compile(r'\[credential "(?P<context>[^"\\]*)"\]\n(?P<lines>(?:\t.*\n)*)')


def sections_in(text: str) -> dict[str, list[str]]:
    """Return the helpers in a file's block, for each context: `{"https://bitbucket.org": ["", "atla"]}`."""
    block = BLOCK.search(text)
    return {
        section["context"]: re.findall(r"^\thelper = ?(.*)$", section["lines"], re.MULTILINE)
        for section in SECTION.finditer(block["body"] if block else "")
    }


def with_sections(text: str | None, sections: dict[str, list[str]]) -> str | None:
    """Return a file's text with these sections in its block, and no others; without any, as it was before.

    Args:
        text: None if there is no file.

    Returns:
        None if there is to be no file.
    """
    body = "".join(section(context, helpers) for context, helpers in sections.items())
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


def section(context: str, helpers: list[str]) -> str:
    """Return one section. The helpers are quoted where git would take a part of them for a comment or a line's end."""
    lines = "".join(f"\thelper = {quoted(helper)}".rstrip(" ") + "\n" for helper in helpers)
    return f'[credential "{context}"]\n{lines}'


def quoted(value: str) -> str:
    """Return a value as git's files have it. Source: git-config(1), "Syntax"."""
    if re.fullmatch(r"[\w./:@+-]*", value, re.ASCII):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
