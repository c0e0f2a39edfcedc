"""Which request belongs to which profile, with which user name and which scheme.

SITES is the table: each row is a function that says where a profile answers, or None where the row does not
apply to it. docs/reference/sites.md prints the table.

Source: Atlassian's documentation of API tokens, access tokens and the api.atlassian.com gateway.
"""

from atla_credential.model import Profile, Query
from atla_credential.places.instance import (
    BITBUCKET,
    BITBUCKET_API,
    GATEWAYS,
    SERVICES,
    gateway_of,
    is_cloud,
    parse_instance,
)
from atla_credential.places.place import BY_PATH, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.places.instance import Instance, Origin
    from atla_credential.places.place import Speaker

API_TOKEN_USER = "x-bitbucket-api-token-auth"  # a user name, not a token
ACCESS_TOKEN_USER = "x-token-auth"  # likewise
TOKEN_USERS = (API_TOKEN_USER, ACCESS_TOKEN_USER)
ACCESS_TOKEN_START = "ATCTT"  # how every Bitbucket access token begins
BITBUCKET_URL = "https://api.bitbucket.org"


def cloud_site(profile: Profile, instance: "Instance") -> Place | None:
    """A Cloud site answers at its own address, except for a service account, whose token works at the gateway only."""
    return None if is_service_account(profile) else site(profile, instance)


def service_account_site(profile: Profile, instance: "Instance") -> Place | None:
    """A service account answers at its site only who is told where REST calls go, which is the gateway."""
    return site(profile, instance) if is_service_account(profile) and not profile.only_as_told else None


def jira_gateway(profile: Profile, instance: "Instance") -> Place | None:
    """A Cloud site with a cloud id answers at the Jira gateway of that id."""
    return gateway(profile, instance, "jira")


def confluence_gateway(profile: Profile, instance: "Instance") -> Place | None:
    """A Cloud site with a cloud id answers at the Confluence gateway of that id."""
    return gateway(profile, instance, "confluence")


