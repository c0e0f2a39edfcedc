"""Services that take an account's token though its instance is elsewhere: Bitbucket's package registries, Rovo MCP.

Rows as those of `table`, for hosts that serve every customer. They are apart from it because they are a profile's for
an answer only: no question about a token is asked there, and `store` and `erase` do nothing.

The host of the Maven registry is in none of the sources, so it has no row.

Source: https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-packages/ and, beside it,
getting-started-with-packages (docker login with the e-mail), working-with-the-npm-registry (likewise in .npmrc);
https://developer.atlassian.com/cloud/rovo-mcp/guides/configuring-authentication-via-api-token/ (Basic with the e-mail,
or a service account's key as Bearer).
"""

from atla_credential.model import Profile, Query
from atla_credential.places.instance import (
    BITBUCKET,
    CLOUD_SUFFIX,
    CONTAINERS,
    GATEWAY_OF,
    MCP,
    NPM,
    REGISTRIES,
    is_cloud,
    parse_instance,
)
from atla_credential.places.place import Place
from atla_credential.places.table import by, speak_email

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.places.instance import Instance, Origin
    from atla_credential.places.place import Speaker

    Row = Callable[[Profile, Instance], Place | None]


def container_registry(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud with an API token answers at the container registry with the e-mail."""
    return service(CONTAINERS, profile, speak_package) if instance == (BITBUCKET, ()) else None


def npm_registry(profile: Profile, instance: "Instance") -> Place | None:
    """Bitbucket Cloud with an API token answers at the npm registry with the e-mail."""
    return service(NPM, profile, speak_package) if instance == (BITBUCKET, ()) else None


def rovo_mcp(profile: Profile, instance: "Instance") -> Place | None:
    """A Cloud site answers at Rovo MCP if its profile is named, or the only one; a service account's with Bearer."""
    is_site = is_cloud(instance[0]) and serves(MCP, instance) and not instance[1]
    return service(MCP, profile, speak_email) if is_site else None


ROW_OF: "dict[Origin | None, Row]" = {CONTAINERS: container_registry, NPM: npm_registry, MCP: rovo_mcp}
SERVICE_ROWS = tuple(ROW_OF.values())


def service(origin: "Origin", profile: Profile, speak: "Speaker") -> Place | None:
    """Make the place of a service: all of its host, for profiles that are neither adopted nor bound to a product."""
    if profile.only_as_told or profile.product:
        return None
    return Place(origin, (), *by(speak, profile), f"https://{origin[1]}")


def speak_package(profile: Profile, asked: str | None, secret: str) -> tuple[str | None, str]:
    """Return the e-mail. That no access token is sent is a matter of answer/rules, which looks for the next profile."""
    return profile.email or None, "basic"


def serves(origin: "Origin", instance: "Instance") -> bool:
    """Tell whether a service serves the accounts of an instance.

    Government Cloud has accounts of its own. A product's address at the gateway belongs to an account of the cloud's.
    """
    if origin in REGISTRIES:
        return instance[0] == BITBUCKET
    is_site = is_cloud(instance[0]) and instance[0][1].endswith(CLOUD_SUFFIX)
    return is_site or instance[0] == GATEWAY_OF[CLOUD_SUFFIX]


def is_at_home(profile: Profile, origin: "Origin") -> bool:
    """Tell whether a service serves the account of a profile, though the profile may not answer there."""
    instance = parse_instance(profile.instance)
    return instance is not None and serves(origin, instance)


def places(profile: Profile, instance: "Instance") -> tuple[Place, ...]:
    """Return every place of a profile at a service."""
    return tuple(place for row in SERVICE_ROWS if (place := row(profile, instance)))


def find_place(profile: Profile, query: Query) -> Place | None:
    """Return the place of a profile at the service that a query is for, whatever user it asks for."""
    instance = parse_instance(profile.instance)
    place = ROW_OF[query.origin](profile, instance) if instance else None
    return place if place and place.serves(query, profile.product) else None
