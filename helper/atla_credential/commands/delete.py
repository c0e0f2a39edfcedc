"""`delete`: remove a profile, and its token where that is in a file. Ended in between, it can be given again."""

from atla_credential.errors import CredentialError, NoKeyring, Unavailable, UsageError, half_done
from atla_credential.model import ASIDE
from atla_credential.profiles import tables
from atla_credential.profiles.change import remove
from atla_credential.profiles.notes import noted
from atla_credential.report.chosen import stored_profile
from atla_credential.report.until_reboot import may_be_elsewhere
from atla_credential.system import DONE
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential delete old --delete-keyring"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile")
    parser.add_argument("--delete-keyring", "--delete-keychain", action="store_true", help="remove its token there too")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--yes", "--confirm", action="store_true", help="accepted; nothing is asked")


def run(options: "Namespace", world: "World") -> int:
    """Remove the profile.

    Raises:
        UsageError: no name was given, or two.
        NoCredential: there is no such profile.
        CredentialError: a file or the store cannot be used.
    """
    if not options.name and not options.profile:
        raise UsageError("NAME is needed", "see all profiles: atla-credential list")
    profile = stored_profile(options, world)
    if options.dry_run:
        left = [*keys_left(options, world, profile), *active_left(options, world, profile)]
        removed = tokens_to_remove(world, profile, options.delete_keyring)
    else:
        with tables.changing(world):
            profile = stored_profile(options, world)  # another process may have been faster
            left = [*keys_left(options, world, profile), *active_left(options, world, profile)]
            removed = tokens_to_remove(world, profile, options.delete_keyring)
            delete(world, profile, removed)
    removed.reverse()
    if options.json:
        console.show_json({"profile": profile.name, "tokensRemovedFrom": removed, "dryRun": options.dry_run})
    else:
        console.show(f'{"would delete" if options.dry_run else "deleted"} profile "{profile.name}"')
    for kind in removed if not options.dry_run else ():
        may_be_elsewhere(world, kind)
    for line in left:
        console.show_warning(line)
    return DONE


def delete(world: "World", profile: "Profile", kinds: list[str]) -> None:
    """Remove a profile, and first of all what some stores keep of it. Raises CredentialError, with what was done."""
    done = None
    try:
        for kind in kinds:
            remove(world, profile, kind)
            done = f'the token of profile "{profile.name}" is removed'
        tables.remove(world, profile.name)
        done = f'profile "{profile.name}" is deleted'
        tables.remove_settings(world, profile.name)
    except CredentialError as error:
        raise half_done(done, error) from None


def active_left(options: "Namespace", world: "World", profile: "Profile") -> list[str]:
    """Say that no profile is the active one afterwards, and the next step; nothing if one is, or none is left."""
    config = world.config
    others = len(config.profiles) - 1  # the only one is the active one
    if config.default_profile != profile.name or others < 2:
        return []
    is_none = "no profile would be the active one" if options.dry_run else "no profile is the active one now"
    return [f"{is_none}; choose one: atla-credential switch NAME"]


def keys_left(options: "Namespace", world: "World", profile: "Profile") -> list[str]:
    """Say what stays in the keyring, as far as it can be looked into, and how to remove it; nothing if nothing does.

    Where one is set aside, both keys are named: whoever goes by them finds all that the profile could have there.
    """
    if profile.store != "keyring" or options.delete_keyring:
        return []
    said = "a token in the keyring stays there, as --delete-keyring was not given"
    noted_aside = noted(world, profile).rejected_utc is not None
    try:
        kept = world.kept(profile, whole=True)
        has_token = kept.secret is not None
        has_aside = kept.aside is not None or (kept.unknown is not None and noted_aside)
    except Unavailable as error:
        said = f"nobody could look whether a token stays in the keyring: {error.message}"
        has_token, has_aside = True, noted_aside
    if not (has_token or has_aside):
        return []
    keys = (profile.secret_key, profile.secret_key + ASIDE) if has_aside else (profile.secret_key,)
    return [said, *(f"to remove it, run: atla-credential logout --key {quoted(key)}" for key in keys)]


def tokens_to_remove(world: "World", profile: "Profile", with_keyring: bool) -> list[str]:
    """Return the stores from which the profile's token goes, once it is known that the profile can go.

    All are looked into before one is changed, and the keyring, where more can fail, is changed first.
    """
    tables.remove(world, profile.name, only_plan=True)
    tables.remove_settings(world, profile.name, only_plan=True)
    return [kind for kind in (("keyring", "file") if with_keyring else ("file",)) if has_token(world, profile, kind)]


def has_token(world: "World", profile: "Profile", kind: str) -> bool:
    """Tell whether a store has a profile's token. Raises Unavailable.

    Where there is no keyring, only a profile that needs it has lost one.
    """
    try:
        return world.kept(profile, kind, whole=True).has_any
    except NoKeyring:
        if profile.store == kind:
            raise
        return False
