"""Faults in what is done: a call that is left out, an error that is not raised or not met, a lock that is not held."""

import ast
from collections.abc import Iterator

from mutation.fault import Fault, fault
from mutation.source import Source


def statement_faults(source: Source, node: ast.AST) -> Iterator[Fault]:
    """Yield the faults of a statement."""
    if isinstance(node, ast.stmt) and can_be_dropped(source, node):
        yield fault(source, node, *source.span(node), "pass")
    elif isinstance(node, ast.Break | ast.Continue):
        yield fault(source, node, *source.span(node), "continue" if isinstance(node, ast.Break) else "break")
    elif isinstance(node, ast.With) and not any(item.optional_vars for item in node.items):
        start = source.span(node)[0]
        yield fault(source, node, start, source.span(node.items[-1].context_expr)[1], "if True")
    elif isinstance(node, ast.ExceptHandler) and node.type is not None:
        yield fault(source, node, *source.span(node.type), "ZeroDivisionError")


def can_be_dropped(source: Source, node: ast.stmt) -> bool:
    """Tell whether a statement can be left out without a name missing afterwards."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Subscript) for target in node.targets)
    if isinstance(node, ast.Raise):
        return not is_all_of_condition(source, node)
    return isinstance(node, ast.AugAssign | ast.Delete)


def is_all_of_condition(source: Source, node: ast.stmt) -> bool:
    """Tell whether a condition that is never true leaves out the same."""
    parent = source.parents[node]
    return isinstance(parent, ast.If) and parent.body == [node] and not parent.orelse
