"""The faults that tests/mutate plants can be planted: none is run here."""

import ast
from pathlib import Path

import pytest

from mutation import scope
from mutation.generator import faults
from mutation.handmade import handmade
from mutation.source import Source, single, sources
from mutation.survivor import Survivor, allowed
from mutation.touch import ROOT

SOURCES = sources()
BY_HAND = handmade(SOURCES)  # which says so if one does not stand in its module, or not once
GENERATED = {name: faults(source) for name, source in SOURCES.items()}
CONDITIONS = (ast.If, ast.IfExp, ast.While, ast.Compare, ast.BoolOp)
EVERY = 10  # the generator has read the outermost statement of each fault; the whole module is read for some


SAMPLE = Source(
    "sample",
    """\
def sample(text: "str | None") -> bool:
    \"""What it says.\"""
    é = "é", not text  # spans are counted in bytes
    if text is None or len(text) > 1:
        raise ValueError("no words of these")
    note(
        text
    )
    return (text.strip()
            == é[0])
""",
)
PLANTED = {
    3: ["\"é\" -> ''", "not text -> text"],
    4: [
        "1 -> 2",
        "len(text) > 1 -> False",
        "len(text) > 1 -> len(text) <= 1",
        "len(text) > 1 -> len(text) >= 1",
        "text is None -> False",
        "text is None -> text is not None",
        "text is None or len(text) > 1 -> False",
        "text is None or len(text) > 1 -> True",
        "text is None or len(text) > 1 -> text is None and len(text) > 1",
    ],
    6: ["note( text ) -> pass"],
    9: [
        "text.strip() -> text",
        "text.strip() == é[0] -> (False )",
        "text.strip() == é[0] -> (True )",
        "text.strip() == é[0] -> text.strip() != é[0]",
    ],
    10: ["0 -> 1"],
}


def test_what_is_planted() -> None:
    found = faults(SAMPLE)
    said = {line: sorted(each.what for each in found if each.line == line) for line in {each.line for each in found}}
    assert said == PLANTED
    assert [each.lines for each in found if each.line == 6] == [range(6, 9)]


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_generated_faults_are_python_and_move_no_line(source: Source) -> None:
    found = GENERATED[source.name]
    assert found or not any(isinstance(node, CONDITIONS) for node in ast.walk(source.tree))
    for each in found[::EVERY]:
        ast.parse(each.planted)
        assert len(each.planted.splitlines()) == len(source.lines)
    assert len({each.name for each in found}) == len(found)


@pytest.mark.parametrize("name", BY_HAND)
def test_faults_made_by_hand_are_python_that_is_not_generated(name: str) -> None:
    generated = {each.planted for each in GENERATED[name]}
    for each in BY_HAND[name]:
        ast.parse(each.planted)
        assert each.planted not in generated, f"{each} is generated too"


@pytest.mark.parametrize("survivor", allowed(), ids=lambda survivor: f"{survivor.module}: {survivor.fault}")
def test_what_may_survive_is_still_planted(survivor: Survivor) -> None:
    name = single(list(SOURCES), survivor.module)
    planted = [*GENERATED[name], *BY_HAND.get(name, [])]
    assert len([each for each in planted if survivor.is_fault(each)]) == 1
    assert survivor.reason


@pytest.mark.parametrize("path", [*scope.CALLING, *sorted({path for name in SOURCES for path in scope.starting(name)})])
def test_every_test_that_may_notice_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("word", scope.STARTING_FOR)
def test_every_module_of_the_table_is_there(word: str) -> None:
    assert any(word in name.split("/") for name in SOURCES)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "attack").glob("test_*.py")), ids=lambda path: path.stem)
def test_every_attack_may_notice_a_fault_somewhere(path: Path) -> None:
    assert f"attack/{path.name}" in {each for paths in scope.STARTING_FOR.values() for each in paths}
