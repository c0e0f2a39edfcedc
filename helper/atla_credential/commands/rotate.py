"""`rotate`: put a new token in place of the one that a profile has, if the site knows it."""

from atla_credential.answer.outside import before_own
from atla_credential.commands.login import given_end
from atla_credential.errors import UsageError
from atla_credential.git.advice import brings_back
from atla_credential.input.timeout import parse_timeout
from atla_credential.login.learned import KNOWS_GATEWAY, Learned
from atla_credential.login.replaced import find_replaced
from atla_credential.login.revoking import where_revoked
from atla_credential.login.rotation import put_in_place
from atla_credential.login.token_input import all_oddities, read_secret
from atla_credential.report.chosen import stored_profile
from atla_credential.report.until_reboot import lost_at_reboot
from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World
    from atla_credential.login.replaced import Replaced
    from atla_credential.model import Profile


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential rotate work --expires 365d"
    parser.set_defaults(username=None, cloud_id=None)  # what a login can be told, see login/learned
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--token-stdin", action="store_true", help="read the new token from standard input")
    parser.add_argument("--token", metavar="TOKEN", help="the new token; visible in the process list")
    parser.add_argument("--expires", metavar="WHEN", help="when it ends: 2027-03-01 or 90d")
    parser.add_argument("--no-verify", action="store_true", help="do not ask the site whether it knows the new token")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long the site may take: 1 to 120, else 15")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Put it in place.

    Raises:
        UsageError: two names were given, no token, or the one that is there already.
        NoCredential: there is no such profile, or it has no token.
        NotVerified: the site does not say that it knows the new one.
        TryAgain: another process was faster.
        CredentialError: a store or a file cannot be read or written, or the token is another account's.
    """
    limit_s = parse_timeout(options.timeout)
    profile = stored_profile(options, world)
    old = find_replaced(world, profile)
    noted: dict[str, object] = {"expires": given_end(options, world)} if options.expires else {}
    secret = read_secret(options, console.may_ask(options, world.environment), profile, is_new=True, can_stay=False)
    for oddity in all_oddities(world, profile, secret, None, noted.get("expires")):
        console.show_warning(oddity)
    if secret is not None:
        old.refuse(secret)
    learned = Learned(options, profile)
    if not options.dry_run:
        if secret is None:
            raise UsageError("no token was given", "pipe it into the same command with --token-stdin")
        if not options.no_verify:
            from atla_credential.report.proving import prove  # door: what asks a site takes long to load

            learned = prove(options, world, profile, secret, limit_s)
        profile = put_in_place(world, learned, old, secret, noted)
    show_result(options, world, old, learned, profile)
    follow_up(options, world, old, learned, profile)
    return DONE


def show_result(options: "Namespace", world: "World", old: "Replaced", learned: Learned, profile: "Profile") -> None:
    """Say what was done, or would be, and where the old token is revoked.

    Args:
        profile: as it is now.
    """
    found = learned.verified
    product = found.product if found is not None else profile.product
    step, page = where_revoked(profile, old.secret or "", product)
    place = place_of(world, old)
    if options.json:
        known = {"profile": profile.name, "tokenIn": old.source, "dryRun": options.dry_run, "revokeUrl": page}
        console.show_json({**known, **learned.as_json()})
    elif options.dry_run:
        what = "what is set aside" if old.is_aside else "the token"
        console.show(f'{what} of profile "{profile.name}" in {place} would be replaced by a new token')
    else:
        whom = f", verified{found.as_whom}" if found is not None else ""
        console.show(f'rotated: profile "{profile.name}", new token in {place}{whom}')
        if profile.cloud_id != learned.planned.cloud_id:
            console.show(KNOWS_GATEWAY)
        console.show(f"next: {step if found is not None else f'use the new one once, then {step}'}")


def place_of(world: "World", old: "Replaced") -> str:
    """Return where the token is, in words."""
    if old.given is not None:
        return f"helper {old.given[1]} of helper.toml"
    return world.environment.credentials_path if old.source == "file" else "the keyring"


def follow_up(options: "Namespace", world: "World", old: "Replaced", learned: Learned, profile: "Profile") -> None:
    """Say what is not sure of the token, and what may come before it or bring the old one back."""
    for doubt in learned.doubts(profile):
        console.show_warning(doubt)
    for warning in before_own(world, profile):
        console.show_warning(warning)
    if options.dry_run:
        return
    if old.given is None:
        lost_at_reboot(world, profile.store)
    rival = brings_back(world, profile)
    if rival:
        console.show_warning(rival)
