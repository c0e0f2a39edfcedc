"""We in git's own list of helpers, beside real ones and a person: who answers, and who hears what became of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import ACCESS_TOKEN, BEARER, BEARER_AS_PASSWORD, JDOE, WORK, Developer
from git_server import basic

Accounts = Callable[..., Path]

REPO = "/both/team/repo.git"
WRONG = basic("jdoe", "made-up-wrong")
POSITIONS = [("atla", "store", "cache"), ("store", "atla", "cache"), ("store", "cache", "atla")]
ELSEWHERE = {"instance": "https://jira.example.com", "token": "made-up-other"}


def has(developer: Developer, helper: str) -> str | None:
    """Return the password that one of git's own helpers has for the server."""
    asked = f"protocol=https\nhost=localhost:{developer.server.port}\n\n"
    lines = developer.git(f"credential-{helper}", "get", stdin=asked).stdout.splitlines()
    return next((line.partition("=")[2] for line in lines if line.startswith("password=")), None)


def tell(developer: Developer, helper: str, token: str) -> None:
    """Put a password into one of git's own helpers."""
    full = f"protocol=https\nhost=localhost:{developer.server.port}\nusername=jdoe\npassword={token}\n\n"
    developer.git(f"credential-{helper}", "store", stdin=full)


@pytest.mark.parametrize("helpers", POSITIONS, ids="-".join)
def test_we_answer(
    helpers: tuple[str, ...], developer: Developer, accounts: Accounts, listed: Callable[..., None]
) -> None:
    """git gives what worked to the others too, which is why docs/how-to/bitbucket.md puts an empty helper first."""
    listed(*helpers)
    before = snapshot(accounts(work=WORK))
    assert developer.git("ls-remote", developer.url(REPO)).stderr == ""
    assert developer.headers() == [JDOE]
    assert [has(developer, helper) for helper in helpers if helper != "atla"] == ["made-up-jdoe"] * 2
    assert snapshot(developer.folder) == before


@pytest.mark.parametrize(
    ("helpers", "who"), list(zip(POSITIONS * 2, ["store", "cache", "a person", "a person"], strict=False))
)
def test_we_have_nothing(
    helpers: tuple[str, ...], who: str, developer: Developer, accounts: Accounts, listed: Callable[..., None]
) -> None:
    """We print nothing, and keep nothing of what another one answered."""
    listed(*helpers)
    before = snapshot(accounts(other=ELSEWHERE))
    askpass = developer.home / "askpass"
    askpass.write_text("#!/bin/sh\ncase $1 in User*) echo jdoe;; *) echo made-up-jdoe;; esac\n")
    askpass.chmod(0o755)
    if who != "a person":
        tell(developer, who, "made-up-jdoe")
        askpass.unlink()
    assert developer.git("ls-remote", developer.url(REPO), GIT_ASKPASS=str(askpass)).stderr == ""
    assert developer.headers() == [JDOE]
    assert has(developer, "store") == has(developer, "cache") == "made-up-jdoe"
    assert snapshot(developer.folder) == before


@pytest.mark.parametrize("helpers", POSITIONS, ids="-".join)
def test_our_token_is_refused(
    helpers: tuple[str, ...], developer: Developer, accounts: Accounts, listed: Callable[..., None]
) -> None:
    """git tells all, and nobody gives it again; a person is asked the next time, told by us why."""
    listed(*helpers)
    accounts(work={**WORK, "token": "made-up-wrong"})
    assert "Authentication failed" in developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert developer.headers() == [WRONG]
    assert developer.tokens() == {"work|rejected": "made-up-wrong"}
    assert has(developer, "store") is has(developer, "cache") is None
    said = developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert 'no token available for profile "work"' in said
    assert "if it is good, run: atla-credential restore work" in said


def test_an_older_token_of_another_helper_is_refused(
    developer: Developer, accounts: Accounts, listed: Callable[..., None]
) -> None:
    """It came before us, so it was tried; ours stays, and is tried the next time."""
    listed("store", "atla")
    tell(developer, "store", "made-up-wrong")
    before = snapshot(accounts(work=WORK))
    assert "Authentication failed" in developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert snapshot(developer.folder) == before
    assert has(developer, "store") is None
    assert developer.git("ls-remote", developer.url(REPO)).stderr == ""
    assert developer.headers() == [WRONG, JDOE]


def test_a_name_from_another_helper(developer: Developer, accounts: Accounts, listed: Callable[..., None]) -> None:
    """We answer for the user that a helper before us named, or not at all."""
    accounts(work=WORK)
    listed("!echo username=jane;:", "atla")
    assert "atla-credential" not in developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert developer.headers() == []
    listed("!echo username=jdoe;:", "atla")
    developer.git("ls-remote", developer.url(REPO))
    assert developer.headers() == [JDOE]


@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_a_cache_in_front(
    account: dict[str, str], developer: Developer, accounts: Accounts, listed: Callable[..., None]
) -> None:
    """We are asked once, then it answers, even when our token is gone; the newer git's cache also knows Bearer.

    git tells us, too, that the cache's answer worked, and so we have the token again.
    """
    listed("cache", "atla")
    accounts(work={**account, "username": "jdoe"})
    developer.git("ls-remote", developer.url(REPO))
    developer.run("atla-credential", "logout", "work")
    assert developer.tokens() == {}
    assert developer.git("ls-remote", developer.url(REPO)).stderr == ""
    bearer = BEARER if developer.knows_authtype else BEARER_AS_PASSWORD
    assert developer.headers() == [bearer if account is ACCESS_TOKEN else JDOE]
    assert developer.tokens() == {"work": account["token"]}
