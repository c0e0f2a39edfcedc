"""One search for an answer: what was asked, what the files and variables say, and which profiles match."""

from atla_credential import errors
from atla_credential.environment import PROFILE
from atla_credential.model import Profile, Query
from atla_credential.places import table
from atla_credential.places.instance import BITBUCKET, MCP, SERVICES, texts_of
from atla_credential.places.place import Claim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.settings.config import Config

    Entry = Callable[..., object]  # a rule or source
    Trace = Callable[["Search", Entry, str | None], None]


class Search:
    """What was asked, and what has been read so far to answer it.

    Args:
        world: what this process knows.
        query: what was asked; None asks for a profile's main place (then `profile_name` is given).
        profile_name: the profile named with --profile, which excludes all others; or None.
        trace: called at every step with the search, the rule or source, and what came of it; or None. That may be None
            too: then it is what the rule or source saw, which is in `seen` until the next one looks.
        exact_user: whether the user asked for must be the profile's, or one it answers with, without exception.
        asks_helpers: whether other helpers may be asked: not when the same was asked a moment ago.
    """

    def __init__(
        self, world: "World", query: Query | None = None, profile_name: str | None = None,
        trace: "Trace | None" = None, exact_user: bool = False, asks_helpers: bool = True,
    ) -> None:  # fmt: skip
        self.world, self.environment = world, world.environment
        self.query, self.profile_name = query, profile_name
        self.trace, self.exact_user, self.asks_helpers = trace, exact_user, asks_helpers
        self.lacks_token = False  # whether a profile stays out of it because it has none
        self.passed_over: list[errors.Unavailable] = []  # what could not be looked into while a secret was looked for
        self.seen: tuple[object, tuple[object, ...]] = ("", ())  # what the last rule or source saw
        self._claims: list[Claim] | None = None

    @property
    def config(self) -> "Config":
        """Both files with all profiles."""
        return self.world.config

    @property
    def near(self) -> "Config":
        """Both files with the profiles that can have a say: those that are named, and those at the query's address."""
        names = tuple(filter(None, (self.profile_name, self.environment.profile)))
        return self.world.near(names, texts_of(self.query) if self.query else ())

    @property
    def asked_name(self) -> str | None:
        """The user name the query asks for, or None."""
        return self.query.username if self.query else None

    def claims(self) -> list[Claim]:
        """Return the claims of the profiles of config.toml that the query belongs to.

        Raises:
            NoCredential: --profile names no profile.
        """
        if self._claims is None:
            if self.profile_name is None:
                profiles = list(self.near.profiles.values())
            else:
                named = self.named_profile(self.profile_name)
                profiles = [named] if named else []
            found = [claim for profile in profiles if (claim := self.claim_of(profile))]
            self._claims = self.deepest(self.narrow(found))
        return self._claims

    def claim_of(self, profile: Profile) -> Claim | None:
        """Return the claim of a profile to the query's address, or None; the user is not looked at."""
        if self.query and self.query.origin in SERVICES:
            from atla_credential.places import services  # door: only for their hosts

            place = services.find_place(profile, self.query)
        else:
            place = table.find_place(profile, self.query) if self.query else next(iter(table.places(profile)), None)
        return Claim(profile, place) if place else None

    def named_profile(self, name: str) -> Profile | None:
        """Return the profile that --profile or ATLA_PROFILE names, or None if it is the one that the variables make.

        Raises:
            NoCredential: there is no such profile.
        """
        profile = self.near.profiles.get(name)
        if profile is None:
            variables = self.world.profile_of_variables
            if variables is None or variables.name != name:
                from atla_credential.input.guess import no_such_profile  # door: only for a mistake

                is_given = name == self.profile_name
                variable = None if is_given else next(filter(self.environment.variables.get, PROFILE))
                raise no_such_profile(name, self.names(), variable)
        return profile

    @property
    def is_stored(self) -> bool:
        """Whether the profile that --profile names is one of config.toml. Without a home there is no such file."""
        try:
            return self.profile_name in self.near.profiles
        except errors.NoHome:
            return False

    def names(self) -> list[str]:
        """Return what the profiles are called, those that have a say where the others cannot be read."""
        try:
            return list(self.config.profiles)
        except errors.Unavailable:
            return list(self.near.profiles)

    def claims_of_variables(self) -> list[Claim]:
        """Return the claim of the profile that the variables make: by address and user, as any other.

        Where --profile was given, it is asked only if that is its name, and no stored one's: the option comes last.
        """
        profile = self.world.profile_of_variables
        is_asked = profile and (self.profile_name is None or (self.profile_name == profile.name and not self.is_stored))
        claim = self.claim_of(profile) if profile and is_asked else None
        self.saw("{about.variables}")
        return self.narrow([claim]) if claim else []

    def narrow(self, found: list[Claim]) -> list[Claim]:
        """Keep the profiles of the user asked for; of those that the request may mean or not, only the only one."""
        query = self.query
        if query is None:
            return found
        if query.origin in (BITBUCKET, MCP) and any(map(self.is_vague, found)):
            is_only = self.is_only_profile()
            found = [each for each in found if not self.is_vague(each) or (is_only and each.profile.counts)]
        narrowed = [claim for claim in found if claim.place.belongs_to(claim.profile, query.username)]
        if self.exact_user or query.origin != BITBUCKET or any(claim.profile.counts for claim in narrowed):
            return narrowed
        own = [claim for claim in found if claim.profile.counts]
        return own + narrowed if self.is_only_account(own) else narrowed

    def is_only_account(self, found: list[Claim]) -> bool:
        """Tell whether the only Bitbucket profile there is may answer git for a user it does not know.

        A clone URL of Bitbucket carries the account's name. Where the only profile has no user name on record,
        nothing says that the name is not its own, so it answers (with the name that goes with its token).
        """
        return len(found) == 1 and found[0].profile.username is None and self.is_only_profile()

    def is_only_profile(self) -> bool:
        """Tell whether there is but one profile that somebody chose at the query's address, whatever its user."""
        variables = self.world.profile_of_variables
        stored = [profile for profile in self.near.profiles.values() if profile.counts and self.is_rival(profile)]
        if variables and self.is_rival(variables):
            from atla_credential.answer.binding import is_bound  # door: only where variables make a profile

            if not any(is_bound(self.world, each) for each in stored):
                stored.append(variables)
        return len(stored) == 1

    def is_rival(self, profile: Profile) -> bool:
        """Tell whether a request could mean a profile; one that is at home at a service, though it may not answer."""
        if self.query and self.query.origin in SERVICES:
            from atla_credential.places.services import is_at_home  # door: only for their hosts

            return is_at_home(profile, self.query.origin)
        return self.claim_of(profile) is not None

    def is_vague(self, claim: Claim) -> bool:
        """Tell whether nobody says that a request is a claim's: its workspace's, without a path, or its account's."""
        query, root = self.query, claim.place.root
        is_open = query is not None and query.path is None and query.origin == BITBUCKET and root != ()
        return (is_open or claim.place.origin == MCP) and not self.is_named(claim.profile)

    def is_named(self, profile: Profile) -> bool:
        """Tell whether --profile or ATLA_PROFILE names a profile."""
        return profile.name in (self.profile_name, self.environment.profile)

    def deepest(self, found: list[Claim]) -> list[Claim]:
        """Keep, of each tier, the profiles whose instance has the longest path; and the one that is named."""
        if self.query is None or self.query.path is None:
            return found
        longest: dict[int, int] = {}
        for claim in found:
            longest[claim.tier] = max(longest.get(claim.tier, 0), len(claim.place.root))
        return [
            claim for claim in found if len(claim.place.root) == longest[claim.tier] or self.is_named(claim.profile)
        ]

    def saw(self, text: object, *values: object) -> None:
        """Note what a rule or source sees: a constant, whose braces are filled only if somebody listens."""
        self.seen = text, values

    def say(self, entry: "Entry", outcome: str | None = None) -> None:
        """Tell who listens of one step, and what came of it; None: what the rule or source saw."""
        if self.trace:
            self.trace(self, entry, outcome)
