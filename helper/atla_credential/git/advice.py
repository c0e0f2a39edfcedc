"""What `doctor` looks at in git's settings: whether git asks us where a profile is for, and takes our answer."""

import os

from atla_credential.errors import Unavailable
from atla_credential.git.finding import Finding
from atla_credential.git.helper_list import SEE, SETUP, HelperList
from atla_credential.git.host import hosts_of, origin_of, profiles_for_git, written
from atla_credential.git.outcome import Outcome
from atla_credential.git.rewriting import INSTEAD, PUSH_INSTEAD, rewritten
from atla_credential.git.settings import GitSettings, read_settings
from atla_credential.git.stale import check_headers
from atla_credential.git.urlmatch import is_below, pattern_at
from atla_credential.helpers.entry import own_arguments, title
from atla_credential.input.instance import join
from atla_credential.places.address import canonical_origin, split_path, split_url
from atla_credential.places.instance import parse_instance
from atla_credential.text import has_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atla_credential.answer.world import World
    from atla_credential.git.host import Origin
    from atla_credential.git.setting import Setting
    from atla_credential.model import Profile
    from atla_credential.places.address import Url
    from atla_credential.places.instance import Instance

ADVICE_S = 2  # how long git may hold up a login for a piece of advice
ANY = ("any", "any.git")  # a repository: what is set for a host counts for it, what is set for a path does not


def check_git(world: "World") -> "Iterator[Finding]":
    """Whether git asks us and takes our answer, or what it does instead: everywhere, and in the repository here."""
    profiles = profiles_for_git(world)
    hosts = hosts_of(profiles)
    settings = read_settings(world.environment)
    if settings is None:
        yield from [Finding("git is not there")] if hosts else []
        return
    usual = [*check_sites(world, settings, hosts), *check_headers(settings.headers, world.environment, hosts)]
    yield from usual
    yield from check_contexts(settings, {*map(origin_at, profiles)}, SETUP if hosts else f"{SETUP} --undo")
    if hosts and is_somewhere():
        here = read_settings(world.environment, in_repository=True) or settings
        if [*map(essence, here.entries)] != [*map(essence, settings.entries)]:
            found = [*check_sites(world, here, hosts), *check_headers(here.headers, world.environment, hosts)]
            known = {each.text for each in usual}
            yield from (
                Finding(f"here: {each.text}", each.hint, each.is_wrong) for each in found if each.text not in known
            )


def is_somewhere() -> bool:
    """Tell whether the working folder is still there: where it is not, there is no repository either."""
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def essence(setting: "Setting") -> tuple[str, str]:
    """Return all of a setting that git obeys."""
    return setting.key, setting.value


def check_sites(world: "World", settings: GitSettings, hosts: "Mapping[Origin, bool]") -> "Iterator[Finding]":
    """Say what git does at each instance, and at an address below it where that is something else.

    Args:
        hosts: which hosts to look at, each with whether git has to say the path there.
    """
    parsed = [parse_instance(each.instance) for each in profiles_for_git(world)]
    for instance in dict.fromkeys(each for each in parsed if each is not None and each[0] in hosts):
        origin, root = instance
        outcome = Outcome(world, settings, instance, hosts[origin])
        place = "/".join((origin[1], *(root if hosts[origin] else ())))
        usual = outcome.at(repository_of(instance), place)
        yield from usual
        texts = [each.text for each in usual]
        for address, source in below(settings, instance):
            if [each.text for each in outcome.at(address, place, source)] != texts:
                url = split_url(address)
                yield from outcome.at(address, place if url is None else written(url), source)


def repository_of(instance: "Instance") -> str:
    """Return the address of some repository of an instance."""
    origin, root = instance
    return join(origin, (*root, *ANY[len(root) :]))


