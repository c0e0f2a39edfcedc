"""Which request belongs to which profile, with which user name and which scheme.

SITES is the table: each row is a function that says where a profile answers, or None where the row does not
apply to it. docs/reference/sites.md prints the table.

Source: Atlassian's documentation of API tokens, access tokens and the api.atlassian.com gateway.
"""

from atla_credential.address import DEFAULT_PORTS, canonical_origin, split_path, split_url
from atla_credential.model import Profile, Query
from atla_credential.place import BY_PATH, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.place import Speaker

    Instance = tuple[tuple[str, str, int], tuple[str, ...]]

CLOUD_SUFFIX = ".atlassian.net"
GATEWAY = ("https", "api.atlassian.com", 443)
BITBUCKET = ("https", "bitbucket.org", 443)
BITBUCKET_API = ("https", "api.bitbucket.org", 443)
API_TOKEN_USER = "x-bitbucket-api-token-auth"  # a user name, not a token
ACCESS_TOKEN_USER = "x-token-auth"  # likewise
TOKEN_USERS = (API_TOKEN_USER, ACCESS_TOKEN_USER)
ACCESS_TOKEN_START = "ATCTT"  # how every Bitbucket access token begins


def cloud_site(profile: Profile, instance: "Instance") -> Place | None:
    """A Cloud site answers at its own address, except for a service account, whose token works at the gateway only."""
    origin, root = instance
    if not is_cloud(origin) or (profile.auth == "bearer" and profile.cloud_id):
        return None
    base = gateway_url(profile.product or "jira", profile.cloud_id) if profile.cloud_id else profile.instance
    return Place(origin, root, *by_email(profile), base, product=BY_PATH)


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
        BITBUCKET, instance[1], speak_bitbucket_git, TOKEN_USERS, "https://api.bitbucket.org", product="bitbucket"
    )