def bitbucket_git(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud answers git with a fixed user name, or with the account's own where that is asked for."""
    if instance[0] != BITBUCKET:
        return None
    return Place(
        BITBUCKET, instance[1], speak_bitbucket_git, TOKEN_USERS, BITBUCKET_URL, product="bitbucket", repository=1
    )


def bitbucket_api(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud answers REST with the e-mail, or with Bearer for an access token."""
    return None if instance[1] else bitbucket_rest(profile, instance)


def bitbucket_repositories(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud with a workspace or repository answers REST below it, among the repositories."""
    return bitbucket_rest(profile, instance, "2.0", "repositories") if instance[1] else None


def bitbucket_workspaces(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud with a workspace or repository answers REST below it, among the workspaces."""
    return bitbucket_rest(profile, instance, "2.0", "workspaces") if instance[1] else None


def own_instance(profile: Profile, instance: "Instance") -> Place | None:
    """Every other instance (Server, Data Center) answers at its origin, below its context path."""
    origin, root = instance
    if is_cloud(origin) or origin in (BITBUCKET, BITBUCKET_API, *SERVICES):
        return None
    if origin[1] in {gateway[1] for gateway in GATEWAYS}:
        if origin not in GATEWAYS or len(root) != 3 or root[0] != "ex" or root[1] not in ("jira", "confluence"):
            return None  # the gateway serves every customer; without a site's path it is nobody's
        return Place(origin, root, *by(speak_email, profile), base_of(profile), needs_path=True, product=root[1])
    return Place(origin, root, *by(speak_username, profile), base_of(profile))


SITES = (
    cloud_site, service_account_site, jira_gateway, confluence_gateway, bitbucket_git, bitbucket_api,
    bitbucket_repositories, bitbucket_workspaces, own_instance,
)  # fmt: skip


def is_service_account(profile: Profile) -> bool:
    """Tell whether the token of a profile on a Cloud site works at the gateway only."""
    return bool(profile.auth == "bearer" and profile.cloud_id)


def site(profile: Profile, instance: "Instance") -> Place | None:
    """Make the place of a Cloud site. With a cloud id REST calls go to the gateway of the product that is meant."""
    origin, root = instance
    if not is_cloud(origin):
        return None
    base, wiki_base = base_of(profile), None
    if profile.cloud_id:
        base, wiki_base = (
            gateway_url(gateway_of(origin), profile.product or product, profile.cloud_id)
            for product in ("jira", "confluence")
        )
    return Place(
        origin, root, *by(speak_email, profile), base, product=BY_PATH, wiki_base_url=wiki_base,
        needs_base=is_service_account(profile),
    )  # fmt: skip


def gateway(profile: Profile, instance: "Instance", product: str) -> Place | None:
    """Make the place of one product's gateway. A Data Center token has no business there, whatever its profile says."""
    if not profile.cloud_id or not is_cloud(instance[0]):
        return None
    origin, root = gateway_of(instance[0]), ("ex", product, profile.cloud_id)
    return Place(origin, root, *by(speak_email, profile), gateway_url(origin, product, profile.cloud_id), True, product)


def bitbucket_rest(profile: Profile, instance: "Instance", *above: str) -> Place | None:
    """Make a place of Bitbucket's REST: all of it, or what is below a workspace or repository, itself below `above`.

    What git was told of a path says nothing of REST, and nothing deeper than a repository has an address of its own.
    """
    origin, root = instance
    if origin != BITBUCKET or len(root) > 2 or (root and profile.only_as_told):
        return None
    names = (profile.email or None, ACCESS_TOKEN_USER)
    return Place(BITBUCKET_API, (*above, *root), speak_bitbucket_api, names, BITBUCKET_URL, bool(root), "bitbucket", 3)


def base_of(profile: Profile) -> str:
    """Return the instance as the base of REST addresses, to which "/rest/..." can be added."""
    return profile.instance.rstrip("/")


def gateway_url(gateway: "Origin", product: str, cloud_id: str) -> str:
    """Return the address at which a token with scopes works."""
    return f"https://{gateway[1]}/ex/{'confluence' if product == 'confluence' else 'jira'}/{cloud_id}"


def by(speak: "Speaker", profile: Profile) -> "tuple[Speaker, tuple[str | None, ...]]":
    """Return one way to speak, and the name that it says whatever is asked."""
    return speak, (speak(profile, None, "")[0],)


def speak_email(profile: Profile, asked: str | None, secret: str) -> tuple[str | None, str]:
    """Return the e-mail; a Bearer account without one gets the name that Atlassian takes beside any token."""
    return profile.email or name_beside_bearer(profile), profile.auth


def speak_username(profile: Profile, asked: str | None, secret: str) -> tuple[str | None, str]:
    """Return the user name, even an empty one; else the e-mail, and for Bearer the name taken beside any token."""
    if profile.username is not None:
        return profile.username, profile.auth
    return name_beside_bearer(profile) or profile.email or None, profile.auth


def name_beside_bearer(profile: Profile) -> str | None:
    """Return the user name for a caller that knows no Bearer, or None where the profile is Basic."""
    return ACCESS_TOKEN_USER if profile.auth == "bearer" else None


def speak_bitbucket_git(profile: Profile, asked: str | None, secret: str) -> tuple[str | None, str]:
    """Return the user name that git at bitbucket.org takes for this token; the e-mail would be answered with 401."""
    if profile.only_as_told and profile.username:
        return profile.username, "basic"  # what git was told, and found to work
    if secret.startswith(ACCESS_TOKEN_START):
        return ACCESS_TOKEN_USER, "basic"
    return (asked if asked and asked == profile.username else API_TOKEN_USER), "basic"


def speak_bitbucket_api(profile: Profile, asked: str | None, secret: str) -> tuple[str | None, str]:
    """Return the user name that REST at api.bitbucket.org takes for this token."""
    if secret.startswith(ACCESS_TOKEN_START):
        return ACCESS_TOKEN_USER, "bearer"
    return profile.email or None, "basic"


def places(profile: Profile) -> tuple[Place, ...]:
    """Return every place where a profile answers, its main one first."""
    instance = parse_instance(profile.instance)
    if instance is None:
        return ()
    return tuple(place for row in SITES if (place := row(profile, instance)))


def find_place(profile: Profile, query: Query) -> Place | None:
    """Return the place of a profile that a query's address belongs to, whatever user it asks for."""
    return next((place for place in places(profile) if place.serves(query, profile.product)), None)
