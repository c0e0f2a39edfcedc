"""What people read: nothing in it moves a cursor or forges a line (safety U1)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atla_credential.text import printable, quoted

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "LRM", "RLM", "ALM"}


def is_harmful(character: str) -> bool:
    """Tell it from Unicode's own tables."""
    turns = unicodedata.bidirectional(character) in TURNING or character in "\u200e\u200f\u061c"
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or turns


def test_every_harmful_character_is_escaped() -> None:
    for code in range(0x110000):
        escaped = printable(f"a{chr(code)}b")
        if is_harmful(chr(code)):
            assert escaped.isascii(), hex(code)
            assert escaped.isprintable(), hex(code)
        else:
            assert escaped == f"a{chr(code)}b", hex(code)


@given(st.text())
def test_what_is_printed_can_be_printed(text: str) -> None:
    assert not any(map(is_harmful, printable(text)))
    printable(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("work", "work"),
        ("data center", "'data center'"),
        ("it's", "'it'\\''s'"),
        ("", "''"),
        ("$(id)", "'$(id)'"),
        ("a;b", "'a;b'"),
    ],
)
def test_names_in_hints_can_be_typed(text: str, word: str) -> None:
    assert quoted(text) == word
