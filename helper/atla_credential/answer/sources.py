"""Where a profile's secret comes from: the second list of precedence. See `rules` for the first."""

from atla_credential import errors
from atla_credential.environment import token_variables_of
from atla_credential.model import HELPER, Credential, Profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.search import Search


# Each source: (Search, Profile) -> Credential or None. What a source does not know of it, the profile says.


def source_profile_variable(search: "Search", profile: Profile) -> Credential | None:
    """The variable of this profile only, ATLA_TOKEN__NAME, or the file of ATLA_TOKEN_FILE__NAME."""
    variable = search.environment.own_token_variable(profile.name)
    if variable is None:
        search.saw("{} is not set", token_variables_of(profile.name)[0])
        return None
    return of_variable(search, profile, variable)


def source_variable(search: "Search", profile: Profile) -> Credential | None:
    """The variable ATLA_TOKEN, or the file of ATLA_TOKEN_FILE, bound to ATLA_INSTANCE, else to the active profile."""
    variable = search.environment.token_variable()
    if variable is None:
        search.saw("not set")
        return None
    return of_variable(search, profile, variable)


def of_variable(search: "Search", profile: Profile, variable: str) -> Credential | None:
    """Return the token that a variable has for a profile."""
    from atla_credential.answer.binding import token_for  # door: only a token in a variable can be another's

    secret, said = token_for(search.world, profile, variable, search.profile_name)
    search.saw(*said)
    return None if secret is None else Credential(secret)


def source_token_file(search: "Search", profile: Profile) -> Credential | None:
    """The file that token_file in helper.toml names."""
    if profile.token_file is None:
        search.saw("none is named")
        return None
    from atla_credential.answer.setting import token_of_setting  # door: only where a file is named

    secret = token_of_setting(search.world, profile.token_file)
    search.saw("found in {0.token_file}", profile)
    return Credential(secret, expires_utc=profile.expires_utc)


def source_own_store(search: "Search", profile: Profile) -> Credential | None:
    """The profile's own store: the keyring or the file."""
    if profile.store is None:
        search.saw("a profile made of variables has none")
        return None
    if profile.store == HELPER:
        search.saw("not opened, as only helpers have its token")
        return None
    kept = search.world.kept(profile)
    if kept.secret is None or not profile.accepts(kept.secret):
        search.saw('nothing in the {0.store} for "{0.secret_key}"', profile)
        return None
    search.saw("found in the {0.store}", profile)
    if kept.unknown:
        search.say(source_own_store, f"could not look for a refresh token: {kept.unknown}")
    return Credential(kept.secret, expires_utc=profile.expires_utc, refresh_secret=kept.refresh_secret)


def source_helpers(search: "Search", profile: Profile) -> Credential | None:
    """The helpers listed in helper.toml, in their order."""
    helpers = search.near.helpers
    if profile.store is None or not helpers or not search.asks_helpers:
        search.saw("none are listed" if profile.store else "not asked for a profile made of variables")
        return None
    others = search.world.helpers(helpers)
    found = others.ask(profile, search.passed_over.append)
    search.saw("found, from helper {0.asked}" if found else "{0.outcome}", others)
    return found[0] if found else None


SECRET_SOURCES = (source_profile_variable, source_variable, source_token_file, source_own_store, source_helpers)


def find_secret(search: "Search", profile: Profile, warn: "Callable[[str], None]") -> "tuple[Credential, str] | None":
    """Return a profile's secret and the name of its source; None if every source was looked into and has none.

    A source that could not be looked into is passed over with a warning if a later one has the secret.

    Raises:
        Unavailable: no source has the secret, and at least one could not be looked into.
    """
    failures = search.passed_over = []
    for source in SECRET_SOURCES:
        before = len(failures)
        try:
            secret = source(search, profile)
        except errors.Unavailable as error:
            secret = None
            failures.append(error)
        for failure in failures[before:]:
            search.say(source, f"could not look: {failure.message}")
        if secret or before == len(failures):
            search.say(source)
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
    return HELPER if source is source_helpers else "token_file" if source is source_token_file else "environment"
