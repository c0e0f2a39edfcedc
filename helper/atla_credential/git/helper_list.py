"""Git's list of helpers at one address: which of them are us, and whether one of those is asked first."""

import os

from atla_credential.answer.search import Search
from atla_credential.errors import NoCredential
from atla_credential.foreign.program import find_helper
from atla_credential.git.finding import Finding
from atla_credential.git.location import place_of
from atla_credential.git.setting import AT_END
from atla_credential.helpers.entry import first_command, is_absolute, own_arguments, profile_in, title
from atla_credential.model import Query
from atla_credential.places.address import canonical_origin, split_path, split_url
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.environment import Environment
    from atla_credential.git.setting import Setting
    from atla_credential.git.settings import Asked, GitSettings
    from atla_credential.places.address import Url

SETUP = "atla-credential setup-git"
SEE = "see: git config --show-origin --get-regexp 'credential.*helper'"


class HelperList:
    """The helpers that git asks at one address.

    Args:
        world: what this process knows.
        settings: git's.
        url: the address.
    """

    __slots__ = ("able", "asked", "helpers", "others", "ours", "settings", "url", "world")

    def __init__(self, world: "World", settings: "GitSettings", url: "Url") -> None:
        self.world, self.settings, self.url = world, settings, url
        self.asked: Asked = settings.asked_for(url)
        self.helpers = self.asked.helpers
        self.ours = [each for each in self.helpers if own_arguments(each.value) is not None]
        self.able = [each for each in self.ours if self.may_answer(each.value)]  # not bound to a profile from elsewhere
        self.others = [each for each in self.helpers if each not in self.ours]

    @property
    def first(self) -> "Setting | None":
        """The first helper that can answer, as far as we know."""
        return next((each for each in self.helpers if each not in self.ours or each in self.able), None)

    @property
    def is_ours(self) -> bool:
        """Whether it is us who can answer first."""
        return self.first in self.able

    def may_answer(self, helper: str) -> bool:
        """Tell whether a helper of ours is not bound to a profile that cannot answer at this address."""
        name = profile_in(own_arguments(helper) or [])
        query = Query(canonical_origin(self.url.protocol, self.url.host), split_path(self.url.path or ""))
        return name is None or answers(self.world, query, name)

    def finding(self, place: str) -> Finding | None:
        """Say what keeps us from being asked first; None if nothing does."""
        environment, first = self.world.environment, self.first
        if not self.ours:
            return self.not_asked(place)
        if first is None or not self.able:
            where = place_of(self.ours[0], environment)[0]
            name = profile_in(own_arguments(self.ours[0].value) or []) or ""
            lacks = "is not for this address" if name in self.world.config.profiles else "is no profile"
            text = f"git asks us for {place} with --profile {quoted(name)}, which {lacks}: {where}"
            return Finding(text, "correct the name there, or leave it out", is_wrong=True)
        where, step = place_of(first, environment)
        if first not in self.able:
            step = step if first.scope in ("worktree", "command") else f"to ask only us, {self.only_us(first.scope)}"
            return Finding(f"git asks {title(first.value)} before us for {place}: {where}", step)
        if is_there(first.value, environment):
            return None
        text = f"git cannot start {title(first.value)} for {place}"
        if any(is_there(each.value, environment) for each in self.able):  # what setup-git writes does not take it away
            return Finding(f"{text}, and goes on to us: {where}", step)
        return Finding(f"{text}: {where}", f"run: {SETUP}", is_wrong=True)

    def not_asked(self, place: str) -> Finding:
        """Say that git does not ask us, which setting is in the way, and how it would."""
        clearing = self.asked.clearing
        text = f"git does not ask us for {place}"
        if clearing is None:
            return Finding(text, self.only_us() if self.others else f"run: {SETUP}")
        where, step = place_of(clearing, self.world.environment)
        if any(own_arguments(each.value) is not None for each in self.asked.cleared) or clearing.scope not in AT_END:
            text = f"{text}: the list is cleared by an empty {where}"
        if clearing.scope in ("worktree", "command"):  # nothing that setup-git writes would count behind it
            return Finding(text, step)
        local = " --local" if clearing.scope == "local" else ""
        return Finding(text, self.only_us(clearing.scope) if self.others else f"run: {SETUP}{local}")

    def ask_us(self, place: str) -> Finding:
        """Say that git asks us first, and whom it tells what worked."""
        if not self.others:
            return Finding(f"git asks us for {place}")
        hint = f"{SEE}; to ask only us, {self.only_us()}" if self.is_meant_alone() else None
        return Finding(f"git asks us for {place}, and tells {title(self.others[0].value)} what worked", hint)

    def only_us(self, scope: str = "") -> str:
        """Return the step after which git asks only us at a host; whatever else is set stays for all others."""
        local = " --local" if scope == "local" else ""
        return f"run: {SETUP} --only --host {quoted(self.url.host)}{local}"

    def is_meant_alone(self) -> bool:
        """Tell whether somebody wanted git to ask nobody else: an empty helper of the host's own clears the list."""
        empty = [each for each in self.settings.of("credential", "helper") if not each.value]
        cleared = [url for url in (split_url(each.context) for each in empty) if url is not None]
        origin = canonical_origin(self.url.protocol, self.url.host)
        whole = [each for each in cleared if each.username is None and each.path is None]
        return any(canonical_origin(each.protocol, each.host) == origin for each in whole)


def answers(world: "World", query: Query, name: str | None) -> bool:
    """Tell whether some profile, or the one of a name, is for a query."""
    search = Search(world, query, name)
    try:
        return bool(search.claims_of_variables() or search.claims())
    except NoCredential:
        return False


def is_there(helper: str, environment: "Environment") -> bool:
    """Tell whether git can start a helper of ours. Of a snippet only the shell knows."""
    if helper.startswith("!"):
        return True
    if is_absolute(helper):
        return os.access(first_command(helper)[0], os.X_OK)
    return find_helper("atla", environment) is not None
