"""Record a login.

The order is the promise of safety C4: the token is written and read back first, then helper.toml, then config.toml,
and only then is a token removed that the new one replaces. Killed in between, nothing is lost.
"""

from atla_credential.errors import CredentialError, TryAgain, Unavailable
from atla_credential.instance import same_site
from atla_credential.support.moment import as_time
from atla_credential.terminal import console
from atla_credential.writing import profiles
from atla_credential.writing.move import finish_move, secrets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile
    from atla_credential.world import World

    Values = dict[str, object]


def record(
    world: "World",
    profile: "Profile",
    planned_over: "Profile | None",
    secret: str | None,
    noted: "Values",
    is_named: bool,
) -> None:
    """Write a profile and its token.

    Args:
        planned_over: the profile of this name as it was when the login was planned.
        secret: the token; None if that of the old profile stays, or moves to the new one's store.
        noted: what helper.toml is to say besides: `expires` and `ca_file`, where they were given.
        is_named: whether the person has named the profile, and so may replace whatever has this name.

    Raises:
        TryAgain: another process was faster.
        CredentialError: something could not be written; the message says what was.
    """
    with profiles.changing(world):
        old = world.config.profiles.get(profile.name)
        if (secret is None or not is_named) and account_of(old) != account_of(planned_over):
            raise changed_meanwhile(profile)
        secrets = {profile.secret_key: secret, profile.refresh_key: None}
        if secret is None and old is not None:
            secrets = secrets_of(world, old)
            noted = {"expires": None if old.expires_utc is None else as_time(old.expires_utc), **noted}
        if old is not None and not same_site(old.instance, profile.instance):
            noted = {"ca_file": None, **noted}  # it was for the other one
        write(world, profile, secrets, noted)
        if secret is None and old is not None and old.store != profile.store:
            finish_move(world, old, profile, secrets)
        else:
            forget_replaced(world, old, profile)


def write(world: "World", profile: "Profile", secrets: dict[str, str | None], noted: "Values") -> None:
    """Store a profile's secrets, then write the profile, and in helper.toml what is to be noted.

    Raises:
        TryAgain: the token that was to stay or be moved is gone.
        CredentialError: something could not be written; the message says what was.
    """
    if secrets[profile.secret_key] is None:
        raise changed_meanwhile(profile)
    store = world.store(profile.store)
    store.put(secrets)
    if store.get(profile.secret_key) != secrets[profile.secret_key]:
        raise CredentialError("the token was stored, but does not read back the same")
    refreshes = profile.store != "file" and secrets[profile.refresh_key] is not None
    save(world, profile, {**noted, "refreshes": refreshes or None})


def save(world: "World", profile: "Profile", noted: "Values") -> None:
    """Write a profile whose token is stored already.

    Raises:
        CredentialError: it could not be written; the message says what was.
    """
    try:
        profiles.save_profile(world, profile, noted)
    except CredentialError as error:
        message = f"the token was stored, but the profile may not be written: {error.message}"
        raise type(error)(message, *(error.hints or ["run the same command once more"])) from None


def forget_replaced(world: "World", old: "Profile | None", new: "Profile") -> None:
    """Remove the token that the profile had under another key or in another store."""
    if old is None or (old.secret_key, old.store) == (new.secret_key, new.store):
        return
    try:
        world.store(old.store).put({old.secret_key: None, old.refresh_key: None})
    except Unavailable as error:
        console.show_warning(f"the old token was left where it was: {error.message}")
    except CredentialError as error:
        raise CredentialError(f"logged in, but the old token is still there: {error.message}") from None


def changed_meanwhile(profile: "Profile") -> TryAgain:
    """Say that another process was faster."""
    return TryAgain(f'profile "{profile.name}" was changed meanwhile', "run the same command once more")


def account_of(profile: "Profile | None") -> tuple[object, ...]:
    """Return what tells whether a profile is still the one that a login was planned for."""
    if profile is None:
        return ()
    known = (profile.auth, profile.username, profile.cloud_id, profile.product, profile.adopted)
    return (profile.secret_key, profile.store, *known)
