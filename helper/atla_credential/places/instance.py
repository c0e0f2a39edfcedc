"""What the address of an instance says: whose it is, and what a profile for it is called."""

from atla_credential.places.address import DEFAULT_PORTS, canonical_origin, split_path, split_url, without_git

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query

    Origin = tuple[str, str, int]
    Instance = tuple[Origin, tuple[str, ...]]  # origin and root

CLOUD_SUFFIX = ".atlassian.net"
GOVERNMENT_SUFFIX = ".atlassian-us-gov-mod.net"  # Atlassian Government Cloud, FedRAMP Moderate
# Each cloud's gateway, by how the hosts of its sites end. A token of one cloud is never for the gateway of the other.
GATEWAY_OF = {
    CLOUD_SUFFIX: ("https", "api.atlassian.com", 443),
    GOVERNMENT_SUFFIX: ("https", "api.atlassian-us-gov-mod.com", 443),
}
GATEWAYS = tuple(GATEWAY_OF.values())
BITBUCKET = ("https", "bitbucket.org", 443)
BITBUCKET_API = ("https", "api.bitbucket.org", 443)
BITBUCKET_WWW = ("https", "www.bitbucket.org", 443)
# Services for all customers, which take the tokens of accounts that are at home elsewhere; none is an instance.
CONTAINERS, NPM = REGISTRIES = ("https", "crg.apkg.io", 443), ("https", "npm.apkg.io", 443)
MCP = ("https", "mcp.atlassian.com", 443)
SERVICES = (CONTAINERS, NPM, MCP)
# What stands in the instances of those who answer at a host that is no instance.
AT_HOME = {
    **dict.fromkeys((BITBUCKET_API, CONTAINERS, NPM), (BITBUCKET[1],)),
    MCP: (CLOUD_SUFFIX, GATEWAYS[0][1]),
}
_parsed: "dict[str, Instance | None]" = {}  # whoever looks at a profile asks for its instance several times


def is_cloud(origin: "Origin") -> bool:
    """Tell whether an instance is a Cloud site. This classifies a profile; it never matches a request."""
    return origin[0] == "https" and origin[2] == 443 and origin[1].endswith((CLOUD_SUFFIX, GOVERNMENT_SUFFIX))


def gateway_of(origin: "Origin") -> "Origin":
    """Return the gateway of a Cloud site: that of its own cloud."""
    return GATEWAY_OF[GOVERNMENT_SUFFIX if origin[1].endswith(GOVERNMENT_SUFFIX) else CLOUD_SUFFIX]


def is_atlassian_hosted(instance: str) -> bool:
    """Tell whether an instance is a Cloud site or Bitbucket Cloud, where people sign in with an e-mail."""
    parsed = parse_instance(instance)
    return parsed is not None and (is_cloud(parsed[0]) or parsed[0] in (BITBUCKET, *GATEWAYS))


def default_name(instance: str) -> str:
    """Make a profile's name from its instance's host: `work` for https://work.atlassian.net.

    At Bitbucket a workspace or repository belongs to the name: two of them are two profiles.
    """
    parsed = parse_instance(instance)
    if parsed is None:
        return "default"
    origin, root = parsed
    if is_cloud(origin):
        site = origin[1].removesuffix(GOVERNMENT_SUFFIX)
        return site.removesuffix(CLOUD_SUFFIX) if site == origin[1] else f"{site}-gov"
    if origin == BITBUCKET:
        return "-".join(("bitbucket", *root[:2]))
    name = origin[1].strip("[]").replace(":", "-").strip("-")  # an option would begin with a hyphen
    return name if origin[2] == DEFAULT_PORTS[origin[0]] else f"{name}-{origin[2]}"


def parse_instance(text: str) -> "Instance | None":
    """Return the (origin, root) of a profile's instance, or None if no request can belong to it."""
    if text not in _parsed:
        _parsed[text] = _parse(text)
    return _parsed[text]


def _parse(text: str) -> "Instance | None":
    if not {"?", "#", "%", "|"}.isdisjoint(text):
        return None
    url = split_url(text)
    if url is None or url.username is not None:
        return None
    origin = canonical_origin(url.protocol, url.host)
    root = split_path(url.path or "")
    if origin is None or root is None:
        return None
    return origin, without_git(root, 1) if origin == BITBUCKET else root


def same_site(one: str, other: str) -> bool:
    """Tell whether two instances are the same address, however they are written."""
    parsed = parse_instance(one)
    return parsed is not None and parsed == parse_instance(other)


def is_whole(text: str) -> bool:
    """Tell whether an instance is the address of a host alone, and needs no reading: as most variables have it."""
    parsed = parse_instance(text)
    return parsed is not None and text == f"https://{parsed[0][1]}" and parsed[0] not in (BITBUCKET_API, BITBUCKET_WWW)


def texts_of(query: "Query") -> tuple[bytes, ...]:
    """Return texts in lower case, of which one stands in the instance or cloud id of every profile that matches."""
    if query.origin is None:
        return ()
    hosts = AT_HOME[query.origin] if query.origin in AT_HOME else (query.origin[1],)
    cloud_id = query.path[2:3] if query.origin in GATEWAYS and query.path else ()
    return tuple(text.encode("utf-8", "replace").lower() for text in (*hosts, *cloud_id) if text)
