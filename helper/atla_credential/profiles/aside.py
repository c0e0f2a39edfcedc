"""A token that a caller's rejection has set aside, in the store that it was in (safety E1).

A rejection often says nothing of the token: another program's header, a proxy or another account's address can have
been meant. Atlassian shows a token once, so it is never given out, and never lost.
"""

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

    Raises:
        CredentialError: the store could not be looked into or written.
    """
    refresh_key, key_aside, refresh_key_aside = profile.further_keys
    return store.move({key_aside: profile.secret_key, refresh_key_aside: refresh_key}, secret, replaces=False)
