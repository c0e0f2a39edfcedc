"""`status`: a profile, and where its token comes from. Offline; never shows a token."""

import os
import time

from atla_credential import sites
from atla_credential.config import SECONDS_A_DAY
from atla_credential.errors import DONE, FAILED, NO_CREDENTIAL, NoCredential, Unavailable
from atla_credential.operations import WARN_DAYS
from atla_credential.resolver import find_secret, rule_variables, source_profile_variable, source_variable
from atla_credential.search import Search
from atla_credential.store import open_store
from atla_credential.support import console
from atla_credential.support.moment import iso_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from typing import Any

    from atla_credential.environment import Environment
    from atla_credential.model import Profile

EXIT_CODES = {
    "ok": DONE,
    "expiring": DONE,
    "expired": NO_CREDENTIAL,
    "missing": NO_CREDENTIAL,
    "unavailable": FAILED,
}

TOKEN_TEXTS = {
    "environment": "from a variable",
    "keyring": "from the keyring",
    "file": "from the file",
    "helper": "from another helper",
    "missing": "none",
    "unavailable": "not known",
}
EXPIRY_TEXTS = {"expired": " (expired)", "expiring": " (soon)"}


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.add_argument("--all", action="store_true", help="show every profile, not only the active one")


def run(options: "Namespace", environment: "Environment") -> int:
    """Print what is known of a profile.

    Returns:
        0 if its token can be used as far as can be told offline, else 3, or 1 if that could not be found out.

    Raises:
        NoCredential: there is no profile to show.
        Unavailable: config.toml or helper.toml cannot be used.
    """
    search = Search(environment, profile_name=options.profile)
    if options.all:
        reports = [report(search, profile) for profile in search.config.profiles.values()]
        if options.json:
            console.show_json({"profiles": reports})
        for number, each in enumerate([] if options.json else reports):
            show(each, environment, separate=number > 0)
        return max((EXIT_CODES[each["verdict"]] for each in reports), default=NO_CREDENTIAL)
    profile = chosen_profile(search)
    if profile is None:
        return show_nothing(search, options.json)
    found = report(search, profile)
    if options.json:
        console.show_json(found)
    else:
        show(found, environment)
    return EXIT_CODES[found["verdict"]]


def chosen_profile(search: Search) -> "Profile | None":
    """Return the profile that variables alone make, or the one named, or the active one.

    Raises:
        NoCredential: the name given belongs to no profile.
    """
    match = rule_variables(search)
    if match is not None:
        return match[0]
    name = search.profile_name or search.environment.profile
    return search.named_profile(name) if name else search.active_profile()


def show_nothing(search: Search, as_json: bool) -> int:
    """Say that no profile is active, and the next step."""
    if as_json:
        console.show_json({"configured": False, "profile": None, "verdict": "missing"})
        return NO_CREDENTIAL
    if search.config.profiles:
        raise NoCredential("no profile is active", "choose one: atla-credential switch NAME")
    raise NoCredential("there are no profiles yet", "make one: atla-credential login")


def report(search: Search, profile: "Profile") -> "dict[str, Any]":
    """Return what is known of a profile, with the keys of the JSON form."""
    token, problem = find_token(search, profile)
    expires_utc = None if token == "environment" else profile.expires_utc
    return {
        "configured": True,
        "profile": profile.name,
        "instance": profile.instance,
        "email": profile.email,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "apiTarget": api_target(profile),
        "cloudId": profile.cloud_id,
        "token": token,
        "hasEnvToken": has_variable(search, profile),
        "hasKeychainToken": token == "keyring",
        "hasPatInConfig": has_file_token(search, profile),
        "expiresAt": iso_time(expires_utc),
        "verdict": verdict(token, expires_utc),
        "problem": problem,
    }


def find_token(search: Search, profile: "Profile") -> tuple[str, str | None]:
    """Return the word for the token's source, and why it is unavailable."""
    try:
        found = find_secret(search, profile, console.show_warning)
    except Unavailable as error:
        return "unavailable", error.message
    return (found[1] if found else "missing"), None


def verdict(token: str, expires_utc: int | None) -> str:
    """Return one word for a person in a hurry: ok, expiring, expired, missing or unavailable."""
    if token in ("missing", "unavailable"):
        return token
    if expires_utc is None:
        return "ok"
    left_s = expires_utc - time.time()
    if left_s <= 0:
        return "expired"
    return "expiring" if left_s < WARN_DAYS * SECONDS_A_DAY else "ok"


def has_variable(search: Search, profile: "Profile") -> bool:
    """Tell whether a variable has a token for this profile."""
    try:
        return bool(source_profile_variable(search, profile) or source_variable(search, profile))
    except Unavailable:
        return False


def has_file_token(search: Search, profile: "Profile") -> bool:
    """Tell whether credentials.toml has a token for this profile, even if its store is another."""
    try:
        return open_store("file", search.environment).get(profile.secret_key) is not None
    except Unavailable:
        return False


def api_target(profile: "Profile") -> str:
    """Return where REST calls go: the site itself, the gateway of scoped tokens, or Bitbucket's own API host."""
    parsed = sites.parse_instance(profile.instance)
    if parsed is not None and parsed[0] == sites.BITBUCKET:
        return "bitbucket"
    return "gateway" if profile.cloud_id else "site"


def show(found: "dict[str, Any]", environment: "Environment", separate: bool = False) -> None:
    """Print a report for a person."""
    if separate:
        console.show("")
    store = found["credentialStore"] or "-"
    expires = found["expiresAt"][:10] if found["expiresAt"] else "-"
    console.show_fields(
        [
            ("profile", found["profile"]),
            ("instance", found["instance"]),
            ("e-mail", found["email"] or "-"),
            ("auth", found["authType"]),
            ("storage", f"{store} ({environment.credentials_path})" if store == "file" else store),
            ("token", TOKEN_TEXTS[found["token"]]),
            ("expires", expires + EXPIRY_TEXTS.get(found["verdict"], "")),
        ]
    )
    for warning in warnings(found, environment):
        console.show_warning(warning)


def warnings(found: "dict[str, Any]", environment: "Environment") -> "Iterator[str]":
    """Yield what is wrong with a profile, each with the next step."""
    if found["problem"]:
        yield found["problem"]
    if found["verdict"] in ("missing", "expired"):
        yield f"to give the profile a new token, run: atla-credential login --profile {found['profile']}"
    if found["hasPatInConfig"] and is_too_open(environment.credentials_path):
        path = environment.credentials_path
        yield f"other users can read {path}; run: chmod 600 {path}"


def is_too_open(path: str) -> bool:
    """Tell whether others than the owner may read a file (safety F1); on Windows the folder's ACL decides."""
    return os.name == "posix" and bool(os.stat(path).st_mode & 0o077)
