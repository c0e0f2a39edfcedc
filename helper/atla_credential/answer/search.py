"""One search for an answer: what was asked, what the files and variables say, and which profiles match."""

from atla_credential.answer.binding import is_bound
from atla_credential.environment import PROFILE
from atla_credential.errors import no_such_profile
from atla_credential.model import Profile, Query
from atla_credential.places import table
from atla_credential.places.instance import BITBUCKET
from atla_credential.places.place import Claim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.errors import Unavailable
    from atla_credential.settings.config import Config


class Step:
    """What a rule or source saw, and what came of it; whoever listens makes words of it.

    Args:
        search: the search that it was a step of.
        entry: the rule or source.
        outcome: what came of it, or None: what it saw, a constant of the code in whose braces values are filled in.
    """

    __slots__ = ("entry", "outcome", "search", "text", "values")

    def __init__(self, search: "Search", entry: "Callable[..., object]", outcome: str | None) -> None:
        self.search, self.entry, self.outcome = search, entry, outcome
        self.text, self.values = search.seen


class Search:
    """What was asked, and what has been read so far to answer it.

    Args:
        world: what this process knows.
        query: what was asked; None asks for a profile's main place (then `profile_name` is given).
        profile_name: the profile named with --profile, which excludes all others; or None.
        trace: called at every step, or None.
        exact_user: whether the user asked for must be the profile's, or one it answers with, without exception.
        asks_helpers: whether other helpers may be asked: not when the same was asked a moment ago.
    """

    def __init__(
        self, world: "World", query: Query | None = None, profile_name: str | None = None,
        trace: "Callable[[Step], None] | None" = None, exact_user: bool = False, asks_helpers: bool = True,
    ) -> None:  # fmt: skip
        self.world, self.environment = world, world.environment
        self.query, self.profile_name = query, profile_name
        self.trace, self.exact_user, self.asks_helpers = trace, exact_user, asks_helpers
        self.lacks_token = False  # whether a profile stays out of it because it has none
        self.passed_over: list[Unavailable] = []  # what could not be looked into while a secret was looked for
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
        return self.world.near(names, table.texts_of(self.query) if self.query else ())

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
            self._claims = deepest(self.narrow(found), self.query)
        return self._claims

    def claim_of(self, profile: Profile) -> Claim | None:
        """Return the claim of a profile to the query's address, or None; the user is not looked at."""
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
                is_given = name == self.profile_name
                raise no_such_profile(name, None if is_given else next(filter(self.environment.variables.get, PROFILE)))
        return profile

    def claims_of_variables(self) -> list[Claim]:
        """Return the claim of the profile that the variables make: by address and user, as any other."""
        profile = self.world.profile_of_variables
        claim = self.claim_of(profile) if profile and self.profile_name in (None, profile.name) else None
        self.saw("{about.variables}")
        return self.narrow([claim]) if claim else []

    def narrow(self, found: list[Claim]) -> list[Claim]:
        """Keep the profiles of the user asked for."""
        query = self.query
        if query is None:
            return found
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
        if len(found) != 1 or found[0].profile.username is not None:
            return False
        variables = self.world.profile_of_variables
        stored = [profile for profile in self.near.profiles.values() if profile.counts and self.claim_of(profile)]
        if variables and self.claim_of(variables) and not any(is_bound(self.world, each) for each in stored):
            stored.append(variables)
        return len(stored) == 1

    def saw(self, text: object, *values: object) -> None:
        """Note what a rule or source sees: a constant, whose braces are filled only if somebody listens."""
        self.seen = text, values

    def say(self, entry: "Callable[..., object]", outcome: str | None = None) -> None:
        """Tell who listens of one step, and what came of it; None: what the rule or source saw."""
        if self.trace:
            self.trace(Step(self, entry, outcome))


def deepest(found: list[Claim], query: Query | None) -> list[Claim]:
    """Keep, of each tier, the profiles whose instance has the longest path."""
    if query is None or query.path is None:
        return found
    longest: dict[int, int] = {}
    for claim in found:
        longest[claim.tier] = max(longest.get(claim.tier, 0), len(claim.place.root))
    return [claim for claim in found if len(claim.place.root) == longest[claim.tier]]
