"""What doctor says of git is what git does: each setting that decides, alone and in pairs, against a real server."""

import os
import subprocess
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S
from developer import JDOE, WORK, Developer

Accounts = Callable[..., Path]

REPOSITORY = "/basic/team/repo.git"
STALE = "Bearer made-up-stale"
OTHER = "!f() { echo username=jane; echo password=made-up-jane; }; f"


class Deciding:
    """A setting that may decide.

    Args:
        where: before and after our helper in ~/.gitconfig; in a file that is included for the clone; in the clone; in
            ~/.netrc; or in variables, then as key=value.
        text: what is written there, with {url}, {host} and {second} of the servers.
        said: what doctor says of it, where it decides; None where it decides nothing.
        is_for_push: whether it decides about pushes alone.
    """

    def __init__(self, where: str, text: str, said: str | None, is_for_push: bool = False) -> None:
        self.where, self.text, self.said, self.is_for_push = where, text, said, is_for_push


SETTINGS = {
    "user": Deciding("after", '[credential "{url}"]\nusername = jane', 'as "jane", a user that no profile has: credential.{url}.username in'),
    "own user": Deciding("before", '[credential "{url}"]\nusername = jdoe', None),
    "elsewhere": Deciding("after", '[url "{second}/any/"]\ninsteadOf = {url}/', "git goes elsewhere for {at}: url.{second}/any/.insteadOf in"),
    "ssh for pushes": Deciding(
        "after", '[url "ssh://git@localhost:1/"]\npushInsteadOf = {url}/',
        "git goes elsewhere for a push to {at}: url.ssh://git@localhost:1/.pushInsteadOf in", is_for_push=True,
    ),
    "user in an address": Deciding(
        "after", '[url "https://jane@{host}/"]\ninsteadOf = {url}/', "as a user that no profile has: url.https://jane@{host}/.insteadOf in",
    ),
    "password in an address": Deciding(
        "after", '[url "https://jane:made-up-jane@{host}/"]\ninsteadOf = {url}/',
        "git sends a password of its own for {at}: url.https://jane@{host}/.insteadOf in",
    ),
    "header": Deciding("after", f"[http]\nextraHeader = Authorization: {STALE}", "git sends an Authorization of its own to every host: http.extraHeader in"),
    "header of the host": Deciding(
        "before", f'[http "{{url}}"]\nextraHeader = Authorization: {STALE}', "git sends an Authorization of its own to localhost: http.{url}.extraHeader in",
    ),
    "emptied": Deciding("after", "[credential]\nhelper =", "does not ask us for {at}: the list is cleared by an empty credential.helper in"),
    "emptied before": Deciding("before", "[credential]\nhelper =", None),
    "emptied for a path": Deciding("after", '[credential "{url}/other"]\nhelper =', None),
    "emptied for another port": Deciding("after", '[credential "https://localhost:1"]\nhelper =', None),
    "other before": Deciding("before", f'[credential]\nhelper = "{OTHER}"', "git asks a shell snippet before us for {at}: credential.helper in"),
    "other behind": Deciding("after", f'[credential]\nhelper = "{OTHER}"', None),
    "with path": Deciding("after", "[credential]\nuseHttpPath = true", None),
    "not interactive": Deciding("after", "[credential]\ninteractive = false", None),
    "askpass": Deciding("after", "[core]\naskPass = echo made-up-asked; :", None),
    "included": Deciding("included", '[credential "{url}"]\nusername = jane', 'as "jane", a user that no profile has: credential.{url}.username in'),
    "emptied in the clone": Deciding("clone", "[credential]\nhelper =", "does not ask us for {at}: the list is cleared by an empty credential.helper in"),
    "user in the remote": Deciding(
        "clone", '[remote "origin"]\nurl = https://jane@{host}' + REPOSITORY, "as a user that no profile has: remote.origin.url in"
    ),
    "netrc": Deciding(
        "netrc", "machine localhost login jane password made-up-jane", "home/.netrc has an entry for localhost, which curl and git may take",
    ),
    "emptied by variables": Deciding("variables", "credential.helper=", "does not ask us for {at}: the list is cleared by an empty credential.helper in GIT_CONFIG_VALUE_"),
}  # fmt: skip


@pytest.fixture
def clone(developer: Developer, accounts: Accounts) -> Path:
    accounts(work=WORK)
    folder = developer.home / "clone"
    developer.git("init", "-q", str(folder))
    developer.git("-C", str(folder), "commit", "-q", "--allow-empty", "-m", "first")
    return folder


