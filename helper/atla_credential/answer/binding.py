"""Whose the token in a variable is (safety O3): never anybody's but the one for whom it was set.

BOUNDS is the third list of precedence: a profile gets the token of ATLA_TOKEN only where every row holds. A row's
docstring is what `explain` says where it does not.
"""

from atla_credential import errors, system
from atla_credential.environment import TOKEN, TOKEN_OF_PROFILE, token_variable_of
from atla_credential.places.instance import same_site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment
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


def own_token(world: "World", profile: "Profile", secret: str) -> "tuple[str | None, Said]":
    """Return the secret of ATLA_TOKEN__NAME if it is for a profile, or None; and what is to be said of it.

    The variables' profile is often named after its host only. If a stored profile of another account shares this
    variable, the token belongs to that profile. An adopted profile never takes it from any other.

    Raises:
        NotObeyed: others may write what says where the profile is.
        Unavailable: two stored profiles go by the same variable.
    """
    variable = token_variable_of(profile.name)
    variables = world.profile_of_variables
    namesakes = [other for other in world.config.profiles.values() if token_variable_of(other.name) == variable]
    rivals = [other for other in namesakes if not other.yields]
    found = ("found in {}", variable)
    if profile.yields:
        if rivals or (variables is not None and token_variable_of(variables.name) == variable):
            return None, ("{} is set, but meant for a profile that was not adopted", variable)
        world.refuse_others(f"{variable} is not used")
        return secret, found
    if profile.store is None:
        if all(one.email == profile.email and same_site(one.instance, profile.instance) for one in rivals):
            return secret, found
        return None, ('{0} is set, but meant for profile "{1.name}"', variable, *rivals)
    if len(rivals) > 1:
        raise errors.Unavailable(f"{variable} fits more than one profile, so it is not used", "rename one of them")
    world.refuse_others(f"{variable} is not used")
    return secret, found


def refuse_moved(world: "World") -> None:
    """Refuse a token of ATLA_TOKEN where others may have moved the profile that it is for (safety F14).

    With ATLA_INSTANCE it is for that one, whatever the files say.

    Raises:
        NotObeyed: others may write what says where the profile is.
    """
    if world.profile_of_variables is None:
        world.refuse_others(f"{world.environment.token_variable()} is not used")


def holder_for(world: "World", profile: "Profile", named: str | None = None) -> tuple[str, str] | None:
    """Return the variable that has a profile's token, and the token; None if none has. Raises Unavailable.

    Args:
        named: as in unbound_by.
    """
    secret = world.environment.token_of(profile.name)
    if secret is not None and own_token(world, profile, secret)[0] is not None:
        return token_variable_of(profile.name), secret
    secret, variable = world.environment.token, world.environment.token_variable()
    if not (secret and variable and is_bound(world, profile, named)):
        return None
    refuse_moved(world)
    return variable, secret


def holder_of(environment: "Environment", secret: str) -> str | None:
    """Return the name of a token variable that a secret stands in, wherever that one is bound to, or None."""
    wanted = secret.encode("utf-8")
    for name, value in environment.variables.items():
        if wanted == system.fsencode(value) and (name in TOKEN or name.startswith(TOKEN_OF_PROFILE)):
            return name
    return None
