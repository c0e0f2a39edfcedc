"""A token that a caller's rejection has set aside, in the store that it was in (safety E1).

A rejection often says nothing of the token: another program's header, a proxy or another account's address can have
been meant. Atlassian shows a token once, so it is never given out, and never lost.
"""

from contextlib import suppress

from atla_credential.errors import CredentialError, NoKeyring, restore
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile
    from atla_credential.stores.store import Store


def set_aside(store: "Store", profile: "Profile", secret: str | None) -> bool:
    """Set a profile's token and its refresh token aside, and tell whether there was anything.

    Args:
        secret: set aside only this one; None: whatever is there.

    Raises:
        CredentialError: the store could not be looked into or written.
    """
    refresh_key, key_aside, refresh_key_aside = profile.further_keys
    return store.move({profile.secret_key: key_aside, refresh_key: refresh_key_aside}, secret)


def put_back(store: "Store", profile: "Profile", secret: str) -> bool:
    """Put back what was set aside; return whether it was this secret, and no other stands in its place.

    Of several keyrings each has its own, which goes back where it lies.

    Raises:
        CredentialError: the store could not be looked into or written.
    """
    refresh_key, key_aside, refresh_key_aside = profile.further_keys
    return store.move({key_aside: profile.secret_key, refresh_key_aside: refresh_key}, secret, replaces=False)


def refuse_several(profile: "Profile", stores: "list[Store]") -> None:
    """Refuse to move what is set aside where there are several: a store takes one, and the others would be lost.

    Raises:
        CredentialError: the person has to say which of them may go; or a store could not be looked into.
    """
    key_aside, found = profile.further_keys[1], set[str]()
    for store in stores:
        with suppress(NoKeyring):
            found.update(store.every(key_aside))
    if len(found) > 1:
        raise CredentialError(
            f'several tokens of profile "{profile.name}" are set aside, and only one can be moved',
            f"if one may be good, put it back first: {restore(profile.name).removeprefix('run: ')}",
            f"if nobody needs them, run: atla-credential logout --key {quoted(key_aside)}",
        )