class Place:
    """A clone at the server, with some settings, and what is done there."""

    def __init__(self, developer: Developer, clone: Path, settings: list[Deciding]) -> None:
        self.developer, self.clone = developer, clone
        server = developer.server
        self.names = {"url": server.url, "host": server.url[8:], "second": server.second_url, "at": "localhost"}
        where = {
            name: "".join(f"{self.filled(each.text)}\n" for each in settings if each.where == name)
            for name in ("before", "after", "included", "clone", "netrc")
        }
        home, origin = developer.home, f'[remote "origin"]\nurl = {server.url}{REPOSITORY}\n'
        has_own = any("remote" in each.text for each in settings)
        (clone / ".git" / "config").write_text(
            f"[core]\nrepositoryformatversion = 0\n{'' if has_own else origin}{where['clone']}"
        )
        (home / "included").write_text(where["included"])
        (home / ".netrc").write_text(where["netrc"])
        (home / ".netrc").chmod(0o600)
        include = f'[includeIf "gitdir:{clone}/"]\npath = {home}/included\n'
        (home / ".gitconfig").write_text(f"{where['before']}[credential]\nhelper = atla\n{where['after']}{include}")
        self.variables = self.given([self.filled(each.text) for each in settings if each.where == "variables"])

    def filled(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    @staticmethod
    def given(pairs: list[str]) -> Mapping[str, str]:
        numbered = {
            f"GIT_CONFIG_{what}_{at}": word
            for at, pair in enumerate(pairs)
            for what, word in zip(("KEY", "VALUE"), pair.split("=", 1), strict=True)
        }
        return {"GIT_CONFIG_COUNT": str(len(pairs)), **numbered} if pairs else {}

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, input=stdin, capture_output=True, text=True, env={**self.developer.variables, **self.variables},
            cwd=self.clone, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip

    def said(self) -> list[str]:
        """Return what doctor says of git, here."""
        lines = self.run(PROGRAM, "doctor").stdout.splitlines()
        found = [line[7:] for line in lines if line[7:].startswith(("git ", "here: git ")) or "netrc has" in line]
        assert "made-up" not in "".join(lines)
        here = [line.removeprefix("here: ") for line in found if line.startswith("here: ")]
        return here or found

    def sends(self, *words: str) -> tuple[bool, list[str]]:
        """Return whether git gets on, and which Authorization headers the servers get."""
        self.developer.headers()
        self.developer.headers(second=True)
        done = self.run("git", *words)
        return done.returncode == 0, [*self.developer.headers(), *self.developer.headers(second=True)]

    def fills(self) -> str:
        """Return the password that git gets for the address that it goes to, from whomever it asks."""
        url = self.run("git", "ls-remote", "--get-url", "origin").stdout
        filled = self.run("git", "credential", "fill", stdin=f"url={url}\n").stdout
        return next((line[9:] for line in filled.splitlines() if line.startswith("password=")), "")


def is_ok(said: list[str], way: str) -> bool:
    """Tell whether doctor says that git takes our answer."""
    return any(
        line.startswith((f"git asks us for {way}localhost", "git asks us for localhost")) and ": " not in line
        for line in said
    )


def check_fetch(place: Place, names: list[str]) -> list[str]:
    said = place.said()
    takes_ours = place.sends("ls-remote", "origin") == (True, [JDOE]) and place.fills() == WORK["token"]
    assert is_ok(said, "a fetch from ") == takes_ours, (names, said)
    return said


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_alone(name: str, developer: Developer, clone: Path) -> None:
    setting = SETTINGS[name]
    place = Place(developer, clone, [setting])
    said = check_fetch(place, [name])
    pushed = place.sends("push", "--dry-run", "-q", "origin", "HEAD:refs/heads/made-up")
    assert is_ok(said, "a push to ") == (pushed == (True, [JDOE])), said
    if setting.said is None:
        assert is_ok(said, "a fetch from ")
        return
    expected = place.filled(setting.said)
    named = [line for line in said if expected in line]
    assert named, said
    files = {
        "included": "home/included",
        "clone": "clone/.git/config",
        "variables": "GIT_CONFIG_VALUE_0",
        "netrc": ".netrc",
    }
    assert files.get(setting.where, "home/.gitconfig") in named[0]
    assert setting.where in ("variables", "netrc") or ", line " in named[0]
    assert is_ok(said, "a fetch from ") == setting.is_for_push


# Two by two, with one git after the other: alone each setting has met both. Each meets every third of the others; with
# TESTS_STOPS it meets all of them, as in tests/attack.
GITS = ("the system's git", "a git that knows authtype")
STEP = 1 if os.environ.get("TESTS_STOPS") else 3
PAIRS = [
    ((one, two), GITS[number % 2])
    for number, ((first, one), (second, two)) in enumerate(combinations(enumerate(SETTINGS), 2))
    if (second - first) % STEP == 1 % STEP
]


@pytest.mark.parametrize(
    ("pair", "knows_authtype"), PAIRS, indirect=["knows_authtype"], ids=[" and ".join(pair) for pair, _ in PAIRS]
)
def test_two_settings(pair: tuple[str, str], developer: Developer, clone: Path) -> None:
    check_fetch(Place(developer, clone, [SETTINGS[name] for name in pair]), list(pair))
