"""What `doctor` looks at in git's settings: whether git asks us where a profile is for, and whom it asks before."""

import os

from atla_credential.errors import Unavailable
from atla_credential.foreign.program import find_helper
from atla_credential.git.finding import Finding
from atla_credential.git.host import hosts_of, origin_of, written
from atla_credential.git.settings import GitSettings, read_settings
from atla_credential.git.stale import check_headers
from atla_credential.helpers.entry import first_command, is_absolute, own_arguments, profile_in, title
from atla_credential.model import Query
from atla_credential.places.address import Url, canonical_origin, split_path, split_url
from atla_credential.places.instance import parse_instance
from atla_credential.places.table import find_place
from atla_credential.text import is_unfit, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment
    from atla_credential.git.host import Origin
    from atla_credential.model import Profile
    from atla_credential.places.instance import Instance
    from atla_credential.settings.config import Config

SEE = "see: git config --show-origin --get-regexp 'credential.*helper'"
SETUP = "atla-credential setup-git"
ADVICE_S = 2  # how long git may hold up a login for a piece of advice


def check_git(world: "World") -> "Iterator[Finding]":
    """Whether git asks us, whom it asks before, and what it sends by itself."""
    config = world.config
    hosts = hosts_of(config.profiles.values())
    settings = read_settings(world.environment)
    if settings is None:
        yield from [Finding("git is not there")] if hosts else []
        return
    instances = {each.instance: parse_instance(each.instance) for each in config.profiles.values()}
    for text, instance in instances.items():
        url = split_url(text)
        if url is not None and instance is not None and instance[0] in hosts:
            yield from check_host(world, settings, url, instance)
    yield from check_contexts(settings, {instance[0] for instance in instances.values() if instance})
    yield from check_headers(world.environment, hosts)


def check_host(world: "World", settings: GitSettings, url: Url, instance: "Instance") -> "Iterator[Finding]":
    """Say what git does at an instance, and at an address below it where that is something else."""
    host = instance[0][1]
    usual = finding(world, settings, url, host)
    yield usual
    for special in below(settings, instance):
        if finding(world, settings, special, host).text != usual.text:
            yield finding(world, settings, special, written(special))


def check_contexts(settings: GitSettings, origins: "set[Origin]") -> "Iterator[Finding]":
    """Say where git is told to ask us, and no profile is left."""
    told = [entry for entry in settings.entries if entry.context and own_arguments(entry.value) == []]
    for context in dict.fromkeys(entry.context for entry in told):
        origin = origin_of(context)
        if origin is not None and origin not in origins:
            yield Finding(f"git is told to ask us for {origin[1]}, where no profile is", f"run: {SETUP}; or {SEE}")


def below(settings: GitSettings, instance: "Instance") -> "Iterator[Url]":
    """Yield the addresses of an instance for which git's settings have a section with a user or a path.

    git takes such a section for requests that have this user, or a path there; a clone's request has its path, also
    without credential.useHttpPath, which only says whether the helpers get to know it.
    """
    origin, root = instance
    for url in filter(None, map(split_url, dict.fromkeys(entry.context for entry in settings.entries))):
        path = split_path(url.path or "")
        is_here = canonical_origin(url.protocol, url.host) == origin and path is not None and path[: len(root)] == root
        is_special = url.username is not None or len(path or ()) > len(root)
        if is_here and is_special and not any(map(is_unfit, url.username or "")):
            yield url


def is_asked(world: "World", profile: "Profile") -> bool:
    """Tell whether nobody need be told of setup-git: git asks us at a profile's host, or never would, or is not there.

    What cannot be found out in time is no reason to say nothing.
    """
    url = split_url(profile.instance)
    if url is None or not hosts_of([profile]):
        return True
    try:
        settings = read_settings(world.environment, limit_s=ADVICE_S)
        return settings is None or bool(helpers_at(world, settings, url)[2])
    except Unavailable:
        return False


