"""The table of sites against a second opinion: slow, written from docs/reference/sites.md, and asked at random.

Paths are made of what belongs to some profile and of what could lead elsewhere, and escaped at random. Whatever comes of
it, no profile answers for another cloud id, another workspace or another cloud's gateway.
"""

import re
from random import Random
from typing import NamedTuple

import pytest

from atla_credential.errors import MalformedRequest
from atla_credential.model import Profile, Query
from atla_credential.places.table import find_place
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from

ID, OTHER_ID = "11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"
TRIES = 6000


class Where(NamedTuple):
    """A place as the reference says it.

    `path`: which segments a path begins with; `first`: what its first segment may be, "wiki", "not wiki" or anything.
    """

    host: str
    path: tuple[str, ...] = ()
    first: str = ""
    answers_without_path: bool = True
    repository: int | None = None


def gateway(host: str, product: str, cloud_id: str = ID) -> Where:
    return Where(host, ("ex", product, cloud_id), answers_without_path=False)


def workspace(*names: str) -> list[Where]:
    above = [("2.0", kind) for kind in ("repositories", "workspaces")]
    rest = [Where("api.bitbucket.org", (*each, *names), "", False, 3) for each in above]
    return [Where("bitbucket.org", names, repository=1), *rest]


SITE, GOVERNMENT = "work.atlassian.net", "work.atlassian-us-gov-mod.net"
GATEWAY, GOVERNMENT_GATEWAY = "api.atlassian.com", "api.atlassian-us-gov-mod.com"
YOU = "you@example.com"

# Each profile, and all the places where the reference lets it answer.
PROFILES: list[tuple[Profile, list[Where]]] = [
    (Profile("site", f"https://{SITE}", YOU), [Where(SITE)]),
    (Profile("scoped", f"https://{SITE}", YOU, cloud_id=ID), [Where(SITE), gateway(GATEWAY, "jira"), gateway(GATEWAY, "confluence")]),
    (Profile("other id", f"https://{SITE}", YOU, cloud_id=OTHER_ID), [Where(SITE), gateway(GATEWAY, "jira", OTHER_ID), gateway(GATEWAY, "confluence", OTHER_ID)]),
    (Profile("robot", f"https://{SITE}", auth="bearer", cloud_id=ID), [gateway(GATEWAY, "jira"), gateway(GATEWAY, "confluence")]),
    (Profile("jira", f"https://{SITE}", YOU, cloud_id=ID, product="jira"), [Where(SITE, first="not wiki"), gateway(GATEWAY, "jira")]),
    (Profile("wiki", f"https://{SITE}", YOU, cloud_id=ID, product="confluence"), [Where(SITE, first="wiki"), gateway(GATEWAY, "confluence")]),
    (Profile("government", f"https://{GOVERNMENT}", YOU, cloud_id=ID), [Where(GOVERNMENT), gateway(GOVERNMENT_GATEWAY, "jira"), gateway(GOVERNMENT_GATEWAY, "confluence")]),
    (Profile("bitbucket", "https://bitbucket.org", YOU), [Where("bitbucket.org"), Where("api.bitbucket.org")]),
    (Profile("team", "https://bitbucket.org/team", auth="bearer"), workspace("team")),
    (Profile("other team", "https://bitbucket.org/team2", auth="bearer"), workspace("team2")),
    (Profile("repo", "https://bitbucket.org/team/repo", auth="bearer"), workspace("team", "repo")),
    (Profile("adopted", "https://bitbucket.org/team", "", username="x-token-auth", adopted=True), workspace("team")[:1]),
    (Profile("server", "https://dc.example.com", auth="bearer"), [Where("dc.example.com")]),
    (Profile("context", "https://dc.example.com/jira", auth="bearer"), [Where("dc.example.com", ("jira",))]),
    (Profile("deep context", "https://dc.example.com/apps/jira", auth="bearer"), [Where("dc.example.com", ("apps", "jira"))]),
]  # fmt: skip
HOSTS = [SITE, GOVERNMENT, GATEWAY, GOVERNMENT_GATEWAY, "bitbucket.org", "api.bitbucket.org", "dc.example.com"]


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


def is_for(where: Where, host: str, path: str) -> bool:
    """Tell whether the reference says that a place is for an address."""
    if host != where.host:
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


NAMES = ["ex", "jira", "confluence", ID, OTHER_ID, "2.0", "repositories", "workspaces", "team", "team2", "repo", "repo.git", "apps", "wiki", "rest", "x", ""]  # fmt: skip
ODD = ["..", ".", "%2e%2e", ".%2E", "%2F", "%2f..%2F", "..%2f", "%5C", "%5c..", "\\", "%23", "%25", "%252e%252e", "%252F", "..;x", ";x", ";x%2F..", " ", "%20", "..%20", ".git", ".git.git", "%3F", "%3b", "%", "%zz", "%ff", "...", "%09", "?x", "#x", "//"]  # fmt: skip
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
    for _ in range(TRIES // 4):
        host, path = chance.choice(HOSTS), path_at_random(chance)
        query = query_for(f"https://{host}/{path}")
        for profile, places in PROFILES:
            expected = any(is_for(where, host, path) for where in places)
            found = query.origin is not None and find_place(profile, query) is not None
            assert found == expected, (profile.name, f"https://{host}/{path}")
            count[found] += 1
    assert min(count.values()) > TRIES / 8  # neither opinion is a constant


@pytest.mark.parametrize(
    ("host", "path"), [(host, path) for host in HOSTS for path in ("", *map("/".join, TRUE_PATHS))]
)
def test_paths_of_the_profiles_themselves(host: str, path: str) -> None:
    query = query_for(f"https://{host}/{path}")
    found = {profile.name for profile, _ in PROFILES if find_place(profile, query)}
    assert found == {profile.name for profile, places in PROFILES if any(is_for(each, host, path) for each in places)}
