"""`erase`: forget a token that a server rejected. Only what exactly matches; never a word on stdout (P7)."""

from atla_credential.answer.binding import holder_of
from atla_credential.errors import DONE
from atla_credential.model import Credential
from atla_credential.operations.chain import Chain
from atla_credential.operations.owner import is_owner, several_match
from atla_credential.operations.store import changing, note
from atla_credential.operations.verdict import forgotten, is_no_verdict, kept_for_bearer, rejected_variable
from atla_credential.wire.message import Message, read_message
from atla_credential.wire.request import query_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.model import Profile, Query
    from atla_credential.operations.call import Call


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
    search = call.search(query, exact_user=True)
    owners = []
    for profile in owners_of(search, call, query, rejected):
        if is_no_verdict(message, query, profile):
            call.warn(kept_for_bearer(profile))
        else:
            owners.append(profile)
    chains = [Chain(call, search, profile) for profile in owners] if rejected else []
    found = [(chain, chain.find(rejected or "")) for chain in chains]  # before anything is gone
    if any(may_hold(call, profile, rejected) for profile in owners):
        with changing(call):
            for profile in owners_of(call.search(query, exact_user=True), call, query, rejected):
                if not is_no_verdict(message, query, profile):
                    forget(call, profile, rejected)
    for chain, in_chain in found:
        if in_chain:
            chain.forget(in_chain)
    return DONE


def owners_of(search: "Search", call: "Call", query: "Query", rejected: str | None) -> "list[Profile]":
    """Return the profiles that a rejection speaks of.

    Raises:
        CredentialError: it could be several, and does not say which token was rejected.
    """
    presented = Credential(rejected or "", query.username)
    owners = [claim.profile for claim in search.claims() if is_owner(call, claim, presented)]
    if rejected is None and query.username is not None and len(owners) > 1:
        raise several_match("no token was erased", "say which: add the password= line")
    return owners


def may_hold(call: "Call", profile: "Profile", rejected: str | None) -> bool:
    """Tell whether a profile's store may hold a rejected token: a keyring can have several items of one key."""
    secret = call.world.kept(profile).secret
    return profile.store != "file" or (secret is not None and rejected in (None, secret))


def forget(call: "Call", profile: "Profile", rejected: str | None) -> None:
    """Remove a profile's token, if it is the rejected one, while `changing` holds the lock. Raises as in erase."""
    erased = call.world.store(profile.store).erase(profile.secret_key, (profile.refresh_key,), rejected)
    call.world.anew()
    if erased and (profile.expires_utc is not None or profile.refreshes):
        note(call, profile, {"expires": None, "refreshes": None})
    if erased and rejected and not profile.is_silent:  # of an adopted one git asks anew, as it always did
        tell_a_person(call, forgotten(profile))


def tell_a_person(call: "Call", text: str) -> None:
    """Print a warning if somebody sits there to read it: git's other callers take silence for granted."""
    if call.on_terminal:
        call.warn(text)
