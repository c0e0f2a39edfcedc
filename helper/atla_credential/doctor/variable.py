"""What `doctor` looks at in the variables: whether they stand before what is stored, and whether they mean anything."""

from atla_credential.answer.search import Search
from atla_credential.environment import (
    CONFIG,
    CREDENTIALS,
    HELPER_CONFIG,
    PROFILE,
    TOKEN,
    TOKEN_OF_PROFILE,
    token_variable_of,
)
from atla_credential.errors import CredentialError
from atla_credential.foreign.variables import name_in_use
from atla_credential.git.finding import Finding
from atla_credential.input.guess import nearest
from atla_credential.input.token_shape import kind_of
from atla_credential.report.chosen import stale_default
from atla_credential.report.profile import known_profiles, variable_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment

# How the environment says where each file is, and the variable that may name it.
NAMED_FILES = {"config_path": CONFIG, "credentials_path": CREDENTIALS, "helper_path_if_any": HELPER_CONFIG}


def check_variables(world: "World") -> "Iterator[Finding]":
    """Whether the active profile is one."""
    name, environment = world.environment.profile, world.environment
    if name is not None and name not in world.config.profiles and environment.instance is None:
        what = f'"{name}", which is no profile' if kind_of(name) is None else "no profile, but what looks like a token"
        text = f"{name_in_use(environment, PROFILE)} names {what}"
        yield Finding(text, "unset it, or correct it", is_wrong=True)
    stale = stale_default(world)
    if stale is not None:
        is_wrong = bool(world.config.profiles)
        yield Finding(stale, "choose one: atla-credential switch NAME", is_wrong)


def check_token_variables(world: "World") -> "Iterator[Finding]":
    """Whether a token of the variables stands before what is stored, or is nobody's."""
    names = token_variables(world.environment)
    try:
        search = Search(world)
        profiles = known_profiles(search)
        used = [(each, variable_in_use(search, each)) for each in profiles]
    except CredentialError:  # what is wrong is said by others
        for name in names:
            yield Finding(f"{name} is set, and where it applies it comes before any stored token", f"unset {name}")
        return
    own = [token_variable_of(each.name) for each in profiles]
    for name in names:
        for each, variable in used:
            if variable == name and each.store is not None and world.has_token(each):
                text = f'{name} is set, and comes before the token in the {each.store} of profile "{each.name}"'
                yield Finding(text, f"unset {name}")
        if name not in [variable for _, variable in used] and name not in own:
            yield Finding(f"{name} is set, and no profile uses it", meant(name, own) or f"unset {name}")


def meant(name: str, own: list[str]) -> str | None:
    """Ask whether another profile's variable was meant; None for a variable that is no single profile's."""
    near = nearest(name.removeprefix(TOKEN_OF_PROFILE), [each.removeprefix(TOKEN_OF_PROFILE) for each in own])
    return f"did you mean {TOKEN_OF_PROFILE}{near}?" if near and name.startswith(TOKEN_OF_PROFILE) else None


def token_variables(environment: "Environment") -> list[str]:
    """Return the names of the variables that hold a token."""
    found = [name for name, value in environment.variables.items() if value and name.startswith(TOKEN_OF_PROFILE)]
    return [*filter(environment.variables.get, TOKEN), *sorted(found)]
