"""The pictures of the docs show what there is, whole, in light and in dark."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.scheme import STYLE, with_both_schemes
from house.test_docs import texts
from terminal_picture import PICTURE, SESSION, WIDTH, draw, lines_of

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SPEED = (ROOT / "docs" / "explanation" / "speed.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.name)
def test_it_adapts_to_the_page(path: Path) -> None:
    """It has other colours in the dark, no black or white outside of its style, and is no wider than a page on GitHub."""
    text = path.read_text(encoding="utf-8")
    assert "@media (prefers-color-scheme: dark)" in text
    picture = ElementTree.fromstring(text)  # noqa: S314 - our own
    assert float(picture.get("viewBox", "").split()[2]) <= WIDTH
    assert re.findall(r'(?:fill|stroke)(?:="|: )(#(?:000000|000|ffffff|fff))\b', text.partition("</style>")[2]) == []


def test_the_terminal_is_drawn_from_what_is_typed() -> None:
    """tests/interop/test_readme.py types it; python tests/terminal_picture.py draws it again."""
    assert PICTURE.read_text(encoding="utf-8") == draw(SESSION.read_text(encoding="utf-8"))


def test_a_line_that_is_answered_and_one_that_is_hidden() -> None:
    lines = lines_of("# a comment\n$ login\n> Site:\n< work\n> Token:\n* made-up\n> logged in\n? 0\n\n$ next\n")
    assert ["".join(text for text, _ in line) for line in lines] == [
        "$ login", "Site: work", "Token:", "logged in", "", "$ next",
    ]  # fmt: skip


def test_a_chart_takes_the_ink_of_the_page() -> None:
    drawn = with_both_schemes(
        '<svg><style type="text/css">a</style><path style="fill: #ffffff; stroke: #000000"/></svg>'
    )
    assert (
        drawn == f'<svg><style type="text/css">\n{STYLE}a</style><path style="fill: none; stroke: currentColor"/></svg>'
    )
    assert with_both_schemes(drawn) == drawn


def test_the_chart_has_the_figures_of_the_table() -> None:
    """Of all rows but those with several callers at once, which the chart leaves out."""
    table = SPEED.partition("## Figures")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (\d+\.\d\d) \|", table, re.MULTILINE)
    drawn = re.findall(r">(\d+\.\d\d)</text>", (IMAGES / "speed.svg").read_text(encoding="utf-8"))
    assert sorted(drawn) == sorted(figure for name, figure in rows if "callers at once" not in name)


def test_the_readme_has_the_figure_of_the_table() -> None:
    (said,) = re.findall(r"\[(\d\.\d) times\]", (ROOT / "README.md").read_text(encoding="utf-8"))
    (measured,) = re.findall(r"^\| the file store, 1 profile \| (\d+\.\d\d) \|", SPEED, re.MULTILINE)
    assert float(said) == round(float(measured), 1)


def test_the_flow_names_the_ways_of_a_fleet() -> None:
    shown = [text for _, _, text in texts(ElementTree.parse(IMAGES / "flow.svg").getroot())]  # noqa: S314 - our own
    assert {"secret engine", "token_file", "git-credential-atla-vault"} <= set(shown)
