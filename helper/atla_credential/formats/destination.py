"""Where an answer goes: the address that was asked for; at a Cloud site whose token has scopes, the gateway's."""

from atla_credential import errors
from atla_credential.places.address import DEFAULT_PORTS, first_of, with_scheme
from atla_credential.places.instance import is_cloud, parse_instance
from atla_credential.text import has_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile, Query, Resolution
    from atla_credential.places.instance import Origin

# What stands in a path or query as it is (RFC 3986); curl would make several addresses out of one with brackets.
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%")


def origin_of(resolution: "Resolution", query: "Query | None") -> "Origin":
    """Return the origin that an answer goes to. Without an address it is that of the profile's instance."""
    profile = resolution.profile
    asked = query.origin if query else origin_in(profile.instance, profile)
    if asked is not None and not is_cloud(asked):
        return asked
    return origin_in(resolution.api_base_url, profile)


def origin_in(address: str, profile: "Profile") -> "Origin":
    """Return the origin of a profile's address. Raises CredentialError where its cloud id has made it none."""
    parsed = parse_instance(address)
    if parsed is None:
        raise errors.CredentialError(
            f'profile "{profile.name}" has a cloud id that is none', errors.login_again(profile.name)
        )
    return parsed[0]


def address_of(resolution: "Resolution", query: "Query", url: str) -> str:
    """Return the address that an answer goes to, without user and fragment, as it may stand in a request.

    Args:
        url: the address that was asked for, `query` being what it asks.

    Raises:
        MalformedRequest: it has a control character, or what ends a line for some programs.
    """
    if has_unfit(url):
        raise errors.MalformedRequest("the url has a control character")
    rest = with_scheme(url).partition("://")[2]
    tail = rest[first_of("/?#", rest) :].partition("#")[0]
    scheme, host, port = origin = origin_of(resolution, query)
    base = f"{scheme}://{host}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"
    if origin != query.origin:
        base = resolution.api_base_url
    return base + "".join(
        chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in tail.encode("utf-8", "surrogateescape")
    )
