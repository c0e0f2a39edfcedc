"""`switch NAME`: choose the active profile."""

from atla_credential.environment import PROFILE
from atla_credential.errors import UsageError
from atla_credential.foreign.variables import name_in_use
from atla_credential.profiles import tables
from atla_credential.report.chosen import stored_profile
from atla_credential.system import DONE
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
        UsageError: no name was given, or two.
        NoCredential: there is no such profile.
        CredentialError: config.toml cannot be read or written.
    """
    if not options.name and not options.profile:
        raise UsageError("NAME is needed", "see all profiles: atla-credential list")
    name = stored_profile(options, world).name
    if not options.dry_run and world.config.default_profile != name:
        with tables.changing(world):
            stored_profile(options, world)  # another process may have been faster
            tables.set_default(world, name)
    if options.json:
        console.show_json({"profile": name, "dryRun": options.dry_run})
    else:
        console.show(f'profile "{name}" {"would be" if options.dry_run else "is"} the active one')
    if world.environment.profile not in (None, name):
        console.show_warning(f"{name_in_use(world.environment, PROFILE)} is set and comes first")
    return DONE
