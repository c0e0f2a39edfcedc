"""What `doctor` looks at in the variables: whether they stand before what is stored, and whether they mean anything."""

from atla_credential.answer.binding import is_bound
from atla_credential.answer.outside import fault_in, path_in
from atla_credential.answer.rules import rule_variables
from atla_credential.answer.search import Search
from atla_credential.environment import (
    CONFIG,
    CREDENTIALS,
    HELPER_CONFIG,
    INSTANCE,
    TOKEN,
    TOKEN_OF_PROFILE,
    token_variables_of,
)
from atla_credential.errors import CredentialError
from atla_credential.foreign.variables import name_in_use
from atla_credential.git.finding import Finding
from atla_credential.input.guess import nearest
from atla_credential.places.instance import same_site
from atla_credential.report.chosen import stale_default, stale_variable
from atla_credential.report.profile import known_profiles, variable_in_use
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment

# How the environment says where each file is, and the variable that may name it.
NAMED_FILES = {"config_path": CONFIG, "credentials_path": CREDENTIALS, "helper_path_if_any": HELPER_CONFIG}


def check_variables(world: "World") -> "Iterator[Finding]":
    """Whether the active profile is one, and whether variables make one that answers where a stored one is."""
    mistaken = stale_variable(world)
    if mistaken is not None:
        yield Finding(mistaken, "unset it, or correct it", is_wrong=True)
    stale = stale_default(world)
    if stale is not None:
        is_wrong = bool(world.config.profiles)
        yield Finding(stale, "choose one: atla-credential switch NAME", is_wrong)
    for claim in rule_variables(Search(world)):
        for each in world.config.profiles.values():
            if same_site(each.instance, claim.profile.instance) and not is_bound(world, each):
                setting = name_in_use(world.environment, INSTANCE)
                text = f'{setting} is set, and makes a profile that comes before profile "{each.name}"'
                yield Finding(text, f"unset {setting}, or say which: --profile {quoted(each.name)}")


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
    own = [variable for each in profiles for variable in token_variables_of(each.name)]
    for name in names:
        for each, variable in used:
            if variable == name and each.store is not None and world.has_token(each):
                text = f'{name} is set, and comes before the token in the {each.store} of profile "{each.name}"'
                yield Finding(text, f"unset {name}")
        is_used = name in [variable for _, variable in used]
        if not is_used and name not in own and not fault_in(path_in(world.environment, name), name):
            yield Finding(f"{name} is set, and no profile uses it", meant(name, own) or f"unset {name}")


def meant(name: str, own: list[str]) -> str | None:
    """Ask whether another profile's variable was meant; None for a variable that is no single profile's."""
    for prefix in TOKEN_OF_PROFILE:
        names = [each.removeprefix(prefix) for each in own if each.startswith(prefix)]
        near = nearest(name.removeprefix(prefix), names) if name.startswith(prefix) else None
        if near:
            return f"did you mean {prefix}{near}?"
    return None


def token_variables(environment: "Environment") -> list[str]:
    """Return the names of the variables that hold a token."""
    found = [name for name, value in environment.variables.items() if value and name.startswith(TOKEN_OF_PROFILE)]
    return [*filter(environment.variables.get, TOKEN), *sorted(found)]
