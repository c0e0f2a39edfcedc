"""Faults in what is compared, counted and called: another operator, another number or text, another function."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from mutation.condition import is_test
from mutation.fault import Fault, fault
from mutation.source import Source

# What is beside the mark by a little, and what is the opposite.
COMPARISONS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "in": ("not in",),
    "not in": ("in",),
    "is": ("is not",),
    "is not": ("is",),
}
OPERATOR = re.compile(r"not\s+in|is\s+not|is|in|[=!<>]=|[<>]")
ARITHMETIC = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.BitOr: ("|", "&"), ast.BitAnd: ("&", "|")}

# Functions and methods that are taken for each other, and methods that are forgotten.
OTHERS = {
    one: other
    for pair in (
        ("any", "all"), ("min", "max"), ("startswith", "endswith"), ("partition", "rpartition"),
        ("removeprefix", "removesuffix"), ("find", "rfind"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip
FORGOTTEN = {"lower", "casefold", "strip", "lstrip", "rstrip"}


def operation_faults(source: Source, node: ast.AST) -> Iterator[Fault]:
    """Yield the faults of a node that compares, counts, names a value or calls."""
    if isinstance(node, ast.Compare):
        yield from comparison_faults(source, node)
    elif isinstance(node, ast.BinOp):
        yield from arithmetic_faults(source, node)
    elif isinstance(node, ast.Constant | ast.JoinedStr):
        yield from (fault(source, node, *source.span(node), new) for new in other_values(node))
    elif isinstance(node, ast.Call):
        yield from call_faults(source, node)


def comparison_faults(source: Source, node: ast.Compare) -> Iterator[Fault]:
    """Put another operator; its opposite only where the comparison is not a whole condition."""
    operands = [node.left, *node.comparators]
    for one, other in pairwise(operands):
        gap = source.span(one)[1], source.span(other)[0]
        found = OPERATOR.search(source.piece(*gap))
        assert found is not None
        others = COMPARISONS[" ".join(found[0].split())]
        at = source.span(one)[0], gap[0] + found.start(), gap[0] + found.end(), source.span(other)[1]
        for new in others[:-1] if is_test(source, node) else others:
            yield fault(source, node, at[0], at[3], source.piece(at[0], at[1]) + new + source.piece(at[2], at[3]))


def arithmetic_faults(source: Source, node: ast.BinOp) -> Iterator[Fault]:
    """Put another operator between numbers; between texts it would be noticed by Python itself."""
    is_text = any(
        isinstance(each, ast.JoinedStr | ast.Tuple | ast.List) or is_text_of(each) for each in (node.left, node.right)
    )
    if type(node.op) in ARITHMETIC and not is_text:
        old, new = ARITHMETIC[type(node.op)]
        start, end = source.span(node.left)[1], source.span(node.right)[0]
        at = start + source.piece(start, end).index(old)
        yield fault(source, node, at, at + 1, new)


def is_text_of(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def other_values(node: ast.Constant | ast.JoinedStr) -> list[str]:
    """Return what is planted for a value: the next number, a text that lacks its end, or one where there was none."""
    if isinstance(node, ast.JoinedStr):
        return ['""']
    value = node.value
    if isinstance(value, bool):
        return [str(not value)]
    if isinstance(value, int):
        return [str(value + 1)]
    if isinstance(value, str):
        return [repr(value[:-1] if value else "~")]
    if isinstance(value, bytes):
        return [repr(value[:-1] if value else b"~")]
    return []


def call_faults(source: Source, node: ast.Call) -> Iterator[Fault]:
    """Call another function, or forget to call one that only tidies up a text."""
    function, end = node.func, source.span(node.func)[1]
    name = ast.unparse(function).rpartition(".")[2]
    if name in OTHERS and isinstance(function, ast.Attribute | ast.Name):
        yield fault(source, node, end - len(name), end, OTHERS[name])
    if name in FORGOTTEN and isinstance(function, ast.Attribute):
        yield fault(source, node, *source.span(node), source.piece(*source.span(function.value)))
