"""Points in time as people write and read them. All of them are in UTC."""

from datetime import date, datetime, time, timedelta, timezone

from atla_credential.errors import UsageError

MOST_DIGITS = 9  # of a number of days
MADE_UTC = 1735689600  # 2025-01-01: nobody had this program before, so a clock that says less is wrong


def iso_date(seconds: int | None) -> str | None:
    """Return the day of a number of seconds since 1970 as `2027-03-01`, or None for None."""
    return None if seconds is None else as_time(seconds).date().isoformat()


def as_time(seconds: int) -> datetime:
    """Return seconds since 1970 as a date-time in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def is_impossible(now_utc: float) -> bool:
    """Tell whether a clock cannot be right, as one that has lost its battery and begins in 1970."""
    return now_utc < MADE_UTC


def parse_expiry(text: str, now: datetime) -> date:
    """Read what a person gives to --expires.

    Args:
        text: a date (2027-03-01), a date-time (2027-03-01T12:00:00Z), or a number of days from today (90d).

    Raises:
        UsageError: it is none of these, or lies in the past, or in no calendar; or it is a number of days, and the
            clock cannot be right.
    """
    if parse_days(text) is not None and is_impossible(now.timestamp()):
        said = f"the clock says {now.date().isoformat()}, so the day in {text} is not known"
        raise UsageError(said, "set the clock, or give the token's end as a date, for example 2027-03-01")
    moment = parse_moment(text, now.date())
    if start_of(moment) <= now:
        raise UsageError("the token's end is in the past", "an expired token is of no use")
    return moment


def start_of(moment: date) -> datetime:
    """Return the first moment of a day, or a date-time as it is."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, timezone.utc)


def parse_days(text: str) -> int | None:
    """Return the number in `14d`, or None if it is something else, or more than anybody lives."""
    number, unit = text[:-1], text[-1:]
    return int(number) if unit == "d" and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS else None


def parse_moment(text: str, today: date) -> date:
    """Read a date, a date-time or a number of days. Raises UsageError."""
    try:
        days = parse_days(text)
        if days is not None:
            return today + timedelta(days=days)
        if len(text) == len("2027-03-01"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise UsageError(
            "the token's end is neither a date nor a number of days", "for example 2027-03-01 or 90d"
        ) from None
