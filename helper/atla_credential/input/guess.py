"""What a person may have meant by a word that nothing is called: the nearest of those that there are.

What was typed is never repeated, as it may be a token; what is named is one of ours.
"""

from atla_credential.errors import NoCredential

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 40  # of a word that somebody has mistyped
LETTERS_A_MISTAKE = 3  # a word of so many letters may have one mistake, of twice as many two


def nearest(word: str, known: "Iterable[str]") -> str | None:
    """Return the one of some words that is meant most likely; None if none is near, or several are as near."""
    typed = word.lower()
    if len(typed) > LONGEST:
        return None
    found = sorted((mistakes(typed, each.lower()), each) for each in set(known) if len(each) <= LONGEST)
    near = [(count, each) for count, each in found if count <= max(len(typed), len(each)) // LETTERS_A_MISTAKE]
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


def mistakes(typed: str, meant: str) -> int:
    """Return how many letters are too many, missing, wrong, or in the place of their neighbour.

    Source: the optimal string alignment distance (Damerau, Levenshtein).
    """
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for at, letter in enumerate(typed, 1):
        older, before, row = before, row, [at]
        for to, other in enumerate(meant, 1):
            least = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            is_swapped = at > 1 and to > 1 and letter == meant[to - 2] and typed[at - 2] == other
            row.append(min(least, older[to - 2] + 1) if is_swapped else least)
    return row[-1]


def did_you_mean(word: str, known: "Iterable[str]", before: str = "") -> tuple[str, ...]:
    """Return the hint that names the nearest word; none if no word is near.

    Args:
        before: what stands before the word where it is typed.
    """
    meant = nearest(word, known)
    return () if meant is None else (f"did you mean: {before}{meant}",)


def no_such_profile(name: str, known: "Iterable[str]") -> NoCredential:
    """Say that a name belongs to no profile, and which one is near."""
    see = "see all profiles: atla-credential list"
    return NoCredential(f'profile "{name}" does not exist', *did_you_mean(name, known), see)
