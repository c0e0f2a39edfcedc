"""What `doctor` found."""

from atla_credential.errors import CredentialError


class Finding:
    """One thing that was looked at.

    Args:
        text: what was found.
        hint: the next step; None where nothing is wrong.
        is_wrong: whether something will not work. A finding with a hint that is not wrong is worth knowing.
        verification: what a site said of a token, as an object of the JSON form, where one was asked; or None.
    """

    __slots__ = ("hint", "is_wrong", "text", "verification")

    def __init__(
        self, text: str, hint: str | None = None, is_wrong: bool = False,
        verification: "dict[str, object] | None" = None,
    ) -> None:  # fmt: skip
        self.text, self.hint, self.is_wrong, self.verification = text, hint, is_wrong, verification


def steps(error: CredentialError) -> str | None:
    """Return the next steps after an error in one line, or None if it knows none."""
    return "; or ".join(error.hints) or None
