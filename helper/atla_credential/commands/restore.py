"""`restore`: put back the token of a profile that a caller's rejection has set aside."""

from argparse import SUPPRESS

from atla_credential.errors import DONE, CredentialError, NoCredential, TryAgain, login_again
from atla_credential.profiles import tables
from atla_credential.profiles.aside import put_back
from atla_credential.profiles.change import look
from atla_credential.report.chosen import stored_profile
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential restore work"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--no-verify", action="store_true", help=SUPPRESS)  # sites are not asked, with it or without
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Put it back.

    Raises:
        UsageError: two names were given.
        NoCredential: there is no such profile, or nothing of it is set aside.
        TryAgain: another program has changed it meanwhile.
        CredentialError: the profile has a token, or its store cannot be used.
    """
    profile = stored_profile(options, world)
    if options.dry_run:
        secrets_aside(world, profile)
    else:
        with tables.changing(world):
            profile = stored_profile(options, world)  # another process may have been faster
            store = world.store(profile.store)
            if not any([put_back(store, profile, secret) for secret in secrets_aside(world, profile)]):
                raise TryAgain(f'profile "{profile.name}" was changed meanwhile', "run the same command once more")
            world.anew()
            tables.note_of_token(world, profile, {"rejected": None})
    if options.json:
        console.show_json({"profile": profile.name, "dryRun": options.dry_run})
    else:
        would = "would be" if options.dry_run else "is"
        console.show(f'the token of profile "{profile.name}" {would} back in the {profile.store}')
    variable = world.environment.token_variable()
    if variable is not None:
        console.show_warning(f"{variable} is set, and where it applies it comes before any stored token")
    return DONE


def secrets_aside(world: "World", profile: "Profile") -> list[str]:
    """Return the token that is set aside, if it can be put back: of several keyrings that of each. Raises as in run."""
    kept = look(world, profile)
    if profile.accepts(kept.secret):
        see = f"see it: atla-credential status --profile {quoted(profile.name)}"
        raise CredentialError(f'profile "{profile.name}" has a token, so nothing was put back', see)
    if kept.aside is None or kept.aside.secret is None:
        raise NoCredential(f'no token of profile "{profile.name}" is set aside', login_again(profile.name))
    return world.store(profile.store).every(profile.further_keys[1])
