"""`login`: make or update a profile and store its token."""

from argparse import SUPPRESS
from datetime import datetime, timezone

from atla_credential.errors import DONE, UsageError
from atla_credential.git.advice import brings_back
from atla_credential.input.date import parse_expiry
from atla_credential.login.account import plan_profile
from atla_credential.login.ca_file import checked_ca_file
from atla_credential.login.record import changed_meanwhile, record, what_stays
from atla_credential.login.token_input import read_secret
from atla_credential.login.token_shape import oddities
from atla_credential.places.instance import is_cloud, parse_instance
from atla_credential.report.profile import aside_warning
from atla_credential.report.until_reboot import lost_at_reboot
from atla_credential.settings.config import PRODUCTS, STORES
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.terminal.arguments import Parser

DEPLOYMENTS = ("cloud", "data-center")
SETTINGS = ("username", "cloud_id", "product", "expires", "ca_file")


def add_options(parser: "Parser") -> None:
    """Add this command's options."""
    parser.may_be_empty = ("cloud_id", "username")  # which makes the profile forget it
    parser.epilog = "example:\n  atla-credential login --instance work.atlassian.net --email you@example.com"
    parser.add_argument("--instance", "--site", metavar="URL", help="the site, for example work.atlassian.net")
    parser.add_argument("--email", metavar="EMAIL", help="the account's e-mail (Cloud, Bitbucket)")
    parser.add_argument("--username", metavar="NAME", help="the user name (Bitbucket, Data Center)")
    parser.add_argument("--bearer", action="store_true", help="a Data Center or service account token")
    parser.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    parser.add_argument("--token", metavar="TOKEN", help="the token; visible in the process list")
    parser.add_argument("--storage", choices=STORES, help="where to keep the token")
    parser.add_argument("--cloud-id", metavar="ID", help="the site's id, for tokens with scopes")
    parser.add_argument("--product", choices=PRODUCTS, help="answer for this product only")
    parser.add_argument("--deployment", choices=DEPLOYMENTS, help="what the host's name does not say")
    parser.add_argument("--expires", metavar="WHEN", help="when the token ends: 2027-03-01 or 90d")
    parser.add_argument("--ca-file", metavar="FILE", help="your own certificate authority's PEM file")
    parser.add_argument("--no-verify", action="store_true", help=SUPPRESS)  # sites are not asked, with it or without
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Make or update a profile.

    Raises:
        UsageError: something is missing and may not be asked for, or makes no sense.
        CredentialError: a file or store cannot be read or written.
    """
    noted: dict[str, object] = {"ca_file": checked_ca_file(options.ca_file)} if options.ca_file else {}
    can_ask = console.may_ask(options, world.environment)
    config, stamp = world.config, world.stamp
    profile = plan_profile(options, world, config, console.ask_until if can_ask else None)
    old = config.profiles.get(profile.name)
    if options.expires:
        noted["expires"] = parse_expiry(options.expires, datetime.now(timezone.utc))
    kept = what_stays(options, world, old, profile)
    can_stay = kept is not None
    moves = can_stay and old is not None and old.store != profile.store
    is_moved = moves and kept is not None and kept.secret is not None  # nobody need be asked for another one
    secret = None if is_moved else read_secret(options, can_ask, profile, is_new=old is None, can_stay=can_stay)
    for oddity in oddities(secret or "", profile.instance, profile.auth):
        console.show_warning(oddity)
    stays = secret is None and can_stay and (moves or changes_something(options))
    if not options.dry_run:
        if secret is None and not stays:
            # Another process may have been between the two files: then the token was there at every moment (safety C6).
            raise changed_meanwhile(profile) if world.has_changed(stamp) else no_token_given(old if can_stay else None)
        kept = record(world, profile, old, secret, noted, lambda: plan_profile(options, world, world.config, None))
    is_aside = secret is None and kept is not None and kept.secret is None
    show_result(options, world, profile, is_first=not config.profiles, stays=stays and not moves, is_aside=is_aside)
    if not options.dry_run and not (stays and not moves):
        lost_at_reboot(world, profile.store)
    rival = brings_back(world, profile) if secret and not options.dry_run else None
    if rival:
        console.show_warning(rival)
    return DONE


def changes_something(options: "Namespace") -> bool:
    """Tell whether options were given that make sense without a new token."""
    return any(getattr(options, name) is not None for name in SETTINGS)


def no_token_given(with_token: "Profile | None") -> UsageError:
    """Say that there is nothing to log in with, and which profile has a token already."""
    has = f'; profile "{with_token.name}" has one, which stays' if with_token else ""
    return UsageError(f"no token was given{has}", "pipe it into the same command with --token-stdin")


def show_result(
    options: "Namespace", world: "World", profile: "Profile", is_first: bool, stays: bool, is_aside: bool
) -> None:
    """Say what was done and, the first time, what to type next.

    Args:
        stays: whether the token stays where it is.
        is_aside: whether what was moved is set aside, so that nobody is logged in.
    """
    parsed = parse_instance(profile.instance)
    at_cloud = parsed is not None and is_cloud(parsed[0])
    if options.json:
        console.show_json(as_json(profile, options.dry_run))
    else:
        done = "would log in" if options.dry_run else "logged in"
        changed = "would change" if options.dry_run else "changed"
        who = f" as {profile.email or profile.username}" if profile.email or profile.username else ""
        place = world.environment.credentials_path if profile.store == "file" else "the keyring"
        if stays:
            console.show(f'{changed} profile "{profile.name}"; its token stays in {place}')
        elif is_aside:
            moved = "would move" if options.dry_run else "moved"
            console.show(f'{moved} what is set aside of profile "{profile.name}" to {place}; it stays set aside')
        else:
            console.show(f'{done} at {profile.instance}{who}: profile "{profile.name}", token in {place}')
        if is_first and not options.dry_run:
            console.show(f"next: atla-credential status --profile {quoted(profile.name)}")
            if not at_cloud:  # where there are no repositories
                console.show("      atla-credential setup-git")
    if is_aside:
        console.show_warning(aside_warning(profile.name, None))
    if profile.auth == "bearer" and profile.cloud_id is None and at_cloud:
        console.show_warning("a service account's token works at the gateway only; if it is one, give --cloud-id")
    variable = world.environment.token_variable()
    if variable is not None:
        console.show_warning(f"{variable} is set, and where it applies it comes before any stored token")


def as_json(profile: "Profile", is_planned: bool) -> dict[str, object]:
    """Return what was done for a program."""
    return {
        "profile": profile.name,
        "instance": profile.instance,
        "email": profile.email,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "dryRun": is_planned,
    }
