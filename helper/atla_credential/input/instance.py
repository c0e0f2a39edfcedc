"""Make an instance out of what a person types or pastes, or has in a variable."""

from atla_credential.errors import UsageError
from atla_credential.input.page import path_of_instance
from atla_credential.places.address import DEFAULT_PORTS, canonical_origin, is_loopback, split_path, split_url
from atla_credential.places.instance import (
    BITBUCKET,
    BITBUCKET_API,
    BITBUCKET_WWW,
    CLOUD_SUFFIX,
    GATEWAYS,
    GOVERNMENT_SUFFIX,
    REGISTRIES,
    parse_instance,
)
from atla_credential.places.table import TOKEN_USERS
from atla_credential.text import has_unfit, is_name

EXAMPLE = "for example: --instance https://work.atlassian.net"
LEAVE_OUT = "leave it out; login asks for the token by itself"
ATLASSIAN = (".atlassian.com", CLOUD_SUFFIX, ".atlassian-us-gov-mod.com", GOVERNMENT_SUFFIX)


class Given:
    """What an address says that a person gives for an instance.

    Args:
        instance: in the form that goes into config.toml.
        username: the account's name in it, or None. One that goes with every token tells no account.
        is_cut: whether it was the address of a page or of a clone.
    """

    __slots__ = ("instance", "is_cut", "username")

    def __init__(self, instance: str, username: str | None, is_cut: bool) -> None:
        self.instance, self.username, self.is_cut = instance, username, is_cut

    @property
    def option(self) -> str:
        """The option of `login` that the name would be given with."""
        return "email" if "@" in (self.username or "") else "username"


def read_instance(text: str, allow_http: bool) -> Given:
    """Read the address of an instance.

    White space around it and the slash at its end are dropped, https:// is added, the host becomes lower case. A
    context path stays, and a workspace or repository of Bitbucket's; what belongs to a page or to a clone goes.

    Raises:
        UsageError: it is not an address, carries a password, query or fragment, or as its user what may be a token, is
            http on another machine, or is most likely a mistake.
    """
    text = text.strip()
    has_scheme = "://" in text
    text = text if has_scheme else f"https://{text}"
    url = split_url(text)
    if url is None or has_unfit(text):
        raise UsageError("this is not an instance's address", EXAMPLE)
    if url.password is not None:
        raise UsageError("the address has a password in it", LEAVE_OUT)
    if "@" not in (url.username or "") and not is_name(url.username or ""):
        raise UsageError("the user in the address is too long for a name, and may be a token", LEAVE_OUT)
    if not {"?", "#"}.isdisjoint(text):
        raise UsageError("an instance has no query and no fragment", "leave out what begins with a ? or a #")
    origin, path = canonical_origin(url.protocol, url.host), split_path(url.path or "")
    if origin is None or path is None:
        raise UsageError("this is not an instance's address", EXAMPLE)
    if origin[0] == "http" and not (allow_http or is_loopback(origin[1])):
        raise UsageError("an http instance would send the token unprotected", "use https")
    refuse_mistaken_host(origin[1], has_scheme)
    kept = path_of_instance(BITBUCKET if origin == BITBUCKET_WWW else origin, path)
    origin = BITBUCKET if origin in (BITBUCKET_API, BITBUCKET_WWW) else origin
    instance = join(origin, kept)
    if parse_instance(instance) != (origin, kept):
        raise UsageError("an instance has no percent sign and no |", EXAMPLE)
    username = None if url.username in ("", *TOKEN_USERS) else url.username
    return Given(instance, username, is_cut=kept != path)


def complete_instance(text: str) -> tuple[str, str | None]:
    """Return the instance in a variable, and the user name in its address or None; an e-mail has a variable of its own.

    What `login` would refuse stays as it is: most of it is no address that a request could belong to.
    """
    try:
        given = read_instance(text, allow_http=True)
    except UsageError:
        text = text.strip()
        return (text if "://" in text else f"https://{text}"), None
    return given.instance, given.username if given.option == "username" else None


def refuse_mistaken_host(host: str, has_scheme: bool) -> None:
    """Refuse hosts that are no instances, before a token is stored for them."""
    if host in {gateway[1] for gateway in GATEWAYS}:
        raise UsageError("the gateway is not an instance", "give the site's own address, and its id with --cloud-id")
    if f".{host}".endswith(ATLASSIAN) and not host.endswith((CLOUD_SUFFIX, GOVERNMENT_SUFFIX)):
        raise UsageError("this is a host of Atlassian's, but not a site", "a Cloud site is called NAME.atlassian.net")
    if host in {registry[1] for registry in REGISTRIES}:
        raise UsageError("a package registry is not an instance", "log in to bitbucket.org; its API token is for both")
    if "." not in host and not has_scheme and not is_loopback(host) and not host.startswith("["):
        raise UsageError(
            "the name has no domain",
            "a Cloud site is called NAME.atlassian.net; write https:// before a host of your own",
        )


def join(origin: tuple[str, str, int], path: tuple[str, ...] = ()) -> str:
    """Write an origin and a path as an address, the port only where it is not the scheme's own."""
    scheme, host, port = origin
    authority = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return "/".join((f"{scheme}://{authority}", *path))
