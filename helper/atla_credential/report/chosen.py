"""The profile that a command is meant for: one that is stored, not one that variables make."""

from atla_credential.answer.binding import active_profile
from atla_credential.errors import NoCredential, UsageError, no_such_profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config


def stored_profile(options: "Namespace", world: "World") -> "Profile":
    """Return the profile that is named, else the active one. Raises UsageError, NoCredential, Unavailable."""
    name = options.name or options.profile
    if options.profile not in (None, name):
        raise UsageError("two names were given")
    name = name or world.environment.profile
    profile = world.config.profiles.get(name) if name else active_profile(world)
    if profile is not None:
        return profile
    if name:
        raise no_such_profile(name)
    if world.config.profiles:
        raise NoCredential("no profile is active", "say which: atla-credential list shows their names")
    raise NoCredential("there are no profiles yet", "make one: atla-credential login")


def owners_of(config: "Config") -> "dict[str, Profile]":
    """Return the keys under which profiles have their secrets, each with its profile, whatever store that has."""
    profiles = config.profiles.values()
    return {key: profile for profile in profiles for key in (profile.secret_key, *profile.further_keys)}
