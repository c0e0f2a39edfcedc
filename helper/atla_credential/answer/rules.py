"""Who answers a query: the first list of precedence.

PROFILE_RULES says which profile answers, SECRET_SOURCES in `sources` where its secret comes from; in both the first
answer wins. Each entry's docstring is the sentence that docs/explanation/precedence.md prints. The loops that walk the
lists also tell a tracer what they saw, so that an explanation can never differ from the answer.
"""

from atla_credential import errors
from atla_credential.answer.search import Search
from atla_credential.answer.sources import find_secret
from atla_credential.model import Credential, Resolution
from atla_credential.places import table
from atla_credential.places.instance import REGISTRIES
from atla_credential.places.place import Claim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


# Each rule: Search -> claims, in the order in which they come.


def rule_variables(search: Search) -> list[Claim]:
    """The profile made of variables alone: ATLA_INSTANCE, ATLA_EMAIL and a token."""
    claims = search.claims_of_variables()
    for claim in claims:
        from atla_credential.answer.binding import holder_for  # door: only where variables make a profile

        try:
            held = holder_for(search.world, claim.profile)
        except errors.Unavailable:
            return claims  # the look for its token says why
        search.saw("it has no e-mail" if held else "it has no token")
        if held is None or claim.place.speak(claim.profile, search.asked_name, held[1])[0] is None:
            return []
    return claims


def rule_option(search: Search) -> list[Claim]:
    """The profile named with `--profile`, and then no other."""
    if search.profile_name is None:
        search.saw("not given")
        return []
    return named(search, search.claims(), search.profile_name)


def rule_atla_profile(search: Search) -> list[Claim]:
    """The profile named by ATLA_PROFILE."""
    name = search.environment.profile
    if name is None or search.profile_name is not None:
        search.saw("not set" if name is None else "--profile was given")
        return []
    found = search.claims()
    if found:
        search.named_profile(name)  # a name that no profile has is a mistake worth a message, not a wish to pass over
    return named(search, found, name)


def rule_default(search: Search) -> list[Claim]:
    """The profile named by `default.profile` in config.toml."""
    name = search.near.default_profile
    if name is None:
        search.saw("not set")
        return []
    return named(search, search.claims(), name)


def rule_first(search: Search) -> list[Claim]:
    """The first by name, adopted profiles last."""
    found = search.claims()
    search.saw("none is at this address")
    return sorted(found, key=order)


def rule_incomplete_variables(search: Search) -> list[Claim]:
    """The profile of the variables that lacks an e-mail or a token, so that the message can say which."""
    return search.claims_of_variables()


PROFILE_RULES = (rule_variables, rule_option, rule_atla_profile, rule_default, rule_first, rule_incomplete_variables)


def order(claim: Claim) -> tuple[int, bool, str]:
    """Return what claims are ordered by.

    Of adopted ones that is, before the name, what the request did not say either: a path, then a user.
    """
    profile = claim.profile
    if claim.tier:
        return 1 + len(claim.place.root), bool(profile.username or profile.email), profile.name
    return 0, False, profile.name


def named(search: Search, found: list[Claim], name: str) -> list[Claim]:
    """Return the claim of one profile."""
    search.saw('profile "{}" {about.first}', name)
    return [claim for claim in found if claim.profile.name == name]


def claims(search: Search) -> "Iterator[Claim]":
    """Yield whoever could answer, the first one first, each once.

    Raises:
        Unavailable: config.toml or helper.toml cannot be used.
        NoCredential: --profile or ATLA_PROFILE names a profile that does not exist.
    """
    tried = set()
    for rule in PROFILE_RULES:
        found = rule(search)
        if not found:
            search.say(rule)
        for claim in found:
            if claim.key not in tried:
                tried.add(claim.key)
                search.say(rule, claim.profile.name)
                yield claim


def resolve(search: Search, warn: "Callable[[str], None]") -> Resolution | None:
    """Answer a query.

    Args:
        warn: called with one line for every source that could not be looked into, if another one answered.

    Returns:
        None if no profile matches; a Resolution without a credential if the profile has no token.

    Raises:
        Unavailable: a settings file cannot be used; or no source has the secret, and one could not be looked into.
        NoCredential: a profile is named that does not exist, or the profile lacks its e-mail.
    """
    for claim in claims(search):
        resolution = answer_of(search, claim, warn)
        reason = objection(search, resolution)
        if reason is None:
            if resolution.credential and resolution.credential.username is None:
                raise errors.no_email(claim.profile.name, is_stored=claim.profile.store is not None)
            return resolution
        search.say(objection, f"{claim.profile.name} {reason}")
        search.lacks_token = search.lacks_token or resolution.credential is None
    return None


def answer_of(search: Search, claim: Claim, warn: "Callable[[str], None]") -> Resolution:
    """Return what a profile would answer at its place. Raises Unavailable."""
    profile, place = claim.profile, claim.place
    base = place.base_for(search.query)
    found = find_secret(search, profile, warn)
    if found is None:
        return Resolution(profile, None, None, base)
    given, source = found
    username, auth = place.speak(profile, search.asked_name, given.secret)
    username = given.username if username is None else username
    credential = Credential(given.secret, username, auth, given.expires_utc, given.refresh_secret, given.is_passing)
    return Resolution(profile, credential, source, base)


def objection(search: Search, resolution: Resolution) -> str | None:
    """A reason for which a profile that matches stays out of it, so that the next one is looked for."""
    profile, credential = resolution.profile, resolution.credential
    if credential is None:
        # Nobody logged in there, so nobody is to be told to do it again: git asks for a password as it always did.
        return "was adopted, and has no token" if profile.is_silent and search.profile_name is None else None
    if search.query and search.query.origin in REGISTRIES and credential.secret.startswith(table.ACCESS_TOKEN_START):
        return "has an access token, which no package registry takes"
    if search.asked_name in table.TOKEN_USERS and search.asked_name != credential.username:
        return "has the other kind of token"
    if profile.is_silent and search.profile_name is None and credential.username is None:
        return "was adopted, and has no user name for this address"
    if profile.only_as_told and credential.auth == "bearer" and search.query and not search.query.takes_authtype:
        return "was adopted, and its Bearer token is for callers that know authtype"
    return None
