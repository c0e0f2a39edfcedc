"""What is said where there is no answer: nobody is meant, several could be, or who is meant has no token."""

from atla_credential.errors import NoCredential, NoMatch, no_token
from atla_credential.places.instance import BITBUCKET, MCP
from atla_credential.settings.notes import read_notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile, Query
    from atla_credential.operations.call import Call


def no_match(call: "Call", query: "Query | None") -> NoMatch:
    """Return the error for an address; where one of several has to be named, it says so, as nothing else is wrong."""
    if query is None or query.origin not in (BITBUCKET, MCP) or call.options.get("--profile"):
        return NoMatch()
    search = call.search(query)
    profiles = (*search.near.profiles.values(), search.world.profile_of_variables)
    claims = [claim for each in profiles if each and each.counts and (claim := search.claim_of(each))]
    vague = [claim for claim in claims if search.is_vague(claim)]
    if not any(claim.place.belongs_to(claim.profile, query.username) for claim in vague):
        return NoMatch()
    return NoMatch("several profiles could be meant at this address", "name one with --profile or ATLA_PROFILE")


def without_token(call: "Call", profile: "Profile") -> NoCredential:
    """Say that a profile has no token; it may be set aside where helper.toml notes a rejection. Raises Unavailable."""
    return no_token(profile, read_notes(call.environment, profile, call.world.read).rejected_utc is not None)
