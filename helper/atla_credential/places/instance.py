"""What the address of an instance says: whose it is, and what a profile for it is called."""

from atla_credential.places.address import DEFAULT_PORTS, canonical_origin, split_path, split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    Instance = tuple[tuple[str, str, int], tuple[str, ...]]  # origin and root

CLOUD_SUFFIX = ".atlassian.net"
GATEWAY = ("https", "api.atlassian.com", 443)
BITBUCKET = ("https", "bitbucket.org", 443)
BITBUCKET_API = ("https", "api.bitbucket.org", 443)
BITBUCKET_TOO = (BITBUCKET_API, ("https", "www.bitbucket.org", 443))  # what people give for Bitbucket


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
    name = origin[1].strip("[]").replace(":", "-").strip("-")  # an option would begin with a hyphen
    return name if origin[2] == DEFAULT_PORTS[origin[0]] else f"{name}-{origin[2]}"


def parse_instance(text: str) -> "Instance | None":
    """Return the (origin, root) of a profile's instance, or None if no request can belong to it."""
    if not {"?", "#", "%", "|"}.isdisjoint(text):
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
    if parsed is None:
        return text
    if parsed[0] in (BITBUCKET, *BITBUCKET_TOO):
        return f"https://{BITBUCKET[1]}"
    return f"https://{parsed[0][1]}" if is_cloud(parsed[0]) else text
