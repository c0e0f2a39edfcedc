"""The safety table of the manual: a row for every sentence, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
# By family: the numbers of its sentences. Those of P between are rules of the wire, in docs/reference/protocol.md.
SENTENCES = {
    "P": [*range(1, 8), 13, 14],
    "O": range(1, 5),
    "F": range(1, 15),
    "E": range(1, 6),
    "C": range(1, 8),
    "K": range(1, 10),
    "N": range(1, 9),
    "H": range(1, 5),
    "X": range(1, 4),
    "U": range(1, 5),
    "B": range(1, 12),  # those of docs/reference/vault.md
    "W": [""],
}
ROWS = dict(re.findall(r"^\| ([A-Z]\d*) \| .+ \| (.+) \|$", MANUAL, re.MULTILINE))


def test_every_sentence_has_its_row() -> None:
    assert list(ROWS) == [f"{family}{number}" for family, numbers in SENTENCES.items() for number in numbers]


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("sentence", ROWS)
def test_every_test_exists(sentence: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[sentence])
    assert named
    assert ROWS[sentence] == ", ".join(f"`{path}::{name}`" for path, name in named)
    for path, name in named:
        assert name in functions_of(path), f"{path}::{name}"
