"""Of what kind a profile is to other programs: where its token works, how it is sent, and for which product it is."""

from atla_credential.places.instance import (
    BITBUCKET,
    GATEWAY_OF,
    GATEWAYS,
    GOVERNMENT_SUFFIX,
    gateway_of,
    is_cloud,
    parse_instance,
)
from atla_credential.places.table import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile

CLOUD, SCOPED, SERVICE = "a Cloud site", "a Cloud site, with a token that has scopes", "a service account"
GOVERNMENT, GOVERNMENT_SCOPED, GOVERNMENT_SERVICE = (
    f"{each} of the Government Cloud" for each in ("a site", "a site, with a token that has scopes,", SERVICE)
)
BITBUCKET_USER, BITBUCKET_ACCESS = "Bitbucket Cloud, with an API token", "Bitbucket Cloud, with an access token"
SERVER_USER, SERVER_TOKEN = "a Data Center, with a user name", "a Data Center, with a personal access token"


def kind_of(profile: "Profile", base: str, auth: str | None) -> str | None:
    """Return what kind a profile is of; None for one that no program takes, or not there.

    Args:
        base: where its REST calls go.
        auth: "basic" or "bearer", as its token is sent there.
    """
    parsed = parse_instance(profile.instance)
    if parsed is None or not base:
        return None
    origin, is_basic = parsed[0], auth == "basic"
    if origin == BITBUCKET:
        return BITBUCKET_USER if is_basic else BITBUCKET_ACCESS
    if not is_cloud(origin) and origin not in GATEWAYS:
        return SERVER_USER if is_basic else SERVER_TOKEN
    is_government = origin[1].endswith(GOVERNMENT_SUFFIX) or origin == GATEWAY_OF[GOVERNMENT_SUFFIX]
    if not at_gateway(base):
        if not is_basic or parse_instance(base) != parsed:  # Bearer at a site is nobody's, and a service is no site
            return None
        return GOVERNMENT if is_government else CLOUD
    if is_basic:
        return GOVERNMENT_SCOPED if is_government else SCOPED
    return GOVERNMENT_SERVICE if is_government else SERVICE


def product_of(profile: "Profile", base: str) -> str | None:
    """Return the product that a profile's token is for, None where it is for whatever there is."""
    at = at_gateway(base)
    return at[0] if at else profile.product


def at_gateway(base: str) -> tuple[str, str] | None:
    """Return the product and the cloud id in an address of a gateway's, None for another one."""
    parsed = parse_instance(base)
    if parsed is None or parsed[0] not in GATEWAYS or len(parsed[1]) != 3:
        return None
    _, product, cloud_id = parsed[1]
    return product, cloud_id


def main_base(profile: "Profile") -> str:
    """Return where a profile's REST calls go, "" where it answers nowhere."""
    place = next(iter(places(profile)), None)
    return place.api_base_url if place else ""


def is_same_site(one: "Profile", other: "Profile") -> bool:
    """Tell whether two profiles are for the same Cloud site, by its name or its cloud id.

    Two products of a Data Center have an address each, and nothing says which belong together.
    """
    return not addresses(one).isdisjoint(addresses(other))


def addresses(profile: "Profile") -> set[object]:
    """Return what a profile says of which Cloud site it is for."""
    parsed = parse_instance(profile.instance)
    if parsed is None:
        return set()
    origin = parsed[0]
    if not is_cloud(origin):
        at = at_gateway(profile.instance)
        return {(origin, at[1])} if at else set()
    return {origin, (gateway_of(origin), profile.cloud_id)} if profile.cloud_id else {origin}
