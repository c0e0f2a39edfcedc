"""`logout`: remove a profile's token, and keep the profile."""

from atla_credential.errors import DONE
from atla_credential.store import open_store
from atla_credential.support import console, profiles
from atla_credential.support.stored import stored_profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential logout work"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--yes", action="store_true", help="accepted for scripts; nothing is asked anyway")


def run(options: "Namespace", environment: "Environment") -> int:
    """Remove the token.

    Raises:
        UsageError: two names were given.
        NoCredential: there is no such profile.
        CredentialError: the store cannot be used.
    """
    profile = stored_profile(options, environment)
    store = open_store(profile.store or "", environment)
    had_token = store.get(profile.secret_key) is not None
    if not options.dry_run:
        with profiles.one_at_a_time(environment):
            store.put({profile.secret_key: None, profile.refresh_key: None})
            profiles.note(environment, profile.name, profiles.NOTHING_OF_TOKEN)
    if options.json:
        console.show_json({"profile": profile.name, "hadToken": had_token, "dryRun": options.dry_run})
    elif had_token:
        would = "would log out" if options.dry_run else "logged out"
        console.show(f'{would}: the token of profile "{profile.name}" in the {profile.store}; the profile stays')
    else:
        console.show(f'profile "{profile.name}" has no token in the {profile.store}')
    variable = environment.token_variable()
    if variable is not None:
        console.show_warning(f"{variable} is set; where it applies, it still answers")
    return DONE
