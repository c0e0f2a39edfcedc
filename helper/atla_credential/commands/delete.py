"""`delete`: remove a profile, and its token where that is in a file.

The token goes first: ended in between, the command can be given again.
"""

from atla_credential.errors import DONE, UsageError, quoted
from atla_credential.store import open_store
from atla_credential.support import console, profiles
from atla_credential.support.stored import stored_profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential delete old --delete-keyring"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile")
    parser.add_argument(
        "--delete-keyring", "--delete-keychain", action="store_true", help="remove its token from the keyring too"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--yes", action="store_true", help="accepted for scripts; nothing is asked anyway")


def run(options: "Namespace", environment: "Environment") -> int:
    """Remove the profile.

    Raises:
        UsageError: no name was given, or two.
        NoCredential: there is no such profile.
        CredentialError: a file or the store cannot be used.
    """
    if not options.name and not options.profile:
        raise UsageError("NAME is needed", "see all profiles: atla-credential list")
    profile = stored_profile(options, environment)
    with_token = profile.store == "file" or options.delete_keyring
    if not options.dry_run:
        with profiles.one_at_a_time(environment):
            if with_token:
                open_store(profile.store or "", environment).put({profile.secret_key: None, profile.refresh_key: None})
            profiles.remove(environment, profile.name)
            profiles.remove_settings(environment, profile.name)
    if options.json:
        result = {"profile": profile.name, "tokenRemoved": with_token, "dryRun": options.dry_run}
        console.show_json(result)
    else:
        console.show(f'{"would delete" if options.dry_run else "deleted"} profile "{profile.name}"')
    if not with_token:
        console.show_warning(f"its token stays in the keyring, if it has one there, under {quoted(profile.secret_key)}")
        console.show_warning("with --delete-keyring it would have been removed too")
    return DONE
