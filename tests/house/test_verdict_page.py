"""The page on verdicts says what the code does: the table of reasons, the questions, and the rules for answers."""

import re
from pathlib import Path

import pytest

from atla_credential.site import answer, questions, refusal, success, verdict
from house.verdict_page import parts

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "verdicts.md"


@pytest.mark.parametrize("heading", parts())
def test_the_page_is_made_from_the_code(heading: str) -> None:
    below = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    assert parts()[heading] in below, "print it anew: python tests/house/verdict_page.py"


def test_every_reason_that_a_rule_gives_is_in_the_table() -> None:
    source = "".join(
        Path(module.__file__ or "").read_text(encoding="utf-8") for module in (answer, refusal, success, questions)
    )
    given = set(re.findall(r'(?:return|because\(|Outcome\(|if .+ else) ?"([a-z]+(?:-[a-z]+)*)"', source))
    assert given
    assert given <= set(verdict.REASONS)


def test_words_are_unique_and_messages_are_in_form() -> None:
    assert len(verdict.REASONS) == len(verdict.ROWS)
    for row in verdict.ROWS:
        assert row.verdict in (verdict.VERIFIED, verdict.REJECTED, verdict.UNKNOWN)
        for text in (row.message, row.step, *(text for _, text in (*row.steps, *row.messages))):
            assert not text.endswith(".")
            assert text[:1] in ("{", "") or text[0].islower()
        assert bool(row.step) == (row.word != "ok")
