"""The operations that change a store: store and erase.

They never speak on stdout (P7), and they touch only what exactly matches; `ownership` says whose a token is.
"""

from atla_credential.binding import holder_of
from atla_credential.chain import Chain
from atla_credential.errors import DONE, CredentialError
from atla_credential.model import Credential
from atla_credential.ownership import is_owner, owner_of, several_match
from atla_credential.protocol import Message, check_value, read_message
from atla_credential.request import credential_from, query_from
from atla_credential.resolver import resolve
from atla_credential.sites import TOKEN_USERS
from atla_credential.text import quoted
from atla_credential.verdict import forgotten, is_no_verdict, is_worth_keeping, kept_for_bearer, rejected_variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.call import Call
    from atla_credential.model import Profile, Query
    from atla_credential.place import Claim
    from atla_credential.search import Search


def store(call: "Call") -> int:
    """Keep a token that the caller found to work, in the profile it belongs to.

    Raises:
        CredentialError: the token was not kept, or a get would not return it.
    """
    message = read_message(call.stdin) or Message()
    query, given = query_from(message), credential_from(message)
    if given is None or query.origin is None or not is_worth_keeping(call, given):
        return DONE
    if call.environment.is_asked_by_itself:
        return DONE  # the first of us knows where it came from
    check_value("password", given.secret)
    check_value("oauth_refresh_token", given.refresh_secret or "")
    search = call.search(query, exact_user=True)
    owner = owner_of(call, search, given) or adopted_owner(call, search, given)
    if owner is not None and Chain(call, search, owner.profile).keeps(given):
        return DONE
    if owner is None or not keep(call, owner, given, query.takes_authtype):
        return DONE
    profile = owner.profile
    found = resolve(call.search(query.with_authtype() if given.auth == "bearer" else query), call.warn)
    if found is None or found.credential is None or found.credential.secret != given.secret:
        raise CredentialError(
            f'the token of profile "{profile.name}" was stored, but another source or profile comes first',
            f"see which: atla-credential status --profile {quoted(profile.name)}",
        )
    return DONE


def adopted_owner(call: "Call", search: "Search", given: "Credential") -> "Claim | None":
    """Make a profile for a credential that is nobody's, where helper.toml allows it, and return its claim.

    Raises:
        CredentialError: as in adoption.adopt.
    """
    query = search.query
    if query is None or query.origin is None or search.near.adopt == "never":
        return None
    if search.profile_name is not None or search.claims_of_variables() or is_answered(call, query):
        return None
    from atla_credential.writing import adoption, profiles  # door: only a host without a profile needs them

    if not adoption.is_allowed(search.near, query.origin):
        return None
    with profiles.changing(call.world):
        anew = call.search(query, exact_user=True)  # another process may have been faster
        return owner_of(call, anew, given) or adoption.adopt(anew, query.origin, query.path or (), given)


def is_answered(call: "Call", query: "Query") -> bool:
    """Tell whether a profile that somebody logged in to answers for a user whose name it does not know."""
    claims = call.search(query).claims()
    return query.username not in TOKEN_USERS and not all(claim.profile.adopted for claim in claims)


def keep(call: "Call", claim: "Claim", given: "Credential", takes_authtype: bool) -> bool:
    """Write a token where its profile keeps it, and return whether it is another one than was there."""
    profile = claim.profile
    kept = call.world.store(profile.store)
    stored = kept.get(profile.secret_key)
    if stored and not given.secret:
        return False  # that the system signs in by itself is no reason to forget a token
    same = stored == given.secret
    values: dict[str, object] = {}
    if not same or given.refresh_secret is not None:  # else the caller did not speak of a refresh token, so it stays
        kept.put({profile.secret_key: given.secret, profile.refresh_key: given.refresh_secret})
        if profile.store != "file" and (given.refresh_secret is not None) != profile.refreshes:
            values["refreshes"] = given.refresh_secret is not None or None
    is_over = profile.expires_utc is not None and profile.expires_utc <= call.now_utc  # and yet the token works
    if given.expires_utc != profile.expires_utc and (given.expires_utc is not None or not same or is_over):
        values["expires"] = given.expires_utc
    auth = auth_of(claim, given, could_say_bearer=takes_authtype and not same)
    if auth != profile.auth:
        values["auth"] = auth
    note(call, profile, values)
    call.world.anew()
    return not same


def auth_of(claim: "Claim", given: "Credential", could_say_bearer: bool) -> str:
    """Return "basic" or "bearer": how a profile speaks from now on, with the token it was given."""
    profile = claim.profile
    if given.auth == "bearer":
        return profile.auth if claim.place.speak(profile, given.username, given.secret)[1] == "bearer" else "bearer"
    if profile.adopted or (could_say_bearer and profile.is_called(given.username)):
        return "basic"
    return profile.auth  # who knows no Bearer gives back a Bearer token as a password


def erase(call: "Call") -> int:
    """Forget the stored tokens that a server rejected. The profiles stay.

    Raises:
        CredentialError: a token could not be removed.
    """
    message = read_message(call.stdin) or Message()
    if not message.get("protocol") or not message.get("host"):
        return DONE  # P3: a request that names no place would mean "erase everything"
    query = query_from(message)
    rejected = message.get("credential")
    if rejected is None:
        rejected = message.get("password")  # an empty one is compared too: it must not mean "whatever is there"
    if query.origin is None or call.environment.is_asked_by_itself:
        return DONE
    variable = None if rejected is None else holder_of(call.environment, rejected)
    if variable is not None:
        tell_a_person(call, rejected_variable(variable))
        return DONE  # safety O3: a variable's token that was rejected erases no stored one
    presented = Credential(rejected or "", query.username)
    search = call.search(query, exact_user=True)
    owners = [claim.profile for claim in search.claims() if is_owner(call, claim, presented)]
    if rejected is None and query.username is not None and len(owners) > 1:
        raise several_match("no token was erased", "say which: add the password= line")
    for profile in owners:
        if is_no_verdict(message, query, profile):
            call.warn(kept_for_bearer(profile))
            continue
        chain = Chain(call, search, profile)
        in_chain = chain.find(rejected) if rejected else None  # before anything is gone
        kept = call.world.store(profile.store)
        erased = kept.erase(profile.secret_key, (profile.refresh_key,), rejected)
        call.world.anew()
        if erased and (profile.expires_utc is not None or profile.refreshes):
            note(call, profile, {"expires": None, "refreshes": None})
        if erased and rejected and not profile.adopted:  # of an adopted one git asks anew, as it always did
            tell_a_person(call, forgotten(profile))
        if in_chain:
            chain.forget(in_chain)
    return DONE


def tell_a_person(call: "Call", text: str) -> None:
    """Print a warning if somebody sits there to read it: git's other callers take silence for granted."""
    if call.on_terminal:
        call.warn(text)


def note(call: "Call", profile: "Profile", values: dict[str, object]) -> None:
    """Write what changed of a profile's table in helper.toml; nothing if nothing did."""
    if not values:
        return
    from atla_credential.support import moment  # door: only a write needs the writer
    from atla_credential.writing import profiles  # door: only a write needs the writer

    expires_utc = values.get("expires")
    if isinstance(expires_utc, int):
        values = {**values, "expires": moment.as_time(expires_utc)}
    profiles.note_of_token(call.world, profile, values)
