"""A login of another program's as it would be typed here: the token, and the options of `login` that go with it."""

import os
from argparse import Namespace

from atla_credential.errors import CredentialError, Unavailable, UsageError
from atla_credential.imports import jira_cli
from atla_credential.imports.foreign_login import BY_HAND
from atla_credential.input.instance import read_instance
from atla_credential.input.token_shape import ACCESS, BITBUCKET_SERVER, SERVER, flaw, kind_of
from atla_credential.login.ca_file import checked_ca_file
from atla_credential.places.instance import is_atlassian_hosted
from atla_credential.places.table import TOKEN_USERS
from atla_credential.settings.trust import opening, places
from atla_credential.stores.hint import without_file
from atla_credential.stores.keyring.system import SystemKeyring
from atla_credential.text import has_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.imports.foreign_login import ForeignLogin

NO_TOKEN = "it has no token"
IN_NETRC = "it may be in .netrc: atla-credential import netrc"
UNFIT = "it has control characters in it"
VARIABLE = "it has a variable in it, ${...}, which stands for something that is not there"
NOBODY = "it has neither an e-mail nor a user name"
ADD_EMAIL = "an API token goes with an e-mail there, which is missing; say whose it is: --email EMAIL"


class LeftOut(CredentialError):
    """A login cannot be taken over."""


def secret_of(world: "World", entry: "ForeignLogin") -> str:
    """Return the token, wherever it is. Raises LeftOut, Unavailable."""
    texts = (entry.address, entry.account, entry.secret or "")
    refuse_unfit(*texts)
    found = in_keyring(world, entry)
    try:
        secret = (found and jira_cli.decoded(found)) or entry.secret
    except ValueError:
        raise LeftOut("what the keyring has for it makes no sense") from None
    if not secret:
        raise LeftOut(*(("there is no token for it in the keyring", IN_NETRC) if entry.item else (NO_TOKEN,)))
    refuse_unfit(secret)
    return secret


def in_keyring(world: "World", entry: "ForeignLogin") -> str | None:
    """Return what another program has in the keyring, None for nothing. Raises Unavailable, with what helps to read."""
    keyring = world.store("keyring") if entry.item else None
    if not entry.item or not isinstance(keyring, SystemKeyring):
        return None
    try:
        return keyring.get_of(*entry.item)
    except Unavailable as error:
        without_file(error).hints += (IN_NETRC,)  # the token is to be read there, not kept
        raise


def refuse_unfit(*texts: str) -> None:
    """Raise LeftOut for what is no address, name or token as it stands."""
    for text in texts:
        if "${" in text:
            raise LeftOut(VARIABLE, BY_HAND)
        if has_unfit(text):
            raise LeftOut(UNFIT, "look at it there")


def as_typed(asked: Namespace, blank: Namespace, entry: "ForeignLogin", secret: str, allow_http: bool) -> Namespace:
    """Return the options of the login that a person would type.

    Args:
        asked: the options of `import`.
        blank: those of a login of which nothing is said.
        secret: its token.
        allow_http: as in helper.toml.

    Raises UsageError, LeftOut.
    """
    instance = instance_of(entry, allow_http)
    is_hosted, is_email = is_atlassian_hosted(instance), "@" in entry.account
    username = None if is_email or entry.account in ("", *TOKEN_USERS) else entry.account
    is_bearer = (entry.auth or auth_by_shape(secret, is_hosted)) == "bearer"
    email = entry.account if is_email else asked.email if is_hosted and not is_bearer else None
    if is_hosted and not is_bearer and email is None:
        raise LeftOut(*(flaw(secret) or ADD_EMAIL.split("; ")))
    if not is_bearer and email is None and username is None:
        raise LeftOut(NOBODY, BY_HAND)
    options = Namespace(**vars(blank))
    options.instance, options.email, options.username = instance, email, username
    options.bearer, options.deployment = is_bearer, None if is_bearer or email else "cloud"
    options.product = entry.product if entry.product == "confluence" and not is_hosted else None
    options.cloud_id, options.ca_file = entry.cloud_id, ca_file_of(entry)
    options.profile, options.storage, options.no_verify = asked.profile, asked.storage, asked.no_verify
    options.timeout, options.dry_run, options.json = asked.timeout, asked.dry_run, asked.json
    return options


def instance_of(entry: "ForeignLogin", allow_http: bool) -> str:
    """Return the instance that a login is for. Raises LeftOut: what would help are options of `login`."""
    try:
        return read_instance(entry.address, allow_http).instance
    except UsageError as error:
        raise LeftOut(error.message, BY_HAND, *error.hints) from None


def auth_by_shape(secret: str, is_hosted: bool) -> str:
    """Return how a token goes out that another program would send as a password."""
    kind = kind_of(secret)
    return "bearer" if kind == ACCESS or (kind in (BITBUCKET_SERVER, SERVER) and not is_hosted) else "basic"


def ca_file_of(entry: "ForeignLogin") -> str | None:
    """Return the certificates that come with a login. Raises UsageError, LeftOut (safety F14)."""
    if entry.ca_file is None:
        return None
    if not os.path.isabs(entry.ca_file):
        raise LeftOut("the path of its certificates is not a whole one", "log in by hand, with --ca-file FILE")
    for place, kind in places(entry.path):
        if found := opening(place, kind):
            raise LeftOut(f"its certificates are not trusted: {found[0]}", found[1])
    return checked_ca_file(entry.ca_file)
