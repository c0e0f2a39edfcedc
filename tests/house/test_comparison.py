"""What the README says of other tools has a source, in the page that it names."""

import re
from pathlib import Path

import pytest

from house.test_links import anchors

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "comparison.md").read_text(encoding="utf-8")
NOTHING = "–"


def table() -> tuple[list[str], dict[str, list[str]]]:
    """Return where each column leads, and for each feature what the other tools have."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Beside other tools\n")[2]
    head, _, *rows = [
        line.strip("| ").split(" | ") for line in section.partition("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    assert head[0] == "this"  # the cell above the features is empty
    return re.findall(r"comparison\.md#([^)]+)", " ".join(head)), {row[0]: row[2:] for row in rows}


TOOLS, FEATURES = table()


def test_every_tool_has_a_section() -> None:
    assert [anchors(heading) for heading in re.findall("^## .+$", PAGE, re.MULTILINE)] == [{tool} for tool in TOOLS]
    assert all(len(cells) == len(TOOLS) for cells in FEATURES.values())


@pytest.mark.parametrize("number", range(len(TOOLS)), ids=TOOLS)
def test_every_claim_has_a_source(number: int) -> None:
    """Those are the tools' own pages; what a tool has not is said to be looked for there."""
    section = re.split("^## .+$", PAGE, flags=re.MULTILINE)[number + 1]
    items = re.findall(r"^- ((?:\*\*[^*]+\*\*(?:, )?)+): (.+)$", section, re.MULTILINE)
    named = [feature for words, _ in items for feature in re.findall(r"\*\*(.+?)\*\*", words)]
    assert named == [feature for feature, cells in FEATURES.items() if cells[number] != NOTHING]
    assert [words for words, claim in items if "](https://" not in claim] == []
    assert re.search(r"^Looked through for the rest: .*\]\(https://", section, re.MULTILINE)
