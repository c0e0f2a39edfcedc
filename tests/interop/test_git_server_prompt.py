"""A real git that asks a person at a real terminal, because we have no token: what worked is ours from then on."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import API_TOKEN, API_TOKEN_OF_JANE_BY_NAME, BITBUCKET, JANE, JDOE, Developer
from git_server import basic

Accounts = Callable[..., Path]
Listed = Callable[..., None]

REPO = "/basic/team/repo.git"
WORK, PRIVATE = {"username": "jdoe"}, {"username": "jane"}
CLOUD_WORK = {**WORK, "instance": BITBUCKET, "email": "jdoe@example.com"}
CLOUD_PRIVATE = {**PRIVATE, "instance": BITBUCKET, "email": "jane@example.com"}
LISTS = [("atla",), ("store", "atla")]


def ask(site: str, username: str, secret: str) -> dict[str, str]:
    """Return git's questions, and what is typed behind them."""
    return {f"Username for '{site}': ": username, f"Password for '{site.replace('//', f'//{username}@')}': ": secret}


def screen(typed: dict[str, str]) -> str:
    """Return what is on the screen of git's questions: all but the secret."""
    return "".join(f"{question}{typed[question] if question[0] == 'U' else ''}\n" for question in typed)


def has_nothing(profile: str) -> str:
    """Return what we say before git asks."""
    return (
        f'atla-credential: error: no token available for profile "{profile}"\n'
        f"atla-credential: hint: run: atla-credential login --profile {profile}\n"
    )


def in_store(developer: Developer) -> list[str]:
    """Return what `git credential-store` has."""
    path = developer.home / ".git-credentials"
    return path.read_text().replace("%3a", ":").splitlines() if path.exists() else []


@pytest.mark.parametrize("helpers", LISTS, ids="-".join)
def test_what_worked_is_kept_in_the_matching_profile(
    helpers: tuple[str, ...], developer: Developer, accounts: Accounts, listed: Listed
) -> None:  # fmt: skip
    """Not in the default one, which is the one that git was told of. It is not asked for again."""
    listed(*helpers)
    folder = accounts(work=WORK, private=PRIVATE)
    config, helper = (folder / "config.toml").read_bytes(), (folder / "helper.toml").read_text()
    typed = ask(developer.server.url, "jane", "made-up-jane")
    shown = developer.git_at_a_terminal("clone", "-q", developer.url(REPO), "clone", typed=typed)
    assert shown == has_nothing("work") + screen(typed)
    assert developer.headers() == [JANE]
    assert developer.tokens() == {"private": "made-up-jane"}
    assert (folder / "config.toml").read_bytes() == config
    assert re.fullmatch(f'{re.escape(helper)}since = .*\nof = ".*"\n', (folder / "helper.toml").read_text())
    kept = [developer.server.url.replace("//", "//jane:made-up-jane@")] if "store" in helpers else []
    assert in_store(developer) == kept
    listed("atla")
    assert developer.git("-C", "clone", "fetch", "-q", ATLA_PROFILE="private").stderr == ""
    assert developer.headers() == [JANE]


@pytest.mark.parametrize("helpers", LISTS, ids="-".join)
def test_what_was_refused_is_kept_by_nobody(
    helpers: tuple[str, ...], developer: Developer, accounts: Accounts, listed: Listed
) -> None:  # fmt: skip
    listed(*helpers)
    before = snapshot(accounts(work=WORK, private={**PRIVATE, "token": "made-up-jane"}))
    typed, url = ask(developer.server.url, "jdoe", "made-up-wrong"), developer.url(REPO)
    shown = developer.git_at_a_terminal("clone", "-q", url, typed=typed)
    assert shown == f"{has_nothing('work')}{screen(typed)}fatal: Authentication failed for '{url}/'\n"
    assert developer.headers() == [basic("jdoe", "made-up-wrong")]
    assert snapshot(developer.folder) == before
    assert in_store(developer) == []


def test_an_account_of_no_profile(developer: Developer, accounts: Accounts, listed: Listed) -> None:
    """It worked, but there is no profile that it could belong to: we keep nothing of it, and `store` does."""
    listed("store", "atla")
    before = snapshot(accounts(work=WORK))
    typed = ask(developer.server.url, "jane", "made-up-jane")
    shown = developer.git_at_a_terminal("clone", "-q", developer.url(REPO), typed=typed)
    assert shown == has_nothing("work") + screen(typed)
    assert developer.headers() == [JANE]
    assert snapshot(developer.folder) == before
    assert in_store(developer) == [developer.server.url.replace("//", "//jane:made-up-jane@")]


def test_store_has_it_by_then(developer: Developer, accounts: Accounts, listed: Listed) -> None:
    """A person typed it while we were not listed; once `store` answered with it, it is ours too."""
    listed("store")
    accounts(work=WORK)
    typed = ask(developer.server.url, "jdoe", "made-up-jdoe")
    assert developer.git_at_a_terminal("ls-remote", "-q", developer.url(REPO), "no", typed=typed) == screen(typed)
    assert developer.tokens() == {}
    listed("store", "atla")
    assert developer.git_at_a_terminal("ls-remote", "-q", developer.url(REPO), "no", typed={}) == ""
    assert developer.headers() == [JDOE]
    assert developer.tokens() == {"work": "made-up-jdoe"}


@pytest.mark.parametrize("user", ["", "jane@"])
@pytest.mark.usefixtures("bitbucket")
def test_an_account_of_bitbucket(user: str, developer: Developer, accounts: Accounts) -> None:
    """The name is in the address that the "Clone" button shows; then git asks for the token alone."""
    accounts(work=CLOUD_WORK, private=CLOUD_PRIVATE)
    typed = dict(list(ask(BITBUCKET, "jane", "ATATTjane").items())[1 if user else 0 :])
    shown = developer.git_at_a_terminal(
        "clone", "-q", f"https://{user}bitbucket.org/team/repo.git", "clone", typed=typed
    )
    assert shown == has_nothing("private" if user else "work") + screen(typed)
    assert API_TOKEN_OF_JANE_BY_NAME in developer.headers()
    assert developer.tokens() == {"private": "ATATTjane"}


@pytest.mark.usefixtures("bitbucket")
def test_the_name_of_every_account_of_bitbucket(developer: Developer, accounts: Accounts) -> None:
    """With it, the token could be either account's: a guess could put it under the wrong one."""
    before = snapshot(accounts(work=CLOUD_WORK, private=CLOUD_PRIVATE))
    typed = ask(BITBUCKET, "x-bitbucket-api-token-auth", "ATATTjdoe")
    remote = ("ls-remote", "-q", f"{BITBUCKET}/team/repo.git", "no")
    shown = developer.git_at_a_terminal(*remote, typed=typed)
    assert shown == has_nothing("work") + screen(typed) + (
        "atla-credential: error: several profiles match, so the token was not stored\n"
        "atla-credential: hint: say which: set ATLA_PROFILE, or log in with --profile NAME\n"
    )
    assert snapshot(developer.folder) == before
    accounts(work=CLOUD_WORK)
    assert developer.git_at_a_terminal(*remote, typed=typed) == has_nothing("work") + screen(typed)
    assert developer.headers() == [API_TOKEN]
    assert developer.tokens() == {"work": "ATATTjdoe"}
