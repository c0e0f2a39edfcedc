"""What `store` and `erase` have to do with the other helpers that helper.toml lists.

A helper is told only of the very token that a `get` would now have from it. Any other is left alone, because some
forget whatever they have for a host, the new token with the old one.
"""

from atla_credential.model import Credential
from atla_credential.ownership import stored_secret
from atla_credential.store import open_helpers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.call import Call
    from atla_credential.errors import Unavailable
    from atla_credential.model import Profile
    from atla_credential.search import Search

    Found = tuple[Credential, str]  # what a helper has, and its entry


def find(call: "Call", search: "Search", profile: "Profile", secret: str) -> "Found | None":
    """Return what the helpers would give for a profile, if it is a certain secret.

    Raises:
        Unavailable: they would not give it, and one could not be asked.
    """
    if not search.near.helpers or profile.store is None:
        return None
    failures: list[Unavailable] = []
    found = open_helpers(search.near.helpers, call.environment).ask(profile, failures.append)
    if found is not None and found[0].secret == secret:
        return found
    if failures:
        raise failures[0]
    return None


def keeps(call: "Call", search: "Search", profile: "Profile", given: Credential) -> bool:
    """Tell the helper that a credential came from that it worked; return whether it came from one.

    Raises:
        Unavailable: a helper, or the profile's own store, could not be asked or told.
    """
    if not search.near.helpers or stored_secret(call, profile) is not None:
        return False
    found = find(call, search, profile, given.secret)
    if found is None:
        return False
    known = Credential(given.secret, found[0].username, given.auth, given.expires_utc, given.refresh_secret)
    open_helpers(search.near.helpers, call.environment).tell(found[1], "store", profile, known)
    return True


def forget(call: "Call", search: "Search", profile: "Profile", found: "Found") -> None:
    """Tell a helper that what it has was rejected, and so every other one that has the same, or it would come back.

    Raises:
        Unavailable: a helper could not be asked or told.
    """
    told: list[str] = []
    again: Found | None = found
    while again is not None and again[1] not in told:  # one that does not forget, as pass, is told once
        open_helpers(search.near.helpers, call.environment).tell(again[1], "erase", profile, again[0])
        told.append(again[1])
        again = find(call, search, profile, found[0].secret)
