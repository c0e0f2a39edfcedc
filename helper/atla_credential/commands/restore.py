"""`restore`: put back the token of a profile that a caller's rejection has set aside, if its site recognises it."""

from atla_credential.answer.outside import before_own
from atla_credential.errors import CredentialError, NoCredential, new_token
from atla_credential.input.timeout import parse_timeout
from atla_credential.login.learned import Learned
from atla_credential.login.record import account_of, changed_meanwhile
from atla_credential.login.typed import option
from atla_credential.profiles import notes, tables
from atla_credential.profiles.aside import put_back
from atla_credential.profiles.change import look
from atla_credential.report.chosen import stored_profile
from atla_credential.report.verified import gateway_step
from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.site.verification import Verification

    Verdicts = dict[str, Verification | None]


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential restore work"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--no-verify", action="store_true", help="do not ask the site whether it takes the token")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long the site may take: 1 to 120, else 15")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Put it back.

    Raises:
        UsageError: two names were given, or --timeout is no number of seconds.
        NoCredential: there is no such profile, or nothing of it is set aside.
        NotVerified: the site does not recognise it.
        TryAgain: another program has changed it meanwhile.
        CredentialError: the profile has a token, its store cannot be used, or nobody can be asked.
    """
    limit_s = parse_timeout(options.timeout)
    profile = stored_profile(options, world)
    if options.dry_run:
        secrets_aside(world, profile)
        learned = Learned(options, profile)
    elif options.no_verify:
        learned = write(options, world, profile, None)
    else:
        secrets = secrets_aside(world, profile)
        from atla_credential.report.restoring import recognised  # door: what asks a site takes long to load

        learned = write(options, world, profile, recognised(world, profile, secrets, limit_s))
    show(options, world, learned)
    return DONE


def write(options: "Namespace", world: "World", asked: "Profile", found: "Verdicts | None") -> Learned:
    """Put back what is set aside, where the site was asked only what it recognises, and return what that said.

    Args:
        asked: the profile as it was when the site was asked.
        found: what that says of each token; None where nobody was asked.

    Raises as in run.
    """
    with tables.changing(world):
        profile = stored_profile(options, world)  # another process may have been faster
        if found is not None and account_of(profile) != account_of(asked):
            raise changed_meanwhile(asked)
        aside = secrets_aside(world, profile)
        verified = {secret: each for secret, each in (found or {}).items() if each is not None and each.is_verified}
        store = world.store(profile.store)
        back = [each for each in (aside if found is None else verified) if put_back(store, profile, each)]
        if not back:
            raise changed_meanwhile(profile)
        learned = Learned(options, profile, verified.get(back[0]))
        world.anew()
        tables.note_of_token(
            world, profile, notes.of_restored(notes.noted(world, profile), profile, back[0], learned.verified_utc)
        )
    return learned


def show(options: "Namespace", world: "World", learned: Learned) -> None:
    """Say what was done, or would be, and what should be known of the token."""
    profile, found = learned.planned, learned.found
    if options.json:
        console.show_json({"profile": profile.name, "dryRun": options.dry_run, **learned.as_json()})
    else:
        would = "would be" if options.dry_run else "is"
        whose = f", {found.message}" if found is not None and found.reason.word == "ok" else ""
        console.show(f'the token of profile "{profile.name}" {would} back in the {profile.store}{whose}')
    if found is not None and found.hint:
        console.show_warning(f"{found.message}; {found.hint}")
    for warning in before_own(world, profile):
        console.show_warning(warning)
    step = gateway_step(profile.name, True, profile.cloud_id, found.as_json()) if found is not None else None
    if step is not None:
        console.show_hint(step)


def secrets_aside(world: "World", profile: "Profile") -> list[str]:
    """Return the token that is set aside, if it can be put back: of several keyrings that of each. Raises as in run."""
    kept = look(world, profile)
    if profile.accepts(kept.secret):
        see = f"see it: atla-credential status {option('profile', profile.name)}"
        raise CredentialError(f'profile "{profile.name}" has a token, so nothing was put back', see)
    if kept.aside is None or kept.aside.secret is None:
        raise NoCredential(f'no token of profile "{profile.name}" is set aside', new_token(profile.name, profile.store))
    found = world.store(profile.store).every(profile.further_keys[1])
    if not found:
        raise changed_meanwhile(profile)
    return found
