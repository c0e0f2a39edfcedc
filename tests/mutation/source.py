"""One module as text and as a tree, and where in the text a node stands."""

import ast
from itertools import accumulate
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "helper" / "atla_credential"


class Source:
    """The source of one module.

    Args:
        name: its path inside the package, without the ending: "protocol", "stores/toml_file".
        text: what it holds.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.lines = text.splitlines()
        self._bytes = text.encode("utf-8")
        self._starts = [0, *accumulate(map(len, self._bytes.splitlines(keepends=True)))]
        functions = [node for node in self.parents if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._bodies = [range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1) for node in functions]

    def span(self, node: ast.expr | ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
        """Return where a node begins and ends: bytes from the start of the file, as the tree counts them."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def piece(self, start: int, end: int | None) -> str:
        """Return the text of a span; None is the end of the file."""
        return self._bytes[start:end].decode("utf-8")

    def whole_span(self, node: ast.stmt) -> tuple[int, int]:
        """Return where a statement of the module itself begins and ends, with its decorators."""
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        return self._starts[first - 1], self.span(node)[1]

    def line_of(self, start: int) -> int:
        """Return the number of the line, from 1, in which a position stands."""
        return self._bytes.count(b"\n", 0, start) + 1

    def statement_of(self, node: ast.AST) -> ast.stmt | ast.ExceptHandler:
        """Return the statement in which an expression stands; a statement is its own."""
        while not isinstance(node, ast.stmt | ast.ExceptHandler):
            node = self.parents[node]
        return node

    def touching(self, node: ast.AST) -> range | None:
        """Return the lines that a test has to run to meet a node; None where the import of the module does."""
        statement = self.statement_of(node)
        if self.function_at(statement.lineno) is None:
            return None
        body = getattr(statement, "body", None)
        end = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
        return range(statement.lineno, max(end, statement.lineno) + 1)

    def function_at(self, line: int) -> range | None:
        """Return the lines of the innermost function whose body has a line; None where only an import runs it."""
        return min((body for body in self._bodies if line in body), key=len, default=None)


def sources() -> dict[str, Source]:
    """Return every module of the package by its name."""
    found = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {name: Source(name, path.read_text(encoding="utf-8")) for name, path in found.items()}


def named(names: list[str], word: str) -> list[str]:
    """Return the modules that a word means: a module, all of a room, or the last part of a module's name.

    Modules move from room to room; what names them by their last part need not be changed then.
    """
    word = word.removesuffix(".py").removesuffix("/")
    if word in names:
        return [word]
    return [name for name in names if f"/{name}".endswith(f"/{word}") or f"/{word}/" in f"/{name}"]


def single(names: list[str], word: str) -> str:
    """Return the module that has a name, or whose name ends with it. Raises ValueError if it is none or several."""
    found = [word] if word in names else [name for name in names if name.endswith(f"/{word}")]
    if len(found) != 1:
        raise ValueError(f"{word} means {found or 'no module'}")
    return found[0]
