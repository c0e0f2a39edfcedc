"""Who answers a query: the first list of precedence.

PROFILE_RULES says which profile answers, SECRET_SOURCES in `sources` where its secret comes from; in both the first
answer wins. Each entry's docstring is the sentence that docs/explanation/precedence.md prints. The loops that walk the
lists also tell a tracer what they saw, so that an explanation can never differ from the answer.
"""

from atla_credential import sites
from atla_credential.errors import no_email
from atla_credential.model import Credential, Profile, Resolution
from atla_credential.search import Search
from atla_credential.sources import find_secret, own_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.place import Place
    from atla_credential.search import Match


# Each rule: Search -> Match or None.


def rule_variables(search: Search) -> "Match | None":
    """The profile made of variables alone: ATLA_INSTANCE, ATLA_EMAIL and a token."""
    match = search.match_of_variables()
    if match is None:
        return None
    profile, place = match
    secret = own_token(search, profile) or search.environment.token
    search.saw("it has no e-mail" if secret else "it has no token")
    return match if secret and place.speak(profile, search.asked_name, secret)[0] is not None else None


def rule_option(search: Search) -> "Match | None":
    """The profile named with `--profile`, and then no other."""
    if search.profile_name is None:
        search.saw("not given")
        return None
    return named(search, search.matches(), search.profile_name)


def rule_atla_profile(search: Search) -> "Match | None":
    """The profile named by ATLA_PROFILE."""
    name = search.environment.profile
    if name is None or search.profile_name is not None:
        search.saw("not set" if name is None else "--profile was given")
        return None
    found = search.matches()
    if found:
        search.named_profile(name)  # a name that no profile has is a mistake worth a message, not a wish to pass over
    return named(search, found, name)


def rule_default(search: Search) -> "Match | None":
    """The profile named by `default.profile` in config.toml."""
    name = search.near.default_profile
    if name is None:
        search.saw("not set")
        return None
    return named(search, search.matches(), name)


def rule_first(search: Search) -> "Match | None":
    """The first by name, adopted profiles last."""
    found = search.matches()
    search.saw("none is at this address")
    return min(found, key=order, default=None)


def rule_incomplete_variables(search: Search) -> "Match | None":
    """The profile of the variables that lacks an e-mail or a token, so that the message can say which."""
    return search.match_of_variables()


PROFILE_RULES = (
    rule_variables,
    rule_option,
    rule_atla_profile,
    rule_default,
    rule_first,
    rule_incomplete_variables,
)


def order(match: "Match") -> tuple[int, bool, str]:
    """Return what matches are ordered by.

    Of adopted ones that is, before the name, what the request did not say either: a path, then a user.
    """
    profile, place = match
    if profile.adopted:
        return 1 + len(place.root), bool(profile.username or profile.email), profile.name
    return 0, False, profile.name


def named(search: Search, found: "list[Match]", name: str) -> "Match | None":
    """Return the match of one profile, or None."""
    search.saw('profile "{}" {about.first}', name)
    return next((match for match in found if match[0].name == name), None)


def find_profile(search: Search) -> "Match | None":
    """Return the profile that answers, with its place; None if none does.

    Raises:
        Unavailable: config.toml or helper.toml cannot be used.
        NoCredential: --profile or ATLA_PROFILE names a profile that does not exist.
    """
    for rule in PROFILE_RULES:
        match = rule(search)
        search.say(rule, match[0].name if match else None)
        if match:
            return match
    return None


def resolve(search: Search, warn: "Callable[[str], None]") -> Resolution | None:
    """Answer a query.

    Args:
        warn: called with one line for every source that could not be looked into, if another one answered.

    Returns:
        None if no profile matches; a Resolution without a credential if the profile has no token.

    Raises:
        Unavailable, NoCredential: as in find_profile and find_secret; or the profile lacks its e-mail.
    """
    while match := find_profile(search):
        resolution = answer_of(search, *match, warn)
        reason = objection(search, resolution)
        if reason is None:
            if resolution.credential and resolution.credential.username is None:
                raise no_email(match[0].name, is_stored=match[0].store is not None)
            return resolution
        search.say(objection, f"{match[0].name} {reason}")
        search.reject(match[0])
    return None


def answer_of(search: Search, profile: Profile, place: "Place", warn: "Callable[[str], None]") -> Resolution:
    """Return what a profile would answer at its place. Raises as in find_secret."""
    found = find_secret(search, profile, warn)
    if found is None:
        return Resolution(profile, None, None, place.api_base_url)
    given, source = found
    username, auth = place.speak(profile, search.asked_name, given.secret)
    username = given.username if username is None else username
    credential = Credential(given.secret, username, auth, given.expires_utc, given.refresh_secret, given.is_passing)
    return Resolution(profile, credential, source, place.api_base_url)


def objection(search: Search, resolution: Resolution) -> str | None:
    """A reason for which a profile that matches stays out of it, so that the next one is looked for."""
    profile, credential = resolution.profile, resolution.credential
    if credential is None:
        # Nobody logged in there, so nobody is to be told to do it again: git asks for a password as it always did.
        return "was adopted, and has no token" if profile.adopted and search.profile_name is None else None
    if search.asked_name in sites.TOKEN_USERS and search.asked_name != credential.username:
        return "has the other kind of token"
    if profile.adopted and search.profile_name is None and credential.username is None:
        return "was adopted, and has no user name for this address"
    if profile.adopted and credential.auth == "bearer" and search.query and not search.query.takes_authtype:
        return "was adopted, and its Bearer token is for callers that know authtype"
    return None
