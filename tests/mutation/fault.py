"""One fault: where it is, what it changes, and the source that it makes."""

import ast
from dataclasses import dataclass

from mutation.source import Source

NEWLINE = "\n"
LONGEST = 60  # letters of what stands there, and of what is planted


@dataclass(frozen=True)
class Fault:
    """A change of one place in one module.

    Args:
        source: the module as it is.
        start, end: the span that is replaced, as in Source.
        new: what is put there.
        lines: the lines that a test has to run to meet it; None where the import of the module does.
        count: how many of the same kind stand before it in the same line, or in lines that are alike.
    """

    source: Source
    start: int
    end: int
    new: str
    lines: range | None
    count: int = 0

    @property
    def module(self) -> str:
        """The module's name, as in Source."""
        return self.source.name

    @property
    def line(self) -> int:
        """The number of the line where it begins."""
        return self.source.line_of(self.start)

    @property
    def text(self) -> str:
        """That line, without the white space around it."""
        return self.source.lines[self.line - 1].strip()

    @property
    def what(self) -> str:
        """What stands there and what is planted."""
        what = f"{short(self.source.piece(self.start, self.end))} -> {short(self.new) or 'nothing'}"
        return f"{what} ({self.count + 1})" if self.count else what

    @property
    def name(self) -> tuple[str, str]:
        """What it is known by in the list of those that may survive: lines have no numbers there, which change."""
        return self.text, self.what

    @property
    def planted(self) -> str:
        """The whole module with the fault in it."""
        return self.source.piece(0, self.start) + self.new + self.source.piece(self.end, None)

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.what}"


def fault(source: Source, node: ast.AST, start: int, end: int, new: str) -> Fault:
    """Make the fault that puts other words into a span, which belongs to a node.

    There will be as many ends of lines as there were, so that every line behind it stays where it was.
    """
    lost = NEWLINE * (source.piece(start, end).count(NEWLINE) - new.count(NEWLINE))
    text = f"({new}{lost})" if lost and new != "pass" else f"{new}{lost}"
    return Fault(source, start, end, text, source.touching(node))


def short(text: str) -> str:
    """Return words on one line, and not too many."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
