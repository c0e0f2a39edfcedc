"""Record a login: what it changes of a profile, and what has to be as it was when it was planned."""

from contextlib import suppress
from time import time

from atla_credential.errors import CredentialError, NoKeyring, TryAgain, UsageError
from atla_credential.login.put import Put
from atla_credential.model import Kept
from atla_credential.places.instance import same_site
from atla_credential.profiles import notes, tables
from atla_credential.profiles.change import change, find, look
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from atla_credential.answer.world import World
    from atla_credential.login.learned import Learned
    from atla_credential.model import Profile

    Values = dict[str, object]


class Overtaken(TryAgain):
    """Another process was faster, so that what was planned is no longer so. Nothing was changed."""


def record(
    world: "World", learned: "Learned", planned_over: "Profile | None", secret: str | None, noted: "Values",
    plan_again: "Callable[[], Profile]", replaces: bool = True,
) -> "tuple[Profile, Kept]":  # fmt: skip
    """Write a profile and its token, and return the profile as it was written, and what it has now.

    Args:
        learned: the profile as it was planned, and what the site has said of the token.
        planned_over: the profile of this name as it was when the login was planned.
        secret: the token; None if that of the old profile stays, or moves to the new one's store.
        noted: what helper.toml is to say besides: `expires` and `ca_file`, where they were given.
        plan_again: plans the login as it would be now, if nobody need be asked; raises UsageError otherwise.
        replaces: whether the token may take the place of one that the profile has got since it was looked at.

    Raises:
        Overtaken: another process was faster.
        CredentialError: something could not be written; the message says what was.
    """
    profile = learned.planned
    with tables.changing(world):
        old = world.config.profiles.get(profile.name)
        stays = secret is None
        if account_of(old) != account_of(planned_over) and (stays or not is_still_planned(profile, plan_again)):
            raise changed_meanwhile(profile)
        if not replaces and old is not None and has_token(world, old, profile):
            raise changed_meanwhile(profile)
        kept = Kept(secret)
        if stays and old is not None:
            kept = find(world, old, profile.store)
        if kept.secret is None and (kept.aside is None or old is None or old.store == profile.store):
            raise changed_meanwhile(profile)  # the token that was to stay or be moved is gone
        noted = {**noted_of_token(learned, secret, kept), **noted}
        if old is None or not same_site(old.instance, profile.instance):
            noted = {"ca_file": None, **noted}  # it was for another one
        profile = writable(learned.forms, lambda each: tables.save_profile(world, each, noted, only_plan=True))
        put = Put(world, old, profile, kept, not stays)
        left = change(world, old, profile, kept, lambda: save(world, profile, noted, put), stays, "logged in")
    if left is not None:
        console.show_warning(f"the old token was left where it was: {left.message}")
    return profile, kept


def has_token(world: "World", old: "Profile", new: "Profile") -> bool:
    """Tell whether a profile has a token now, be it one that is set aside, where it keeps its own or is to keep it."""
    found = [look(world, old, kind) for kind in {old.store, new.store}]
    return any(old.accepts(each.secret) or each.aside is not None for each in found)


def noted_of_token(learned: "Learned", secret: str | None, kept: Kept) -> "Values":
    """Return what helper.toml is to say of the token that a profile keeps, as in notes.

    Args:
        secret: the token, if it is a new one.
    """
    profile = learned.planned
    moved = kept.aside if kept.secret is None else kept
    refreshes = profile.store != "file" and moved is not None and moved.refresh_secret is not None
    is_new = {} if secret is None else {**notes.NOTHING, **notes.of_new(profile, secret, time()), **learned.noted}
    return {**is_new, "refreshes": refreshes or None}


def writable(forms: "Sequence[Profile]", plan: "Callable[[Profile], None]") -> "Profile":
    """Return the first form of a profile that can be written, the one with all that the site told standing first.

    Args:
        plan: raises CredentialError for one that cannot, as this does if there is none that can.
    """
    *others, least = forms
    for each in others:
        with suppress(CredentialError):
            plan(each)
            return each
    plan(least)
    return least


def save(world: "World", profile: "Profile", noted: "Values", put: Put) -> None:
    """Write a profile whose token is stored already. Raises CredentialError; the message says what was done.

    Args:
        put: the token as it was put there just now; it is taken back where the profile cannot be written.
    """
    try:
        tables.save_profile(world, profile, noted)
    except CredentialError as error:
        done = "the token was stored, but " if put.is_any and not put.take_back() else ""
        message = f"{done}the profile may not be written: {error.message}"
        again = "run the same command once more"
        raise CredentialError(message, *((not isinstance(error, TryAgain) and error.hints) or [again])) from None


def what_stays(options: "Namespace", world: "World", old: "Profile | None", new: "Profile") -> Kept | None:
    """Return what a profile has that can stay or be moved: no token is given, and it is for the same account.

    What is set aside is moved, too, also if there is no token.

    Raises:
        CredentialError: it cannot be moved, or nobody knows what would be left behind.
    """
    if old is None or options.token_stdin or options.token is not None:
        return None
    if (old.secret_key, old.auth) != (new.secret_key, new.auth):
        return None
    if old.store == new.store:
        return world.kept(old) if world.has_token(old) else None
    try:
        found = find(world, old, new.store)
    except NoKeyring:
        return None
    return found if found.has_any else None


def is_still_planned(profile: "Profile", plan_again: "Callable[[], Profile]") -> bool:
    """Tell whether a login is the same as before, though another process has changed the profile of its name."""
    with suppress(UsageError):
        return account_of(plan_again()) == account_of(profile)
    return False


def changed_meanwhile(profile: "Profile") -> Overtaken:
    """Say that another process was faster."""
    return Overtaken(f'profile "{profile.name}" was changed meanwhile', "run the same command once more")


def account_of(profile: "Profile | None") -> tuple[object, ...]:
    """Return what tells whether a profile is still the one that a login was planned for."""
    if profile is None:
        return ()
    known = (profile.auth, profile.username, profile.cloud_id, profile.product, profile.adopted)
    return (profile.secret_key, profile.store, *known)
