"""`init`: `login` for the first time: asks for everything, explains, and takes nothing from variables."""

from datetime import datetime, timezone

from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.commands import login
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable, UsageError
from atla_credential.foreign.variables import without_account
from atla_credential.input.date import parse_expiry
from atla_credential.input.name import a_text, an_email, check_texts
from atla_credential.input.token_shape import is_bitbucket
from atla_credential.login.account import take_instance
from atla_credential.login.naming import new_name
from atla_credential.login.storage import YES
from atla_credential.login.token_input import where_tokens_are_made
from atla_credential.model import Profile
from atla_credential.places.instance import is_atlassian_hosted, same_site
from atla_credential.settings.config import STORES, Config
from atla_credential.system import write_stderr
from atla_credential.terminal import console

INTRO = "Enter takes what is in [brackets], or skips where that is said; Ctrl-C ends this, and nothing is written"
EMAIL = "E-mail that you sign in with (Enter skips, for a token without one)"
USERNAME = "User name, as the site shows it (Enter skips)"
STORAGE = "Keep the token in the keyring, or in a file that only you can read"
END = "When does it end? 2027-03-01 or 365d, as you choose it there (Enter skips)"
TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential init"
    parser.add_argument("--no-verify", action="store_true", help="do not ask the site about the token")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long the site may take: 1 to 120, else 15")
    parser.add_argument("--dry-run", action="store_true", help="ask, say what would be done, and do nothing")


def run(options: "Namespace", world: World) -> int:
    """Ask, and log in. Raises UsageError if nobody can be asked, and what `login` raises."""
    if not console.may_ask(options, world.environment):
        raise UsageError("init asks questions, and there is no terminal", "without one: atla-credential login --help")
    bare = World(Environment(without_account(world.environment), may_ask=True))
    write_stderr(f"{INTRO}\n")
    return login.run(answers(options, bare), bare)


def answers(options: "Namespace", world: World) -> "Namespace":
    """Ask for what `login` takes as options."""
    config = world.config
    given = commands.parser_for("login")[0].parse_args([])  # whatever is not asked for here is as if it were not given
    instance = console.ask_until(
        "Site (for example work.atlassian.net)", lambda text: take_instance(given, text, config.allow_http)
    )
    email, username = an_account(instance, given)
    account = Profile("", instance, email, username=username or None)
    name = a_name_to_replace(options.profile, account, config) if options.profile else a_new_name(account, config)
    storage = console.ask_until(STORAGE, lambda text: a_store(text, world), usable_store(world, config))
    for line in where_tokens_are_made(instance, "basic" if email else "bearer"):
        write_stderr(f"{line}\n")  # before its end is asked for, which is chosen there
    now = datetime.now(timezone.utc)
    expires = console.ask_until(END, lambda text: str(parse_expiry(text, now)), "")
    given.profile, given.instance, given.storage, given.bearer = name, instance, storage, not email
    given.email, given.username, given.expires = email or None, username or None, expires or None
    given.no_verify, given.timeout = options.no_verify, options.timeout
    given.dry_run, given.json, given.knows_page = options.dry_run, options.json, True
    return given


def an_account(instance: str, given: "Namespace") -> tuple[str, str]:
    """Ask who the person is at an instance, and return e-mail and user name; "" for what is not known.

    A Cloud site tells its cloud id when it is asked about the token: people who were asked for it have typed theirs.

    Args:
        given: proposes what the address of the instance said.
    """
    hosted, username = is_atlassian_hosted(instance), given.username or ""
    email = console.ask_until(EMAIL, an_email, given.email or "") if hosted else ""
    if is_bitbucket(instance) or not hosted:
        return email, console.ask_until(USERNAME, lambda text: a_text("the user name", text), username)
    return email, username


def usable_store(world: World, config: Config) -> str:
    """Return the store that is proposed: the usual one, if it can be used."""
    try:
        world.store(config.storage).check()
    except Unavailable as error:
        console.show_warning(error.message)
        return "file"
    return config.storage


def a_new_name(account: Profile, config: Config) -> str:
    """Ask for the name of a profile that is free, or this account's already."""

    def check(text: str) -> str:
        check_texts(Profile(text, account.instance))
        if not text:
            raise UsageError("a profile needs a name")
        if is_of_another(config.profiles.get(text), account):
            raise UsageError(f'profile "{text}" is another account\'s', "give it another name, such as the account's")
        return text

    own = (each.name for each in config.profiles.values() if each.counts and not is_of_another(each, account))
    usual = next(own, None) or new_name(config, account.instance, account.email, account.username)
    return console.ask_until("Name of the profile (for --profile)", check, usual)


def a_name_to_replace(name: str, account: Profile, config: Config) -> str:
    """Return the name that was given, once it is sure that nobody else's token goes with it. Raises UsageError."""
    old = config.profiles.get(name)
    if old is not None and is_of_another(old, account):
        who = old.email or old.username or "another account"
        question = f'Profile "{name}" is for {who} at {old.instance}: replace it, and its token? (y/n) [n]'
        if console.ask(question).lower() not in YES:
            raise UsageError(
                "nothing was changed", "give the new one another name: atla-credential init --profile NAME"
            )
    return name


def is_of_another(old: Profile | None, account: Profile) -> bool:
    """Tell whether a profile is for another account. A user name that is not on record may be the same one's."""
    if old is None:
        return False
    known = (old.username or account.username, account.username or old.username)
    return not same_site(old.instance, account.instance) or old.email != account.email or known[0] != known[1]


def a_store(text: str, world: World) -> str:
    """Return the kind of a store that can be used. Raises UsageError."""
    if text not in STORES:
        raise UsageError("it is keyring or file")
    try:
        world.store(text).check()
    except Unavailable as error:
        raise UsageError(error.message) from None
    return text
