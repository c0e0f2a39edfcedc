"""Turn one profile into another, in one order of writes, so that no token is lost (safety C4, C6).

    1 the store      what the new profile keeps is put there, and read back
    2 helper.toml
    3 config.toml
    4 the store      what only the old profile had is removed

Killed anywhere, the token stands under the old key, the new one, or both. Each removal names the secret that it
expects. Everything here is called while `tables.changing` holds the lock, with what was read under it.

Two exceptions: the token of a deleted profile goes first, because a token without a profile would be nobody's, and the
command can be given again (commands/delete); and an adopted profile is written before its token, which `store` keeps
like any other.
"""

from contextlib import suppress

from atla_credential.errors import CredentialError, NoKeyring, TryAgain, Unavailable
from atla_credential.model import Kept
from atla_credential.profiles.aside import refuse_several
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.stores.store import Store

    Values = dict[str, object]

ATTEMPTS = 5  # how often a program that takes no lock may store another token meanwhile


def change(
    world: "World", before: "Profile | None", after: "Profile", kept: Kept, write: "Callable[[], None]",
    is_moved: bool, done: str,
) -> Unavailable | None:  # fmt: skip
    """Turn one profile into another.

    Args:
        before: None if there is none.
        kept: what the new profile is to keep.
        write: writes helper.toml and config.toml.
        is_moved: whether `kept` is what the old profile had, so that a newer token there is wanted, too.
        done: what has been done when only the last step is left, for a message.

    Returns:
        Why a token that was replaced had to be left where it was, or None.

    Raises:
        TryAgain: other programs put new tokens into the old place all the time.
        Unavailable, CredentialError: a store or a file could not be written; the message says what was.
    """
    put(world, after, kept, before if is_moved else None)
    write()
    world.anew()
    if before is None or (before.secret_key, before.store) == (after.secret_key, after.store):
        return None
    try:
        hand_over(world, before, after, kept) if is_moved else remove(world, before)
    except CredentialError as error:
        if isinstance(error, Unavailable) and not is_moved:
            return error
        step = f"to remove it, run: atla-credential logout --key {quoted(before.secret_key)}"
        raise CredentialError(f"{done}, but the old token is still there: {error.message}", step) from None
    return None


def put(world: "World", profile: "Profile", kept: Kept, before: "Profile | None" = None) -> None:
    """Let a profile's store keep something, and read it back; nothing if that is nothing.

    Args:
        before: the profile that has had it until now, or None.

    Raises:
        CredentialError: it could not be written, or reads back as something else.
        Unavailable: the store could not be looked into.
    """
    aside = kept.aside or Kept(None)
    secrets = (kept.secret, kept.refresh_secret, aside.secret, aside.refresh_secret)
    if not any(each is not None for each in secrets):
        return
    store = world.store(profile.store)
    keys = (profile.secret_key, *profile.further_keys)
    old_keys: dict[str, str] = {}
    if before is not None and before.store == profile.store:
        old_keys = dict(zip(keys, (before.secret_key, *before.further_keys), strict=True))
    store.put_for_good(dict(zip(keys, secrets, strict=True)), old_keys)
    if store.get(profile.secret_key) != kept.secret:
        raise CredentialError("the token was stored, but does not read back the same")


def hand_over(world: "World", before: "Profile", after: "Profile", moved: Kept) -> None:
    """Remove from the old place what stands in the new one; a newer token that came there meanwhile is taken along.

    Raises:
        TryAgain: other programs put new tokens there all the time.
        CredentialError: a store could not be looked into or written.
    """
    store = world.store(before.store)
    for _ in range(ATTEMPTS):
        if moved.secret is not None and store.erase(before.secret_key, before.further_keys, moved.secret):
            erase_rest(store, before.secret_key, before.further_keys)
            return
        found = look(world, before)
        newer = Kept(found.secret, found.refresh_secret, None, found.aside or moved.aside)
        if newer.secret is None:
            store.put(dict.fromkeys(before.further_keys))
            return
        if world.store(after.store).get(after.secret_key) == moved.secret:
            put(world, after, newer, before)
        moved = newer
    raise TryAgain("it is given new ones all the time", "run the same command once more")


def remove(world: "World", profile: "Profile", kind: str | None = None) -> None:
    """Remove what a store keeps of a profile.

    Args:
        kind: the store, if not the profile's own.

    Raises:
        TryAgain, CredentialError: it is still there, or may be.
    """
    store = world.store(kind or profile.store)
    if not remove_key(store, profile.secret_key, profile.further_keys):
        store.put(dict.fromkeys(profile.further_keys))
    world.anew()


def remove_key(store: "Store", key: str, also: tuple[str, ...] = ()) -> bool:
    """Remove all that is under a key, and under those that go with it; return whether there was anything.

    Raises:
        TryAgain, CredentialError: it is still there, or may be.
    """
    for _ in range(ATTEMPTS):
        secret = store.get(key)
        if secret is None:
            return False
        if store.erase(key, also, secret):
            erase_rest(store, key, also)
            return True
    raise TryAgain("it is given new tokens all the time", "run the same command once more")


def erase_rest(store: "Store", key: str, also: tuple[str, ...]) -> None:
    """Remove what else a keyring has under a key: `store` gives every item one token, so these are older."""
    if store.may_repeat:
        with suppress(NoKeyring):  # the token was in the kernel's keyring, and there is no other
            store.erase(key, also)


def look(world: "World", profile: "Profile", kind: str | None = None) -> Kept:
    """Return all that a store has of a profile now.

    Raises:
        Unavailable: it could not be looked into.
    """
    world.anew()
    found = world.kept(profile, kind, whole=True)
    if isinstance(found.unknown, Unavailable) and not isinstance(found.unknown, NoKeyring):
        raise found.unknown
    return found


def find(world: "World", profile: "Profile", kind: str | None) -> Kept:
    """Return all that a profile is to have in a store: what its own has of it, else what that one has already.

    So a login with --storage also mends a profile whose token is in the other store than it says. What is set aside in
    either goes along.

    Raises:
        CredentialError: several are set aside, and one store takes only one.
        Unavailable: its own store cannot be looked into.
    """
    own, there = look(world, profile), Kept(None)
    if kind == profile.store:
        return own
    with suppress(Unavailable):
        there = look(world, profile, kind)
    if own.aside or there.aside:
        refuse_several(profile, [world.store(profile.store), world.store(kind)])
    token = own if profile.accepts(own.secret) else there
    return Kept(token.secret, token.refresh_secret, token.unknown, own.aside or there.aside)
