"""The profile that a command is meant for: one that is stored, not one that variables make."""

from atla_credential.answer.binding import active_profile
from atla_credential.errors import NoCredential, UsageError
from atla_credential.input.guess import no_such_profile
from atla_credential.login.token_shape import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config


def stored_profile(options: "Namespace", world: "World") -> "Profile":
    """Return the profile that is named, else the active one. Raises UsageError, NoCredential, Unavailable."""
    name = name_given(options, world) or world.environment.profile
    profile = world.config.profiles.get(name) if name else active_profile(world)
    if profile is not None:
        return profile
    if name:
        raise no_such_profile(name, world.config.profiles)
    if world.config.profiles:
        raise NoCredential("no profile is active", "say which: atla-credential list shows their names")
    raise NoCredential("there are no profiles yet", "make one: atla-credential login")


def name_given(options: "Namespace", world: "World") -> str | None:
    """Return the profile that a word or an option names, or None.

    Raises:
        UsageError: two were named; or the word looks like a token, and no message may repeat that.
    """
    name: str | None = options.name or options.profile
    if options.profile not in (None, name):
        raise UsageError("two names were given")
    if options.name and options.name not in world.config.profiles and kind_of(options.name) is not None:
        raise UsageError("this looks like a token, not like a profile's name", "see all profiles: atla-credential list")
    return name


def owners_of(config: "Config") -> "dict[str, Profile]":
    """Return the keys under which profiles have their secrets, each with its profile, whatever store that has."""
    profiles = config.profiles.values()
    return {key: profile for profile in profiles for key in (profile.secret_key, *profile.further_keys)}
