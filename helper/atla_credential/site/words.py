"""The words of a server, as far as they may be told: short, in one line, and never with the token (safety N6)."""

from urllib.parse import unquote

MOST = 200  # characters


class Words:
    """What may be told of what a server says.

    Args:
        secrets: what no word may hold: the token, and what it was sent as.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.secrets = tuple(secret.lower() for secret in secrets if secret)

    def told(self, text: str | None) -> str | None:
        """Return a text in one line, cut off where it is long; None for one that holds a secret, or nothing at all.

        Every form that it could be given back in counts: in other letters, in pieces over lines, percent-encoded.
        """
        if text is None or self.holds_secret(text):
            return None
        return " ".join(text.split())[:MOST] or None

    def first_told(self, texts: tuple[str, ...]) -> str | None:
        """Return the first of some texts that says anything; None where they hold a secret, be it in pieces."""
        return None if self.holds_secret("".join(texts)) else next(filter(None, map(self.told, texts)), None)

    def holds_secret(self, text: str) -> bool:
        """Tell whether a text holds a secret."""
        forms = (text, "".join(text.split()))
        return any(secret in form.lower() for secret in self.secrets for form in (*forms, *map(unquote, forms)))
