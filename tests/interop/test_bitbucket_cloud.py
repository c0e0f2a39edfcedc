"""A real git at a real server that it knows as https://bitbucket.org: whose token goes out there, and under which name."""

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import snapshot
from developer import (
    API_TOKEN,
    API_TOKEN_BY_NAME,
    API_TOKEN_OF_JANE,
    API_TOKEN_OF_JANE_BY_NAME,
    BITBUCKET,
    REPOSITORY_TOKEN,
    Developer,
)
from git_server import basic
from proxy import proxy

Accounts = Callable[..., Path]

EMAIL = "jdoe@example.com"
UNNAMED = {"instance": BITBUCKET, "email": EMAIL, "token": "ATATTjdoe"}
JDOE = {**UNNAMED, "username": "jdoe"}
JANE = {"instance": BITBUCKET, "email": "jane@example.com", "username": "jane", "token": "ATATTjane"}
ACCESS = {"instance": BITBUCKET, "auth": "bearer", "token": "ATCTTrepo"}
PROMPT = "terminal prompts disabled"
ATLA = "atla-credential"

pytestmark = pytest.mark.usefixtures("bitbucket")


def repository(user: str = "") -> str:
    """Return the address of the repository, as Bitbucket's "Clone" button shows it for a user."""
    return f"https://{user}{'@' if user else ''}bitbucket.org/team/repo.git"


def who_came(developer: Developer) -> list[str]:
    """Return the tokens that the server got. For a name in the URL, curl first sends that name without a password."""
    return [header for header in developer.headers() if not b64decode(header.partition(" ")[2]).endswith(b":")]


def test_an_api_token(developer: Developer, accounts: Accounts) -> None:
    """Never with the e-mail: the server refuses that."""
    before = snapshot(accounts(bitbucket=UNNAMED))
    assert developer.git("clone", "-q", repository(), "clone").stderr == ""
    developer.git("-C", "clone", "-c", "credential.useHttpPath=true", "fetch", "-q")
    assert developer.headers() == [API_TOKEN]
    assert snapshot(developer.folder) == before


def test_push(developer: Developer, accounts: Accounts) -> None:
    accounts(bitbucket=UNNAMED)
    branch = f"refs/heads/{developer.home.parent.name}"
    developer.git("clone", "-q", repository(), "clone")
    developer.git("-C", "clone", "push", "-q", "origin", f"HEAD:{branch}")
    assert branch in developer.git("ls-remote", repository()).stdout
    assert developer.headers() == [API_TOKEN]


@pytest.mark.parametrize(
    ("account", "header"), [(JDOE, API_TOKEN_BY_NAME), (UNNAMED, API_TOKEN)], ids=["named", "unnamed"]
)
@pytest.mark.parametrize("user", ["jdoe", "jdoe%40example.com"])
def test_an_account_in_the_address(
    user: str, account: dict[str, str], header: str, developer: Developer, accounts: Accounts
) -> None:  # fmt: skip
    """It goes out where the profile has it, too. An e-mail in its place never does."""
    before = snapshot(accounts(bitbucket=account))
    developer.git("ls-remote", repository(user))
    assert who_came(developer) == [header if user == "jdoe" else API_TOKEN]
    assert snapshot(developer.folder) == before


def test_another_account_in_the_address(developer: Developer, accounts: Accounts) -> None:
    """A profile that knows its name is nobody else's."""
    accounts(bitbucket=JDOE)
    said = developer.git("ls-remote", repository("joe"), code=128).stderr
    assert PROMPT in said
    assert ATLA not in said
    assert who_came(developer) == []


def test_several_accounts(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=JDOE, private=JANE))
    for user, profile, header in (
        ("", "", API_TOKEN),
        ("", "private", API_TOKEN_OF_JANE),
        ("jdoe", "private", API_TOKEN_BY_NAME),
        ("jane", "", API_TOKEN_OF_JANE_BY_NAME),
    ):
        developer.git("ls-remote", repository(user), ATLA_PROFILE=profile)
        assert who_came(developer) == [header]
    assert PROMPT in developer.git("ls-remote", repository("joe"), code=128).stderr
    assert who_came(developer) == []
    assert snapshot(developer.folder) == before


def test_an_access_token(developer: Developer, accounts: Accounts) -> None:
    """It goes out as what it is, also for an account's name in the address."""
    before = snapshot(accounts(repo=ACCESS))
    for user in ("", "x-token-auth", "jdoe"):
        developer.git("ls-remote", repository(user))
        assert who_came(developer) == [REPOSITORY_TOKEN]
    assert snapshot(developer.folder) == before


def test_an_access_token_beside_an_account(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=JDOE, repo=ACCESS))
    for user, profile, header in (
        ("", "", API_TOKEN),
        ("", "repo", REPOSITORY_TOKEN),
        ("x-token-auth", "", REPOSITORY_TOKEN),
        ("x-bitbucket-api-token-auth", "repo", API_TOKEN),
    ):
        developer.git("ls-remote", repository(user), ATLA_PROFILE=profile)
        assert who_came(developer) == [header]
    assert snapshot(developer.folder) == before


