"""Which variable stands before something that would have answered otherwise. No token is shown, and none compared."""

from atla_credential.answer.binding import is_bound
from atla_credential.environment import INSTANCE, PROFILE, TOKEN
from atla_credential.foreign.variables import name_in_use
from atla_credential.report.profile import variable_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.search import Search
    from atla_credential.model import Profile, Resolution


def shadows(search: "Search", resolution: "Resolution") -> "Iterator[str]":
    """Say which variable comes before what, one line each."""
    profile = resolution.profile
    yield from profile_shadows(search, profile)
    variable = variable_in_use(search, profile)
    if variable is None:
        return
    if variable not in TOKEN:
        if search.environment.token is not None and is_bound(search.world, profile, search.profile_name):
            yield f"{variable} comes before {search.environment.token_variable()}"
    else:
        later = TOKEN[TOKEN.index(variable) + 1 :]
        yield from (f"{variable} comes before {name}" for name in later if search.environment.variables.get(name))
    if profile.store is not None and search.world.has_token(profile):
        yield f"{variable} comes before the token in the {profile.store}"


def profile_shadows(search: "Search", profile: "Profile") -> "Iterator[str]":
    """Say which variable chose the profile that answers, where another one would have answered without it."""
    stored = [claim.profile.name for claim in search.claims()]
    if profile.store is None:
        yield from (f'{name_in_use(search.environment, INSTANCE)} comes before profile "{name}"' for name in stored)
    elif search.profile_name is None and profile.name == search.environment.profile:
        default = search.near.default_profile
        if default != profile.name and default in stored:
            yield f'{name_in_use(search.environment, PROFILE)} comes before default.profile, "{default}"'
