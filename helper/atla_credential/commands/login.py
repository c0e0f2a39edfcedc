"""`login`: make or update a profile and store its token.

The order is the promise of safety C4: the token is written and read back first, then helper.toml, then config.toml,
and only then is a token removed that the new one replaces. Killed in between, nothing is lost.
"""

from argparse import SUPPRESS
from datetime import datetime, timezone

from atla_credential.config import PRODUCTS, STORES, read_config
from atla_credential.errors import DONE, CredentialError, TryAgain, Unavailable, UsageError, quoted
from atla_credential.instance import is_cloud, parse_instance, same_site
from atla_credential.store import open_store
from atla_credential.support import console, profiles
from atla_credential.support.account import plan_profile
from atla_credential.support.ca_file import checked_ca_file
from atla_credential.support.moment import as_time, parse_expiry
from atla_credential.support.move import finish_move, has_token, is_move, secrets_of
from atla_credential.support.token_input import read_secret
from atla_credential.support.token_shape import oddities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment
    from atla_credential.model import Profile

DEPLOYMENTS = ("cloud", "data-center")


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
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


def run(options: "Namespace", environment: "Environment") -> int:
    """Make or update a profile.

    Raises:
        UsageError: something is missing and may not be asked for, or makes no sense.
        CredentialError: a file or store cannot be read or written.
    """
    ca_file = checked_ca_file(options.ca_file) if options.ca_file else None
    can_ask = console.may_ask(options, environment)
    config = read_config(environment)
    profile = plan_profile(options, environment, config, console.ask_until if can_ask else None)
    old = config.profiles.get(profile.name)
    expires = parse_expiry(options.expires, datetime.now(timezone.utc)) if options.expires else None
    moves = is_move(options, old, profile) and (options.dry_run or has_token(environment, old))
    secret = (
        None if moves else read_secret(options, can_ask, "API token" if profile.auth == "basic" else "Access token")
    )
    for oddity in oddities(secret or "", profile.instance, profile.auth):
        console.show_warning(oddity)
    if not options.dry_run:
        if secret is None and not moves:
            raise no_token_given(environment, old)
        with profiles.one_at_a_time(environment):
            replaced = read_config(environment).profiles.get(profile.name)
            if (moves or not options.profile) and account_of(replaced) != account_of(old):
                raise changed_meanwhile(profile)
            secrets = {profile.secret_key: secret, profile.refresh_key: None}
            if moves and replaced is not None:
                secrets = secrets_of(environment, replaced)
                expires = expires or (as_time(replaced.expires_utc) if replaced.expires_utc is not None else None)
            noted = {"ca_file": ca_file} if ca_file or is_elsewhere(replaced, profile) else {}
            write(environment, profile, secrets, {**noted, "expires": expires})
            if moves and replaced is not None:
                finish_move(environment, replaced, profile, secrets)
            else:
                forget_replaced(environment, replaced, profile)
    show_result(options, environment, profile, is_first=not config.profiles)
    return DONE


def write(
    environment: "Environment", profile: "Profile", secrets: dict[str, str | None], noted: dict[str, object]
) -> None:
    """Store a profile's secrets, then write the profile, and in helper.toml what is to be noted.

    Raises:
        TryAgain: the token that was to be moved is gone.
        CredentialError: something could not be written; the message says what was.
    """
    if secrets[profile.secret_key] is None:
        raise changed_meanwhile(profile)
    store = open_store(profile.store or "", environment)
    store.put(secrets)
    if store.get(profile.secret_key) != secrets[profile.secret_key]:
        raise CredentialError("the token was stored, but does not read back the same")
    refreshes = profile.store != "file" and secrets[profile.refresh_key] is not None
    save(environment, profile, {**noted, "refreshes": refreshes or None})


def changed_meanwhile(profile: "Profile") -> TryAgain:
    """Say that another process was faster."""
    return TryAgain(f'profile "{profile.name}" was changed meanwhile', "run the same command once more")


def no_token_given(environment: "Environment", old: "Profile | None") -> UsageError:
    """Say that there is nothing to log in with, and whether the profile has a token already."""
    hint = "pipe it into the same command with --token-stdin"
    try:
        if old is not None and has_token(environment, old):
            return UsageError(f'no token was given; profile "{old.name}" has one, which stays', hint)
    except Unavailable:
        pass  # it would be one more thing to say, and not what is wrong
    return UsageError("no token was given", hint)


def is_elsewhere(old: "Profile | None", new: "Profile") -> bool:
    """Tell whether a profile is to be for another site than before."""
    return old is not None and not same_site(old.instance, new.instance)


def account_of(profile: "Profile | None") -> tuple[object, ...]:
    """Return what tells whether a profile is still the one that a login was planned for."""
    if profile is None:
        return ()
    known = (profile.auth, profile.username, profile.cloud_id, profile.product, profile.adopted)
    return (profile.secret_key, profile.store, *known)


def save(environment: "Environment", profile: "Profile", noted: dict[str, object]) -> None:
    """Write a profile whose token is stored already.

    Raises:
        CredentialError: it could not be written; the message says what was.
    """
    try:
        profiles.save_profile(environment, profile, noted)
    except CredentialError as error:
        message = f"the token was stored, but the profile may not be written: {error.message}"
        raise type(error)(message, *(error.hints or ["run the same command once more"])) from None


def forget_replaced(environment: "Environment", old: "Profile | None", new: "Profile") -> None:
    """Remove the token that the profile had under another key or in another store."""
    if old is None or (old.secret_key, old.store) == (new.secret_key, new.store):
        return
    try:
        open_store(old.store or "", environment).put({old.secret_key: None, old.refresh_key: None})
    except Unavailable as error:
        console.show_warning(f"the old token was left where it was: {error.message}")
    except CredentialError as error:
        raise CredentialError(f"logged in, but the old token is still there: {error.message}") from None


def show_result(options: "Namespace", environment: "Environment", profile: "Profile", is_first: bool) -> None:
    """Say what was done and, the first time, what to type next."""
    if options.json:
        result = {
            "profile": profile.name,
            "instance": profile.instance,
            "email": profile.email,
            "authType": profile.auth,
            "credentialStore": profile.store,
            "dryRun": options.dry_run,
        }
        console.show_json(result)
    else:
        done = "would log in" if options.dry_run else "logged in"
        who = f" as {profile.email or profile.username}" if profile.email or profile.username else ""
        place = environment.credentials_path if profile.store == "file" else "the keyring"
        console.show(f'{done} at {profile.instance}{who}: profile "{profile.name}", token in {place}')
        if is_first and not options.dry_run:
            console.show(f"next: atla-credential status --profile {quoted(profile.name)}")
            console.show("      git config --global credential.helper atla")
    parsed = parse_instance(profile.instance)
    if profile.auth == "bearer" and profile.cloud_id is None and parsed is not None and is_cloud(parsed[0]):
        console.show_warning("a service account's token works at the gateway only; if it is one, give --cloud-id")
    variable = environment.token_variable()
    if variable is not None:
        console.show_warning(f"{variable} is set, and where it applies it comes before any stored token")
