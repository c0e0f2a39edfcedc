"""Who answers a query, and with which secret: the two lists of precedence.

PROFILE_RULES says which profile, SECRET_SOURCES where its secret comes from; in both the first answer wins. Each
entry's docstring is the sentence that docs/explanation/precedence.md prints. The loops that walk the lists also
tell a tracer what they saw, so that an explanation can never differ from the answer.
"""

from atla_credential import sites
from atla_credential.errors import Unavailable, no_email
from atla_credential.model import Credential, Profile, Resolution
from atla_credential.search import Search
from atla_credential.store import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.search import Match

    Secret = tuple[str, str | None]  # the secret, and its refresh secret


# Which profile. Each rule: Search -> Match or None.


def rule_variables(search: Search) -> "Match | None":
    """The profile made of variables alone: ATLA_INSTANCE, ATLA_EMAIL and a token."""
    match = search.match_of_variables()
    if match is None:
        return None
    profile, place = match
    secret = search.own_token(profile) or search.environment.token
    return match if secret and place.speak(profile, search.asked_name, secret)[0] else None


def rule_option(search: Search) -> "Match | None":
    """The profile named with `--profile`, and then no other."""
    return named(search.matches(), search.profile_name)


def rule_atla_profile(search: Search) -> "Match | None":
    """The profile named by ATLA_PROFILE."""
    name = search.environment.profile
    if name is None or search.profile_name is not None:
        return None
    found = search.matches()
    if found:
        search.named_profile(name)  # a name that no profile has is a mistake worth a message, not a wish to pass over
    return named(found, name)


def rule_default(search: Search) -> "Match | None":
    """The profile named by `default.profile` in config.toml."""
    return named(search.matches(), search.config.default_profile)


def rule_first(search: Search) -> "Match | None":
    """The first by name."""
    return min(search.matches(), key=lambda match: match[0].name, default=None)


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


def named(found: "list[Match]", name: str | None) -> "Match | None":
    """Return the match of one profile, or None."""
    return next((match for match in found if match[0].name == name), None)


# Where the secret comes from. Each source: (Search, Profile) -> Secret or None.


def source_profile_variable(search: Search, profile: Profile) -> "Secret | None":
    """The variable of this profile only, ATLA_TOKEN__NAME."""
    secret = search.own_token(profile)
    return None if secret is None else (secret, None)


def source_variable(search: Search, profile: Profile) -> "Secret | None":
    """The variable ATLA_TOKEN, bound to ATLA_INSTANCE, else to the active profile."""
    secret = search.environment.token
    return (secret, None) if secret is not None and search.is_bound(profile) else None


def source_own_store(search: Search, profile: Profile) -> "Secret | None":
    """The profile's own store: the keyring or the file."""
    if profile.store is None:
        return None
    store = open_store(profile.store, search.environment)
    secret = store.get(profile.secret_key)
    return None if secret is None else (secret, store.get(profile.refresh_key))


def source_helpers(search: Search, profile: Profile) -> "Secret | None":
    """The helpers listed in helper.toml, in their order."""
    if profile.store is None or not search.config.helpers:
        return None
    secret = open_store("helper", search.environment).get(profile.secret_key)
    return None if secret is None else (secret, None)


SECRET_SOURCES = (source_profile_variable, source_variable, source_own_store, source_helpers)


def find_profile(search: Search) -> "Match | None":
    """Return the profile that answers, with its place; None if none does.

    Raises:
        Unavailable: config.toml or helper.toml cannot be used.
        NoCredential: --profile or ATLA_PROFILE names a profile that does not exist.
    """
    for rule in PROFILE_RULES:
        match = rule(search)
        search.say(rule, match[0].name if match else "no")
        if match:
            return match
    return None


def find_secret(search: Search, profile: Profile, warn: "Callable[[str], None]") -> "tuple[Secret, str] | None":
    """Return a profile's secret and the name of its source; None if every source was looked into and has none.

    A source that could not be looked into is passed over with a warning if a later one has the secret.

    Raises:
        Unavailable: no source has the secret, and at least one could not be looked into.
    """
    failures: list[Unavailable] = []
    for source in SECRET_SOURCES:
        try:
            secret = source(search, profile)
        except Unavailable as error:
            failures.append(error)
            search.say(source, f"could not look: {error.message}")
            continue
        search.say(source, "found" if secret else "no")
        if secret:
            for failure in failures:
                warn(failure.message)
            return secret, source_name(source, profile)
    if failures:
        for failure in failures[1:]:
            warn(failure.message)
        raise failures[0]
    return None


def source_name(source: object, profile: Profile) -> str:
    """Return the word that status and the JSON answer use for a source."""
    if source is source_own_store:
        return profile.store or ""
    return "helper" if source is source_helpers else "environment"


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
        profile, place = match
        found = find_secret(search, profile, warn)
        if found is None:
            return Resolution(profile, None, None, place.api_base_url)
        (secret, refresh_secret), source = found
        username, auth = place.speak(profile, search.asked_name, secret)
        if search.asked_name in sites.TOKEN_USERS and search.asked_name != username:
            search.say(place.speak, f"{profile.name} has the other kind of token")
            search.reject(profile)
            continue
        if not username:
            raise no_email(profile.name, is_stored=profile.store is not None)
        # What is known of the stored token's end says nothing about a variable's.
        expires_utc = None if source == "environment" else profile.expires_utc
        credential = Credential(secret, username, auth, expires_utc, refresh_secret)
        return Resolution(profile, credential, source, place.api_base_url)
    return None
