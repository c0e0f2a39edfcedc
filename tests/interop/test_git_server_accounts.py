"""A real git and several accounts, addresses and ports: each gets its own token, and no other host gets any."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import ACCESS_TOKEN, BEARER, BEARER_AS_PASSWORD, JANE, JDOE, PRIVATE, WORK, Developer
from git_server import basic

Accounts = Callable[..., Path]

REPO = "/basic/team/repo.git"
NO_PASSWORD = (basic("jdoe", ""), basic("jane", ""))
PROMPT = "terminal prompts disabled"
ATLA = "atla-credential"


def who_came(developer: Developer) -> list[str]:
    """Return the tokens that the server got. For a name in the URL, curl first sends that name without a password."""
    return [header for header in developer.headers() if header not in NO_PASSWORD]


def test_the_default_account(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=WORK, private=PRIVATE))
    developer.git("ls-remote", developer.url(REPO))
    assert who_came(developer) == [JDOE]
    developer.git("ls-remote", developer.url(REPO), ATLA_PROFILE="private")
    assert who_came(developer) == [JANE]
    assert snapshot(developer.folder) == before


def test_the_user_name_in_the_address(developer: Developer, accounts: Accounts) -> None:
    """The same repository under two accounts, for good: the clone keeps the name."""
    before = snapshot(accounts(work=WORK, private=PRIVATE))
    for user, header in (("jdoe", JDOE), ("jane", JANE)):
        developer.git("clone", "-q", developer.url(REPO, user), user)
        developer.git("-C", user, "fetch", "-q")
        assert who_came(developer) == [header]
    assert snapshot(developer.folder) == before


def test_a_user_name_that_is_no_profile_s(developer: Developer, accounts: Accounts) -> None:
    accounts(work=WORK, private=PRIVATE)
    said = developer.git("ls-remote", developer.url(REPO, "joe"), code=128).stderr
    assert PROMPT in said
    assert ATLA not in said
    assert not {JDOE, JANE} & set(developer.headers())


def test_credential_username(developer: Developer, accounts: Accounts) -> None:
    accounts(work=WORK, private=PRIVATE)
    developer.git("config", "--global", f"credential.{developer.server.url}.username", "jane")
    developer.git("ls-remote", developer.url(REPO))
    assert who_came(developer) == [JANE]


def test_a_profile_in_credential_helper(developer: Developer, accounts: Accounts) -> None:
    """And then no other: not even for a user that another profile knows."""
    before = snapshot(accounts(work=WORK, private=PRIVATE))
    chosen = ("-c", "credential.helper=", "-c", "credential.helper=atla --profile private")
    developer.git(*chosen, "ls-remote", developer.url(REPO))
    assert who_came(developer) == [JANE]
    developer.git(*chosen, "ls-remote", developer.url(REPO, "jdoe"), code=128)
    assert who_came(developer) == []
    assert snapshot(developer.folder) == before


def two_products(developer: Developer, accounts: Accounts) -> None:
    url = developer.server.url
    accounts(jira={**WORK, "instance": f"{url}/jira"}, wiki={**PRIVATE, "instance": f"{url}/wiki"})


def test_context_paths_that_git_tells(developer: Developer, accounts: Accounts) -> None:
    two_products(developer, accounts)
    before = snapshot(developer.folder)
    developer.git("config", "--global", "credential.useHttpPath", "true")
    for product, header in (("jira", JDOE), ("wiki", JANE)):
        developer.git("ls-remote", developer.url(f"/{product}/team/repo.git"))
        assert developer.headers() == [header]
    said = developer.git("ls-remote", developer.url(REPO), code=128).stderr  # outside of both
    assert PROMPT in said
    assert ATLA not in said
    assert developer.headers() == []
    assert snapshot(developer.folder) == before


def test_context_paths_that_git_does_not_tell(developer: Developer, accounts: Accounts) -> None:
    """The default profile answers for the whole host, and the other product's refusal sets its token aside.

    docs/how-to/data-center.md therefore tells people with two products on a host to set credential.useHttpPath.
    """
    two_products(developer, accounts)
    developer.git("ls-remote", developer.url("/jira/team/repo.git"))
    assert developer.headers() == [JDOE]
    assert "Authentication failed" in developer.git("ls-remote", developer.url("/wiki/team/repo.git"), code=128).stderr
    assert developer.headers() == [JDOE]
    assert developer.tokens() == {"jira|rejected": "made-up-jdoe", "wiki": "made-up-jane"}


@pytest.mark.parametrize("address", ["second server", "same name, other port"])
def test_another_port_or_host(address: str, developer: Developer, accounts: Accounts) -> None:
    """Both would take the token."""
    accounts(work=WORK)
    url = developer.server.second_url
    if address != "second server":
        url = url.replace("127.0.0.1", "localhost")
    said = developer.git("ls-remote", f"{url}/any/team/repo.git", code=128).stderr
    assert PROMPT in said
    assert ATLA not in said
    assert developer.headers(second=True) == []
    accounts(work={**WORK, "instance": url})
    developer.git("ls-remote", f"{url}/any/team/repo.git")
    assert developer.headers(second=True) == [JDOE]
    assert PROMPT in developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert developer.headers() == []


@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_a_redirect_before_anybody_is_asked(
    account: dict[str, str], developer: Developer, accounts: Accounts
) -> None:  # fmt: skip
    """git asks for the second host, where we know nobody. It would have taken the token."""
    before = snapshot(accounts(work=account))
    said = developer.git("ls-remote", developer.url("/moved/team/repo.git"), code=128).stderr
    assert f"'{developer.server.second_url}'" in said
    assert PROMPT in said
    assert ATLA not in said
    assert developer.server.requests(second=True) == [("/any/team/repo.git/info/refs", 401, "")]
    assert developer.headers() == []
    assert snapshot(developer.folder) == before


@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_a_redirect_once_the_token_was_taken(
    account: dict[str, str], developer: Developer, accounts: Accounts
) -> None:  # fmt: skip
    """Neither git nor curl sends it on. But git then takes the second host's 401 for the first one's, and says so to us."""
    accounts(work={**account, "username": "jdoe"}, private=PRIVATE)
    said = developer.git("ls-remote", developer.url("/moved-inside/team/repo.git"), code=128).stderr
    assert "Authentication failed" in said
    assert developer.server.requests(second=True) == [("/any/team/repo.git/info/refs", 401, "")]
    bearer = account is ACCESS_TOKEN
    assert developer.headers() == [(BEARER if developer.knows_authtype else BEARER_AS_PASSWORD) if bearer else JDOE]
    assert developer.tokens()["private"] == "made-up-jane"
