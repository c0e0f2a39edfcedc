"""Make an instance out of what a person types or pastes."""

from atla_credential.address import DEFAULT_PORTS, canonical_origin, is_loopback, split_path, split_url
from atla_credential.errors import UsageError
from atla_credential.sites import BITBUCKET, BITBUCKET_API, GATEWAY, is_cloud

EXAMPLE = "for example: --instance https://work.atlassian.net"


def normalise_instance(text: str, allow_http: bool) -> str:
    """Return an instance in the form that goes into config.toml.

    White space around it and the slash at its end are dropped, https:// is added, the host becomes lower case. A
    context path stays, except on Cloud sites and Bitbucket, which have none: there a pasted page's path is dropped.

    Raises:
        UsageError: it is not an address, carries a user name, query or fragment, or is http on another machine.
    """
    text = text.strip()
    text = text if "://" in text else f"https://{text}"
    if "?" in text or "#" in text:
        raise UsageError("an instance has no query and no fragment", EXAMPLE)
    url = split_url(text)
    if url is None:
        raise UsageError("this is not an instance's address", EXAMPLE)
    if url.username is not None:
        raise UsageError("an instance has no user name in it", "give the account with --email or --username")
    origin, path = canonical_origin(url.protocol, url.host), split_path(url.path or "")
    if origin is None or path is None:
        raise UsageError("this is not an instance's address", EXAMPLE)
    if origin[0] == "http" and not (allow_http or is_loopback(origin[1])):
        raise UsageError("an http instance would send the token unprotected", "use https")
    if origin == BITBUCKET_API:
        origin = BITBUCKET
    if origin[1] == GATEWAY[1]:
        raise UsageError("the gateway is not an instance", "give the site's own address, and its id with --cloud-id")
    return join(origin, () if is_cloud(origin) or origin == BITBUCKET else path)


def join(origin: tuple[str, str, int], path: tuple[str, ...]) -> str:
    """Write an origin and a path as an address, the port only where it is not the scheme's own."""
    scheme, host, port = origin
    authority = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return "/".join((f"{scheme}://{authority}", *path))
