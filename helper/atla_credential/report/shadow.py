"""Which variable stands before something that would have answered otherwise. No token is shown, and none compared."""

from atla_credential.answer.binding import is_bound
from atla_credential.answer.setting import SETTING
from atla_credential.environment import INSTANCE, PROFILE, TOKEN, token_variables_of
from atla_credential.foreign.variables import name_in_use
from atla_credential.report.profile import variable_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.search import Search
    from atla_credential.model import Profile, Resolution


def shadows(search: "Search", resolution: "Resolution") -> "Iterator[str]":
    """Say which variable or file comes before what, one line each."""
    profile = resolution.profile
    yield from profile_shadows(search, profile)
    first = variable_in_use(search, profile)
    if first is not None:
        order = (*token_variables_of(profile.name), *TOKEN)
        for name in order[order.index(first) + 1 :]:
            is_meant = name not in TOKEN or is_bound(search.world, profile, search.profile_name)
            if search.environment.variables.get(name) and is_meant:
                yield f"{first} comes before {name}"
        if profile.token_file is not None:
            yield f"{first} comes before {profile.token_file}, which {SETTING} names"
    elif resolution.source == SETTING:
        first = SETTING
    if first is not None and profile.store is not None and search.world.has_token(profile):
        yield f"{first} comes before the token in the {profile.store}"


def profile_shadows(search: "Search", profile: "Profile") -> "Iterator[str]":
    """Say which variable chose the profile that answers, where another one would have answered without it."""
    stored = [claim.profile.name for claim in search.claims()]
    if profile.store is None:
        yield from (f'{name_in_use(search.environment, INSTANCE)} comes before profile "{name}"' for name in stored)
    elif search.profile_name is None and profile.name == search.environment.profile:
        default = search.near.default_profile
        if default != profile.name and default in stored:
            yield f'{name_in_use(search.environment, PROFILE)} comes before default.profile, "{default}"'
