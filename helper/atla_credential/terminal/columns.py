"""A table for a person: columns that stay straight, whatever is written in them."""

import sys
import unicodedata
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
    shown = shortened(text, width)
    padding = " " * (width - width_of(shown))
    turns = is_terminal and any(unicodedata.bidirectional(each) in ("R", "AL") for each in shown)  # from right to left
    return (f"{ISOLATE}{shown}{END}" if turns else shown) + padding


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
    from wcwidth import wcswidth  # door: only what is not ASCII can be wider than its characters are many

    return max(wcswidth(text), 0)
