"""`login`: make or update a profile and store its token."""

from argparse import SUPPRESS
from datetime import date, datetime, timezone

from atla_credential.answer.outside import variable_of
from atla_credential.errors import CredentialError, UsageError
from atla_credential.git.advice import brings_back
from atla_credential.input.date import parse_expiry
from atla_credential.input.timeout import parse_timeout
from atla_credential.login.account import plan_profile
from atla_credential.login.by_helper import log_in
from atla_credential.login.ca_file import checked_ca_file
from atla_credential.login.learned import Learned
from atla_credential.login.naming import take_word
from atla_credential.login.record import changed_meanwhile, record, what_stays
from atla_credential.login.result import Outcome, show_result
from atla_credential.login.storage import remember
from atla_credential.login.token_input import all_oddities, read_secret
from atla_credential.model import HELPER
from atla_credential.report.clock import doubt
from atla_credential.report.profile import aside_warning, is_set_aside
from atla_credential.report.until_reboot import lost_at_reboot
from atla_credential.settings.config import PRODUCTS, STORES
from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Kept, Profile
    from atla_credential.terminal.arguments import Parser

DEPLOYMENTS = ("cloud", "data-center")
SETTINGS = ("username", "cloud_id", "product", "expires", "ca_file")


def add_options(parser: "Parser") -> None:
    """Add this command's options."""
    parser.may_be_empty = ("cloud_id", "username")  # which makes the profile forget it
    parser.epilog = "example:\n  atla-credential login --instance work.atlassian.net --email you@example.com"
    parser.set_defaults(remembers=False, knows_page=False)  # see login/storage; and that of init
    parser.add_argument("word", metavar="PROFILE|SITE", nargs="?", help="a profile that there is, or a site")
    parser.add_argument("--instance", "--site", metavar="URL", help="the site, for example work.atlassian.net")
    parser.add_argument("--email", metavar="EMAIL", help="the account's e-mail (Cloud, Bitbucket)")
    parser.add_argument("--username", metavar="NAME", help="the user name (Bitbucket, Data Center)")
    parser.add_argument("--bearer", action="store_true", help="a Data Center or service account token")
    parser.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    parser.add_argument("--token", metavar="TOKEN", help="the token; visible in the process list")
    parser.add_argument("--storage", choices=(*STORES, HELPER), help="where to keep the token")
    parser.add_argument("--cloud-id", metavar="ID", help="the site's id, for tokens with scopes")
    parser.add_argument("--product", choices=PRODUCTS, help="answer for this product only")
    parser.add_argument("--deployment", choices=DEPLOYMENTS, help="what the host's name does not say")
    parser.add_argument("--expires", metavar="WHEN", help="when the token ends: 2027-03-01 or 90d")
    parser.add_argument("--ca-file", metavar="FILE", help="your own certificate authority's PEM file")
    parser.add_argument("--no-verify", action="store_true", help="do not ask the site about the token")
    parser.add_argument("--timeout", metavar="SECONDS", help=SUPPRESS)  # for which a small terminal has no line left
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Make or update a profile.

    Raises:
        UsageError: something is missing and may not be asked for, or makes no sense.
        CredentialError: the site refuses the token, it is another account's, or a file or store cannot be used.
    """
    limit_s = parse_timeout(options.timeout)
    if options.ca_file:
        options.ca_file = checked_ca_file(options.ca_file)
    can_ask = console.may_ask(options, world.environment)
    config, stamp = world.config, world.stamp
    take_word(options, config)
    profile = plan_profile(options, world, config, console.ask_until if can_ask else None)
    old = config.profiles.get(profile.name)
    noted = settings_given(options, world)
    if profile.store == HELPER:
        return finish(options, world, log_in(options, world, profile, noted), is_new=False)
    kept = what_stays(options, world, old, profile)
    moves = kept is not None and old is not None and old.store != profile.store
    secret = token_given(options, can_ask, profile, old, kept, moves)
    for oddity in all_oddities(world, profile, secret, kept, noted.get("expires")):
        console.show_warning(oddity)
    stays, moves = secret is None and kept is not None and changes_something(options), moves and secret is None
    had = token_before(world, old)
    learned = Learned(options, profile)
    if not options.dry_run:
        if secret is None and not stays and not moves:
            raise nothing_given(world, profile, stamp, has_token=kept is not None)
        if secret is not None and not options.no_verify:
            from atla_credential.report.learning import learn  # door: what asks a site takes long to load

            learned = learn(options, world, profile, old, secret, limit_s)
        profile, kept = record(
            world, learned, old, secret, noted, lambda: plan_profile(options, world, world.config, None)
        )
    is_aside = secret is None and kept is not None and kept.secret is None
    outcome = Outcome(old, profile, not config.profiles, stays and not moves, moves, had, is_aside, learned)
    return finish(options, world, outcome, is_new=secret is not None)


def token_given(
    options: "Namespace", can_ask: bool, profile: "Profile", old: "Profile | None", kept: "Kept | None", moves: bool
) -> str | None:
    """Return the token that a person gives, or None. Nobody is asked for one where there is one to be moved.

    Args:
        kept: what the profile has that can stay, or be moved, which `moves` tells.
    """
    if moves and kept is not None and kept.secret is not None:
        return None
    is_new = old is None and not options.knows_page
    return read_secret(options, can_ask, profile, is_new, can_stay=kept is not None)


def token_before(world: "World", old: "Profile | None") -> str:
    """Return in words what token a profile has that another one would take the place of; "" if it has none."""
    if old is None:
        return ""
    return "the token" if world.has_token(old) else "the token set aside" if is_set_aside(world, old) else ""


def finish(options: "Namespace", world: "World", outcome: Outcome, is_new: bool) -> int:
    """Say what was done, what is not sure of a token, and what may become of it; and remember what the person chose.

    Raises CredentialError.

    Args:
        is_new: whether the token was given now.
    """
    show_result(options, world, outcome)
    for doubt_of_it in outcome.learned.doubts(outcome.new):
        console.show_warning(doubt_of_it)
    if options.dry_run:
        return DONE
    if not outcome.stays:
        lost_at_reboot(world, outcome.new.store)
    if options.remembers:
        remember(options, world)
    if outcome.is_aside:
        console.show_warning(aside_warning(outcome.new.name, None))
    rival = brings_back(world, outcome.new) if is_new else None
    if rival:
        console.show_warning(rival)
    return DONE


def settings_given(options: "Namespace", world: "World") -> dict[str, object]:
    """Return what helper.toml is to say of what was given, beside what a profile has. Raises UsageError."""
    noted: dict[str, object] = {"ca_file": options.ca_file} if options.ca_file else {}
    if options.expires:
        noted["expires"] = given_end(options, world)
    return noted


def given_end(options: "Namespace", world: "World") -> date:
    """Return when the token ends, and warn where a clock that may be wrong has a say in it. Raises UsageError."""
    now = datetime.now(timezone.utc)
    end = parse_expiry(options.expires, now)
    if why := doubt(world, now.timestamp()):
        console.show_warning(f"{why}: if the clock is wrong, so may be the token's end")
    return end


def changes_something(options: "Namespace") -> bool:
    """Tell whether options were given that make sense without a new token."""
    return any(getattr(options, name) is not None for name in SETTINGS)


def nothing_given(
    world: "World", profile: "Profile", stamp: "tuple[int, ...] | None", has_token: bool
) -> CredentialError:
    """Say that there is nothing to log in with, that a profile has a token already, and which variable has one.

    Another process may have been between the two files: then the token was there at every moment (safety C6).

    Args:
        stamp: what told config.toml from another one when the login was planned.
    """
    if world.has_changed(stamp):
        return changed_meanwhile(profile)
    variable = variable_of(world, profile)
    has = f'; profile "{profile.name}" has one, which stays' if has_token else ""
    is_set = f"; {variable} is set, and not used: a login stores no variable's token" if variable else ""
    return UsageError(f"no token was given{has}{is_set}", "pipe it into the same command with --token-stdin")
