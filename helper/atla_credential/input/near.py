"""The word that somebody has meant, where what they have written is none."""

from difflib import get_close_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(text: str, words: "Iterable[str]") -> str | None:
    """Return the word that is most like a text, in any case of its letters; None if none is much like it."""
    by_lower = {word.lower(): word for word in words}
    found = get_close_matches(text.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def did_you_mean(text: str, words: "Iterable[str]") -> str | None:
    """Return the question after the nearest word, or None without one."""
    word = nearest(text, words)
    return None if word is None else f"did you mean {word}?"
