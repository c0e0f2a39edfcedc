"""The safety table of the manual: a row for every sentence, and every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
SENTENCES = {"P": 7, "O": 4, "F": 9, "C": 7, "K": 7, "H": 3, "X": 3, "U": 3}
ROWS = dict(re.findall(r"^\| ([A-Z]\d) \| .+ \| (.+) \|$", MANUAL, re.MULTILINE))


def test_every_sentence_has_its_row() -> None:
    assert list(ROWS) == [f"{family}{number}" for family, count in SENTENCES.items() for number in range(1, count + 1)]


@pytest.mark.parametrize("sentence", ROWS)
def test_every_test_exists(sentence: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[sentence])
    assert named
    assert ROWS[sentence] == ", ".join(f"`{path}::{name}`" for path, name in named)
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"
