"""`switch NAME`: choose the active profile."""

from atla_credential.errors import DONE, UsageError, no_such_profile
from atla_credential.profiles import tables
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential switch work"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile to make active")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Write `default.profile`.

    Raises:
        UsageError: no name was given.
        NoCredential: there is no such profile.
        CredentialError: config.toml cannot be read or written.
    """
    name = options.name or options.profile
    if options.profile not in (None, name):
        raise UsageError("two names were given")
    if name is None:
        raise UsageError("NAME is needed", "see all profiles: atla-credential list")
    refuse_unknown(world, name)
    if not options.dry_run and world.config.default_profile != name:
        with tables.changing(world):
            refuse_unknown(world, name)  # another process may have been faster
            tables.set_default(world, name)
    if options.json:
        console.show_json({"profile": name, "dryRun": options.dry_run})
    else:
        console.show(f'profile "{name}" {"would be" if options.dry_run else "is"} the active one')
    if world.environment.profile not in (None, name):
        console.show_warning("ATLA_PROFILE is set and comes first")
    return DONE


def refuse_unknown(world: "World", name: str) -> None:
    """Raise NoCredential for a name that no profile has."""
    if name not in world.config.profiles:
        raise no_such_profile(name)
