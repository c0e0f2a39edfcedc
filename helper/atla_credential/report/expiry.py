"""When a token ends: on the day that was given for it, else by the last day that Atlassian lets one live to.

Only for people and programs that ask: `get` hands out what helper.toml notes, and nothing that was reckoned.
"""

import time

from atla_credential.errors import renew
from atla_credential.input.token_shape import LONGEST_LIFE
from atla_credential.model import SECONDS_A_DAY
from atla_credential.operations.get import WARN_DAYS

WITHOUT_TOKEN = {"missing": "missing", "setAside": "missing", "unavailable": "unavailable"}  # a source, and the verdict


class Expiry:
    """When a token ends, in seconds since 1970; None where that is not known.

    Args:
        given_utc: as a person, or whoever gives the token, has said.
        latest_utc: the last second that Atlassian lets it live to.
    """

    __slots__ = ("given_utc", "latest_utc")

    def __init__(self, given_utc: int | None, latest_utc: int | None = None) -> None:
        self.given_utc, self.latest_utc = given_utc, latest_utc

    @property
    def utc(self) -> int | None:
        """What counts: who has given an end knows better."""
        return self.latest_utc if self.given_utc is None else self.given_utc

    @property
    def is_overdue(self) -> bool:
        """Whether it has ended by what was reckoned alone."""
        return self.given_utc is None and self.latest_utc is not None and self.latest_utc <= time.time()


def verdict(token: str, end_utc: int | None, days: int | None = None) -> str:
    """Return one word for a person in a hurry: ok, expiring, expired, missing or unavailable.

    Args:
        token: the word for the token's source, or "" for any.
        end_utc: when it ends, or ends at the latest, in seconds since 1970; None if nothing is known of that.
        days: a token that ends within so many is one that ends soon; None: within a week.
    """
    if token in WITHOUT_TOKEN:
        return WITHOUT_TOKEN[token]
    if end_utc is None:
        return "ok"
    left_s = end_utc - time.time()
    if left_s <= 0:
        return "expired"
    return "expiring" if left_s < (WARN_DAYS if days is None else days) * SECONDS_A_DAY else "ok"


def shown_end(expires_at: str | None, latest_at: str | None) -> str | None:
    """Return in words when a token ends, from the two times of the JSON form; None if neither is known."""
    if expires_at is None and latest_at is not None:
        return f"by {latest_at[:10]} at the latest"
    return expires_at and expires_at[:10]


def expiry_warning(name: str, end: str, is_over: bool, source: str | None = None) -> str:
    """Say when a profile's token expires or has expired, and what to do where it comes from.

    Args:
        end: as from shown_end.
    """
    is_latest = end.startswith("by ")
    if is_over and is_latest:
        return f"{overdue(name)}; {renew(name, source)}"
    when = end if is_latest else f"on {end}"
    return f'the token of profile "{name}" {"has expired" if is_over else "expires"} {when}; {renew(name, source)}'


def overdue(name: str) -> str:
    """Say that a token is older than any can be: it has expired, if Atlassian has not changed its mind."""
    days = LONGEST_LIFE.days
    return (
        f'the token of profile "{name}" was put there more than {days} days ago, '
        f"and no API token of Atlassian Cloud lives longer"
    )
