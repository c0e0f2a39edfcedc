"""`store`: keep a token that a caller found to work, and never a word on stdout (P7). `owner` says whose it is."""

from atla_credential.answer.outside import in_file, in_variable
from atla_credential.answer.rules import resolve
from atla_credential.errors import CredentialError, TryAgain, half_done
from atla_credential.model import Kept
from atla_credential.operations.outside import is_kept_elsewhere
from atla_credential.operations.owner import owner_of, stored_secret, was_rejected
from atla_credential.places.instance import SERVICES
from atla_credential.places.table import TOKEN_USERS
from atla_credential.system import DONE, say_waiting
from atla_credential.text import quoted
from atla_credential.wire.given import credential_from
from atla_credential.wire.message import Message, check_value, read_message
from atla_credential.wire.request import query_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from atla_credential.answer.search import Search
    from atla_credential.answer.world import World
    from atla_credential.model import Credential, Profile, Query
    from atla_credential.operations.call import Call
    from atla_credential.places.place import Claim


def store(call: "Call") -> int:
    """Keep a token that the caller found to work. Raises CredentialError, as `keep`."""
    say_waiting("atla-credential", "a request from standard input; an example: atla-credential store --help")
    message = read_message(call.stdin) or Message()
    query, given = query_from(message), credential_from(message)
    if given is not None and query.origin not in (None, *SERVICES):
        keep(call, query, given)
    return DONE  # a service takes tokens of accounts that are at home elsewhere; they are found to work there


def keep(call: "Call", query: "Query", given: "Credential") -> None:
    """Keep a token in the profile it belongs to. Raises CredentialError if that failed, or no get would return it."""
    if not is_worth_keeping(call, given) or call.environment.is_asked_by_itself:
        return  # the first of us knows where it came from
    check_value("password", given.secret)
    check_value("oauth_refresh_token", given.refresh_secret or "")
    search = call.search(query, exact_user=True)
    if in_file(search.near.profiles.values(), given.secret):
        return
    owner = owner_of(call, search, given)
    if owner is None:
        if may_adopt(call, search):
            keep_adopted(call, query, given)
    elif not is_kept_elsewhere(call, search, owner, given) and plan(call, owner, given, query).changes_something:
        with changing(call):
            keep_in(call, owner_of(call, call.search(query, exact_user=True), given), given, query)


def is_worth_keeping(call: "Call", given: "Credential") -> bool:
    """Tell whether a credential may be kept at all: not a passing, dead or empty one, nor a variable's (safety O3)."""
    expired = given.expires_utc is not None and given.expires_utc <= call.now_utc
    # Only an empty user name may have an empty password: that is how git says that the system signs in by itself.
    empty = not given.secret and (given.username != "" or given.auth == "bearer")
    return not (empty or expired or given.is_passing or in_variable(call.environment, given.secret))


def changing(call: "Call") -> "AbstractContextManager[World]":
    """Hold the lock of all profiles; what was read before it is read again under it (safety C6)."""
    from atla_credential.profiles import tables  # door: only a write needs the writer

    return tables.changing(call.world)


def may_adopt(call: "Call", search: "Search") -> bool:
    """Tell whether helper.toml lets a profile be made for a credential that is nobody's."""
    query = search.query
    if query is None or query.origin is None or search.near.adopt == "never":
        return False
    if search.profile_name is not None or search.claims_of_variables() or is_answered(call, query):
        return False
    from atla_credential.operations import adoption  # door: only a host without a profile needs them

    return adoption.is_allowed(search.near, query.origin)


def keep_adopted(call: "Call", query: "Query", given: "Credential") -> None:
    """Make a profile for a credential, and keep it there. Raises CredentialError."""
    from atla_credential.operations import adoption  # door: only a host without a profile needs them

    with changing(call):
        search = call.search(query, exact_user=True)  # another process may have been faster
        owner = owner_of(call, search, given) or adoption.adopt(search, query, given)
        if owner is None or not is_kept_elsewhere(call, search, owner, given):  # a helper's stays the helper's (E4)
            keep_in(call, owner, given, query)


def keep_in(call: "Call", owner: "Claim | None", given: "Credential", query: "Query") -> None:
    """Write a token where its profile keeps it, and make sure that a `get` would give it.

    Raises:
        CredentialError: it would not.
    """
    if owner is None or not plan(call, owner, given, query).write():
        return
    profile = owner.profile
    found = resolve(call.search(query.with_authtype()), call.warn)  # who asks for a Bearer token says so
    if found is None or found.credential is None or found.credential.secret != given.secret:
        raise CredentialError(
            f'the token of profile "{profile.name}" was stored, but another source or profile comes first',
            f"see which: atla-credential status --profile {quoted(profile.name)}",
        )


