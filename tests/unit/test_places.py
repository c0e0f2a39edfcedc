"""The table of sites against a second opinion: slow, written from docs/reference/sites.md, and asked at random.

Paths are made of what belongs to some profile and of what could lead elsewhere, and escaped at random. Whatever comes of
it, no profile answers for another cloud id, another workspace or another cloud's gateway.
"""

import re
from random import Random
from typing import NamedTuple

import pytest

from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import MalformedRequest
from atla_credential.model import Profile, Query
from atla_credential.places.place import Place
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from

ID, OTHER_ID = "11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"
TRIES = 6000


class Where(NamedTuple):
    """A place as the reference says it.

    `path`: which segments a path begins with; `first`: what its first segment may be, "wiki", "not wiki" or anything;
    `bases`: where REST calls go for Jira and for Confluence, where only a caller that is told so is answered.
    """

    host: str
    path: tuple[str, ...] = ()
    first: str = ""
    answers_without_path: bool = True
    repository: int | None = None
    bases: tuple[str, ...] = ()


def gateway(host: str, product: str, cloud_id: str = ID) -> Where:
    return Where(host, ("ex", product, cloud_id), answers_without_path=False)


def for_robots(host: str, gateway_host: str, first: str = "", cloud_id: str = ID) -> Where:
    return Where(host, first=first, bases=tuple(f"https://{gateway_host}/ex/{each}/{cloud_id}" for each in ("jira", "confluence")))  # fmt: skip


def workspace(*names: str) -> list[Where]:
    above = [("2.0", kind) for kind in ("repositories", "workspaces")]
    rest = [Where("api.bitbucket.org", (*each, *names), "", False, 3) for each in above]
    return [Where("bitbucket.org", names, repository=1), *rest]


SITE, GOVERNMENT = "work.atlassian.net", "work.atlassian-us-gov-mod.net"
GATEWAY, GOVERNMENT_GATEWAY = "api.atlassian.com", "api.atlassian-us-gov-mod.com"
YOU = "you@example.com"
REGISTRIES, MCP = [Where("crg.apkg.io"), Where("npm.apkg.io")], Where("mcp.atlassian.com")