@pytest.mark.parametrize("user", ["", "jdoe"])
def test_a_wrong_token_is_set_aside_and_no_other(user: str, developer: Developer, accounts: Accounts) -> None:
    """Without a name, git hands back one that is every account's."""
    folder = accounts(work={**JDOE, "token": "ATATTwrong"}, private=JANE, repo=ACCESS)
    config = (folder / "config.toml").read_bytes()
    assert "Authentication failed" in developer.git("ls-remote", repository(user), code=128).stderr
    assert who_came(developer) == [basic(user or "x-bitbucket-api-token-auth", "ATATTwrong")]
    assert developer.tokens() == {"work|rejected": "ATATTwrong", "private": "ATATTjane", "repo": "ATCTTrepo"}
    assert (folder / "config.toml").read_bytes() == config
    assert 'no token available for profile "work"' in developer.git("ls-remote", repository(user), code=128).stderr
    assert who_came(developer) == []


def test_a_wrong_access_token(developer: Developer, accounts: Accounts) -> None:
    accounts(repo={**ACCESS, "token": "ATCTTwrong"}, other=ACCESS, work=JDOE)
    developer.git("ls-remote", repository("x-token-auth"), code=128)
    assert who_came(developer) == [basic("x-token-auth", "ATCTTwrong")]
    assert developer.tokens() == {"repo|rejected": "ATCTTwrong", "other": "ATCTTrepo", "work": "ATATTjdoe"}


@pytest.mark.parametrize(
    ("given", "header"),
    [({"ATLA_TOKEN": "ATATTjdoe", "ATLA_EMAIL": EMAIL}, API_TOKEN), ({"ATLA_TOKEN": "ATCTTrepo"}, REPOSITORY_TOKEN)],
    ids=["API token", "access token"],
)
def test_variables_without_any_file(given: dict[str, Any], header: str, developer: Developer) -> None:
    developer.git("ls-remote", repository(), ATLA_INSTANCE=BITBUCKET, **given)
    assert developer.headers() == [header]
    assert not developer.folder.exists()


TEAM = {**ACCESS, "instance": f"{BITBUCKET}/team"}
OTHER_TEAM = {**ACCESS, "instance": f"{BITBUCKET}/other", "token": "ATCTTother"}
BY_PATH = ("-c", "credential.useHttpPath=true")


def test_a_workspace_of_several(developer: Developer, accounts: Accounts) -> None:
    """Its token goes below its path, and where git says no path, nobody's but that of the one that is named."""
    before = snapshot(accounts(work=JDOE, team=TEAM, other=OTHER_TEAM))
    for arguments, profile, header in (
        (BY_PATH, "", REPOSITORY_TOKEN),
        (BY_PATH, "work", API_TOKEN),
        (BY_PATH, "other", REPOSITORY_TOKEN),
        ((), "", API_TOKEN),
        ((), "team", REPOSITORY_TOKEN),
    ):
        developer.git(*arguments, "ls-remote", repository(), ATLA_PROFILE=profile)
        assert who_came(developer) == [header], (arguments, profile)
    assert snapshot(developer.folder) == before


def test_a_repository_without_its_git(developer: Developer, accounts: Accounts) -> None:
    accounts(repo={**ACCESS, "instance": f"{BITBUCKET}/team/repo"}, team={**TEAM, "token": "ATCTTwrong"})
    developer.git(*BY_PATH, "clone", "-q", repository(), "clone")
    assert who_came(developer) == [REPOSITORY_TOKEN]


def test_another_workspace_alone(developer: Developer, accounts: Accounts) -> None:
    """It is not asked where git says the path; where git does not, its token is set aside, and no other takes its place."""
    accounts(other=OTHER_TEAM)
    assert PROMPT in developer.git(*BY_PATH, "ls-remote", repository(), code=128).stderr
    assert who_came(developer) == []
    developer.git("ls-remote", repository(), code=128)
    assert developer.tokens() == {"other|rejected": "ATCTTother"}
    approved = "protocol=https\nhost=bitbucket.org\nusername=x-token-auth\npassword=ATCTTrepo\n\n"
    developer.run("git", "credential", "approve", stdin=approved)
    assert developer.tokens() == {"other|rejected": "ATCTTother"}


def test_what_the_guide_says(developer: Developer, listed: Callable[..., None]) -> None:
    """docs/how-to/bitbucket.md: after it, no other helper of git's gets the token."""
    listed("store")
    login = (
        "login",
        "--no-verify",
        "--instance",
        "bitbucket.org",
        "--email",
        EMAIL,
        "--storage",
        "file",
        "--token-stdin",
    )
    developer.run(ATLA, *login, stdin="ATATTjdoe\n")
    developer.run(ATLA, "setup-git", "--only", "--host", "bitbucket.org")
    developer.git("clone", "-q", repository(), "clone")
    assert developer.headers() == [API_TOKEN]
    assert not (developer.home / ".git-credentials").exists()


def test_a_proxy_that_wants_a_password(developer: Developer, accounts: Accounts) -> None:
    """git asks us for it, and tells us which one was taken or refused: none of it is our business."""
    before = snapshot(accounts(work=JDOE))
    with proxy({"bitbucket.org:443": developer.server.port}, [basic("jdoe", "made-up")]) as made:
        said = developer.git("ls-remote", repository(), code=128, HTTPS_PROXY=f"http://jdoe@{made.address}").stderr
        assert PROMPT in said
        assert ATLA not in said
        developer.git("ls-remote", repository(), code=128, HTTPS_PROXY=f"http://jdoe:ATATTjdoe@{made.address}")
        assert made.refused == ["", basic("jdoe", "ATATTjdoe")]
        assert developer.headers() == []
        developer.git("ls-remote", repository(), HTTPS_PROXY=f"http://jdoe:made-up@{made.address}")
    assert developer.headers() == [API_TOKEN]
    assert snapshot(developer.folder) == before
