"""What `doctor` looks at in git's settings: whether git asks us where a profile is for, and whom it asks before."""

from atla_credential.address import Url, canonical_origin, split_path, split_url
from atla_credential.checkup.finding import Finding
from atla_credential.config import read_config
from atla_credential.errors import is_control, quoted
from atla_credential.git.helper_value import own_arguments, profile_in, title
from atla_credential.git.settings import GitSettings, read_settings
from atla_credential.instance import is_cloud, parse_instance
from atla_credential.model import Query
from atla_credential.sites import find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atla_credential.config import Config
    from atla_credential.environment import Environment
    from atla_credential.instance import Instance

SEE = "see: git config --show-origin --get-regexp 'credential.*helper'"
ADD = "git config --global --add"


def check_git(environment: "Environment") -> "Iterator[Finding]":
    """Whether git asks us, and whom it asks before."""
    config = read_config(environment)
    instances = {each.instance: parse_instance(each.instance) for each in config.profiles.values()}
    settings: GitSettings | None = None
    for text, instance in instances.items():
        url = split_url(text)
        if url is None or instance is None or is_cloud(instance[0]):
            continue  # at a Cloud site there are no repositories
        settings = settings or read_settings(environment)
        if settings is None:
            yield Finding("git is not there")
            return
        yield from check_host(settings, config, url, instance)


def check_host(settings: GitSettings, config: "Config", url: Url, instance: "Instance") -> "Iterator[Finding]":
    """Say what git does at an instance, and at an address below it where that is something else."""
    host = instance[0][1]
    usual = finding(settings, config, url, host)
    yield usual
    for special in below(dict.fromkeys(setting.context for setting in settings.entries), instance):
        if finding(settings, config, special, host).text != usual.text:
            yield finding(settings, config, special, written(special))


def below(contexts: "Iterable[str]", instance: "Instance") -> "Iterator[Url]":
    """Yield the addresses of an instance for which git's settings have a section with a user or a path.

    git takes such a section for requests that have this user, or a path there; a clone's request has its path, also
    without credential.useHttpPath, which only says whether the helpers get to know it.
    """
    origin, root = instance
    for url in filter(None, map(split_url, contexts)):
        path = split_path(url.path or "")
        is_here = canonical_origin(url.protocol, url.host) == origin and path is not None and path[: len(root)] == root
        is_special = url.username is not None or len(path or ()) > len(root)
        if is_here and is_special and not any(map(is_control, url.username or "")):
            yield url


def finding(settings: GitSettings, config: "Config", url: Url, place: str) -> Finding:
    """Say what git does for a request."""
    helpers = [setting.value for setting in settings.asked_for(url)]
    ours = [helper for helper in helpers if own_arguments(helper) is not None]
    able = [helper for helper in ours if may_answer(helper, config, url)]
    if able:
        first = next(helper for helper in helpers if helper not in ours or helper in able)
        if first in able:
            return Finding(f"git asks us for {place}")
        return Finding(f"git asks {title(first)} before us for {place}", f"{SEE}; to ask only us, {pair(url)}")
    if ours:
        name = profile_in(own_arguments(ours[0]) or []) or ""
        lacks = "is not for this address" if name in config.profiles else "is no profile"
        return Finding(f"git asks us for {place} with --profile {quoted(name)}, which {lacks}", SEE, is_wrong=True)
    return Finding(f"git does not ask us for {place}", remedy(settings, url, bool(helpers)))


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


def remedy(settings: GitSettings, url: Url, has_others: bool) -> str:
    """Return the step after which git asks us for a request; none may remove a helper that is there."""
    mentioned = settings.mentioned_for(url)
    own = written(url)
    cleared_by = [setting.context for setting in mentioned if not setting.value][-1:]
    if cleared_by not in ([], [own]) and any(setting.context == own for setting in mentioned):
        return f"another setting clears what stands for this address; {SEE}"  # and behind it nothing can be added
    if has_others or any(setting.context for setting in mentioned):
        return pair(url)
    return f"run: {ADD} credential.helper atla"


def pair(url: Url) -> str:
    """Return the two commands that make git ask only us at an address. Both add: a helper that is there stays there."""
    key = quoted(f"credential.{written(url)}.helper")
    return f"run: {ADD} {key} ''; and then: {ADD} {key} atla"


def written(url: Url) -> str:
    """Return an address as git's settings have it, without what may be a password."""
    user = "" if url.username is None else f"{url.username}@"
    path = "" if url.path is None else f"/{url.path}"
    return f"{url.protocol}://{user}{url.host}{path}"