# Each profile, and all the places where the reference lets it answer.
PROFILES: list[tuple[Profile, list[Where]]] = [
    (Profile("site", f"https://{SITE}", YOU), [Where(SITE), MCP]),
    (Profile("scoped", f"https://{SITE}", YOU, cloud_id=ID), [Where(SITE), gateway(GATEWAY, "jira"), gateway(GATEWAY, "confluence"), MCP]),
    (Profile("other id", f"https://{SITE}", YOU, cloud_id=OTHER_ID), [Where(SITE), gateway(GATEWAY, "jira", OTHER_ID), gateway(GATEWAY, "confluence", OTHER_ID), MCP]),
    (Profile("robot", f"https://{SITE}", auth="bearer", cloud_id=ID), [gateway(GATEWAY, "jira"), gateway(GATEWAY, "confluence"), for_robots(SITE, GATEWAY), MCP]),
    (Profile("jira robot", f"https://{SITE}", auth="bearer", cloud_id=ID, product="jira"), [gateway(GATEWAY, "jira"), for_robots(SITE, GATEWAY, "not wiki")]),
    (Profile("wiki robot", f"https://{SITE}", auth="bearer", cloud_id=ID, product="confluence"), [gateway(GATEWAY, "confluence"), for_robots(SITE, GATEWAY, "wiki")]),
    (Profile("government robot", f"https://{GOVERNMENT}", auth="bearer", cloud_id=OTHER_ID), [gateway(GOVERNMENT_GATEWAY, "jira", OTHER_ID), gateway(GOVERNMENT_GATEWAY, "confluence", OTHER_ID), for_robots(GOVERNMENT, GOVERNMENT_GATEWAY, cloud_id=OTHER_ID)]),
    (Profile("adopted robot", f"https://{SITE}", auth="bearer", cloud_id=ID, adopted=True), [gateway(GATEWAY, "jira"), gateway(GATEWAY, "confluence")]),
    (Profile("bearer", f"https://{SITE}", auth="bearer"), [Where(SITE), MCP]),
    (Profile("wiki's address", f"https://{SITE}/wiki", YOU), [Where(SITE, ("wiki",))]),
    (Profile("product's address", f"https://{GATEWAY}/ex/jira/{ID}", YOU), [gateway(GATEWAY, "jira")]),
    (Profile("jira", f"https://{SITE}", YOU, cloud_id=ID, product="jira"), [Where(SITE, first="not wiki"), gateway(GATEWAY, "jira")]),
    (Profile("wiki", f"https://{SITE}", YOU, cloud_id=ID, product="confluence"), [Where(SITE, first="wiki"), gateway(GATEWAY, "confluence")]),
    (Profile("government", f"https://{GOVERNMENT}", YOU, cloud_id=ID), [Where(GOVERNMENT), gateway(GOVERNMENT_GATEWAY, "jira"), gateway(GOVERNMENT_GATEWAY, "confluence")]),
    (Profile("bitbucket", "https://bitbucket.org", YOU), [Where("bitbucket.org"), Where("api.bitbucket.org"), *REGISTRIES]),
    (Profile("git", "https://bitbucket.org", YOU, product="bitbucket"), [Where("bitbucket.org"), Where("api.bitbucket.org")]),
    (Profile("adopted bitbucket", "https://bitbucket.org", YOU, adopted=True), [Where("bitbucket.org"), Where("api.bitbucket.org")]),
    (Profile("adopted site", f"https://{SITE}", YOU, adopted=True), [Where(SITE)]),
    (Profile("registry", "https://npm.apkg.io", YOU), []),
    (Profile("adopted mcp", "https://mcp.atlassian.com", YOU, adopted=True), []),
    (Profile("team", "https://bitbucket.org/team", auth="bearer"), workspace("team")),
    (Profile("other team", "https://bitbucket.org/team2", auth="bearer"), workspace("team2")),
    (Profile("repo", "https://bitbucket.org/team/repo", auth="bearer"), workspace("team", "repo")),
    (Profile("adopted", "https://bitbucket.org/team", "", username="x-token-auth", adopted=True), workspace("team")[:1]),
    (Profile("server", "https://dc.example.com", auth="bearer"), [Where("dc.example.com")]),
    (Profile("context", "https://dc.example.com/jira", auth="bearer"), [Where("dc.example.com", ("jira",))]),
    (Profile("deep context", "https://dc.example.com/apps/jira", auth="bearer"), [Where("dc.example.com", ("apps", "jira"))]),
]  # fmt: skip
HOSTS = [SITE, GOVERNMENT, GATEWAY, GOVERNMENT_GATEWAY, "bitbucket.org", "api.bitbucket.org", "dc.example.com", "crg.apkg.io", "npm.apkg.io", "mcp.atlassian.com"]  # fmt: skip


def decoded(segment: str) -> str | None:
    """Return a segment's text, decoded once; None if it is not UTF-8."""
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), segment.encode())
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def leads_elsewhere(segment: str) -> bool:
    """Tell whether no place at all is for a path with this segment."""
    text = decoded(segment)
    if text is None or "\\" in text or re.search(r"[\x00-\x1f\x7f-\x9f]", text) or re.search("(?i)%3[BF]", segment):
        return True
    return any(part.split(";")[0].strip() in (".", "..") for part in re.split(r"[/\\]", text))


def is_for(where: Where, host: str, path: str, learns_base: bool) -> bool:
    """Tell whether the reference says that a place is for an address, and for who asks."""
    if host != where.host or (where.bases and not learns_base):
        return False
    path = re.split("[?#]", path)[0].strip("/")
    if not path:
        return where.answers_without_path
    segments = path.split("/")
    if any(map(leads_elsewhere, segments)):
        return False
    escaped = [at for at, segment in enumerate(segments) if re.search("(?i)%(2F|23|25)", segment)]
    if escaped and (where.path or escaped[0] == 0):
        return False
    texts = [str(decoded(segment)).split(";")[0] for segment in segments]
    while texts and texts[-1] == "":
        texts.pop()
    if where.repository is not None and len(texts) > where.repository:
        texts[where.repository] = re.sub(r"(?<=.)\.git\Z", "", texts[where.repository])
    is_wiki = texts[:1] == ["wiki"]
    if (where.first == "wiki" and not is_wiki) or (where.first == "not wiki" and is_wiki):
        return False
    return tuple(texts[: len(where.path)]) == where.path


