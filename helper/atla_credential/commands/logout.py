"""`logout`: remove a profile's token, and keep the profile."""

from atla_credential.answer.outside import before_own
from atla_credential.errors import CredentialError, NoKeyring, UsageError, half_done
from atla_credential.model import ASIDE, HELPER
from atla_credential.profiles import notes, tables
from atla_credential.profiles.change import look, remove, remove_key
from atla_credential.report.chosen import owners_of, stored_profile
from atla_credential.report.until_reboot import may_be_elsewhere
from atla_credential.settings.config import STORES
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
    parser.epilog = "example:\n  atla-credential logout work"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--key", metavar="KEY", help="a token that no profile uses; doctor tells the key")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--yes", "--confirm", action="store_true", help="accepted; nothing is asked")


def run(options: "Namespace", world: "World") -> int:
    """Remove the token.

    Raises:
        UsageError: two names were given, or the key of a profile.
        NoCredential: there is no such profile.
        CredentialError: the store cannot be used.
    """
    if options.key is not None:
        return remove_unused(options, world)
    profile = stored_profile(options, world)
    had_token = look(world, profile).has_any
    if not options.dry_run:
        with tables.changing(world):
            profile = stored_profile(options, world)  # another process may have been faster
            had_token = look(world, profile).has_any
            remove(world, profile)
            forget_notes(world, profile, had_token)
    if options.json:
        console.show_json({"profile": profile.name, "hadToken": had_token, "dryRun": options.dry_run})
    elif had_token:
        would = "would log out" if options.dry_run else "logged out"
        console.show(f'{would}: the token of profile "{profile.name}" in the {profile.store}; the profile stays')
    elif profile.store == HELPER:
        console.show(f'profile "{profile.name}" has no token here; what the helpers in helper.toml have still answers')
    else:
        console.show(f'profile "{profile.name}" has no token in the {profile.store}')
    if not options.dry_run:
        may_be_elsewhere(world, profile.store)
    for warning in before_own(world, profile, "still answers"):
        console.show_warning(warning)
    return DONE


def forget_notes(world: "World", profile: "Profile", had_token: bool) -> None:
    """Let helper.toml say nothing of a token that is gone. Raises CredentialError, which says so."""
    try:
        tables.note(world, profile.name, notes.NOTHING)
    except CredentialError as error:
        raise half_done(f'the token of profile "{profile.name}" is removed' if had_token else None, error) from None


def remove_unused(options: "Namespace", world: "World") -> int:
    """Remove what is under a key that no profile uses. Raises UsageError, CredentialError."""
    if options.name or options.profile:
        raise UsageError("--key and a profile exclude each other")
    had = kinds_with(world, options.key)
    if had and not options.dry_run:
        with tables.changing(world):
            also = refresh_of(options.key)
            kinds = kinds_with(world, options.key)
            had = [kind for kind in kinds if remove_key(world.store(kind), options.key, also)]
            owner = owners_of(world.config).get(options.key)
            if had and owner is not None and options.key.endswith(ASIDE):
                tables.note(world, owner.name, {"rejected": None})
    if options.json:
        console.show_json({"key": options.key, "tokensRemovedFrom": had, "dryRun": options.dry_run})
    else:
        would = "would remove" if options.dry_run else "removed"
        done = f"{would} the token from the {' and the '.join(had)}" if had else "there is no token of this key"
        console.show(done)
    for kind in had if not options.dry_run else ():
        may_be_elsewhere(world, kind)
    return DONE


def refresh_of(key: str) -> tuple[str, ...]:
    """Return the key of the refresh token that goes with a token set aside, which no one would find by itself."""
    return (f"{key.removesuffix(ASIDE)}|oauth_refresh_token{ASIDE}",) if key.endswith(ASIDE) else ()


def kinds_with(world: "World", key: str) -> list[str]:
    """Return the stores that have something under a key which no profile needs. Raises UsageError, Unavailable.

    What a rejection has set aside nobody needs.
    """
    owner = None if key.endswith(ASIDE) else owners_of(world.config).get(key)
    kinds = [kind for kind in STORES if (owner is None or owner.store != kind) and has_key(world, kind, key)]
    if owner is not None:
        refuse_needed(world, owner, kinds)
    return kinds


def refuse_needed(world: "World", owner: "Profile", kinds: list[str]) -> None:
    """Raise UsageError for a profile's token, but not for a copy in other stores, `kinds`, while its own has one."""
    name = quoted(owner.name)
    if not kinds:
        raise UsageError(f'profile "{owner.name}" uses this token', f"run: atla-credential logout {name}")
    if owner.store != HELPER and world.store(owner.store).get(owner.secret_key) is None:
        step = f"to use it where it is, run: atla-credential login --profile {name} --storage {kinds[0]}"
        raise UsageError(f'profile "{owner.name}" has no other token than this one', step)


def has_key(world: "World", kind: str, key: str) -> bool:
    """Tell whether a store has something under a key. Where there is no keyring, nothing is in it."""
    try:
        return world.store(kind).get(key) is not None
    except NoKeyring:
        return False
