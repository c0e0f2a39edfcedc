"""A real git at a real server: clone, fetch and push, with every kind of token, and through what is built upon git."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import ACCESS_TOKEN, BEARER, BEARER_AS_PASSWORD, JDOE, PRIVATE, WORK, Developer

Accounts = Callable[..., Path]


def clone_fetch_and_push(developer: Developer, url: str) -> None:
    """Do what a person does in a day, twice: the second clone sees what the first one pushed."""
    branch = f"refs/heads/{developer.home.parent.name}"
    developer.git("clone", "-q", url, "first")
    developer.git("-C", "first", "commit", "-q", "--allow-empty", "-m", "second")
    developer.git("clone", "-q", url, "other")
    developer.git("-C", "first", "push", "-q", "origin", f"HEAD:{branch}")
    developer.git("-C", "other", "fetch", "-q", "origin", branch)
    assert developer.git("-C", "other", "log", "--format=%s", "FETCH_HEAD").stdout == "second\nfirst\n"


def test_basic(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=WORK))
    clone_fetch_and_push(developer, developer.url("/basic/team/repo.git"))
    assert developer.headers() == [JDOE]
    assert snapshot(developer.folder) == before


def test_basic_where_both_are_offered(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=WORK))
    developer.git("ls-remote", developer.url("/both/team/repo.git"))
    assert developer.headers() == [JDOE]
    assert snapshot(developer.folder) == before


def test_an_access_token_where_only_basic_is_offered(developer: Developer, accounts: Accounts) -> None:
    """The newer git would send Bearer, be refused, and have a good token set aside, but for the challenges it tells us."""
    before = snapshot(accounts(work={**WORK, "auth": "bearer"}))
    clone_fetch_and_push(developer, developer.url("/basic/team/repo.git"))
    assert developer.headers() == [JDOE]
    assert snapshot(developer.folder) == before


@pytest.mark.parametrize("name", [{}, {"username": "jdoe"}], ids=["nameless", "named"])
def test_bearer_only(name: dict[str, str], developer: Developer, accounts: Accounts) -> None:
    """The old git knows no Bearer: it does not even send what it got, because the server offers nothing that it knows.

    It reports the token as rejected all the same. We keep it, and what we say then works as it stands there.
    """
    before = snapshot(accounts(private=PRIVATE, work={**ACCESS_TOKEN, **name}))
    developer.git("config", "--global", "credential.helper", "atla --profile work")
    url = developer.url("/bearer/team/repo.git")
    if developer.knows_authtype:
        clone_fetch_and_push(developer, url)
    else:
        said = developer.git("clone", "-q", url, code=128).stderr
        assert "Authentication failed" in said
        assert developer.headers() == []
        recipe = re.search(r"an older one with: (.+) git \.\.\.;", said)
        assert recipe
        developer.run("sh", "-c", f"{recipe[1]} git clone -q {url} first")
    assert developer.headers() == [BEARER]
    assert snapshot(developer.folder) == before


def test_an_access_token_where_both_are_offered(developer: Developer, accounts: Accounts) -> None:
    """The old git sends it as a password, which servers take under the user's name."""
    before = snapshot(accounts(work={**ACCESS_TOKEN, "username": "jdoe"}))
    clone_fetch_and_push(developer, developer.url("/both/team/repo.git"))
    assert developer.headers() == [BEARER if developer.knows_authtype else BEARER_AS_PASSWORD]
    assert snapshot(developer.folder) == before


def test_ls_remote(developer: Developer, accounts: Accounts) -> None:
    accounts(work=WORK)
    listed = developer.git("ls-remote", developer.url("/basic/team/repo.git"), "HEAD").stdout
    assert listed.endswith("\tHEAD\n")


def test_a_submodule(developer: Developer, accounts: Accounts) -> None:
    """git asks once more for the submodule, whose address is relative to that of its parent."""
    accounts(work=WORK)
    inner = developer.server.add_repository(f"{developer.home.parent.name}-inner", {"inner.txt": "inner"})
    modules = f'[submodule "inner"]\n\tpath = inner\n\turl = ../{developer.home.parent.name}-inner.git\n'
    outer = f"{developer.home.parent.name}-outer"
    developer.server.add_repository(outer, {".gitmodules": modules}, {"inner": inner})
    developer.git("clone", "-q", developer.url(f"/basic/team/{outer}.git"), "outer")
    developer.git("-C", "outer", "submodule", "--quiet", "update", "--init")
    assert (developer.home / "outer" / "inner" / "inner.txt").read_text() == "inner"


def test_a_caller_of_git_credential(developer: Developer, accounts: Accounts) -> None:
    """What `GOAUTH=git` does: Go asks with `url=`, tries it, and tells git whether it worked."""
    before = snapshot(accounts(work=WORK, other={"instance": "https://jira.example.com", "token": "made-up-other"}))
    filled = developer.git("credential", "fill", stdin=f"url={developer.url('/basic/team/repo')}\n").stdout
    assert "username=jdoe\npassword=made-up-jdoe\n" in filled
    developer.git("credential", "approve", stdin=filled)
    assert snapshot(developer.folder) == before
    developer.git("credential", "reject", stdin=filled)
    assert developer.tokens() == {"work|rejected": "made-up-jdoe", "other": "made-up-other"}


def test_archive(developer: Developer, accounts: Accounts) -> None:
    """Over https from git 2.44 on; an older one does not even connect."""
    accounts(work=WORK)
    remote = f"--remote={developer.url('/basic/team/library.git')}"
    if developer.knows_authtype:
        developer.git("archive", "--output=library.tar", remote, "HEAD")
        assert "src/lib.rs\n" in developer.run("tar", "-tf", "library.tar").stdout
        assert developer.headers() == [JDOE]
    else:
        said = developer.git("archive", "--output=library.tar", remote, "HEAD", code=128).stderr
        assert "operation not supported by protocol" in said
        assert developer.headers() == []
