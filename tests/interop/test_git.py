"""A real git asks us, tells us what worked, and what did not."""

import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from conftest import snapshot

DATA = Path(__file__).parents[1] / "data" / "atla"
Git = Callable[..., subprocess.CompletedProcess[str]]
Files = Callable[..., Path]


@pytest.fixture
def atla(files: Files) -> Path:
    """Put files in the form of the `atla` CLI into the home."""
    return files(**{path.stem: path.read_text(encoding="utf-8") for path in DATA.glob("*.toml")})


@pytest.fixture
def git(variables: dict[str, str], home: Path) -> Git:
    def run_git(*arguments: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", "-c", "credential.helper=atla", *arguments], input=stdin, capture_output=True, text=True,
            env=variables, cwd=home, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    return run_git


def tokens(folder: Path) -> dict[str, Any]:
    document = tomllib.loads((folder / "credentials.toml").read_text(encoding="utf-8"))
    return dict(document["tokens"])


@pytest.mark.parametrize(
    ("request_text", "username", "password"),
    [
        ("protocol=https\nhost=work.atlassian.net\n", "you@example.com", "made-up-work"),
        ("url=https://side.atlassian.net/wiki\n", "side@example.com", "made-up-side"),
        ("protocol=https\nhost=jira.example.com\n", "x-token-auth", "made-up-data-center"),
    ],
)
def test_fill(request_text: str, username: str, password: str, git: Git, atla: Path) -> None:
    before = snapshot(atla)
    filled = git("credential", "fill", stdin=request_text)
    assert f"username={username}\npassword={password}\n" in filled.stdout
    assert filled.stderr == ""
    assert snapshot(atla) == before


def test_fill_of_a_foreign_host_stays_git_s_business(git: Git, atla: Path) -> None:
    refused = git("credential", "fill", stdin="protocol=https\nhost=github.com\n", code=128)
    assert "terminal prompts disabled" in refused.stderr
    assert "atla-credential" not in refused.stderr


def test_round_trip(git: Git, atla: Path) -> None:
    before = tokens(atla)
    filled = git("credential", "fill", stdin="protocol=https\nhost=work.atlassian.net\n").stdout

    files = snapshot(atla)
    git("credential", "approve", stdin=filled)
    assert snapshot(atla) == files  # what is there already is not written again

    git("credential", "approve", stdin=filled.replace("made-up-work", "renewed"))
    key = "work|you@example.com|https://work.atlassian.net"
    assert tokens(atla) == {**before, key: {"token": "renewed"}}
    assert "password=renewed" in git("credential", "fill", stdin="url=https://work.atlassian.net\n").stdout

    git("credential", "reject", stdin=filled)  # another token than the one that is kept
    assert tokens(atla)[key] == {"token": "renewed"}
    git("credential", "reject", stdin=filled.replace("made-up-work", "renewed"))
    others = {other: entry for other, entry in before.items() if other != key}
    assert tokens(atla) == {**others, f"{key}|rejected": {"token": "renewed"}}
    refused = git("credential", "fill", stdin="url=https://work.atlassian.net\n", code=128)
    assert 'no token available for profile "work"' in refused.stderr


def test_round_trip_leaves_the_other_bitbucket_account_alone(git: Git, files: Files) -> None:
    """git hands back the name we answered with, which is the same for every account there."""
    url = "https://bitbucket.org"
    folder = files(
        config='[default]\nprofile = "a"\n' + profile("a", url, "a@example.com") + profile("b", url, "b@example.com"),
        credentials=token("a", url, "ATATTa", "a@example.com") + token("b", url, "ATATTb", "b@example.com"),
    )
    before = snapshot(folder)
    filled = git("credential", "fill", stdin="url=https://b%40example.com@bitbucket.org/team/repo.git\n").stdout
    assert "password=ATATTb" in filled
    git("credential", "approve", stdin=filled)
    assert snapshot(folder) == before


@pytest.mark.usefixtures("newer_git")
def test_bearer_with_a_git_that_knows_authtype(git: Git, atla: Path) -> None:
    asked = "capability[]=authtype\nprotocol=https\nhost=jira.example.com\n"
    filled = git("credential", "fill", stdin=asked).stdout
    assert "authtype=Bearer\ncredential=made-up-data-center\n" in filled
    assert "password" not in filled

    files = snapshot(atla)
    git("credential", "approve", stdin=filled)
    assert snapshot(atla) == files
    git("credential", "approve", stdin=filled.replace("made-up-data-center", "renewed"))
    assert "credential=renewed\n" in git("credential", "fill", stdin=asked).stdout
    git("credential", "reject", stdin=filled.replace("made-up-data-center", "renewed"))
    key = "data center||https://jira.example.com/jira"
    assert key not in tokens(atla)
    assert tokens(atla)[f"{key}|rejected"] == {"token": "renewed"}


@pytest.mark.usefixtures("newer_git")
def test_expiry_with_a_git_that_knows_it(git: Git, atla: Path, home: Path) -> None:
    (atla / "helper.toml").write_text("[profiles.work]\nexpires = 2999-01-01\n")
    filled = git("credential", "fill", stdin="url=https://work.atlassian.net\n").stdout
    assert "password_expiry_utc=32472144000\n" in filled
    before = snapshot(atla)
    git("credential", "approve", stdin=filled)
    assert snapshot(atla) == before


def test_switch_keeps_every_comment_and_key(git: Git, atla: Path, run: Callable[..., Any]) -> None:
    before = (atla / "config.toml").read_text(encoding="utf-8")
    assert run("switch", "data center").returncode == 0
    after = (atla / "config.toml").read_text(encoding="utf-8")
    assert after == before.replace('profile = "work"', 'profile = "data center"')


def test_usehttppath_sends_the_context_path(git: Git, atla: Path) -> None:
    inside, outside = "jira/plugins/servlet", "wiki"
    for path, code in ((inside, 0), (outside, 128)):
        git("-c", "credential.useHttpPath=true", "credential", "fill",
            stdin=f"protocol=https\nhost=jira.example.com\npath={path}\n", code=code)  # fmt: skip


def test_helper_with_a_profile(git: Git, atla: Path, home: Path) -> None:
    asked = "protocol=https\nhost=work.atlassian.net\n"
    ok = git(
        "-c", "credential.helper=", "-c", "credential.helper=atla --profile work", "credential", "fill", stdin=asked
    )
    assert "password=made-up-work" in ok.stdout
    git("-c", "credential.helper=", "-c", "credential.helper=atla --profile side", "credential", "fill", stdin=asked, code=128)  # fmt: skip
