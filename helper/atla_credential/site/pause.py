"""How long a server wants to be left alone, and whether there is time for one more try."""

import time
from email.utils import parsedate_to_datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.site.deadline import Deadline
    from atla_credential.site.reply import Reply

LEAST_S, MOST_S = 1, 30  # a pause: without one, the next answer was a false 401
LEFT_S = 0.5  # that the second try has at least
LONGEST_S = 1_000_000_000  # that is told
DIGITS = 20  # that are looked at: nobody waits for longer


def wish_of(reply: "Reply") -> int | None:
    """Return for how many seconds a server wants to be left alone, or None where it does not say, or nothing sensible.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    text = reply.field("Retry-After").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:DIGITS]), LONGEST_S)
    try:
        left_s = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(round(left_s), 0), LONGEST_S)


def pause_before_repeat(reply: "Reply", deadline: "Deadline") -> float | None:
    """Return the seconds before the one repeat; None where there is none: it comes after 429 and 503, if it fits."""
    if reply.status not in (429, 503):
        return None
    pause_s = max(wish_of(reply) or 0, LEAST_S)
    return pause_s if pause_s <= MOST_S and deadline.left_s() - pause_s >= LEFT_S else None
