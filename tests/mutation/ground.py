"""Where a fault is worth planting: the parts of a module that run here and that a test can be asked to notice."""

import ast
import re
from collections.abc import Iterator

from mutation.source import Source

# A sentence is for people. Its exact words are kept by the sessions of a terminal, which show every one of them, so a
# letter less in each of some hundred sentences would say nothing but that.
SENTENCE = re.compile(r"[\w,.:;}\"')] +[\w({\"'-]")

# What is no behaviour: how long it is waited (a test that measures time is a test that fails on a busy machine), which
# attributes an object may have, and what only a checker of types reads.
UNSEEN_NAME = re.compile(r"TYPE_CHECKING|__slots__|__version__|\w+_S")


SAME = ("utf-8", "latin-1")  # Python takes "utf-" and "latin-" for the same


def grounds(source: Source) -> Iterator[ast.AST]:
    """Yield every node of a module that is worth a fault, the outer ones first."""
    waiting: list[ast.AST] = [source.tree]
    while waiting:
        node = waiting.pop(0)
        branch = running_branch(node)
        if branch is not None:
            waiting.extend(branch)
        elif not is_barren(source, node):
            yield node
            waiting.extend(inner(node))


def inner(node: ast.AST) -> list[ast.AST]:
    """Return the children of a node that run, and so no annotations."""
    if isinstance(node, ast.JoinedStr):
        return []  # where something stands inside, the tree of Python 3.11 does not say
    hidden = {id(part) for name in ("annotation", "returns") for part in [getattr(node, name, None)] if part}
    return [child for child in ast.iter_child_nodes(node) if id(child) not in hidden]


def running_branch(node: ast.AST) -> list[ast.AST] | None:
    """Return what runs here of a choice that the system makes, or the checker of types; None if it is neither."""
    if not isinstance(node, ast.If | ast.IfExp):
        return None
    test = ast.unparse(node.test)
    if not re.search(r"sys\.platform|TYPE_CHECKING|__name__ ==", test):
        return None
    branch = node.body if re.search(r"sys\.platform == 'linux'", test) else node.orelse
    return [*branch] if isinstance(branch, list) else [branch]


def is_barren(source: Source, node: ast.AST) -> bool:
    """Tell whether nothing is planted in a node and what it holds."""
    if isinstance(node, ast.FunctionDef):
        return node.name == "__repr__"
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(each, ast.Name) and UNSEEN_NAME.fullmatch(each.id) for each in targets)
    if isinstance(node, ast.Compare):
        return "sys.platform" in ast.unparse(node)
    return isinstance(node, ast.Constant | ast.JoinedStr) and decides_nothing(source, node)


def decides_nothing(source: Source, node: ast.Constant | ast.JoinedStr) -> bool:
    """Tell whether a text decides nothing: a docstring, a sentence, or a word of an error is only read by people."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if not texts:
        return False
    if texts[0] in SAME:
        return True
    parent = source.parents[node]
    if isinstance(parent, ast.Expr) or any(map(SENTENCE.search, texts)):
        return True
    while not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.Call) and ast.unparse(parent.func) == "cast":
            return True
        parent = source.parents[parent]
    return isinstance(parent, ast.Raise)