def is_answered(call: "Call", query: "Query") -> bool:
    """Tell whether a profile that somebody logged in to answers for a user whose name it does not know."""
    claims = call.search(query).claims()
    return query.username not in TOKEN_USERS and any(claim.profile.counts for claim in claims)


class Plan:
    """What `store` would change of a profile.

    Args:
        given: the token.
        puts_back: whether it is the one that a rejection has set aside.
    """

    def __init__(self, call: "Call", profile: "Profile", given: "Credential", puts_back: bool) -> None:
        self.call, self.profile, self.given, self.puts_back = call, profile, given, puts_back
        self.secrets: dict[str, str | None] = {}  # what its store is to keep, by key; empty where that stays
        self.values: dict[str, object] = {}  # what helper.toml is to say

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to write: what is there already needs no lock (safety F13)."""
        return bool(self.secrets or self.values)

    def write(self) -> bool:
        """Write it, and return whether the token is another one than a get would have given. Raises CredentialError."""
        from atla_credential.profiles.aside import put_back  # door: only a write needs the writer

        store = self.call.world.store(self.profile.store)
        if self.puts_back and not put_back(store, self.profile, self.given.secret):
            raise TryAgain(f'profile "{self.profile.name}" was given another token meanwhile', "try again")
        if self.secrets:
            store.put(self.secrets)
        note(self.call, self.profile, self.values, done="stored" if self.secrets or self.puts_back else None)
        return self.puts_back or self.profile.secret_key in self.secrets


def plan(call: "Call", claim: "Claim", given: "Credential", query: "Query") -> Plan:
    """Return what a token changes of the profile it belongs to. Raises Unavailable."""
    profile = claim.profile
    kept = call.world.kept(profile)
    puts_back = stored_secret(call, profile) is None and was_rejected(call, profile, given.secret)
    aside = call.world.kept(profile, whole=True).aside if puts_back else None
    made = Plan(call, profile, given, puts_back)
    if kept.secret and not given.secret:
        return made  # an empty password means "the system signs in by itself"; it never replaces a token
    known = kept if aside is None else aside if aside.secret == given.secret else Kept(given.secret)
    same, values = known.secret == given.secret, made.values
    if puts_back:
        values["rejected"] = None
    elif not same:
        from atla_credential.profiles import notes  # door: only a write needs the writer

        made.secrets = {profile.secret_key: given.secret, **dict.fromkeys(profile.further_keys)}
        values.update(notes.of_new(profile, given.secret, call.now_utc))
    if not same or given.refresh_secret not in (None, known.refresh_secret):  # None: the caller did not speak of it
        made.secrets[profile.refresh_key] = given.refresh_secret
        if profile.store != "file" and (given.refresh_secret is not None) != profile.refreshes:
            values["refreshes"] = given.refresh_secret is not None or None
    is_over = profile.expires_utc is not None and profile.expires_utc <= call.now_utc  # and yet the token works
    if given.expires_utc != profile.expires_utc and (given.expires_utc is not None or not same or is_over):
        values["expires"] = given.expires_utc
    auth = auth_of(claim, given, could_say_bearer=query.takes_authtype and not same)
    if auth != profile.auth:
        values["auth"] = auth
    return made


def auth_of(claim: "Claim", given: "Credential", could_say_bearer: bool) -> str:
    """Return "basic" or "bearer": how a profile speaks from now on, with the token it was given."""
    profile = claim.profile
    if given.auth == "bearer":
        return profile.auth if claim.place.speak(profile, given.username, given.secret)[1] == "bearer" else "bearer"
    if profile.only_as_told or (could_say_bearer and profile.is_called(given.username)):
        return "basic"
    return profile.auth  # who knows no Bearer gives back a Bearer token as a password


def note(call: "Call", profile: "Profile", values: dict[str, object], done: str | None) -> None:
    """Write what changed of a profile's table in helper.toml, if anything did; `done` is what its token is by then."""
    from atla_credential.input import date  # door: only a write needs the writer
    from atla_credential.profiles import tables  # door: only a write needs the writer

    expires_utc = values.get("expires")
    if isinstance(expires_utc, int):
        values = {**values, "expires": date.as_time(expires_utc)}
    try:
        tables.note_of_token(call.world, profile, values)
    except CredentialError as error:
        raise half_done(done and f'the token of profile "{profile.name}" is {done}', error) from None
