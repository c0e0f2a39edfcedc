"""The hosts where there can be repositories, among the instances of the profiles."""

import re

from atla_credential.places.address import canonical_origin, split_url
from atla_credential.places.instance import BITBUCKET, BITBUCKET_API, GATEWAYS, is_cloud, parse_instance
from atla_credential.text import is_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.places.address import Url

    Origin = tuple[str, str, int]  # scheme, host, port

WITHOUT_REPOSITORIES = ("jira", "confluence")  # what a profile can be restricted to


def hosts_of(profiles: "Iterable[Profile]") -> "dict[Origin, bool]":
    """Return the hosts that git could ask for, each with whether it must say at which path it is.

    It must where the profiles of a host are for different paths, also of products that git never meets: without a path
    git would be given the token of one of these, and have it forgotten because the server refuses it. At Bitbucket
    Cloud a path is a workspace's or a repository's, whose token is for nothing else there.
    """
    roots: dict[Origin, set[tuple[str, ...]]] = {}
    hosts: dict[Origin, bool] = {}
    for profile in profiles:
        parsed = parse_instance(profile.instance)
        if parsed is None or is_cloud(parsed[0]) or parsed[0] in (*GATEWAYS, BITBUCKET_API):
            continue
        origin, root = parsed
        roots.setdefault(origin, set()).add(root)
        if profile.product not in WITHOUT_REPOSITORIES and profile.counts:  # for such a one git asks us already
            hosts[origin] = True
    return {origin: len(roots[origin]) > 1 or (origin == BITBUCKET and () not in roots[origin]) for origin in hosts}


def origin_of(text: str) -> "Origin | None":
    """Return the host that a context of git's settings, or a person, names; https if that is not said."""
    url = split_url(text if "://" in text else f"https://{text}")
    return None if url is None else canonical_origin(url.protocol, url.host)


def is_meant(text: str, origin: "Origin") -> bool:
    """Tell whether a person means this host: by an address, by name and port, or by the name alone, with any port."""
    named = origin_of(text)
    if named is None or "://" in text:
        return named == origin
    has_port = re.search(r":\d+\Z", text.partition("/")[0], re.ASCII)
    return named[1] == origin[1] and (not has_port or named[2] == origin[2])


def written(url: "Url") -> str:
    """Return an address as git's settings have it, without what may be a password or a token."""
    user = "" if url.username is None else f"{url.username if is_name(url.username) else '...'}@"
    return without_user(url).replace("://", f"://{user}", 1)


def without_user(url: "Url") -> str:
    """Return an address as git's settings have it, without the user."""
    path = "" if url.path is None else f"/{url.path}"
    return f"{url.protocol}://{url.host}{path}"


def profiles_for_git(world: "World") -> "list[Profile]":
    """Return all profiles: those of config.toml, and the one that the variables make."""
    made = world.profile_of_variables
    return [*world.config.profiles.values(), *([made] if made else [])]
