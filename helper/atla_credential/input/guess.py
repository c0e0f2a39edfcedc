"""What a person may have meant by a word that nothing is called: the nearest of those that there are.

What was typed is never repeated, as it may be a token; what is named is one of ours.
"""

from atla_credential.errors import NoCredential, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 40  # letters of a word that somebody has mistyped
LEAST = 0.7  # of 1: how much alike two words are of which one is meant by the other


def nearest(word: str, known: "Iterable[str]") -> str | None:
    """Return the one of some words that is meant most likely, in any case of its letters.

    None if none is near, or several are as near.
    """
    if len(word) > LONGEST:
        return None
    from difflib import SequenceMatcher  # door: only for a mistake

    alike = SequenceMatcher(None, b=word.lower())
    found: list[tuple[float, str]] = []
    for each in {name for name in known if len(name) <= LONGEST}:
        alike.set_seq1(each.lower())
        found.append((alike.ratio(), each))
    best, *others = sorted(found, reverse=True)[:2] or [(0.0, "")]
    return best[1] if best[0] >= LEAST and (not others or others[0][0] < best[0]) else None


def did_you_mean(word: str, known: "Iterable[str]", before: str = "") -> tuple[str, ...]:
    """Return the hint that names the nearest word; none if no word is near.

    Args:
        before: what stands before the word where it is typed.
    """
    meant = nearest(word, known)
    return () if meant is None else (f"did you mean: {before}{meant}",)


def no_such_option(word: str, name: str, known: "Iterable[str]") -> UsageError:
    """Say that an operation does not know what stands behind it, and which of its options is near."""
    see = f"run: atla-credential {word} --help"
    return UsageError(f"{word} was given an option or word that it does not know", *did_you_mean(name, known), see)


def no_such_profile(name: str, known: "Iterable[str]", variable: str | None = None) -> NoCredential:
    """Say that a name belongs to no profile, which variable has it, if one has, and which profile is near.

    What looks like a token is not repeated (safety U2).
    """
    where = (f"{variable} names it: correct or unset it",) if variable else ()
    see = "see all profiles: atla-credential list"
    from atla_credential.input.token_shape import kind_of  # door: likewise

    if kind_of(name) is not None:
        return NoCredential("this looks like a token, not like a profile's name", *where, see)
    return NoCredential(f'profile "{name}" does not exist', *where, *did_you_mean(name, known), see)
