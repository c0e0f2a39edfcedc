"""Faults in what decides: a condition that is always true or never, an operand that has no say, `and` for `or`."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from mutation.fault import Fault, fault
from mutation.source import Source


def condition_faults(source: Source, node: ast.AST) -> Iterator[Fault]:
    """Yield the faults of a node that decides."""
    for test in tests_of(node):
        words = ["False"] if isinstance(node, ast.While) else ["True", "False"]
        yield from (fault(source, test, *source.span(test), word) for word in words)
    if isinstance(node, ast.BoolOp):
        yield exchanged(source, node)
        neutral = "True" if isinstance(node.op, ast.And) else "False"
        for value in node.values:
            if not isinstance(
                value, ast.Constant
            ):  # `x or None` says None for what is empty: another word is no other answer
                yield fault(source, value, *source.span(value), neutral)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and not is_test(source, node):
        start, end = source.span(node)
        yield fault(source, node, start, end, source.piece(start + len("not"), end).lstrip())
    elif isinstance(node, ast.Return):
        yield from return_faults(source, node)


def tests_of(node: ast.AST) -> list[ast.expr]:
    """Return the conditions of a node."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [] if isinstance(node.test, ast.Constant) else [node.test]
    return node.ifs if isinstance(node, ast.comprehension) else []


def is_test(source: Source, node: ast.AST) -> bool:
    """Tell whether a node is a whole condition: what makes it always true or never has shown what its opposite would."""
    return node in tests_of(source.parents[node])


def exchanged(source: Source, node: ast.BoolOp) -> Fault:
    """Put `or` for `and`, or the other way round."""
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    ends = [source.span(value) for value in node.values]
    text = source.piece(*ends[0])
    for (_, end), (start, last) in pairwise(ends):
        text += source.piece(end, start).replace(old, new, 1) + source.piece(start, last)
    return fault(source, node, ends[0][0], ends[-1][1], text)


def return_faults(source: Source, node: ast.Return) -> Iterator[Fault]:
    """Return nothing, or in a function that tells whether, always the same."""
    if node.value is None or isinstance(node.value, ast.Constant):
        return
    function = source.parents[node]
    while not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        function = source.parents[function]
    is_bool = function.returns is not None and ast.unparse(function.returns) == "bool"
    for word in ("True", "False") if is_bool else ("None",):
        yield fault(source, node, *source.span(node.value), word)
