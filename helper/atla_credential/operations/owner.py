"""Whose a token is that `store` or `erase` was given. A wrong guess here loses a token that is shown only once."""

from atla_credential.errors import CredentialError
from atla_credential.places import table
from atla_credential.places.place import first_tier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.model import Credential, Profile
    from atla_credential.operations.call import Call
    from atla_credential.places.place import Claim


def owner_of(call: "Call", search: "Search", given: "Credential") -> "Claim | None":
    """Return the claim of the profile that a token belongs to; None if there is none.

    Several profiles can match: a user name like `x-token-auth` is everybody's, and one account can have a token with
    scopes for each product. Then the token belongs to the one that has it already, or to the one that ATLA_PROFILE
    names. A profile that somebody logged in to comes before an adopted one.

    Raises:
        CredentialError: it could be several profiles'; taking one would lose that one's token. Or the profile would
            not answer here with a Bearer credential.
        Unavailable: a store could not be looked into.
    """
    owners = [claim for claim in search.claims() if is_owner(call, claim, given)]
    for owner in owners:
        if stored_secret(call, owner.profile) == given.secret:
            return owner
    # Without a path it may be any other workspace's, but for the very token that is set aside.
    owners = [each for each in owners if not search.is_vague(each) or was_rejected(call, each.profile, given.secret)]
    owners = [owner for owner in owners if may_take(search, owner, given)]
    if len(owners) > 1 and (rejected := [each for each in owners if was_rejected(call, each.profile, given.secret)]):
        owners = rejected
    named = [owner for owner in owners if is_chosen(call, search, owner.profile)]
    owners = named or first_tier(owners)
    if not owners:
        return None
    if len(owners) > 1:
        raise several_match("the token was not stored", "say which: set ATLA_PROFILE, or log in with --profile NAME")
    profile = owners[0].profile
    if given.auth == "bearer" and not takes_bearer(search, profile, given):
        raise CredentialError(f'profile "{profile.name}" takes no Bearer token at this address')
    return owners[0]


def is_owner(call: "Call", claim: "Claim", given: "Credential") -> bool:
    """Tell whether a profile is one that answers with the user name of a token, or would with the token itself.

    What is set aside tells as well as what is stored that the account has tokens of another kind.
    """
    profile = claim.profile
    if given.username is None or profile.is_called(given.username):
        return True
    secret = stored_secret(call, profile)
    if not secret:
        aside = call.world.kept(profile, whole=True).aside
        secret = (aside and aside.secret) or given.secret
    return claim.place.speak(profile, given.username, secret)[0] == given.username


def is_chosen(call: "Call", search: "Search", profile: "Profile") -> bool:
    """Tell whether ATLA_PROFILE names a profile, or `switch` an adopted one, which is nobody's choice otherwise."""
    return profile.name == call.environment.profile or (
        not profile.counts and profile.name == search.near.default_profile
    )


def may_take(search: "Search", claim: "Claim", given: "Credential") -> bool:
    """Tell whether a new token may take the place of a profile's.

    Some kinds of token have a user name of their own, under which the profile has to answer afterwards too. An adopted
    profile takes nothing for a path above its own, and nothing without a user name if it has one.
    """
    profile, place = claim.profile, claim.place
    username, path = given.username, search.query.path if search.query else None
    if username in table.TOKEN_USERS and place.speak(profile, username, given.secret)[0] != username:
        return False
    return not profile.yields or (
        place.root in ((), path and place.compared(path))
        and (username is not None or given.auth == "basic" or profile.username is None)
    )


def takes_bearer(search: "Search", profile: "Profile", given: "Credential") -> bool:
    """Tell whether a profile, were it a Bearer one, would answer the request with Bearer."""
    bearer = profile.but(auth="bearer")
    place = table.find_place(bearer, search.query) if search.query else None
    return place is not None and place.speak(bearer, given.username, given.secret)[1] == "bearer"


def stored_secret(call: "Call", profile: "Profile") -> str | None:
    """Return the secret in a profile's own store, or None. Raises Unavailable."""
    secret = call.world.kept(profile).secret
    return secret if secret is not None and profile.accepts(secret) else None


def was_rejected(call: "Call", profile: "Profile", secret: str) -> bool:
    """Tell whether a secret is what a rejection has set aside of a profile, in any keyring. Raises Unavailable."""
    is_any = call.world.kept(profile, whole=True).aside is not None
    return is_any and secret in call.world.store(profile.store).every(profile.further_keys[1])


def several_match(what: str, hint: str) -> CredentialError:
    """Say that nothing was done because it could have hit the wrong profile."""
    return CredentialError(f"several profiles match, so {what}", hint)
