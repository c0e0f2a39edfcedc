"""The profile that a command is meant for: one that is stored, not one that variables make."""

from atla_credential.answer.binding import active_profile
from atla_credential.environment import PROFILE
from atla_credential.errors import NoCredential, UsageError
from atla_credential.foreign.variables import name_in_use
from atla_credential.input.guess import no_such_profile
from atla_credential.input.token_shape import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config


def stored_profile(options: "Namespace", world: "World") -> "Profile":
    """Return the profile that is named, else the active one. Raises UsageError, NoCredential, Unavailable."""
    name = name_given(options)
    chosen = name or world.environment.profile
    profile = world.config.profiles.get(chosen) if chosen else active_profile(world)
    if profile is not None:
        return profile
    if chosen:
        raise no_such_profile(chosen, world.config.profiles, None if name else name_in_use(world.environment, PROFILE))
    raise no_active_profile(world)


def no_active_profile(world: "World") -> NoCredential:
    """Say why no profile is the active one, and the next step."""
    if not world.config.profiles:
        return NoCredential("there are no profiles yet", "make one: atla-credential init")
    return NoCredential(stale_default(world) or "no profile is active", "choose one: atla-credential switch NAME")


def stale_default(world: "World") -> str | None:
    """Say that config.toml names a profile as the active one that does not exist; None if it does not."""
    name = world.config.default_profile
    if name is None or name in world.config.profiles:
        return None
    return f'config.toml says that "{name}" is the active profile, and there is none of this name'


def stale_variable(world: "World") -> str | None:
    """Say that a variable names a profile as the active one that does not exist; None if it does not.

    What looks like a token is not repeated (safety U2).
    """
    name, environment = world.environment.profile, world.environment
    if name is None or name in world.config.profiles or environment.instance is not None:  # that one may be called so
        return None
    what = f'"{name}", which is no profile' if kind_of(name) is None else "no profile, but what looks like a token"
    return f"{name_in_use(environment, PROFILE)} names {what}"


def name_given(options: "Namespace") -> str | None:
    """Return the profile that a word or an option names, or None. Raises UsageError if two were named."""
    name: str | None = options.name or options.profile
    if options.profile not in (None, name):
        raise UsageError("two names were given", "leave one out")
    return name


def owners_of(config: "Config") -> "dict[str, Profile]":
    """Return the keys under which profiles have their secrets, each with its profile, whatever store that has."""
    profiles = config.profiles.values()
    return {key: profile for profile in profiles for key in (profile.secret_key, *profile.further_keys)}
