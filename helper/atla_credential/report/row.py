"""What `list` shows of each profile's token: when it ends, as whoever gives it says, and whether something is wrong."""

import time

from atla_credential.answer.sources import find_secret
from atla_credential.errors import Unavailable
from atla_credential.report.judgement import judge, judge_at_hand
from atla_credential.report.profile import is_set_aside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from atla_credential.answer.search import Search
    from atla_credential.model import Profile

PATIENCE_S = 20.0  # for the helpers of all profiles together: one may hang, which takes half of it


class Row:
    """A profile as `list` shows it.

    Args:
        end_utc: when its token ends, in seconds since 1970; None if that is not known.
        source: "helper" if other helpers were asked, and one of them gives the token; else None.
        is_aside: whether its token is set aside, and there is no other one.
        problems: why it cannot work, as in Judgement, as far as nobody else has to be asked for that.
    """

    __slots__ = ("end_utc", "is_aside", "problems", "profile", "source")

    def __init__(
        self, profile: "Profile", end_utc: int | None, source: str | None, is_aside: bool, problems: tuple[str, ...]
    ) -> None:
        self.profile, self.end_utc, self.source, self.is_aside = profile, end_utc, source, is_aside
        self.problems = problems


def rows(search: "Search", profiles: "Iterable[Profile]", warn: "Callable[[str], None]") -> "Iterator[Row]":
    """Yield the profiles, each with what is known of its token.

    Of a token of one's own that is what was noted of it. A keyring is asked only where helper.toml notes a rejection,
    or lists other helpers: those are asked where a profile has no token of its own, for as long as there is patience.
    """
    until_s = time.monotonic() + PATIENCE_S
    for profile in profiles:
        if profile.store is None or not search.config.helpers or search.world.has_token(profile):
            yield noted(search, profile)
        elif time.monotonic() > until_s:
            warn(f'the helpers have taken too long, so nobody was asked for profile "{profile.name}"')
            yield noted(search, profile)
        else:
            yield asked(search, profile, warn)


def noted(search: "Search", profile: "Profile") -> Row:
    """Return what the settings say. Of a token that is set aside its end says nothing."""
    may_be = profile.store == "file" or profile.rejected_utc is not None
    is_aside = may_be and is_set_aside(search.world, profile)
    problems = judge_at_hand(search.world, profile).problems
    return Row(profile, None if is_aside else profile.expires_utc, None, is_aside, problems)


def asked(search: "Search", profile: "Profile", warn: "Callable[[str], None]") -> Row:
    """Return what the helpers say."""
    try:
        found = find_secret(search, profile, warn)
    except Unavailable as error:
        warn(error.message)
        found = None
    if found is None or found[1] != "helper":
        return noted(search, profile)
    given, source = found
    return Row(profile, given.expires_utc, source, is_aside=False, problems=judge(profile, given, source).problems)
