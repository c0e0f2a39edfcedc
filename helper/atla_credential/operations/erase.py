"""`erase`: set aside a token that a server rejected. Only what exactly matches; never a word on stdout (P7)."""

from atla_credential.answer.outside import in_file, in_variable, outside_for
from atla_credential.answer.rules import claims
from atla_credential.errors import Unavailable, login_again, new_token, restore
from atla_credential.model import HELPER, Credential
from atla_credential.operations.chain import Chain
from atla_credential.operations.outside import tell_a_person, tell_of_rejected
from atla_credential.operations.owner import is_owner, several_match
from atla_credential.operations.store import changing, note
from atla_credential.places.instance import SERVICES, is_atlassian_hosted
from atla_credential.profiles import notes
from atla_credential.profiles.aside import set_aside
from atla_credential.stores.hint import without_file
from atla_credential.system import DONE, say_waiting
from atla_credential.text import quoted
from atla_credential.wire.message import Message, read_message
from atla_credential.wire.request import query_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.model import Profile, Query
    from atla_credential.operations.call import Call


def erase(call: "Call") -> int:
    """Set aside the stored tokens that a server rejected, so that no `get` gives them (safety E1). The profiles stay.

    Raises:
        CredentialError: a token could not be removed.
    """
    say_waiting("atla-credential", "a request from standard input; an example: atla-credential erase --help")
    message = read_message(call.stdin) or Message()
    if not message.get("protocol") or not message.get("host"):
        return DONE  # P3: a request that names no place would mean "erase everything"
    query = query_from(message)
    rejected = message.get("credential")
    if rejected is None:
        rejected = message.get("password")  # an empty one is compared too: it must not mean "whatever is there"
    if query.origin in (None, *SERVICES) or call.environment.is_asked_by_itself:
        return DONE  # a service refuses for want of a scope too, or because an admin has not let it be used
    outside = None if rejected is None else in_variable(call.environment, rejected)
    if outside is not None:
        return tell_of_rejected(call, outside)
    try:
        outside = None if rejected is None else in_file(call.search(query).near.profiles.values(), rejected)
        if outside is not None:
            return tell_of_rejected(call, outside)
        forget_all(call, message, query, rejected)
    except Unavailable as error:
        raise without_file(error) from None
    return DONE


def forget_all(call: "Call", message: "Message", query: "Query", rejected: str | None) -> None:
    """Forget a rejected token wherever it is stored, if it was really this one that was rejected.

    Raises:
        CredentialError: it could not be removed, or may be several profiles'.
    """
    search = call.search(query, exact_user=True)
    meant = owners_of(search, call, query, rejected)
    kept = [profile for profile in meant if is_no_verdict(message, query, profile)]
    owners = [profile for profile in meant if profile not in kept]
    chains = (Chain(call, search, profile) for profile in owners)  # they are asked before anything is gone
    found = [(chain, known) for chain in chains if (known := chain.find(rejected))] if rejected else []
    is_stored = any(may_hold(call, profile, rejected) for profile in owners)
    # Another process may have been between config.toml and the store: then the token is where nobody has looked yet.
    has_moved = call.world.has_changed()
    something_goes = bool(found) or has_moved or any(is_at_stake(call, profile, rejected) for profile in owners)
    if (something_goes or kept) and was_not_sent(call, query, rejected):
        return  # nor was a Bearer token refused as a password: that was no password of ours
    for profile in kept:
        call.warn(kept_for_bearer(profile))
    if is_stored or has_moved:
        with changing(call):
            for profile in owners_of(call.search(query, exact_user=True), call, query, rejected):
                if not is_no_verdict(message, query, profile):
                    forget(call, profile, rejected)
    for chain, known in found:
        chain.forget(known)


