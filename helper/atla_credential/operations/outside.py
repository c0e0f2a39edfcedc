"""What `store` and `erase` do of a token that is not kept here: nothing, but for a word to a person."""

from atla_credential.answer.outside import outside_for
from atla_credential.errors import Unavailable
from atla_credential.operations.chain import Chain
from atla_credential.operations.owner import stored_secret
from atla_credential.system import DONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.outside import Outside
    from atla_credential.answer.search import Search
    from atla_credential.model import Credential, Profile
    from atla_credential.operations.call import Call
    from atla_credential.places.place import Claim


def is_kept_elsewhere(call: "Call", search: "Search", owner: "Claim", given: "Credential") -> bool:
    """Tell whether a file or a helper answers for a profile, so that no token of it is kept here (safety E4).

    Raises:
        Unavailable: one of them, or the profile's own store, could not be asked.
    """
    profile = owner.profile
    return belongs_outside(call, search, profile, given) or Chain(call, search, profile).keeps(given)


def belongs_outside(call: "Call", search: "Search", profile: "Profile", given: "Credential") -> bool:
    """Tell whether a file answers for a profile, so that no token of it is kept here (safety E4).

    Of the very token that is in it nobody asks here. There may be another one in it by now than the caller got from it,
    and a copy here would bring that back.

    Raises:
        Unavailable: it could not be looked into, and the token is not the one that is kept here.
    """
    try:
        found = outside_for(call.world, profile, search.profile_name)
    except Unavailable:
        if stored_secret(call, profile) != given.secret:
            raise
        return True  # it is here already, and what helper.toml says of an end is said of the file's
    if found is None or found.path is None:
        return False
    fact = f'the token of profile "{profile.name}" is the one in {found.place}, and this one is not kept'
    tell_a_person(call, f"{fact}; {found.step}")
    return True


def tell_of_rejected(call: "Call", outside: "Outside") -> int:
    """Say that a token was rejected that is not kept here: it sets aside no stored one (safety O3)."""
    tell_a_person(call, f"the token in {outside.place} was rejected; {outside.step}")
    return DONE


def tell_a_person(call: "Call", text: str) -> None:
    """Print a warning if somebody sits there to read it: git's other callers take silence for granted."""
    if call.on_terminal:
        call.warn(text)
