"""Every block of code on a page is run or read by a test, or has its reason in a list; the files that it shows make sense."""

import configparser
import json
import re
import tomllib
from collections.abc import Callable

import pytest
import yaml

from atla_credential.report.unknown_key import OF_HELPER, OF_PROFILE, SHARED
from pages import FENCE, NOT_RUN, ROOT, TESTED_BY, Block, blocks, is_listed, markdown, to_type

SHOWN = ("text",)  # what a program prints, or a drawing: nothing of it is typed
CRONTAB = re.compile(r"([\d*,/-]+ +){5}\S.*|[A-Z]+=\S+")


def read_toml(text: str) -> None:
    """Read config.toml, credentials.toml or helper.toml, in which no key is mistyped."""
    found = tomllib.loads(text)
    assert set(found.get("helper", {})) <= {*OF_HELPER}
    for each in found.get("profiles", {}).values():
        assert set(each) <= {*OF_PROFILE, *SHARED}


def read_crontab(text: str) -> None:
    assert all(map(CRONTAB.fullmatch, text.splitlines()))


def read_ini(text: str) -> None:
    configparser.RawConfigParser(strict=False, allow_no_value=True).read_string(text)


# The languages of what is no command -> what reads it.
READERS: dict[str, Callable[[str], object]] = {
    "json": json.loads, "toml": read_toml, "yaml": yaml.safe_load, "ini": read_ini, "crontab": read_crontab,
}  # fmt: skip
READ = [each for each in blocks() if each.kind in READERS and not is_listed(each, TESTED_BY)]
TYPED = to_type()


@pytest.mark.parametrize("block", READ, ids=str)
def test_a_file_that_is_shown_makes_sense(block: Block) -> None:
    READERS[block.kind](block.text)


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_nobody_shows_what_nobody_tries(block: Block) -> None:
    is_tried = block in TYPED or block in READ or is_listed(block, TESTED_BY)
    times = is_tried + is_listed(block, NOT_RUN) + (block.kind in SHOWN)
    assert times == 1, (
        "make it sh or console, and say in tests/scenes.py what it takes for granted; or see tests/pages.py"
    )
    assert block.kind not in SHOWN or not re.search(r"^\$ |^ *atla-credential [a-z]", block.text, re.MULTILINE)


def test_fences_are_in_one_form() -> None:
    for path in markdown():
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(r"```+|~~~", text)) == 2 * len(FENCE.findall(text)), path


@pytest.mark.parametrize("row", [*TESTED_BY, *NOT_RUN], ids=str)
def test_a_row_is_about_so_many_blocks(row: tuple[str, int]) -> None:
    """One more of them is one that its test may not know: look, then correct the number."""
    assert sum(is_listed(block, {row: ""}) for block in blocks()) == row[1] > 0


@pytest.mark.parametrize("row", TESTED_BY, ids=str)
def test_the_test_knows_the_page(row: tuple[str, int]) -> None:
    name = row[0].partition(" ")[0].rpartition("/")[2]
    text = (ROOT / TESTED_BY[row]).read_text(encoding="utf-8")
    assert name in text or "contrib" in text  # the functions to copy are files there: test_docs.py