def bitbucket_api(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud answers REST with the e-mail, or with Bearer for an access token."""
    if instance[0] != BITBUCKET:
        return None
    names = (profile.email, ACCESS_TOKEN_USER)
    return Place(BITBUCKET_API, (), speak_bitbucket_api, names, "https://api.bitbucket.org", product="bitbucket")


def own_instance(profile: Profile, instance: "Instance") -> Place | None:
    """Every other instance (Server, Data Center) answers at its origin, below its context path."""
    origin, root = instance
    if is_cloud(origin) or origin in (BITBUCKET, BITBUCKET_API):
        return None
    if origin[1] == GATEWAY[1]:
        if origin != GATEWAY or len(root) != 3 or root[0] != "ex" or root[1] not in ("jira", "confluence"):
            return None  # the gateway serves every customer; without a site's path it is nobody's
        return Place(origin, root, *by_email(profile), profile.instance, needs_path=True, product=root[1])
    return Place(origin, root, *by_username(profile), profile.instance)


SITES = (cloud_site, jira_gateway, confluence_gateway, bitbucket_git, bitbucket_api, own_instance)


def gateway(profile: Profile, instance: "Instance", product: str) -> Place | None:
    """Make the place of one product's gateway. A Data Center token has no business there, whatever its profile says."""
    if not profile.cloud_id or not is_cloud(instance[0]):
        return None
    root = ("ex", product, profile.cloud_id)
    return Place(GATEWAY, root, *by_email(profile), gateway_url(product, profile.cloud_id), True, product)


def gateway_url(product: str, cloud_id: str) -> str:
    """Return the address at which a scoped token works."""
    return f"https://api.atlassian.com/ex/{'confluence' if product == 'confluence' else 'jira'}/{cloud_id}"


def by_email(profile: Profile) -> "tuple[Speaker, tuple[str, ...]]":
    """Speak as `speak_email` does, and name what it says."""
    return speak_email, (speak_email(profile, None, "")[0],)


def by_username(profile: Profile) -> "tuple[Speaker, tuple[str, ...]]":
    """Speak as `speak_username` does, and name what it says."""
    return speak_username, (speak_username(profile, None, "")[0],)


def speak_email(profile: Profile, asked: str | None, secret: str) -> tuple[str, str]:
    """Return the e-mail; a Bearer account without one gets the name that Atlassian takes beside any token."""
    return profile.email or name_beside_bearer(profile), profile.auth


def speak_username(profile: Profile, asked: str | None, secret: str) -> tuple[str, str]:
    """Return the user name; else, for Basic, the e-mail, and for Bearer the name taken beside any token."""
    return profile.username or name_beside_bearer(profile) or profile.email, profile.auth


def name_beside_bearer(profile: Profile) -> str:
    """Return the user name for a caller that knows no Bearer, or "" where the profile is Basic."""
    return ACCESS_TOKEN_USER if profile.auth == "bearer" else ""


def speak_bitbucket_git(profile: Profile, asked: str | None, secret: str) -> tuple[str, str]:
    """Return the user name that git at bitbucket.org takes for this token; the e-mail would be answered with 401."""
    if secret.startswith(ACCESS_TOKEN_START):
        return ACCESS_TOKEN_USER, "basic"
    return (asked if asked and asked == profile.username else API_TOKEN_USER), "basic"


def speak_bitbucket_api(profile: Profile, asked: str | None, secret: str) -> tuple[str, str]:
    """Return the user name that REST at api.bitbucket.org takes for this token."""
    if secret.startswith(ACCESS_TOKEN_START):
        return ACCESS_TOKEN_USER, "bearer"
    return profile.email, "basic"


def is_cloud(origin: tuple[str, str, int]) -> bool:
    """Tell whether an instance is a Cloud site. This classifies a profile; it never matches a request."""
    return origin[0] == "https" and origin[2] == 443 and origin[1].endswith(CLOUD_SUFFIX)


def is_atlassian_hosted(instance: str) -> bool:
    """Tell whether an instance is a Cloud site or Bitbucket Cloud, where people sign in with an e-mail."""
    parsed = parse_instance(instance)
    return parsed is not None and (is_cloud(parsed[0]) or parsed[0] in (BITBUCKET, GATEWAY))


def default_name(instance: str) -> str:
    """Make a profile's name from its instance's host: `work` for https://work.atlassian.net."""
    parsed = parse_instance(instance)
    if parsed is None:
        return "default"
    origin = parsed[0]
    if is_cloud(origin):
        return origin[1].removesuffix(CLOUD_SUFFIX)
    if origin == BITBUCKET:
        return "bitbucket"
    name = origin[1].strip("[]").replace(":", "-")
    return name if origin[2] == DEFAULT_PORTS[origin[0]] else f"{name}-{origin[2]}"


def parse_instance(text: str) -> "Instance | None":
    """Return the (origin, root) of a profile's instance, or None if no request can belong to it."""
    if not {"?", "#", "%"}.isdisjoint(text):
        return None
    url = split_url(text)
    if url is None or url.username is not None:
        return None
    origin = canonical_origin(url.protocol, url.host)
    root = split_path(url.path or "")
    return None if origin is None or root is None else (origin, root)


def same_site(one: str, other: str) -> bool:
    """Tell whether two instances are the same address, however they are written."""
    parsed = parse_instance(one)
    return parsed is not None and parsed == parse_instance(other)


def complete_instance(text: str) -> str:
    """Return the instance of a variable with what people leave out or paste too much of.

    `https://` is added; Atlassian's own hosts have no context path, so a pasted page's path goes.
    """
    text = text.strip()
    text = text if "://" in text else f"https://{text}"
    parsed = parse_instance(text)
    is_hosted = parsed is not None and (is_cloud(parsed[0]) or parsed[0] == BITBUCKET)
    return f"https://{parsed[0][1]}" if parsed and is_hosted else text


def places(profile: Profile) -> tuple[Place, ...]:
    """Return every place where a profile answers, its main one first."""
    instance = parse_instance(profile.instance)
    if instance is None:
        return ()
    return tuple(place for row in SITES if (place := row(profile, instance)))


def find_place(profile: Profile, query: Query) -> Place | None:
    """Return the place of a profile that a query's address belongs to, whatever user it asks for."""
    return next((place for place in places(profile) if place.serves(query, profile.product)), None)
