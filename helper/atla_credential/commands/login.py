"""`login`: make or update a profile and store its token.

The order is the promise of safety C4: the token is written and read back first, then helper.toml, then config.toml,
and only then is a token removed that the new one replaces. Killed in between, nothing is lost.
"""

from datetime import datetime, timezone

from atla_credential.config import PRODUCTS, STORES, read_config
from atla_credential.errors import DONE, CredentialError, TryAgain, Unavailable, UsageError, quoted
from atla_credential.instance import is_cloud, parse_instance
from atla_credential.store import open_store
from atla_credential.support import console, profiles
from atla_credential.support.account import plan_profile
from atla_credential.support.moment import as_time, parse_expiry
from atla_credential.support.token_input import read_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment
    from atla_credential.model import Profile


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = """example:
  atla-credential login --instance work.atlassian.net \\
      --email you@example.com"""
    parser.add_argument("--instance", "--site", metavar="URL", help="the site, for example work.atlassian.net")
    parser.add_argument("--email", metavar="EMAIL", help="the account's e-mail (Cloud, Bitbucket)")
    parser.add_argument("--username", metavar="NAME", help="the user name (Bitbucket, Data Center)")
    parser.add_argument("--bearer", action="store_true", help="a Data Center or service account token")
    parser.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    parser.add_argument("--token", metavar="TOKEN", help="the token; everybody can see it in the process list")
    parser.add_argument("--storage", choices=STORES, help="where to keep the token")
    parser.add_argument("--cloud-id", metavar="ID", help="the Cloud site's id, for scoped tokens")
    parser.add_argument("--product", choices=PRODUCTS, help="answer for this product only")
    parser.add_argument("--expires", metavar="WHEN", help="when the token ends: a date, or a number of days (90d)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", environment: "Environment") -> int:
    """Make or update a profile.

    Raises:
        UsageError: something is missing and may not be asked for, or makes no sense.
        CredentialError: a file or store cannot be read or written.
    """
    can_ask = console.may_ask(options, environment)
    config = read_config(environment)
    profile = plan_profile(options, environment, config, console.ask if can_ask else None)
    expires = parse_expiry(options.expires, datetime.now(timezone.utc)) if options.expires else None
    secrets = moved_secrets(options, environment, config.profiles.get(profile.name), profile)
    if secrets is None:
        secret = read_secret(options, can_ask, "API token" if profile.auth == "basic" else "Access token")
        secrets = {profile.secret_key: secret, profile.refresh_key: None}
    elif expires is None and profile.expires_utc is not None:
        expires = as_time(profile.expires_utc)
    if not options.dry_run:
        if secrets[profile.secret_key] is None:
            raise UsageError("no token was given", "pipe it into the same command with --token-stdin")
        store = open_store(profile.store or "", environment)
        with profiles.one_at_a_time(environment):
            replaced = read_config(environment).profiles.get(profile.name)
            if not options.profile and account_of(replaced) != account_of(config.profiles.get(profile.name)):
                raise TryAgain(f'profile "{profile.name}" was changed meanwhile', "run the same command once more")
            store.put(secrets)
            if store.get(profile.secret_key) != secrets[profile.secret_key]:
                raise CredentialError("the token was stored, but does not read back the same")
            save(environment, profile, {"expires": expires, "refreshes": needs_note(profile, secrets)})
            forget_replaced(environment, replaced, profile)
    show_result(options, environment, profile, is_first=not config.profiles)
    return DONE


def moved_secrets(
    options: "Namespace", environment: "Environment", old: "Profile | None", new: "Profile"
) -> dict[str, str | None] | None:
    """Return the secrets that a login without a token moves from one store to another, or None if it does not.

    Raises:
        Unavailable: the old store cannot be looked into.
    """
    given = options.token_stdin or options.token is not None
    if old is None or old.store is None or given or old.store == new.store or old.secret_key != new.secret_key:
        return None
    kept = open_store(old.store, environment)
    secret = kept.get(old.secret_key)
    if secret is None:
        return None
    return {old.secret_key: secret, old.refresh_key: kept.get(old.refresh_key) if old.may_refresh else None}


def account_of(profile: "Profile | None") -> tuple[object, ...]:
    """Return what tells whether a profile is still the one that a login was planned for."""
    if profile is None:
        return ()
    known = (profile.auth, profile.username, profile.cloud_id, profile.product, profile.adopted)
    return (profile.secret_key, profile.store, *known)


def needs_note(profile: "Profile", secrets: dict[str, str | None]) -> bool | None:
    """Return what helper.toml says of a refresh token: nothing where there is none, or where it is in a file."""
    return (profile.store != "file" and secrets[profile.refresh_key] is not None) or None


def save(environment: "Environment", profile: "Profile", of_token: dict[str, object]) -> None:
    """Write a profile whose token is stored already.

    Raises:
        CredentialError: it could not be written; the message says what was.
    """
    try:
        profiles.save_profile(environment, profile, of_token)
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
