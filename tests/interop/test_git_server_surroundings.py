"""A real git in odd surroundings: a worktree full of traps, no home, nobody at a terminal."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import snapshot
from developer import JDOE, PRIVATE, WORK, Developer

Accounts = Callable[..., Path]
Git = Callable[..., subprocess.CompletedProcess[str]]

REPO = "/basic/team/repo.git"
TRAPS = ("token.py", "json.py", "re.py", "os.py", "tomllib.py", "sitecustomize.py", "atla_credential/__init__.py")


def trap(folder: Path) -> None:
    """Put modules there that have the names of what we import, and a profile of somebody else."""
    for name in TRAPS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("raise SystemExit('trapped')\n")
    (folder / ".config" / "atla").mkdir(parents=True)
    (folder / ".config" / "atla" / "config.toml").write_text("trapped\n")


@pytest.mark.parametrize("is_linked", [True, False], ids=["git worktree", "GIT_WORK_TREE"])
def test_a_worktree_full_of_traps(is_linked: bool, developer: Developer, accounts: Accounts) -> None:
    """git starts us in the worktree's folder: get, store of what worked, and erase of what was refused, which writes."""
    clone, traps = developer.home / "clone", developer.home / "traps"
    before = snapshot(accounts(work=WORK, private=PRIVATE))
    developer.git("clone", "-q", developer.url(REPO), "clone")
    developer.git("-C", "clone", "worktree", "add", "-q", "../traps")
    trap(traps)
    where: dict[str, Any] = {} if is_linked else {"GIT_DIR": f"{clone}/.git", "GIT_WORK_TREE": str(traps)}
    assert developer.git("-C", "traps", "fetch", "-q", **where).stderr == ""
    assert developer.headers() == [JDOE]
    assert snapshot(developer.folder) == before
    accounts(work={**WORK, "token": "made-up-wrong"}, private=PRIVATE)
    said = developer.git("-C", "traps", "fetch", "-q", code=128, **where).stderr
    assert said == f"fatal: Authentication failed for '{developer.url(REPO)}/'\n"
    assert developer.tokens() == {"work|rejected": "made-up-wrong", "private": "made-up-jane"}


@pytest.fixture
def homeless(developer: Developer) -> Git:
    """Return a function that runs git in the home folder as a user whom the system does not know, as containers do."""
    user = ("unshare", "--map-user=12345")
    if subprocess.run([*user, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nobody can be another user here")
    del developer.variables["HOME"]
    helper = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": "atla"}

    def run(*arguments: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        return developer.run(*user, "git", *arguments, code=code, **helper, **more)

    return run


@pytest.mark.parametrize("home_is", [{}, {"HOME": ""}, {"HOME": "."}], ids=["unset", "empty", "relative"])
def test_no_home(home_is: dict[str, str], developer: Developer, accounts: Accounts, homeless: Git) -> None:
    """What lies in the working folder is nobody's home."""
    before = snapshot(accounts(work=WORK))
    said = homeless("ls-remote", developer.url(REPO), code=128, **home_is).stderr
    assert said.startswith(
        "atla-credential: error: HOME is not set and this user has no passwd entry\natla-credential: hint: set HOME\n"
    )
    assert "terminal prompts disabled" in said
    assert developer.headers() == []
    assert snapshot(developer.folder) == before


def test_no_home_and_yet_a_token(developer: Developer, accounts: Accounts, homeless: Git) -> None:
    """Variables need no home, and neither does a folder that is named."""
    variables = {"ATLA_INSTANCE": developer.server.url, "ATLA_EMAIL": "jdoe", "ATLA_TOKEN": "made-up-jdoe"}
    assert homeless("ls-remote", "-q", developer.url(REPO), **variables).stderr == ""
    folder = accounts(work={**WORK, "token": "made-up-jdoe"}).parent
    assert homeless("ls-remote", "-q", developer.url(REPO), XDG_CONFIG_HOME=str(folder)).stderr == ""
    assert developer.headers() == [JDOE]


def test_maintenance_without_a_terminal(developer: Developer, accounts: Accounts) -> None:
    """As systemd's timer does: it works without a word, or ends with words, and waits for nobody."""
    accounts(work=WORK)
    developer.git("clone", "-q", developer.url(REPO), "clone")
    del developer.variables["GIT_TERMINAL_PROMPT"]
    prefetch = ("setsid", "--wait", "git", "-C", "clone", "maintenance", "run", "--task=prefetch", "--quiet")
    assert developer.run(*prefetch).stderr == ""
    assert developer.headers() == [JDOE]
    assert "refs/prefetch/remotes/origin/main" in developer.git("-C", "clone", "for-each-ref").stdout
    accounts(work={"username": "jdoe"})
    said = developer.run(*prefetch, code=1).stderr
    assert 'no token available for profile "work"' in said
    assert "could not read Username" in said
    assert developer.headers() == []
