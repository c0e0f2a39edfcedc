"""What `doctor` found."""

from atla_credential.errors import CredentialError


class Finding:
    """One thing that was looked at.

    Args:
        text: what was found.
        hint: the next step; None where nothing is wrong.
        is_wrong: whether something will not work. A finding with a hint that is not wrong is worth knowing.
    """

    __slots__ = ("hint", "is_wrong", "text")

    def __init__(self, text: str, hint: str | None = None, is_wrong: bool = False) -> None:
        self.text, self.hint, self.is_wrong = text, hint, is_wrong


def steps(error: CredentialError) -> str | None:
    """Return the next steps after an error in one line, or None if it knows none."""
    return "; or ".join(error.hints) or None
