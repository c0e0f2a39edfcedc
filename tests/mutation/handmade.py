"""The faults that are made by hand; handmade.txt holds them, and says how."""

from itertools import groupby
from pathlib import Path

from mutation.fault import NEWLINE, Fault
from mutation.source import Source, single

LIST = Path(__file__).with_name("handmade.txt")
Change = tuple[str, str]


def handmade(found: dict[str, Source]) -> dict[str, list[Fault]]:
    """Return the faults that are made by hand, by module.

    Args:
        found: all modules.

    Raises:
        ValueError: a module is not there, or what stands in it does not, or not once.
    """
    names = list(found)
    faults: dict[str, list[Fault]] = {}
    for word, changes in entries().items():
        name = single(names, word)
        faults[name] = [planted(found[name], old, new) for old, new in changes]
    return faults


def planted(source: Source, old: str, new: str) -> Fault:
    """Make a fault of a text and what is planted instead; it touches what the function around it does."""
    count = source.text.count(old)
    if count != 1:
        raise ValueError(f"{source.name}: stands {count} times, not once: {old}")
    start = len(source.text.partition(old)[0].encode("utf-8"))
    return Fault(source, start, start + len(old.encode("utf-8")), new, source.function_at(source.line_of(start)))


def entries() -> dict[str, list[Change]]:
    """Return the changes by the word for their module."""
    found: dict[str, list[Change]] = {}
    changes: list[Change] = []
    for mark, group in groupby(LIST.read_text(encoding="utf-8").splitlines(), lambda line: line[:1]):
        lines = list(group)
        text = NEWLINE.join(line[2:] for line in lines)
        if mark == "-":
            changes.append((text, ""))
        elif mark == "+":
            changes[-1] = (changes[-1][0], text)
        elif mark not in ("", "#"):
            changes = found.setdefault(lines[-1], [])
    return found
