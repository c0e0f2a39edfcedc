"""Move a profile's secrets from one store to another: written there, read back, and only then removed here."""

from contextlib import suppress

from atla_credential.config import STORES
from atla_credential.errors import CredentialError, NoKeyring, TryAgain, Unavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.model import Profile
    from atla_credential.store import Store
    from atla_credential.world import World

    Secrets = dict[str, str | None]

ATTEMPTS = 5  # how often another process may store a newer token meanwhile


def may_stay(options: "Namespace", world: "World", old: "Profile | None", new: "Profile") -> bool:
    """Tell whether the token that a profile has can stay its token: none is given, and it is for the same account."""
    if old is None or options.token_stdin or options.token is not None:
        return False
    if (old.secret_key, old.auth) != (new.secret_key, new.auth):
        return False
    return world.has_token(old) if old.store == new.store else can_move(world, old)


def can_move(world: "World", profile: "Profile") -> bool:
    """Tell whether there is a token to give to another store: in the profile's own, or else in that one already.

    Raises:
        Unavailable: the own store is there, but cannot be looked into, so nobody knows what would be left behind.
    """
    try:
        return secrets_of(world, profile)[profile.secret_key] is not None
    except NoKeyring:
        return False


def secrets_of(world: "World", profile: "Profile") -> "Secrets":
    """Return all that a profile's store has of it; where that is nothing, what another store has.

    So a login with --storage also mends a profile whose token is in the other store than it says.

    Raises:
        Unavailable: its own store cannot be looked into.
    """
    secrets = own_secrets_of(world, profile, profile.store)
    for kind in STORES:
        if secrets[profile.secret_key] is None and kind != profile.store:
            with suppress(Unavailable):
                secrets = own_secrets_of(world, profile, kind)
    return secrets


def own_secrets_of(world: "World", profile: "Profile", kind: str | None) -> "Secrets":
    """Return all that one store has of a profile. Raises Unavailable."""
    kept = world.store(kind)
    secret = kept.get(profile.secret_key)
    try:
        return {profile.secret_key: secret, profile.refresh_key: kept.get(profile.refresh_key)}
    except NoKeyring:  # the token is in the kernel's keyring, and there is no other
        return {profile.secret_key: secret, profile.refresh_key: None}


def erase_rest(kept: "Store", profile: "Profile") -> None:
    """Remove what else a keyring has under a profile's keys: `store` gives every item one token, so these are older."""
    try:
        kept.erase(profile.secret_key, (profile.refresh_key,))
    except NoKeyring:
        pass  # the token was in the kernel's keyring, and there is no other


def finish_move(world: "World", old: "Profile", new: "Profile", moved: "Secrets") -> None:
    """Remove from the old store what stands in the new one; a newer token that came there meanwhile is moved too.

    Raises:
        CredentialError: the old store still has the token.
    """
    before, after = (world.store(profile.store) for profile in (old, new))
    try:
        for _ in range(ATTEMPTS):
            if before.erase(old.secret_key, (old.refresh_key,), moved[old.secret_key]):
                erase_rest(before, old)
                return
            newer = own_secrets_of(world, old, old.store)
            if newer[old.secret_key] is None:
                return
            if after.get(new.secret_key) == moved[new.secret_key]:
                after.put(newer)
            moved = newer
    except CredentialError as error:
        raise CredentialError(f"logged in, but the old token is still there: {error.message}", *error.hints) from None
    raise TryAgain("logged in, but the old store is given new tokens all the time", "run the same command once more")
