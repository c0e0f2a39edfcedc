"""A page of the manual as plain text, for where there is no man(1): of mdoc(7), what our own pages use.

tests/house/test_manual.py compares each word with what mandoc(1) makes of the same page. Source: mdoc(7), roff(7).
"""

import re
import textwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = 78
BODY, SUBHEADING, HANGING, OFFSET = 5, 3, 8, 6  # how far what is set in, in columns
ESCAPE = re.compile(r"\\(\(..|.)")
ESCAPES = {"-": "-", "e": "\\", "&": "", "(aq": "'", "(dq": '"'}
ENCLOSING = {"Bq": ("[", "]"), "Dq": ('"', '"'), "Op": ("[", "]"), "Pq": ("(", ")")}
SHOWN = ("Ar", "Cm", "Em", "Ev", "Fl", "Ic", "Li", "Nm", "No", "Ns", "Pa", "Sx", "Xr")
MACROS = (*ENCLOSING, *SHOWN)
CLOSING = (".", ",", ":", ";", ")", "]", "?", "!")
SILENT = ("Dd", "Os", "hw", '\\"')  # a date, a system, where words may be parted, a comment


def plain(source: str) -> str:
    """Return a page as text, in lines of 78 columns at most unless something is shown as it is typed."""
    page = Page()
    for line in source.splitlines():
        page.read(line)
    page.end_paragraph()
    return "\n".join(page.lines) + "\n"


def unescaped(text: str) -> str:
    """Return text with the characters that escapes stand for. Raises KeyError for one that no page of ours has."""
    return ESCAPE.sub(lambda found: ESCAPES[found[1]], text)


def inline(words: list[str], name: str) -> str:
    """Return what the words of a line of macros say.

    Args:
        words: macros, their arguments, and punctuation, which stands alone.
        name: what the page is about, which the macro Nm need not repeat.
    """
    text, macro, is_glued = "", "", True
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else "."
        stands_alone = following in MACROS or following in CLOSING
        shown = unescaped(word)
        if macro == "Xr" and words[at - 1] not in MACROS:
            text, macro = f"{text}({shown})", ""
            continue
        if word in ENCLOSING:
            return spaced(text, enclosed(word, words[at + 1 :], name), is_glued)
        if word in SHOWN:
            macro = "" if word == "Ns" else word
            is_glued = is_glued or word == "Ns"
            if not (stands_alone and word in ("Nm", "Fl")):
                continue
            shown = name if word == "Nm" else "-"
        elif macro == "Fl" and word not in ("|", *CLOSING):
            shown = f"-{shown}"
        text = spaced(text, shown, is_glued or word in CLOSING)
        is_glued = False
    return text


def enclosed(macro: str, words: list[str], name: str) -> str:
    """Return what stands between brackets or quotation marks; the punctuation at its end stands behind them."""
    end = len(words)
    while end and words[end - 1] in CLOSING:
        end -= 1
    first, last = ENCLOSING[macro]
    return f"{first}{inline(words[:end], name)}{last}{''.join(words[end:])}"


def spaced(text: str, more: str, is_glued: bool) -> str:
    """Return both, with a space between them unless they are to be glued together."""
    return text + more if is_glued or not text else f"{text} {more}"


class Page:
    """A page while it is read: the lines that are done, and the paragraph that grows."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.paragraph: list[str] = []
        self.tag = ""
        self.name = ""
        self.heading = ""
        self.below = 0  # how many lines there were with the last heading, below which none is left empty
        self.lists: list[str] = []  # the arguments of those that are open
        self.literal: int | None = None  # how far it is set in, where lines are shown as they are

    @property
    def indent(self) -> int:
        """How far the text is set in."""
        return BODY + HANGING * len(self.lists)

    def read(self, line: str) -> None:
        """Take the next line of the source. Raises KeyError for a macro that no page of ours has."""
        if not line.startswith("."):
            if self.literal is None:
                self.paragraph.append(unescaped(line))
            else:
                self.lines.append(f"{'':{self.literal}}{unescaped(line)}".rstrip())
            return
        macro, _, rest = line[1:].partition(" ")
        if macro in MACROS:
            if macro == "Nm":
                self.begin_name(rest)
            self.paragraph.append(inline([macro, *rest.split()], self.name))
        elif macro not in SILENT:
            kinds: dict[str, Callable[[str], None]] = {
                "Dt": self.title, "Sh": self.section, "Ss": self.subsection, "Nd": self.description, "Pp": self.gap,
                "Bd": self.display, "Ed": self.end_display, "Bl": self.begin_list, "It": self.item, "El": self.end_list,
            }  # fmt: skip
            kinds[macro](rest)

    def end_paragraph(self) -> None:
        """Set what has been read of a paragraph, behind or below its tag."""
        text, tag = " ".join(self.paragraph), self.tag
        self.paragraph, self.tag = [], ""
        first = rest = " " * self.indent
        if tag and len(tag) <= HANGING - 2 and text:
            first = f"{'':{self.indent - HANGING}}{tag:<{HANGING}}"
        elif tag:
            self.lines.append(f"{'':{self.indent - HANGING}}{tag}")
        if self.heading == "SYNOPSIS":
            rest += " " * (len(self.name) + 1)
        self.lines += textwrap.wrap(
            text, COLUMNS, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
        )

    def gap(self, _: str = "") -> None:
        """Leave a line empty."""
        self.end_paragraph()
        if len(self.lines) > self.below and self.lines[-1]:
            self.lines.append("")

    def title(self, rest: str) -> None:
        """Begin with the page's title and section."""
        self.lines.append("{}({})".format(*rest.split()))

    def section(self, rest: str) -> None:
        """Begin a section; what stands below it begins in the next line."""
        self.gap()
        self.heading = inline(rest.split(), self.name)
        self.lines.append(self.heading)
        self.below = len(self.lines)

    def subsection(self, rest: str) -> None:
        """Begin a part of a section."""
        self.gap()
        self.lines.append(f"{'':{SUBHEADING}}{inline(rest.split(), self.name)}")
        self.below = len(self.lines)

    def begin_name(self, rest: str) -> None:
        """Learn what the page is about; in a synopsis each call stands in a line of its own."""
        self.name = self.name or unescaped(rest)
        if self.heading == "SYNOPSIS":
            self.end_paragraph()

    def description(self, rest: str) -> None:
        """Say in a few words what the page is about."""
        self.paragraph.append(f"- {inline(rest.split(), self.name)}")

    def display(self, rest: str) -> None:
        """Begin to show lines as they are typed."""
        self.gap()
        self.literal = self.indent + (OFFSET if "-offset" in rest else 0)

    def end_display(self, _: str) -> None:
        """Go on with text."""
        self.literal = None

    def begin_list(self, rest: str) -> None:
        """Begin a list."""
        self.end_paragraph()
        self.lists.append(rest)

    def item(self, rest: str) -> None:
        """Begin the next item of the innermost list."""
        self.end_paragraph()
        if "-compact" not in self.lists[-1]:
            self.gap()
        self.tag = inline(rest.split(), self.name) if "-tag" in self.lists[-1] else "*"

    def end_list(self, _: str) -> None:
        """End the innermost list."""
        self.end_paragraph()
        self.lists.pop()