def was_not_sent(call: "Call", query: "Query", rejected: str | None) -> bool:
    """Tell, also the person, whether git's own settings sent something else than the token (docs/decisions/0020)."""
    from atla_credential.git.stale import why_no_rejection  # door: it starts git, where a token is at stake

    reason = why_no_rejection(call.environment, query, rejected)
    if reason is not None:
        call.warn(reason)
    return reason is not None


def owners_of(search: "Search", call: "Call", query: "Query", rejected: str | None) -> "list[Profile]":
    """Return the profiles that a rejection speaks of.

    Raises:
        CredentialError: it could be several, and does not say which token was rejected.
    """
    presented = Credential(rejected or "", query.username)
    owners = [claim.profile for claim in search.claims() if is_owner(call, claim, presented)]
    if rejected is None and owners:  # where a variable or a file answers, its token was rejected
        first = next(claims(search), None)
        if first and outside_for(call.world, first.profile, search.profile_name):
            return []
        owners = [each for each in owners if outside_for(call.world, each, search.profile_name) is None]
    if rejected is None and query.username is not None and len(owners) > 1:
        raise several_match("no token was erased", "say which: add the password= line")
    return owners


def is_no_verdict(message: "Message", query: "Query", profile: "Profile") -> bool:
    """Tell whether a rejection says nothing of the token: it was meant to go out as a password.

    That is all that a caller can send who knows no authtype, or that a server of Basic alone takes. One that wants
    Bearer refuses it, and the token, which is shown only once, would be gone though it is good (docs/decisions/0015).
    """
    return (
        profile.auth == "bearer"
        and not (profile.only_as_told or is_atlassian_hosted(profile.instance))
        and (query.basic_only or not query.takes_authtype)
        and message.get("password") is not None
        and query.username is not None
    )


def kept_for_bearer(profile: "Profile") -> str:
    """Say that a token was kept, and how an older git can send it."""
    where, name = profile.instance, quoted(profile.name)
    return (
        f'the token of profile "{profile.name}" was not taken as a password, and is kept; git 2.46 and newer sends it '
        f"as Bearer, an older one with: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.{where}/.extraHeader "
        f'GIT_CONFIG_VALUE_0="$(atla-credential get --profile {name} --url {where} --format header)" git ...; '
        f"if it has expired, {new_token(profile.name, profile.store)}"
    )


def may_hold(call: "Call", profile: "Profile", rejected: str | None) -> bool:
    """Tell whether a profile's store may hold a rejected token: a keyring can have several items of one key."""
    if profile.store == HELPER:
        return False
    secret = call.world.kept(profile).secret
    return profile.store != "file" or (secret is not None and rejected in (None, secret))


def is_at_stake(call: "Call", profile: "Profile", rejected: str | None) -> bool:
    """Tell whether a profile's store has a token, and it may be a rejected one."""
    return may_hold(call, profile, rejected) and call.world.kept(profile).secret is not None


def forget(call: "Call", profile: "Profile", rejected: str | None) -> None:
    """Set a profile's token aside, if it is the rejected one, while `changing` holds the lock. Raises CredentialError.

    What `store` was told for a host that is not Atlassian's is removed, as git's own helpers do: git asks anew.
    """
    store = call.world.store(profile.store)
    secret = call.world.kept(profile).secret if rejected is None else rejected
    noted = notes.of_rejected(notes.noted(call.world, profile), profile, secret or "", call.now_utc)
    if profile.is_silent and not is_atlassian_hosted(profile.instance):
        is_gone, values = store.erase(profile.secret_key, profile.further_keys, rejected), notes.NOTHING
    else:
        is_gone, values = set_aside(store, profile, rejected), noted
    if is_gone:
        note(call, profile, values, done="removed" if values is notes.NOTHING else "set aside")
    if is_gone and rejected and not profile.is_silent:
        name = profile.name  # git itself only says that the authentication failed
        step = f"if it is good, {restore(name)}; if not, make a new one, then {login_again(name)}"
        tell_a_person(call, f'the token of profile "{name}" was rejected, and is set aside; {step}')
