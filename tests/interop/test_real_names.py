"""The world of the real names lets in who brings what the real sites want, and nobody else."""

import shutil
from pathlib import Path

import pytest

from conftest import PROGRAM
from real_names import BITBUCKET, CLASSIC, GIT, JIRA, NOBODYS, OWN, ROBOT, ROBOT_ID, SCOPED, SCOPED_ID, World

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
ASKED = {
    "https://work.atlassian.net/rest/api/3/myself": ("work.atlassian.net/rest/api/3/myself", CLASSIC),
    "https://scoped.atlassian.net/rest/api/3/myself": (f"api.atlassian.com/ex/jira/{SCOPED_ID}/rest/api/3/myself", SCOPED),
    "https://scoped.atlassian.net/wiki/rest/x": (f"api.atlassian.com/ex/confluence/{SCOPED_ID}/wiki/rest/x", SCOPED),
    "https://robot.atlassian.net/rest/api/3/myself": (f"api.atlassian.com/ex/jira/{ROBOT_ID}/rest/api/3/myself", ROBOT),
    "https://jira.example.com/tracker/rest/api/2/myself": ("jira.example.com/tracker/rest/api/2/myself", OWN),
    "https://bitbucket.org/team/repo": ("bitbucket.org/team/repo", GIT),
    "https://api.bitbucket.org/2.0/user": ("api.bitbucket.org/2.0/user", BITBUCKET),
    "https://npm.apkg.io/team/thing": ("npm.apkg.io/team/thing", BITBUCKET),
}  # fmt: skip


def test_curl_is_let_in_with_each_kind_of_token(world: World, variables: dict[str, str], home: Path) -> None:
    """Under the real names, with the system's own trust: no proxy, no other address, no flag."""
    ask = f'for url in "$@"; do {PROGRAM} get --url "$url" --format curl | curl -sSf -o /dev/null -K - || exit; done'
    done = world.run("sh", "-c", ask, "sh", *ASKED, cwd=home, variables=variables)
    assert (done.returncode, done.stderr) == (0, b"")
    assert world.server.asked() == list(ASKED.values())


def test_curl_sends_nothing_where_nobody_answers(world: World, variables: dict[str, str], home: Path) -> None:
    ask = f'for url; do {{ {PROGRAM} get --url "$url" --format curl; echo $? >&3; }} | curl -s -K -; echo $? >&3; done 3>&1'
    urls = f"https://{NOBODYS}/x", "https://tokenless.atlassian.net/x"
    done = world.run("sh", "-c", ask, "sh", *urls, cwd=home, variables=variables)
    assert done.stdout.split() == [b"4", b"2", b"3", b"2"]  # curl has no address
    assert world.server.asked() == []


def test_nobody_else_is_let_in(world: World, variables: dict[str, str], home: Path) -> None:
    """A token with scopes not at its site, another one not at the gateway; nobody without one, and none at nobody's host."""
    wrong = {CLASSIC: f"{JIRA}/{SCOPED_ID}", SCOPED: "scoped.atlassian.net", ROBOT: "robot.atlassian.net", OWN: "jira.example.com",
        GIT: "api.bitbucket.org", BITBUCKET: NOBODYS, "": "work.atlassian.net"}  # fmt: skip
    wanted = "".join(f'next\nurl = "https://{where}/x"\nheader = "Authorization: {each}"\noutput = /dev/null\n'
        'write-out = "%{http_code} "\n' for each, where in wrong.items())  # fmt: skip
    done = world.run("curl", "-sK", "-", cwd=home, variables=variables, stdin=wanted.encode())
    assert done.stdout.split() == [b"401"] * len(wrong)
    assert world.server.asked() == [(f"{where}/x", each) for each, where in wrong.items()]


def test_no_other_host_can_be_reached(world: World, variables: dict[str, str], home: Path) -> None:
    done = world.run("curl", "-sS", "https://www.atlassian.com", cwd=home, variables=variables)
    assert (done.returncode, done.stdout) == (6, b"")  # it has no address there
