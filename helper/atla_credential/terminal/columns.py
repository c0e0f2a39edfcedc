"""A table for a person: columns that stay straight, whatever is written in them."""

import sys
from bisect import bisect_right

from atla_credential.terminal.console import paint
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

    Cell = tuple[str, str]  # a text, and its colour: one of console.COLOURS, or ""

GAP = "  "
LEAST = 8  # columns that a shortened text keeps
CUT = "\N{HORIZONTAL ELLIPSIS}"
# How many columns a character takes, from a code on; 0: ask the library. The letters of most names, whose widths have
# never changed, and depend on nothing beside them: no marks, no parts of syllables, no pictures. A test compares each
# with the library. Source: Unicode Standard Annex 11.
FROM, TAKES = zip(
    (0x0, 0), (0x20, 1), (0x7F, 0), (0xA1, 1), (0xAD, 0), (0xAE, 1), (0x250, 0), (0x384, 1), (0x482, 0), (0x48A, 1),
    (0x530, 0), (0x5D0, 1), (0x5EB, 0), (0x1E00, 1), (0x1F00, 0), (0x2010, 1), (0x2028, 0), (0x3001, 2), (0x302A, 0),
    (0x3041, 2), (0x3097, 0), (0x309B, 2), (0x3100, 0), (0x3400, 2), (0x4DC0, 0), (0x4E00, 2), (0xA000, 0), (0xAC00, 2),
    (0xD7A4, 0), (0xFF01, 2), (0xFF61, 0), strict=True,
)  # fmt: skip
ISOLATE, END = "\u2068", "\u2069"  # Source: Unicode Standard Annex 9


def show_table(rows: "list[list[Cell]]", environment: "Environment") -> None:
    """Print rows in columns; the first row is the heading.

    On a terminal a table that is too wide is shortened where it is widest, and a text that is written from right to
    left keeps to its column. Anywhere else the whole text stands there, and nothing but it.
    """
    is_terminal = sys.stdout.isatty()
    texts = [[printable(text) for text, _ in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*texts, strict=True)]
    if is_terminal:
        import shutil  # door: only a terminal has a width

        widths = fitting(widths, shutil.get_terminal_size().columns)
    for row, cells in zip(texts, rows, strict=True):
        line = [
            paint(in_column(text, width, is_terminal), colour, environment)
            for text, width, (_, colour) in zip(row, widths, cells, strict=True)
        ]
        print(GAP.join(line).rstrip())


def show_list(name: str, texts: list[str]) -> None:
    """Print a name and what belongs to it, on a terminal in lines that end between two texts."""
    line = printable(f"{name}: {', '.join(texts)}")
    if sys.stdout.isatty():
        import shutil  # door: only a terminal has a width
        import textwrap  # door: likewise

        width = max(shutil.get_terminal_size().columns, LEAST)
        line = textwrap.fill(line, width, subsequent_indent=GAP, break_long_words=False, break_on_hyphens=False)
    print(line)


def fitting(widths: list[int], available: int) -> list[int]:
    """Return widths of columns that fit a terminal, as far as they can: the widest give way first."""
    widths = [min(width, max(available, LEAST)) for width in widths]
    while sum(widths) + len(GAP) * (len(widths) - 1) > available and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def in_column(text: str, width: int, is_terminal: bool) -> str:
    """Return a text as wide as its column."""
    taken = width_of(text)
    shown = text if taken <= width else shortened(text, width)
    padding = " " * (width - (taken if shown is text else width_of(shown)))
    return (f"{ISOLATE}{shown}{END}" if is_terminal and turns(shown) else shown) + padding


def turns(text: str) -> bool:
    """Tell whether some of a text is written from right to left."""
    if text.isascii():
        return False
    import unicodedata  # door: nothing that is ASCII turns

    return any(unicodedata.bidirectional(each) in ("R", "AL") for each in text)


def shortened(text: str, width: int) -> str:
    """Return a text that takes at most some columns, with a mark where it was cut off."""
    if width_of(text) <= width:
        return text
    end = bisect_right(range(len(text)), width, key=lambda end: width_of(text[:end] + CUT)) - 1
    while end > 0 and width_of(text[:end] + CUT) > width:  # a text can become narrower with one more character
        end -= 1
    return text[: max(end, 0)] + CUT


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    widths = [TAKES[bisect_right(FROM, ord(each)) - 1] for each in text]
    if all(widths):
        return sum(widths)
    from wcwidth import wcswidth  # door: it takes half as long to load as the whole command

    return max(wcswidth(text), 0)
