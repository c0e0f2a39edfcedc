"""`rename`: give a profile another name, and its secrets the key that goes with it."""

from atla_credential.environment import PROFILE, token_variables_of
from atla_credential.errors import CredentialError, NoKeyring, UsageError
from atla_credential.foreign.variables import name_in_use
from atla_credential.input.guess import no_such_profile
from atla_credential.input.name import check_texts
from atla_credential.model import Kept, Profile
from atla_credential.profiles import notes, renaming, tables
from atla_credential.profiles.change import change, look
from atla_credential.report.until_reboot import lost_at_reboot
from atla_credential.system import DONE
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential rename work acme"
    parser.add_argument("old", metavar="OLD", help="the profile")
    parser.add_argument("new", metavar="NEW", help="its new name, which no profile has yet")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Rename the profile.

    Raises:
        UsageError: the new name is taken, or cannot be one.
        NoCredential: there is no profile of the old name.
        CredentialError: a file or the store cannot be used.
    """
    old, new = options.old, options.new
    if options.profile not in (None, old):
        raise UsageError("two profiles were named", "leave one out")
    if options.dry_run:
        _, after = plan(world, old, new)
    else:
        with tables.changing(world):
            before, after = plan(world, old, new)
            move(world, before, after)
    if options.json:
        console.show_json({"profile": new, "was": old, "dryRun": options.dry_run})
    else:
        console.show(f'profile "{old}" {"would be" if options.dry_run else "is"} "{new}" now')
    if not options.dry_run:
        lost_at_reboot(world, after.store)
    if world.environment.profile == old:
        console.show_warning(f"{name_in_use(world.environment, PROFILE)} still says the old name")
    for name, new_name in zip(token_variables_of(old), token_variables_of(new), strict=True):
        if world.environment.value_of(name) is not None:
            console.show_warning(f"{name} is set; for the new name it would be {new_name}")
    return DONE


def plan(world: "World", old: str, new: str) -> tuple[Profile, Profile]:
    """Return the profile as it is and as it will be. Raises NoCredential, UsageError."""
    config = world.config
    before = config.profiles.get(old)
    if before is None:
        raise no_such_profile(old, config.profiles)
    if new in config.profiles:
        raise UsageError(f'profile "{new}" exists already', f"see it: atla-credential status --profile {new}")
    after = before.but(name=new)
    check_texts(after)
    if not new:
        raise UsageError("a profile needs a name")
    return before, after


def move(world: "World", before: Profile, after: Profile) -> None:
    """Do it, once it is known that it can be done. Raises CredentialError."""
    found = notes.noted(world, before)
    renaming.rename(world, before.name, after.name, only_plan=True)
    tables.remove_settings(world, before.name, only_plan=True)
    kept = look(world, before)
    refuse_taken(kept, world.store(before.store).every(before.further_keys[1]), look_if_any(world, after), after)
    noted = notes.under_another_name(found, before, after, kept)
    left: list[CredentialError] = []

    def write() -> None:
        tables.remove_settings(world, after.name)  # nobody's, until now
        renaming.copy_settings(world, before.name, after.name, noted)
        renaming.rename(world, before.name, after.name)
        try:
            tables.remove_settings(world, before.name)  # a later profile of this name must not inherit them
        except CredentialError as error:
            left.append(error)

    done = f'profile "{before.name}" is "{after.name}" now'
    change(world, before, after, kept, write, is_moved=True, done=done)
    for error in left:
        raise CredentialError(f"{done}, but helper.toml still has the old name: {error.message}", "remove it there")


def refuse_taken(kept: Kept, aside: list[str], there: Kept, after: Profile) -> None:
    """Refuse a name under which there is a token, but for the same one, if a rename has ended half way.

    Args:
        kept: what the old name has.
        aside: what it has that is set aside; each keyring may have one of its own.
        there: what the new name has.

    Raises:
        CredentialError: there is another one.
    """
    other = there.aside.secret if there.aside else None
    for found, known, key in (
        (there.secret, [kept.secret], after.secret_key), (other, aside, after.further_keys[1])
    ):  # fmt: skip
        if found is not None and found not in known:
            raise CredentialError(
                f'there is a token under the name "{after.name}" that no profile uses',
                f"if nobody needs it, run: atla-credential logout --key {quoted(key)}",
            )


def look_if_any(world: "World", profile: Profile) -> Kept:
    """Return what a profile's store has of it. Where there is no keyring but the kernel's, nothing else has."""
    try:
        return look(world, profile)
    except NoKeyring:
        return Kept(None)
