"""What the shape of a token tells: its kind, whether that kind is dead or fits the host, and whether it was cut off.

The one judge of tokens, whether a person gives one to a login or it stands in a variable, a store or a helper's answer.
Atlassian documents none of it, so whatever it tells is a warning; only a kind that no server takes any more, and what
can be in no token, is a flaw. No message shows a part of the token.

Source: tokens that Atlassian makes. The last eight digits of those that begin with ATATT or ATCTT are the CRC-32 of
all before them.
"""

import binascii
import re
import zlib
from datetime import date, datetime, timedelta

from atla_credential.input.date import start_of
from atla_credential.model import LAST_SECOND
from atla_credential.places.instance import (
    BITBUCKET,
    GATEWAY_OF,
    GOVERNMENT_SUFFIX,
    is_atlassian_hosted,
    is_cloud,
    parse_instance,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.model import Profile

TOKEN_PAGE = "https://id.atlassian.com/manage-profile/security/api-tokens"
GOVERNMENT_TOKEN_PAGE = "https://id.atlassian-us-gov-mod.com/manage-profile/security/api-tokens"
CLOUD, ACCESS, APP_PASSWORD, BITBUCKET_SERVER, SERVER, OLD = (
    "an API token of Atlassian Cloud",
    "a Bitbucket access token",
    "a Bitbucket app password",
    "an access token of Bitbucket Data Center",
    "a personal access token of Jira or Confluence Data Center",
    "an API token from before 2023",
)
STARTS = (("ATATT", CLOUD), ("ATCTT", ACCESS), ("ATBB", APP_PASSWORD), ("BBDC-", BITBUCKET_SERVER))
LONGEST_LIFE = timedelta(days=365)  # of an API token of Atlassian Cloud
DEAD = f"{APP_PASSWORD}, and these have been switched off in July 2026"  # the only kind that no server takes any more
NO_CLOUD_ID = "a service account's token works at the gateway only; if it is one, give --cloud-id"
QUOTES = "\"'`\u201c\u201d\u2018\u2019"


def kind_of(secret: str) -> str | None:
    """Return what a token seems to be, or None if its shape tells nothing."""
    for start, kind in STARTS:
        if secret.startswith(start):
            return kind
    if len(secret) == 24 and secret.isascii() and secret.isalnum():
        return OLD
    return SERVER if len(secret) == 44 and is_server_token(secret) else None


def is_server_token(secret: str) -> bool:
    """Tell whether a token is base64 of a number, a colon and random bytes."""
    if not re.fullmatch("[MNO][A-Za-z0-9+/]{43}", secret):
        return False
    try:
        return re.match(rb"[0-9]+:", binascii.a2b_base64(secret)) is not None
    except binascii.Error:
        return False


def flaw(secret: str) -> tuple[str, str] | None:
    """Return why a token is of no use anywhere, and the next step; None if its shape does not tell."""
    if is_dead(secret):
        return (
            f"the token is {DEAD}",
            f"make an API token with scopes for Bitbucket: {TOKEN_PAGE}",
        )
    if not secret.isprintable() or " " in secret or "\ufffd" in secret:  # no other white space can be printed
        return "the token has white space or odd characters in it", "copy it once more, whole"
    return None


def is_dead(secret: str) -> bool:
    """Tell whether a token is of a kind that no server takes any more."""
    return kind_of(secret.strip().strip(QUOTES)) == APP_PASSWORD


def oddities(secret: str, instance: str, auth: str) -> "Iterator[str]":
    """Yield what is odd about a token for an instance, each as one sentence."""
    bare = secret.strip(QUOTES)
    kind = kind_of(bare)
    if secret and (secret[0] in QUOTES or secret[-1] in QUOTES):
        yield "the token has quotation marks around it, which are most likely not a part of it"
    if kind in (CLOUD, ACCESS) and not has_checksum(bare):
        yield "the token seems to be cut off or mistyped: its last eight digits do not fit the rest"
    if kind == OLD and is_atlassian_hosted(instance):
        yield f"this looks like {OLD}, and these no longer work; make a new one: {TOKEN_PAGE}"
    elif is_foreign(bare, instance):
        whose = "Atlassian's own hosts do" if is_atlassian_hosted(instance) else "a host of your own does"
        yield f"this looks like {kind}, which {whose} not take"
    elif kind == ACCESS and not is_bitbucket(instance) and auth == "basic":
        yield f"this looks like {ACCESS}, which works at bitbucket.org"


def is_foreign(secret: str, instance: str) -> bool:
    """Tell whether a token is of a kind that is never for the host of an instance: Atlassian's own, or another."""
    kinds = (BITBUCKET_SERVER, SERVER) if is_atlassian_hosted(instance) else (CLOUD, ACCESS)
    return kind_of(secret.strip(QUOTES)) in kinds


def late_end(end: date, since: datetime, secret: str, profile: "Profile") -> "Iterator[str]":
    """Yield what is odd about the end that a person gave for a token: that no API token lives so long.

    Args:
        since: when the token was there already: when it was put into the profile, or now.

    Source: id.atlassian.com, where API tokens are made with an end of 1 to 365 days.
    """
    is_access_token = kind_of(secret) == ACCESS or (is_bitbucket(profile.instance) and profile.auth == "bearer")
    if is_atlassian_hosted(profile.instance) and not is_access_token and start_of(end) > since + LONGEST_LIFE:
        yield f"an API token of Atlassian Cloud lives {LONGEST_LIFE.days} days at most, so it ends before the day given"


def latest_end(since_utc: int | None, secret: str) -> int | None:
    """Return by when a token ends at the latest, in seconds since 1970; None if its shape or since when does not tell.

    Args:
        since_utc: when the token was there already.

    Source: as for late_end.
    """
    if since_utc is None or kind_of(secret) != CLOUD:
        return None
    return min(since_utc + int(LONGEST_LIFE.total_seconds()), LAST_SECOND)


def token_page(instance: str) -> str:
    """Return where the API tokens for an instance of Atlassian's are made and revoked: each cloud has its own page."""
    parsed = parse_instance(instance)
    is_government = parsed is not None and (
        parsed[0][1].endswith(GOVERNMENT_SUFFIX) or parsed[0] == GATEWAY_OF[GOVERNMENT_SUFFIX]
    )
    return GOVERNMENT_TOKEN_PAGE if is_government else TOKEN_PAGE


def is_bitbucket(instance: str) -> bool:
    """Tell whether an instance is Bitbucket Cloud."""
    parsed = parse_instance(instance)
    return parsed is not None and parsed[0] == BITBUCKET


def has_checksum(secret: str) -> bool:
    """Tell whether a token ends with the checksum of what stands before it."""
    body, digits = secret[:-8], secret[-8:]
    return body.endswith("=") and digits.upper() == f"{zlib.crc32(body.encode('utf-8')):08X}"


def lacks_cloud_id(profile: "Profile") -> bool:
    """Tell whether a profile cannot be a service account's for want of the cloud id: its token works nowhere else."""
    parsed = parse_instance(profile.instance)
    return profile.auth == "bearer" and profile.cloud_id is None and parsed is not None and is_cloud(parsed[0])
