"""Make an instance out of what a person types or pastes."""

from atla_credential.errors import UsageError
from atla_credential.places.address import DEFAULT_PORTS, canonical_origin, is_loopback, split_path, split_url
from atla_credential.places.instance import BITBUCKET, BITBUCKET_TOO, CLOUD_SUFFIX, GATEWAY, is_cloud
from atla_credential.text import is_unfit

EXAMPLE = "for example: --instance https://work.atlassian.net"
# The first segment of a page inside Jira, Confluence or Bitbucket: people paste what stands in their browser.
PAGES = (
    "browse", "dashboard", "display", "issues", "login", "login.action", "login.jsp", "pages", "plugins", "projects",
    "repos", "rest", "secure", "spaces",
)  # fmt: skip


def normalise_instance(text: str, allow_http: bool) -> str:
    """Return an instance in the form that goes into config.toml.

    White space around it and the slash at its end are dropped, https:// is added, the host becomes lower case. A
    context path stays; the path of a pasted page goes, and on Cloud sites and Bitbucket every path.

    Raises:
        UsageError: it is not an address, carries a user name, query or fragment, is http on another machine, or is
            most likely a mistake.
    """
    text = text.strip()
    has_scheme = "://" in text
    text = text if has_scheme else f"https://{text}"
    if not {"?", "#", "%", "|"}.isdisjoint(text):
        raise UsageError("an instance has no query, no fragment, no percent sign and no |", EXAMPLE)
    url = split_url(text)
    if url is None or any(map(is_unfit, text)):
        raise UsageError("this is not an instance's address", EXAMPLE)
    if url.username is not None:
        raise UsageError("an instance has no user name in it", "give the account with --email or --username")
    origin, path = canonical_origin(url.protocol, url.host), split_path(url.path or "")
    if origin is None or path is None:
        raise UsageError("this is not an instance's address", EXAMPLE)
    if origin[0] == "http" and not (allow_http or is_loopback(origin[1])):
        raise UsageError("an http instance would send the token unprotected", "use https")
    refuse_mistaken_host(origin[1], has_scheme)
    if origin in BITBUCKET_TOO:
        origin = BITBUCKET
    return join(origin, () if is_cloud(origin) or origin == BITBUCKET else context_path(path))


def refuse_mistaken_host(host: str, has_scheme: bool) -> None:
    """Refuse hosts that are no instances, before a token is stored for them."""
    if host == GATEWAY[1]:
        raise UsageError("the gateway is not an instance", "give the site's own address, and its id with --cloud-id")
    if f".{host}".endswith((".atlassian.com", ".atlassian.net")) and not host.endswith(CLOUD_SUFFIX):
        raise UsageError("this is a host of Atlassian's, but not a site", "a Cloud site is called NAME.atlassian.net")
    if "." not in host and not has_scheme and not is_loopback(host) and not host.startswith("["):
        raise UsageError(
            "the name has no domain",
            "a Cloud site is called NAME.atlassian.net; write https:// before a host of your own",
        )


def context_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path without what belongs to a page. A page has a path of its own; a word alone may be a context."""
    page = next((at for at, segment in enumerate(path[:-1]) if segment in PAGES), len(path))
    return path[:page]


def join(origin: tuple[str, str, int], path: tuple[str, ...] = ()) -> str:
    """Write an origin and a path as an address, the port only where it is not the scheme's own."""
    scheme, host, port = origin
    authority = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return "/".join((f"{scheme}://{authority}", *path))