def is_wiki(path: str, profile: Profile) -> bool:
    """Tell whether an address at a site is one of Confluence: by the profile's product, else by its first segment."""
    first = re.split("[/?#;]", path.lstrip("/"))[0]
    return profile.product == "confluence" if profile.product else decoded(first) == "wiki"


NAMES = ["ex", "jira", "confluence", ID, OTHER_ID, "2.0", "repositories", "workspaces", "team", "team2", "repo", "repo.git", "apps", "wiki", "rest", "x", ""]  # fmt: skip
ODD = ["..", ".", "%2e%2e", ".%2E", "%2F", "%2f..%2F", "..%2f", "%5C", "%5c..", "\\", "%23", "%25", "%252e%252e", "%252F", "..;x", ";x", ";x%2F..", " ", "%20", "..%20", ".git", ".git.git", "%3F", "%3b", "%", "%zz", "%ff", "...", "%09", "?x", "#x", "//"]  # fmt: skip
NOBODY = World(Environment({}))
TRUE_PATHS = sorted({where.path for _, places in PROFILES for where in places})


def escape(text: str, chance: Random) -> str:
    """Percent-encode some letters, which changes nothing of what a path means."""
    return "".join(
        f"%{ord(each):02{chance.choice('xX')}}" if each.isalnum() and chance.random() < 0.2 else each for each in text
    )


def path_at_random(chance: Random) -> str:
    """Return a path near those of the profiles: one of theirs with more behind it, or one of anybody's names."""
    segments = [*chance.choice(TRUE_PATHS), *chance.choices(NAMES, k=chance.randrange(3))]
    if chance.random() < 0.2:
        segments = chance.choices(NAMES, k=chance.randrange(6))
    if chance.random() < 0.4:
        segments = [escape(segment, chance) if "%" not in segment else segment for segment in segments]
    for _ in range(chance.choice([0, 0, 0, 1, 1, 2])):
        at = chance.randrange(len(segments) + 1)
        if chance.random() < 0.5 and at < len(segments):
            cut = chance.choice([0, len(segments[at])])
            segments[at] = segments[at][:cut] + chance.choice(ODD) + segments[at][cut:]
        else:
            segments.insert(at, chance.choice(ODD))
    return "/".join(segments)


def find_place(profile: Profile, query: Query) -> Place | None:
    """Return where a profile answers; whether it is the one meant is not looked at."""
    claim = Search(NOBODY, query).claim_of(profile)
    return claim.place if claim else None


def query_for(url: str) -> Query:
    """Return the query for an address; one without an origin, for nobody, where it is refused."""
    message = Message()
    try:
        add_url(message, url)
        return query_from(message)
    except MalformedRequest:
        return Query(None)


@pytest.mark.parametrize("seed", range(4))
def test_random_paths_belong_to_whom_the_reference_says(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - no secret is made of it
    count = {True: 0, False: 0}
    told = 0
    for _ in range(TRIES // 4):
        host, path = chance.choice(HOSTS), path_at_random(chance)
        learns_base = chance.random() < 0.5
        query = query_for(f"https://{host}/{path}").with_authtype(learns_base)
        for profile, places in PROFILES:
            expected = [where for where in places if is_for(where, host, path, learns_base)]
            found = find_place(profile, query) if query.origin is not None else None
            assert (found is not None) == bool(expected), (profile.name, f"https://{host}/{path}", learns_base)
            if found and expected[0].bases:
                assert found.base_for(query) == expected[0].bases[is_wiki(path, profile)]
                told += 1
            count[found is not None] += 1
    assert min(count.values()) > TRIES / 8  # neither opinion is a constant
    assert told > TRIES / 100


@pytest.mark.parametrize(
    ("host", "path"), [(host, path) for host in HOSTS for path in ("", "wiki", *map("/".join, TRUE_PATHS))]
)
@pytest.mark.parametrize("learns_base", [False, True])
def test_paths_of_the_profiles_themselves(host: str, path: str, learns_base: bool) -> None:
    query = query_for(f"https://{host}/{path}").with_authtype(learns_base)
    found = {profile.name for profile, _ in PROFILES if find_place(profile, query)}
    expected = (
        profile.name for profile, places in PROFILES if any(is_for(each, host, path, learns_base) for each in places)
    )
    assert found == set(expected)