def brings_back(world: "World", profile: "Profile") -> str | None:
    """Return what to say to somebody who has just replaced a token, if another helper's old one would come back.

    git tells all of its helpers what worked: also us, of a token that one before us had kept.
    """
    instance, url = parse_instance(profile.instance), split_url(profile.instance)
    if instance is None or url is None or not hosts_of([profile]):
        return None
    try:
        settings = read_settings(world.environment, limit_s=ADVICE_S)
        if settings is None:
            return None
        asked = [helpers_at(world, settings, each) for each in (url, *below(settings, instance))]
    except Unavailable:
        return None  # git says so itself, each time
    rivals = [first_of(*each) for each in asked if each[2] and first_of(*each) not in each[2]]
    if not rivals:
        return None
    asks = f"git asks {title(rivals[0])} before us for {instance[0][1]}"
    then = "if it has the old token, that one works, and git has it stored here again"
    return f"{asks}; {then}: empty it now, or {only_us(url)}"


def helpers_at(world: "World", settings: GitSettings, url: Url) -> tuple[list[str], list[str], list[str]]:
    """Return the helpers that git asks for a request, those of them that are us, and those that can answer."""
    helpers = [setting.value for setting in settings.asked_for(url)]
    ours = [helper for helper in helpers if own_arguments(helper) is not None]
    return helpers, ours, [helper for helper in ours if may_answer(helper, world.config, url)]


def first_of(helpers: list[str], ours: list[str], able: list[str]) -> str:
    """Return the first helper that can answer, as far as we know; "" without one."""
    return next((helper for helper in helpers if helper not in ours or helper in able), "")


def finding(world: "World", settings: GitSettings, url: Url, place: str) -> Finding:
    """Say what git does for a request."""
    helpers, ours, able = helpers_at(world, settings, url)
    others = [helper for helper in helpers if helper not in ours]
    if able:
        first = first_of(helpers, ours, able)
        if first not in able:
            step = f"to ask only us, {only_us(url)}"
            return Finding(f"git asks {title(first)} before us for {place}", f"{SEE}; {step}")
        if not is_there(first, world.environment):
            return Finding(f"git cannot start {title(first)} for {place}", f"run: {SETUP}", is_wrong=True)
        if not others:
            return Finding(f"git asks us for {place}")
        hint = f"{SEE}; to ask only us, {only_us(url)}" if is_meant_alone(settings, url) else None
        return Finding(f"git asks us for {place}, and tells {title(others[0])} what worked", hint)
    if ours:
        name = profile_in(own_arguments(ours[0]) or []) or ""
        lacks = "is not for this address" if name in world.config.profiles else "is no profile"
        return Finding(f"git asks us for {place} with --profile {quoted(name)}, which {lacks}", SEE, is_wrong=True)
    return Finding(f"git does not ask us for {place}", only_us(url) if others else f"run: {SETUP}")


def is_meant_alone(settings: GitSettings, url: Url) -> bool:
    """Tell whether somebody wanted git to ask nobody else at a host: an empty helper of its own clears the list."""
    cleared = (split_url(entry.context) for entry in settings.entries if entry.name == "helper" and not entry.value)
    whole = [each for each in cleared if each is not None and each.username is None and each.path is None]
    origin = canonical_origin(url.protocol, url.host)
    return any(canonical_origin(each.protocol, each.host) == origin for each in whole)


def is_there(helper: str, environment: "Environment") -> bool:
    """Tell whether git can start a helper of ours. Of a snippet only the shell knows."""
    if helper.startswith("!"):
        return True
    if is_absolute(helper):
        return os.access(first_command(helper)[0], os.X_OK)
    return find_helper("atla", environment) is not None


def may_answer(helper: str, config: "Config", url: Url) -> bool:
    """Tell whether a helper is this program, and not bound to a profile that cannot answer at an address."""
    arguments = own_arguments(helper)
    if arguments is None:
        return False
    name = profile_in(arguments)
    if name is None:
        return True
    profile = config.profiles.get(name)
    origin = canonical_origin(url.protocol, url.host)
    return profile is not None and find_place(profile, Query(origin, split_path(url.path or ""))) is not None


def only_us(url: Url) -> str:
    """Return the step after which git asks only us at a host; whatever else is set stays for all others."""
    return f"run: {SETUP} --only --host {quoted(url.host)}"
