"""Make a profile for a host that nobody logged in to, because `store` was given a credential for it.

Off by default; `adopt` in helper.toml allows it for Atlassian's own hosts or for any. Of such a host nothing is known
but what the caller said, so an adopted profile gives back just that, never becomes the active one, never comes before
a profile that somebody logged in to, and is silent while it has no token.
"""

from itertools import chain, count

from atla_credential.environment import token_variables_of
from atla_credential.errors import Unavailable
from atla_credential.input.instance import join
from atla_credential.model import Profile
from atla_credential.places import table
from atla_credential.places.address import is_loopback
from atla_credential.places.instance import BITBUCKET, default_name, is_cloud
from atla_credential.profiles import notes, tables
from atla_credential.stores.store import Store
from atla_credential.toml.file import read_document
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.model import Credential, Query
    from atla_credential.places.place import Claim
    from atla_credential.settings.config import Config

    Origin = tuple[str, str, int]


def adopt(search: "Search", query: "Query", given: "Credential") -> "Claim | None":
    """Make the profile that a credential needs.

    Args:
        search: one that found no profile, made while profiles are changed one at a time.
        query: that of the search, with an origin where a profile is allowed.

    Returns:
        The claim of the profile; None if no profile could answer with this credential.

    Raises:
        CredentialError: a file cannot be written.
        NoCredential: ATLA_PROFILE names no profile.
        Unavailable: a store could not be looked into.
    """
    if search.environment.profile is not None:
        search.named_profile(search.environment.profile)  # with a wrong choice, no `get` could return the credential
    if query.origin is None:
        return None
    profile = profile_for(search, query.origin, query.path or (), given)
    claim = search.claim_of(profile)
    if claim is None or not gives_back(profile, claim.place.speak(profile, given.username, given.secret)[0], given):
        return None
    tables.save_profile(search.world, profile, notes.NOTHING)
    return claim


def is_allowed(config: "Config", origin: "Origin") -> bool:
    """Tell whether helper.toml lets `store` make a profile for a host."""
    if origin[0] == "http" and not (config.allow_http or is_loopback(origin[1])):
        return False
    return config.adopt == "any" or (config.adopt == "atlassian" and (is_cloud(origin) or origin == BITBUCKET))


def gives_back(profile: Profile, username: str | None, given: "Credential") -> bool:
    """Tell whether a profile gives a credential back, be it under another name that the site wants beside the token."""
    if given.username is None or username is None:
        return given.auth == "bearer"
    return username == given.username or profile.is_called(given.username)


def profile_for(search: "Search", origin: "Origin", path: tuple[str, ...], given: "Credential") -> Profile:
    """Return the profile for a credential: at a Cloud site the user name is an e-mail, elsewhere it is a user name.

    A path that the caller asked for belongs to the instance, but not on a Cloud site: a token is for all of it.
    """
    instance = join(origin, () if is_cloud(origin) else path)
    asked = given.username or ""
    check_value("username", asked)
    email = asked if is_cloud(origin) and "|" not in asked else ""
    # At Bitbucket a name that goes with every token tells no account.
    username = None if email or (origin == BITBUCKET and asked in table.TOKEN_USERS) else given.username
    name = free_name(search, instance, email, asked)
    return Profile(name, instance, email, search.config.storage, given.auth, username, adopted=True)


def open_new_store(search: "Search") -> Store:
    """Open the store that new profiles keep their token in.

    Raises:
        Unavailable: this system has no such store. Nobody sits here who could choose another one for `login`.
    """
    try:
        kept = search.world.store(search.config.storage)
        kept.check()
    except Unavailable as error:
        hint = 'keep new tokens in a file: write storage = "file" below [helper] in helper.toml'
        raise Unavailable(error.message, hint) from None
    return kept


def free_name(search: "Search", instance: str, email: str, username: str) -> str:
    """Return a name that nothing goes by yet: no profile, no choice of the active one, no token and no variable."""
    environment, config = search.environment, search.config
    own = read_document(environment.helper_path)
    own_tables = own.document.get("profiles", {}) if own else {}
    variables = {token_variables_of(name) for name in (*config.profiles, *own_tables)}
    kept = open_new_store(search)
    host = default_name(instance)
    account = "-".join(filter(None, (host, username.replace("|", "-"))))

    def is_free(name: str) -> bool:
        if name == config.default_profile or token_variables_of(name) in variables:
            return False
        key = Profile(name, instance, email).secret_key
        return environment.own_token_variable(name) is None and kept.get(key) is None

    numbered = (f"{account}-{number}" for number in count(2))
    return next(filter(is_free, chain((host, account), numbered)))
