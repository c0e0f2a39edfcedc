"""What `list` shows of each profile's token: when it ends, as whoever gives it says, and whether something is wrong."""

import time

from atla_credential.answer.outside import outside_for
from atla_credential.answer.setting import SETTING
from atla_credential.answer.sources import find_secret
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.input.token_shape import latest_end
from atla_credential.model import Credential
from atla_credential.profiles import notes
from atla_credential.report.expiry import Expiry
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
        end: when its token ends.
        source: the word for it where the token comes from a file in helper.toml, or from a helper that was asked; else
            None.
        is_aside: whether its token is set aside, and there is no other one.
        problems: why it cannot work, as in Judgement, as far as nobody else has to be asked for that.
    """

    __slots__ = ("end", "is_aside", "problems", "profile", "source")

    def __init__(
        self, profile: "Profile", end: Expiry, source: str | None, is_aside: bool, problems: tuple[str, ...]
    ) -> None:
        self.profile, self.end, self.source, self.is_aside = profile, end, source, is_aside
        self.problems = problems


def rows(search: "Search", profiles: "Iterable[Profile]", warn: "Callable[[str], None]") -> "Iterator[Row]":
    """Yield the profiles, each with what is known of its token.

    Of a token of one's own that is what was noted of it. A keyring is asked only where helper.toml notes a rejection,
    or since when the token is there, but not its end, or where it lists other helpers: those are asked where a profile
    has no token of its own, for as long as there is patience.
    """
    until_s = time.monotonic() + PATIENCE_S
    quiet = World(Environment(search.environment.variables))  # no dialog is worth a day that is only reckoned
    for profile in profiles:
        row = from_file(search, profile, warn)
        if row is not None:
            yield row
        elif profile.store is None or not search.config.helpers or search.world.has_token(profile):
            yield noted(search, profile, quiet)
        elif time.monotonic() > until_s:
            warn(f'the helpers have taken too long, so nobody was asked for profile "{profile.name}"')
            yield noted(search, profile, quiet)
        else:
            yield asked(search, profile, warn) or noted(search, profile, quiet)


def from_file(search: "Search", profile: "Profile", warn: "Callable[[str], None]") -> Row | None:
    """Return what is known of the token in the file that helper.toml names, or None if it does not come from there."""
    try:
        outside = None if profile.token_file is None else outside_for(search.world, profile)
    except Unavailable as error:
        warn(error.message)
        return None
    if outside is None or outside.namer != SETTING:
        return None
    problems = judge(profile, Credential(outside.secret), SETTING).problems
    return Row(profile, Expiry(profile.expires_utc), SETTING, is_aside=False, problems=problems)


def noted(search: "Search", profile: "Profile", quiet: World) -> Row:
    """Return what the settings say. Of a token that is set aside its end says nothing.

    Args:
        quiet: what looks into a keyring without asking anybody.
    """
    may_be = profile.store == "file" or notes.noted(search.world, profile).rejected_utc is not None
    is_aside = may_be and is_set_aside(search.world, profile)
    problems = judge_at_hand(search.world, profile).problems
    end = Expiry(None) if is_aside else Expiry(profile.expires_utc, latest_of(search.world, profile, quiet))
    return Row(profile, end, None, is_aside, problems)


def latest_of(world: World, profile: "Profile", quiet: World) -> int | None:
    """Return by when the token in a profile's own store ends at the latest, if that is known, and no end was given."""
    found = notes.noted(world, profile)
    if profile.expires_utc is not None or found.since_utc is None:
        return None
    try:
        secret = (quiet if profile.store == "keyring" else world).kept(profile).secret
    except Unavailable:
        return None
    latest_utc = latest_end(found.since_utc, secret or "")
    return latest_utc if latest_utc is not None and notes.speaks_of(found, profile, secret) else None


def asked(search: "Search", profile: "Profile", warn: "Callable[[str], None]") -> Row | None:
    """Return what the helpers say, or None if no token comes from them."""
    try:
        found = find_secret(search, profile, warn)
    except Unavailable as error:
        warn(error.message)
        found = None
    if found is None or found[1] != "helper":
        return None
    given, source = found
    problems = judge(profile, given, source).problems
    return Row(profile, Expiry(given.expires_utc), source, is_aside=False, problems=problems)