def below(settings: GitSettings, instance: "Instance") -> "Iterator[tuple[str, Setting | None]]":
    """Yield the addresses below an instance of which git's settings speak, each with the setting that it is from.

    git takes a section with a user or a path for requests that have this user, or a path there; a clone's request has
    its path, also without credential.useHttpPath, which only says whether the helpers get to know it.
    """
    contexts = [here for each in settings.of("credential") if (here := at_host(each.context, instance[0]))]
    replaced = [each.value for each in settings.of("url", INSTEAD, PUSH_INSTEAD)]
    for address in dict.fromkeys((*contexts, *replaced)):
        url = split_url(address)
        if url is not None and is_special(url, instance):
            yield address, None
    for setting in settings.of("remote", "url", "pushurl"):
        leads_to = rewritten(settings.entries, setting.value)[0]
        urls = [split_url(each) for each in (setting.value, leads_to)]
        if any(url is not None and is_special(url, instance) for url in urls):
            yield setting.value, setting


def at_host(context: str, origin: "Origin") -> str | None:
    """Return the address of a section at a host, also with wildcards or without a scheme; None for another host's."""
    url = split_url(context)
    if url is not None and canonical_origin(url.protocol, url.host) == origin:
        return context
    pattern = pattern_at(context if "://" in context else f"{origin[0]}://{context}", origin)
    if pattern is None:
        return None
    scheme, _, rest = join(origin, pattern.path).partition("://")
    return f"{scheme}://{'' if pattern.username is None else f'{pattern.username}@'}{rest}"


def is_special(url: "Url", instance: "Instance") -> bool:
    """Tell whether an address is below an instance, with a user or a longer path."""
    origin, root = instance
    path = split_path(url.path or "")
    if path is None or has_unfit(url.username or ""):
        return False
    is_here = canonical_origin(url.protocol, url.host) == origin and is_below(path, root)
    return is_here and (url.username is not None or len(path) > len(root))


def check_contexts(settings: GitSettings, origins: "set[Origin | None]", command: str) -> "Iterator[Finding]":
    """Say where git is told to ask us, and no profile is left.

    Args:
        command: what takes out what setup-git has written there.
    """
    told = [each for each in settings.of("credential") if each.context and own_arguments(each.value) == []]
    for context in dict.fromkeys(entry.context for entry in told):
        origin = origin_of(context)
        if origin is not None and origin not in origins:
            yield Finding(f"git is told to ask us for {origin[1]}, where no profile is", f"run: {command}; or {SEE}")


def origin_at(profile: "Profile") -> "Origin | None":
    """Return the host of a profile, or None if no request can belong to it."""
    instance = parse_instance(profile.instance)
    return None if instance is None else instance[0]


def is_asked(world: "World", profile: "Profile") -> bool:
    """Tell whether nobody need be told of setup-git: git asks us at a profile's host, or never would, or is not there.

    It has to say the path, too, where that decides whose token goes there. What cannot be found out in time is no
    reason to say nothing.
    """
    instance = parse_instance(profile.instance)
    url = None if instance is None else split_url(repository_of(instance))
    if instance is None or url is None or not hosts_of([profile]):
        return True
    needs_path = hosts_of([*profiles_for_git(world), profile])[instance[0]]
    try:
        settings = read_settings(world.environment, limit_s=ADVICE_S)
        helpers = None if settings is None else HelperList(world, settings, url)
    except Unavailable:
        return False
    return helpers is None or (bool(helpers.able) and not (needs_path and helpers.asked.path is None))


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
        special = [split_url(address) for address, _ in below(settings, instance)]
        asked = [HelperList(world, settings, each) for each in (url, *special) if each is not None]
    except Unavailable:
        return None  # git says so itself, each time
    rivals = [each.first.value for each in asked if each.able and each.first is not None and not each.is_ours]
    if not rivals:
        return None
    asks = f"git asks {title(rivals[0])} before us for {instance[0][1]}"
    then = "if it has the old token, that one works, and git has it stored here again"
    return f"{asks}; {then}: empty it now, or {asked[0].only_us()}"
