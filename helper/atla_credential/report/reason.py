"""Why a profile is not for an address, though it may look like it: another port, another product, another user."""

from atla_credential.errors import Unavailable
from atla_credential.input.instance import join
from atla_credential.model import Profile, Query
from atla_credential.places import services, table
from atla_credential.places.address import ESCAPED
from atla_credential.places.instance import GATEWAYS, SERVICES, gateway_of, is_cloud, parse_instance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.places.instance import Origin
    from atla_credential.places.place import Place


def passed_over(search: "Search") -> list[tuple[str, str]]:
    """Return the profiles that are near an address and yet not for it: their names, and why not."""
    query = search.query
    if query is None or query.origin is None:
        return []
    at_address = {claim.profile.name for claim in search.claims()}
    try:
        known = search.config.profiles.values()
    except Unavailable:  # what is wrong with a profile that has no say is no concern of the answer's
        known = search.near.profiles.values()
    return [
        (profile.name, reason_against(search, profile))
        for profile in known
        if profile.name not in at_address and is_near(profile, query.origin[1])
    ]


def is_near(profile: Profile, host: str) -> bool:
    """Tell whether a profile has a host, or could have: a gateway serves every Cloud site, a service every account."""
    parsed = parse_instance(profile.instance)
    hosts = {place.origin[1] for place in table.places(profile)}
    hosts |= {service[1] for service in SERVICES if services.is_at_home(profile, service)}
    if parsed is not None:
        hosts |= {parsed[0][1]} | ({gateway_of(parsed[0])[1]} if is_cloud(parsed[0]) else set())
    return host in hosts


def reason_against(search: "Search", profile: Profile) -> str:
    """Say what a profile that does not answer is, with the reason, such as `not for this address: it is for ...`."""
    if search.profile_name not in (None, profile.name):
        return "not asked, because --profile names another one"
    claim = search.claim_of(profile)
    if claim is None:
        return f"not for this address: {reason_of_address(profile, search.query)}"
    place = claim.place
    if not place.belongs_to(profile, search.asked_name):
        own = " or ".join(filter(None, (profile.email, profile.username))) or next(filter(None, place.names), "nobody")
        return f"not for this user: it is for {own}"
    if search.is_vague(claim) and place.origin in SERVICES:
        return "not for this address: several accounts could be meant; name one with --profile or ATLA_PROFILE"
    if search.is_vague(claim):
        return f"not for this address: {without_path(place)}"
    return "not asked, because another one is for a longer path"


def reason_of_address(profile: Profile, query: Query | None) -> str:
    """Say why no place of a profile is the query's. Of its instance, only scheme, host, port and path are shown."""
    parsed = parse_instance(profile.instance)
    if parsed is None or query is None or query.origin is None:
        return "its instance is not an address that can be requested"
    places = [place for place in table.places(profile) if query.learns_base or not place.needs_base]
    near = [place for place in (*places, *services.places(profile, parsed)) if place.origin[1] == query.origin[1]]
    if near:
        return max((mismatch(profile, place, query) for place in near), key=lambda found: found[0])[1]
    if query.origin[1] in {service[1] for service in SERVICES}:
        return reason_of_service(profile)
    if query.origin in GATEWAYS and is_cloud(parsed[0]):
        return "it has no cloud id"
    if query.origin[1] != parsed[0][1]:
        return f"it is for {join(parsed[0])}"
    wrong = mismatch_of_origin(parsed[0], query.origin)
    if wrong is not None:
        return wrong[1]
    if profile.cloud_id and is_cloud(parsed[0]):
        urls = [place.api_base_url for place in places if profile.product in (None, place.product)]
        return f"its Bearer token works at the gateway only: {' or '.join(urls) or 'not with this product'}"
    return "this host belongs to nobody without a site's path, such as /ex/jira/CLOUD_ID"


def reason_of_service(profile: Profile) -> str:
    """Say why a profile does not answer at a service, though its account is at home there, or its instance is that."""
    if not any(services.is_at_home(profile, service) for service in SERVICES):
        return "this host is nobody's instance"
    if profile.only_as_told:
        return "it was adopted, and is for its own host only"
    if profile.product:
        return f"it answers for {profile.product} only"
    return f"it is for {profile.instance} only"


def mismatch(profile: Profile, place: "Place", query: Query) -> tuple[int, str]:
    """Say what about a place's host is not the query's, after how far the two agree."""
    wrong = None if query.origin is None else mismatch_of_origin(place.origin, query.origin)
    if wrong is not None:
        return wrong
    if place.serves(query, None):
        return 4, f"it answers for {profile.product} only"
    if query.path is None:
        return 2, without_path(place)
    if ESCAPED in query.path:
        return 3, "an encoded slash, hash or percent sign may not stand in this path"
    if place.origin in GATEWAYS and query.path[:2] == place.root[:2]:
        return 3, f"its cloud id is {place.root[2]}"
    return 2, f"it is for {below(place)} only"


def mismatch_of_origin(own: "Origin", asked: "Origin") -> tuple[int, str] | None:
    """Say what about a host's address is not the query's, after how far the two agree; None if nothing is."""
    if asked[0] != own[0]:
        return 0, f"it is for {own[0]} only"
    return None if asked[2] == own[2] else (1, f"it is for port {own[2]} only")


def without_path(place: "Place") -> str:
    """Say that a request does not say whether it is for a place."""
    return f"it is for {below(place)} only, and none was given"


def below(place: "Place") -> str:
    """Return which paths a place is for."""
    return f"paths below /{'/'.join(place.root)}"
