"""What git really does at a profile's address: it asks us and takes our answer, or a setting makes it do otherwise."""

from atla_credential.foreign.netrc_file import is_in_netrc
from atla_credential.git.extra_header import placed_at, sent_to
from atla_credential.git.finding import Finding
from atla_credential.git.helper_list import SETUP, HelperList, answers
from atla_credential.git.location import place_of
from atla_credential.git.rewriting import rewritten
from atla_credential.git.setting import AT_END, Setting
from atla_credential.git.urlmatch import is_below
from atla_credential.helpers.entry import own_arguments, profile_in
from atla_credential.model import Query
from atla_credential.places.address import canonical_origin, split_path, split_url
from atla_credential.text import is_name, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.git.settings import Asked, GitSettings
    from atla_credential.git.urlmatch import Path
    from atla_credential.places.address import Url
    from atla_credential.places.instance import Instance


class Outcome:
    """What git does at the addresses of one instance.

    Args:
        world: what this process knows.
        settings: git's.
        instance: whose addresses they are.
        needs_path: whether git has to say the path there, because the profiles of the host differ by it.
    """

    def __init__(self, world: "World", settings: "GitSettings", instance: "Instance", needs_path: bool) -> None:
        self.world, self.settings, self.needs_path = world, settings, needs_path
        self.origin, self.root = instance

    def at(self, address: str, place: str, source: Setting | None = None) -> list[Finding]:
        """Say all that keeps git from taking our answer at an address; that it asks us, where nothing does.

        Args:
            address: as somebody would give it to git.
            place: what people call it.
            source: the remote's setting in which it stands, if it is in one.
        """
        entries = self.settings.entries
        fetched = rewritten(entries, address)
        pushed = rewritten(entries, address, for_push=True)
        ways = [(fetched, place)]
        if source is not None and source.name == "pushurl":
            ways = [(fetched, f"a push to {place}")]
        elif pushed[0] != fetched[0] and not (source and self.has_pushurl(source.context)):
            ways = [(fetched, f"a fetch from {place}"), (pushed, f"a push to {place}")]
        return [found for (leads_to, by), there in ways for found in self.found(leads_to, by or source, there)]

    def has_pushurl(self, remote: str) -> bool:
        """Tell whether a remote has an address of its own for pushes."""
        return any(each.context == remote for each in self.settings.of("remote", "pushurl"))

    def found(self, address: str, by: Setting | None, place: str) -> "Iterator[Finding]":
        """Say what git does at an address to which it really goes, and which setting has led it there, if one has."""
        url = split_url(address)
        path = None if url is None else split_path(url.path or "")
        is_here = url is not None and path is not None and canonical_origin(url.protocol, url.host) == self.origin
        if url is None or path is None or not (is_here and is_below(path, self.root)):
            yield self.blamed(f"git goes elsewhere for {place}", by)
        elif url.password is not None:
            yield self.blamed(f"git sends a password of its own for {place}", by)
        else:
            helpers = HelperList(self.world, self.settings, url)
            obstacles = [found for found in (helpers.finding(place), self.misled(helpers, url, by, place)) if found]
            yield from obstacles
            if not obstacles and not self.sends_its_own(url, path):
                yield helpers.ask_us(place)

    def sends_its_own(self, url: "Url", path: "Path") -> bool:
        """Tell whether something goes out before we are asked; other checks say it, of all hosts at once."""
        headers = sent_to(placed_at(self.settings.headers, self.origin), path, url.username)
        return any(header.authorization for header in headers) or is_in_netrc(self.world.environment, url)

    def misled(self, helpers: HelperList, url: "Url", by: Setting | None, place: str) -> Finding | None:
        """Say that git asks us for something to which no profile has an answer; None if one has."""
        asked, names = helpers.asked, [profile_in(own_arguments(each.value) or []) for each in helpers.able]
        if not names:
            return None  # we are not asked
        path = None if asked.path is None else split_path(asked.path)
        if self.needs_path and path is None:
            return self.without_path(url, place)
        query = Query(self.origin, path, asked.username)
        if any(answers(self.world, query, name) for name in names):
            return None
        return self.as_nobody(asked, by, place, is_last=not helpers.others)

    def as_nobody(self, asked: "Asked", by: Setting | None, place: str, is_last: bool) -> Finding:
        """Say that git asks us as a user whom no profile has; where it asks nobody else, it will ask the person."""
        name = asked.username or ""
        shown = f'"{name}", ' if asked.by and is_name(name) else ""
        finding = self.blamed(f"git asks us for {place} as {shown}a user that no profile has", asked.by or by)
        own = f"if that is your account, log in with --username{f' {quoted(name)}' if shown else ''}"
        return Finding(finding.text, "; ".join(filter(None, [finding.hint, own])), is_wrong=is_last)

    def without_path(self, url: "Url", place: str) -> Finding:
        """Say that git does not tell us the path where it has to, so that another profile's token would go there."""
        text = f"git does not tell us the path at {place}, which decides whose token goes there"
        rest = [each for each in self.settings.entries if each.name != "usehttppath"]
        for each in reversed(self.settings.of("credential", "usehttppath")):
            alone = [*rest, Setting(each.origin, each.key, "true")]
            if self.settings.with_entries(alone).asked_for(url).path is not None:  # the last one that is for it decides
                found = self.blamed(text, each)
                return Finding(found.text, f"run: {SETUP}" if each.scope in AT_END else found.hint, is_wrong=True)
        return Finding(text, f"run: {SETUP}", is_wrong=True)

    def blamed(self, text: str, setting: Setting | None) -> Finding:
        """Return a finding that names the setting which has decided, and how it is taken out."""
        if setting is None:
            return Finding(text)
        where, step = place_of(setting, self.world.environment)
        return Finding(f"{text}: {where}", step)
