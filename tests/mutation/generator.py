"""The faults that the syntax tree of a module suggests."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from mutation.condition import condition_faults
from mutation.fault import Fault
from mutation.ground import grounds
from mutation.operation import operation_faults
from mutation.source import Source
from mutation.statement import statement_faults

KINDS = (condition_faults, operation_faults, statement_faults)


def faults(source: Source) -> list[Fault]:
    """Return the faults of a module, by their lines, each once: what makes no other program is no fault."""
    seen = {ast.dump(top) for top in source.tree.body}
    found = []
    for node in grounds(source):
        for each in made(source, node):
            if not (meaning := meaning_of(each)) <= seen:
                seen |= meaning
                found.append(each)
    return counted(sorted(found, key=lambda each: (each.start, each.end, each.new)))


def counted(found: list[Fault]) -> list[Fault]:
    """Tell apart those that have the same name."""
    names: dict[tuple[str, str], int] = {}
    for at, each in enumerate(found):
        count = names[each.name] = names.get(each.name, -1) + 1
        found[at] = replace(each, count=count)
    return found


def made(source: Source, node: ast.AST) -> Iterator[Fault]:
    """Yield the faults of one node."""
    for kind in KINDS:
        yield from kind(source, node)


def meaning_of(each: Fault) -> set[str]:
    """Return what the outermost statement becomes: to read all of the module again for every fault would take long."""
    source = each.source
    start, end = next(span for span in map(source.whole_span, source.tree.body) if span[0] <= each.start < span[1])
    text = source.piece(start, each.start) + each.new + source.piece(each.end, end)
    return {ast.dump(node) for node in ast.parse(text).body}
