"""The token that a person gives: piped in, typed, or on the command line. ATLA_TOKEN is never stored, so it is none."""

import os
from datetime import date, datetime, timezone

from atla_credential.errors import UsageError
from atla_credential.input.date import as_time
from atla_credential.input.name import LEAVE_OUT
from atla_credential.input.token_shape import flaw, is_bitbucket, late_end, oddities, token_page
from atla_credential.places.instance import is_atlassian_hosted
from atla_credential.profiles import notes
from atla_credential.system import write_stderr
from atla_credential.terminal import console
from atla_credential.toml import encoding
from atla_credential.wire.message import read_chunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.model import Kept, Profile

TOKEN_LIMIT = 1 << 16  # bytes


def read_secret(options: "Namespace", can_ask: bool, profile: "Profile", is_new: bool, can_stay: bool) -> str | None:
    """Return the token from standard input, the command line or the terminal; None if it comes from nowhere.

    Args:
        is_new: whether the person may not know yet where such a token is made.
        can_stay: whether the profile has a token, which stays if none is typed.

    Raises:
        UsageError: it is empty, too long, or has white space or control characters inside; or something that is shown
            is the same.
    """
    if options.token_stdin:
        if os.isatty(0):
            raise UsageError("standard input is a terminal", "leave out --token-stdin to be asked for the token")
        data = read_stdin()
        if name := encoding.name_of(data):
            raise UsageError(f"the token is {name}, not UTF-8", "pipe it in as UTF-8")
        text = data.decode("utf-8-sig", "replace")  # some shells of Windows put a byte order mark before what they pipe
    elif options.token is not None:
        console.show_warning("--token shows the token in the process list; --token-stdin does not")
        text = options.token
    elif can_ask and not options.dry_run:
        text = ask_for(profile, is_new, can_stay)
        if not text and can_stay:
            return None
    else:
        return None
    return a_token(text, profile)


def a_token(text: str, profile: "Profile") -> str:
    """Return a token that may be one. Raises UsageError, as read_secret does."""
    secret: str = text.strip()
    if not secret:
        raise UsageError("the token is empty", "copy it once more, whole")
    if found := flaw(secret):
        raise UsageError(*found)
    if secret in (profile.name, profile.email, profile.username, *profile.instance.split("/")):
        raise UsageError("the token was also given as a name or an address, which are shown", LEAVE_OUT)
    return secret


def ask_for(profile: "Profile", is_new: bool, can_stay: bool) -> str:
    """Ask for a token on the terminal."""
    for line in where_tokens_are_made(profile.instance, profile.auth) if is_new else ():
        write_stderr(f"{line}\n")  # not a part of what is printed with --json
    kind = "API token" if profile.auth == "basic" else "Access token"
    return console.ask_secret(f"{kind} (not shown{'; empty keeps the old one' if can_stay else ''})").strip()


def where_tokens_are_made(instance: str, auth: str) -> list[str]:
    """Return what a person needs to know to make a token for an instance, of the kind that goes out as `auth` says."""
    if auth == "bearer" and is_bitbucket(instance):
        return ["An access token is made in the settings of the repository, project or workspace"]
    if auth == "bearer" and is_atlassian_hosted(instance):
        return ["A service account's token is made by an administrator of the organisation"]
    if is_bitbucket(instance):
        return [f"An API token is made at {token_page(instance)}: \"Create API token with scopes\", app Bitbucket,",
                "scopes read:repository:bitbucket, and write:repository:bitbucket to push."]  # fmt: skip
    if is_atlassian_hosted(instance):
        return [f"An API token is made at {token_page(instance)}"]
    return [f"A personal access token is made in your profile at {instance}"]


def read_stdin() -> bytes:
    """Read standard input to its end. Raises CredentialError; UsageError if it is longer than any token."""
    data = b""
    with open(0, "rb", buffering=0, closefd=False) as stdin:  # sys.stdin is missing where the descriptor was closed
        while chunk := read_chunk(stdin):
            data += chunk
            if len(data) > TOKEN_LIMIT:
                raise UsageError("the token is longer than 64 KiB", "pipe in the token alone")
    return data


def all_oddities(
    world: "World", profile: "Profile", secret: str | None, kept: "Kept | None", end: object
) -> "Iterator[str]":
    """Yield what is odd about a token that is given, and about the end that is given for it, or for the one that stays.

    Args:
        kept: what stays of the profile, if no token is given.
    """
    yield from oddities(secret or "", profile.instance, profile.auth)
    if not isinstance(end, date):
        return
    stays = kept.secret if kept is not None and secret is None else None
    since_utc = notes.noted_of(world, profile, stays).since_utc
    since = datetime.now(timezone.utc) if since_utc is None else as_time(since_utc)
    yield from late_end(end, since, secret or stays or "", profile)
