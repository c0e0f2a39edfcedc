"""The sections that `setup-git` writes into a file of git's settings, and takes out again to the byte.

    [credential "https://bitbucket.org"]
        # atla-credential setup-git: 2 lines below
        helper =
        helper = atla

They stand at the end of the file, so that they count after whatever stood there before. The comment says how many lines
are ours: git, and whoever uses it, adds to a section at its end. In the first section it also says what would be lost
otherwise: how many line ends were put before it, or that there was no file.
"""

import re

from atla_credential.git import settings_file
from atla_credential.helpers.entry import own_arguments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NOTE = re.compile(
    r'^\[(?:credential "(?P<context>[^"\\\n]*)"|[^\]\n]*)\][ \t]*\r?\n'  # whoever renames it takes our lines along
    r"[ \t]+# atla-credential setup-git: (?P<count>\d) lines? below"
    r"(?: and (?P<ends>[12]) line ends? above|(?P<no_file> in a new file))?[ \t]*(?P<end>\r?\n)",
    re.MULTILINE,
)
LINE = re.compile(r"[ \t]+([^\s\[].*?)[ \t]*\r?(?:\n|\Z)")
REST = re.compile(r"(?:(?![ \t]*\[).*\n?)*")  # of a section: to where the next one begins
KEY = re.compile(r"^[ \t]*[^\s#;]", re.MULTILINE)
OPEN_LINE = re.compile(r"(?<!\\)(?:\\\\)*\\\r?\n?\Z")  # it would take the next one in
CLEAR = "helper ="  # an empty one, which clears what stands before it
BY_PATH = "useHttpPath = true"

Sections = dict[str, list[str]]  # for each context the lines below it: {"https://bitbucket.org": ["helper =", ...]}


def take_out(text: str) -> tuple[str | None, Sections]:
    """Return a file's text without our sections, None if there was no file; and these.

    What others have written into one stays there.
    """
    kept, at = "", 0
    sections: Sections = {}
    had_file = True
    first, line_ends = 0, []  # what was put before the first section, to be taken away again
    for found in NOTE.finditer(text):
        kept += text[at : found.start()]
        if found["ends"]:
            first, line_ends = len(kept), [found["end"]] * int(found["ends"])
        had_file = had_file and not found["no_file"]
        ours, foreign, at = own_lines(text, found.end(), int(found["count"]))
        if found["context"]:
            sections[found["context"]] = ours
        rest = REST.match(text, at)
        if KEY.search(foreign + (rest[0] if rest else "")):
            kept += found[0].partition("\n")[0] + "\n"  # its header; what is below it comes next
        kept += foreign
    kept += text[at:]
    for line_end in line_ends if not kept[first:] else []:  # else something stands there that needs them
        kept = kept.removesuffix(line_end)
    return kept if kept or had_file else None, sections


def own_lines(text: str, at: int, count: int) -> tuple[list[str], str, int]:
    """Return those of the next lines that we have written, the text of the others, and where they end."""
    ours: list[str] = []
    foreign = ""
    for _ in range(count):
        line = LINE.match(text, at)
        if line is None:
            break
        if is_ours(line[1]):
            ours.append(line[1])
        else:
            foreign += line[0]
        at = line.end()
    return ours, foreign, at


def is_ours(line: str) -> bool:
    """Tell whether this program writes such a line. With arguments it is somebody else's choice."""
    name, _, value = line.partition(" = ")
    return line in (CLEAR, BY_PATH) or (name == "helper" and own_arguments(unquoted(value)) == [])


def put_in(text: str | None, sections: Sections) -> str | None:
    """Return a file's text, as `take_out` returns it, with sections at its end."""
    if not sections:
        return text
    note = " in a new file" if text is None else ""
    before = text or ""
    line_ends = ("" if not before or before.endswith("\n") else "\n") + ("\n" if OPEN_LINE.search(before) else "")
    if line_ends:
        note = f" and {len(line_ends)} line end{'s' if len(line_ends) > 1 else ''} above"
    written = ""
    for context, lines in sections.items():
        count = f"{len(lines)} line{'s' if len(lines) > 1 else ''}"
        written += f'[credential "{context}"]\n\t# atla-credential setup-git: {count} below{note}\n'
        written += "".join(f"\t{line}\n" for line in lines)
        note = ""
    return before + line_ends + written


def helper_line(helper: str) -> str:
    """Return the line that names a helper, quoted where git would take a part for a comment or a line's end."""
    if re.fullmatch(r"[\w./:@+-]+", helper, re.ASCII):
        return f"helper = {helper}"
    escaped = helper.replace("\\", "\\\\").replace('"', '\\"')  # Source: git-config(1), "Syntax"
    return f'helper = "{escaped}"'


def helper_in(lines: list[str]) -> str:
    """Return the helper that lines of ours name."""
    named = (unquoted(line.partition(" = ")[2]) for line in lines if line.startswith("helper = "))
    return next(named, "")


def unquoted(value: str) -> str:
    """Return a value that `helper_line` has written."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value.removeprefix('"').removesuffix('"'))


class Change:
    """What becomes of a file.

    Args:
        path: of the file; None where none is written.
        before, after: our sections in it.
        is_moved: whether they do not stand where they stood; it may be all that changes.
    """

    __slots__ = ("after", "before", "is_moved", "path")

    def __init__(self, path: str | None, before: Sections, after: Sections, is_moved: bool) -> None:
        self.path, self.before, self.after, self.is_moved = path, before, after, is_moved

    @property
    def contexts(self) -> list[str]:
        """Return what has changed."""
        return [each for each in {**self.before, **self.after} if self.before.get(each) != self.after.get(each)]


def apply(path: str, make: "Callable[[Sections], Sections]", is_dry: bool) -> Change:
    """Put into a file what a function makes of our sections there, at its end. Raises CredentialError.

    Args:
        is_dry: only find out what would be done.
    """

    def replaced(text: str | None) -> str | None:
        kept, sections = (None, {}) if text is None else take_out(text)
        return put_in(kept, make(sections))

    before = settings_file.read(path)
    after = replaced(before)
    if after != before and is_dry:
        settings_file.refuse_unwritable(path)
    elif after != before:
        settings_file.change(path, replaced)
    old, new = (take_out(text or "")[1] for text in (before, after))
    return Change(path, old, new, is_moved=after != before)
