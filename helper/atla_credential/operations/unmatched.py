"""What is said where nobody answers, and several profiles could be meant."""

from atla_credential.errors import NoMatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query
    from atla_credential.operations.call import Call


def no_match(call: "Call", query: "Query") -> NoMatch:
    """Return the error for an address; where one of several has to be named, it says so, as nothing else is wrong."""
    search = call.search(query)
    profiles = (*search.near.profiles.values(), search.world.profile_of_variables)
    claims = [claim for each in profiles if each and each.counts and (claim := search.claim_of(each))]
    vague = [claim for claim in claims if search.is_vague(claim)]
    if search.profile_name or not any(claim.place.belongs_to(claim.profile, query.username) for claim in vague):
        return NoMatch()
    return NoMatch("several profiles could be meant at this address", "name one with --profile or ATLA_PROFILE")
