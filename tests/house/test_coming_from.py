"""What the page for people who come from other tools shows is typed in a session, to the letter."""

import re
import shlex
from pathlib import Path

import pytest

from atla_credential import commands

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "coming-from.md"
SESSIONS = ROOT / "tests" / "sessions"
PLACEHOLDER = re.compile("[A-Z]+")  # NAME, URL, ...
VARIABLE = re.compile("[A-Z]+_[A-Z_]+")
# What a session needs besides: it has no keyring, no person and no network.
HERE = [["--storage", "file"], ["--no-input"], ["--no-verify"]]
WORDS = {*commands.SUMMARIES, *commands.OPERATION_SUMMARIES}


def rows() -> list[tuple[str, str]]:
    """Return what stands in the two columns of the tables."""
    found = re.findall(r"^\| (`.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [row for row in found if row[0] not in ("`atla`", "`atlcli`")]


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def typed() -> list[str]:
    """Return what follows a $ in the sessions."""
    paths = [SESSIONS / "other-tools.session", *sorted(SESSIONS.glob("*.terminal"))]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def calls() -> list[list[str]]:
    """Return the words behind the program's name, for each time it is called."""
    parts = [part for line in typed() for part in re.findall(r"(?:^|[ (])atla-credential([^|;&)<>]*)", line)]
    return [shlex.split(part) for part in parts]


def words_of(span: str) -> list[str]:
    """Return the words of an example as they are typed here, without `auth`."""
    return [word for word in shlex.split(span) if word != "auth"]


def fits(word: str, example: str) -> bool:
    return not word.startswith("-") and word != "" if PLACEHOLDER.fullmatch(example) else word == example


def is_exactly(call: list[str], example: list[str]) -> bool:
    """Tell whether a call is an example, apart from what every session needs."""
    for words in HERE:
        for at in range(len(call)):
            if call[at : at + len(words)] == words and words[0] not in example:
                call = call[:at] + call[at + len(words) :]
    return len(call) == len(example) and all(map(fits, call, example))


def has(call: list[str], example: list[str]) -> bool:
    """Tell whether a call has the words of an example, in this order."""
    rest = iter(call)
    return all(any(fits(word, each) for word in rest) for each in example)


def is_typed(span: str, as_it_is: bool) -> bool:
    if VARIABLE.fullmatch(span):
        return any(re.search(rf"\b{span}=", line) for line in typed())
    example = words_of(span)
    if as_it_is and "..." not in example and not is_option(example):
        return any(is_exactly(call, example) for call in calls())
    return any(has(call, [word for word in example if word != "..."]) for call in calls())


def is_option(example: list[str]) -> bool:
    """Tell an option with its value, which may stand anywhere, from a whole call."""
    return example[0].startswith("-") and not WORDS & set(example)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_row_is_typed(row: tuple[str, str]) -> None:
    left, right = row
    for span in spans(left):
        assert is_typed(span, as_it_is=True), span
    for span in spans(right):
        if span.split()[0] in WORDS or span.startswith("--"):
            assert is_typed(span, as_it_is=False), span


def test_rows_are_found() -> None:
    assert len(rows()) > 35
    assert ("`auth list`", "the same") in rows()


def test_an_example_is_told_from_what_is_like_it() -> None:
    assert is_exactly(["login", "--storage", "file", "--site", "x"], ["login", "--site", "URL"])
    assert not is_exactly(["login", "--site", "x", "--bearer"], ["login", "--site", "URL"])
    assert not is_exactly(["doctor", "--json"], ["doctor"])
    assert has(["login", "--cloud-id", "", "--json"], ["login", "--cloud-id", ""])
    assert not has(["--cloud-id", "x"], ["--cloud-id", ""])
    assert not has(["logout", "--yes"], ["logout", "NAME"])
