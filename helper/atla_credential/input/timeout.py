"""How long something may take, as people write it."""

from atla_credential.errors import UsageError

LEAST_S, MOST_S, USUAL_S = 1, 120, 15


def parse_timeout(text: str | None) -> float:
    """Return the seconds that a person gives to --timeout; None is the usual limit. Raises UsageError."""
    if text is None:
        return USUAL_S
    number, point, decimals = text.partition(".")
    is_number = all(part.isascii() and part.isdigit() for part in (number, decimals if point else "0"))
    seconds = float(text) if is_number else 0
    if not LEAST_S <= seconds <= MOST_S:
        raise UsageError(f"--timeout takes {LEAST_S} to {MOST_S} seconds", "for example --timeout 30")
    return seconds
