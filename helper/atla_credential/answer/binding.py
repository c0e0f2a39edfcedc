"""Whose the token in a variable is (safety O3): never anybody's but the one for whom it was set.

A variable has it itself, or names the file that it is in; both are bound alike, and a file is read only for whom it is.
BOUNDS is the third list of precedence: a profile gets the token of ATLA_TOKEN only where every row holds. A row's
docstring is what `explain` says where it does not.
"""

from atla_credential import errors
from atla_credential.environment import TOKEN_FILE, TOKEN_OF_PROFILE, token_variables_of
from atla_credential.places.instance import same_site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.model import Profile

    Said = tuple[object, ...]  # a constant of the code, and what is filled into its braces


def chosen_if_adopted(world: "World", profile: "Profile", named: str | None) -> bool:
    """{about.token} is set, but not meant for an adopted profile that nobody chose"""
    return profile.counts or profile.name in (world.environment.profile, world.settings.default_profile)


def account_of_variables(world: "World", profile: "Profile", named: str | None) -> bool:
    """{about.token} is set, but meant for the account of {about.email}"""
    return world.environment.email in (None, profile.email)


def instance_of_variables(world: "World", profile: "Profile", named: str | None) -> bool:
    """{about.token} is set, but meant for {about.instance}"""
    variables = world.profile_of_variables
    return variables is None or same_site(variables.instance, profile.instance)


def active_without_variables(world: "World", profile: "Profile", named: str | None) -> bool:
    """{about.token} is set, but meant for the active profile, {about.active}"""
    if world.profile_of_variables is not None:
        return True
    chosen = world.environment.profile or world.settings.default_profile
    if chosen is not None or world.settings.count == 1:
        return chosen in (None, profile.name)
    active = active_profile(world)
    return active is not None and active.name == profile.name


def same_account_if_named(world: "World", profile: "Profile", named: str | None) -> bool:
    """{about.token} is set, but meant for the account of {about.instance}, and --profile does not move it"""
    variables = world.profile_of_variables
    if named is None or variables is None or profile.store is None:
        return True
    return variables.email == profile.email != ""  # without an e-mail nobody knows whose it is


BOUNDS = (
    chosen_if_adopted,
    account_of_variables,
    instance_of_variables,
    active_without_variables,
    same_account_if_named,
)


def unbound_by(world: "World", profile: "Profile", named: str | None) -> "Callable[..., bool] | None":
    """Return the row for which ATLA_TOKEN is not meant for a profile, or None if it is.

    Args:
        named: the profile that --profile names, or None.
    """
    return next((row for row in BOUNDS if not row(world, profile, named)), None)


def is_bound(world: "World", profile: "Profile", named: str | None = None) -> bool:
    """Tell whether ATLA_TOKEN is meant for a profile; `named` as in unbound_by."""
    return unbound_by(world, profile, named) is None


def active_profile(world: "World") -> "Profile | None":
    """Return the profile that is meant where none is named, or None.

    That is the one named by ATLA_PROFILE or `default.profile`, else the only one that somebody logged in to. With
    several and no choice made there is none: a guess could send ATLA_TOKEN to the wrong site. --profile has no say
    in it, for the same reason: the token of one account would follow it to another.
    """
    chosen = world.environment.profile or world.config.default_profile
    if chosen is not None:
        return world.config.profiles.get(chosen)
    own = [profile for profile in world.config.profiles.values() if profile.counts]
    return own[0] if len(own) == 1 else None


def not_own(world: "World", profile: "Profile", variable: str) -> "Said | None":
    """Return why the token of ATLA_TOKEN__NAME, or of its file, is not for a profile; None if it is.

    The variables' profile is often named after its host only. If a stored profile of another account shares this
    variable, the token belongs to that profile. An adopted profile never takes it from any other.

    Args:
        variable: the one of the two that is set.

    Raises:
        NotObeyed: others may write what says where the profile is.
        Unavailable: two stored profiles go by the same variable.
    """
    variables = world.profile_of_variables
    namesakes = [other for other in world.config.profiles.values() if variable in token_variables_of(other.name)]
    rivals = [other for other in namesakes if not other.yields]
    if profile.yields:
        if rivals or (variables is not None and variable in token_variables_of(variables.name)):
            return "{} is set, but meant for a profile that was not adopted", variable
    elif profile.store is None:
        if all(one.email == profile.email and same_site(one.instance, profile.instance) for one in rivals):
            return None
        return '{0} is set, but meant for profile "{1.name}"', variable, *rivals
    elif len(rivals) > 1:
        raise errors.Unavailable(f"{variable} fits more than one profile, so it is not used", "rename one of them")
    world.refuse_others(f"{variable} is not used")
    return None


def not_shared(world: "World", profile: "Profile", variable: str, named: str | None) -> "Said | None":
    """Return why the token of ATLA_TOKEN, or of its file, is not for a profile; None if it is.

    With ATLA_INSTANCE it is for that one, whatever the files say.

    Raises:
        NotObeyed: others may have moved the profile that it is for (safety F14).
    """
    row = unbound_by(world, profile, named)
    if row is not None:
        return (row.__doc__ or "",)
    if world.profile_of_variables is None:
        world.refuse_others(f"{variable} is not used")
    return None


def token_for(world: "World", profile: "Profile", variable: str, named: str | None = None) -> "tuple[str | None, Said]":
    """Return the token of a variable, or of the file it names, if it is for a profile, or None; and what is to be said.

    Args:
        named: as in unbound_by.

    Raises:
        Unavailable: whose it is cannot be told, or its file could not be looked into.
        CredentialError: its value is not UTF-8.
    """
    is_own = variable.startswith(TOKEN_OF_PROFILE)
    why_not = not_own(world, profile, variable) if is_own else not_shared(world, profile, variable, named)
    if why_not is not None:
        return None, why_not
    if not variable.startswith(TOKEN_FILE):
        return world.environment.value_of(variable), ("found in {}", variable)
    path = world.environment.variables.get(variable, "")
    return read_token(path, variable), ("found in {}, which {} names", path, variable)


def read_token(path: str, namer: str) -> str:
    """Return the token in a file, as in stores/token_file. Raises Unavailable."""
    from atla_credential.stores.token_file import read  # door: only where a file is named

    return read(path, namer)


def holder_for(world: "World", profile: "Profile", named: str | None = None) -> tuple[str, str] | None:
    """Return the variable that has a profile's token, or names its file, and the token; None if none has.

    As where a token is looked for, the next one is asked where one could not be looked into.

    Args:
        named: as in unbound_by.

    Raises:
        Unavailable: none has it, and one could not be looked into.
    """
    failure: errors.Unavailable | None = None
    variables = (world.environment.own_token_variable(profile.name), world.environment.token_variable())
    for variable in filter(None, variables):
        try:
            secret = token_for(world, profile, variable, named)[0]
        except errors.Unavailable as error:
            failure = failure or error
            continue
        if secret is not None:
            return variable, secret
    if failure is not None:
        raise failure
    return None
