"""The columns of a table stay straight, whatever is written in them."""

import io
import sys
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from atla_credential.environment import Environment
from atla_credential.terminal import columns

WIDE, COMBINED, HEBREW = "\u4f5c\u696d", "cafe\u0301", "\u05e2\u05d1\u05d5\u05d3\u05d4"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

Rows = list[list["columns.Cell"]]


class Terminal(io.StringIO):
    """What a person would see."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def shown(rows: Rows, place: io.StringIO, **variables: str) -> str:
    with redirect_stdout(place):
        columns.show_table(rows, Environment({"HOME": "/", **variables}))
    return place.getvalue()


def table(*names: str) -> Rows:
    return [[(name, ""), (f"https://{number}.example", ""), ("-", "")] for number, name in enumerate(names)]


@pytest.mark.parametrize("place", [io.StringIO, Terminal])
def test_columns_are_straight_whatever_the_script(place: type[io.StringIO]) -> None:
    lines = shown(table("work", WIDE, COMBINED, HEBREW, FAMILY), place()).splitlines()
    assert len({wcswidth(line.partition("https://")[0]) for line in lines}) == 1


def test_a_text_from_right_to_left_is_held_together_on_a_terminal_only() -> None:
    assert shown(table(HEBREW), Terminal()) == f"\u2068{HEBREW}\u2069  https://0.example  -\n"
    assert shown(table(HEBREW), io.StringIO()) == f"{HEBREW}  https://0.example  -\n"


@pytest.mark.parametrize("available", [30, 40, 79])
@pytest.mark.parametrize(
    "long", ["x" * 100, WIDE * 50, COMBINED * 30, FAMILY * 30], ids=["x", "wide", "combined", "family"]
)
def test_a_narrow_window_shortens_what_is_widest(long: str, available: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(available))
    lines = shown(table("work", long), Terminal()).splitlines()
    assert all(wcswidth(line) <= available for line in lines)
    assert "\u2026" in lines[1]
    assert lines[0].startswith("work ")


@pytest.mark.parametrize(
    "long", ["x", WIDE, COMBINED, FAMILY, "\u0301"], ids=["x", "wide", "combined", "family", "marks"]
)
def test_a_long_text_is_shortened_at_once(long: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(text: str) -> int:
        looked_at.append(len(text))
        return wcswidth(text)

    monkeypatch.setattr("wcwidth.wcswidth", counted)
    text = (long + "\u4f5c") * 3_000
    assert columns.width_of(columns.shortened(text, 40)) in (39, 40)
    assert sum(looked_at) < 40 * len(text)


STEPS = zip(columns.FROM, (*columns.FROM[1:], 0), columns.TAKES, strict=True)
LETTERS = [chr(code) for start, end, width in STEPS if width for code in range(start, end)]


def test_letters_are_as_wide_as_the_library_says() -> None:
    assert [each for each in LETTERS if columns.width_of(each) != wcswidth(each)] == []


@given(st.text(st.sampled_from(LETTERS[:: len(LETTERS) // 997])))
def test_so_are_words(text: str) -> None:
    assert columns.width_of(text) == wcswidth(text)


@pytest.mark.parametrize("text", [WIDE, HEBREW, "caf\u00e9", "\u0440\u0430\u0431\u043e\u0442\u0430", "\uc77c"])
def test_the_library_is_not_loaded_for_letters(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes half as long as the whole command."""
    monkeypatch.setitem(sys.modules, "wcwidth", None)
    assert columns.width_of(text) in (len(text), 2 * len(text))


def test_nothing_is_shortened_where_nobody_looks() -> None:
    assert "x" * 500 in shown(table("x" * 500), io.StringIO())


def test_a_window_too_narrow_for_anything_shows_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1")
    assert shown(table("work", "x" * 50), Terminal()).startswith("work ")


def test_colour_only_on_a_terminal_and_only_if_nobody_said_no() -> None:
    rows: Rows = [[("yes", "green"), ("work", "")]]
    plain = "yes  work\n"
    assert shown(rows, Terminal()) == "\033[32myes\033[0m  work\n"
    assert shown(rows, Terminal(), NO_COLOR="1") == plain
    assert shown(rows, Terminal(), TERM="dumb") == plain
    assert shown(rows, io.StringIO()) == plain


def test_what_could_move_the_cursor_is_escaped() -> None:
    assert shown([[("a\033[2Jb\u202e", "")]], Terminal()) == "a\\x1b[2Jb\\u202e\n"
