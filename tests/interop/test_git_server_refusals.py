"""A real git whose token is refused: what is set aside, what stays, and what the person reads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import ACCESS_TOKEN, BEARER, JDOE, PRIVATE, WORK, Developer
from git_server import basic

Accounts = Callable[..., Path]

WRONG = basic("jdoe", "made-up-wrong")
PAST = "2001-01-01"


def test_a_wrong_token_is_set_aside_and_no_other(developer: Developer, accounts: Accounts) -> None:
    """The next try says what to do."""
    namesake = {**PRIVATE, "token": "made-up-wrong"}  # the same token, but another user's
    folder = accounts(work={**WORK, "token": "made-up-wrong"}, private=PRIVATE, namesake=namesake)
    config, url = (folder / "config.toml").read_bytes(), developer.url("/basic/team/repo.git")
    assert "Authentication failed" in developer.git("ls-remote", url, code=128).stderr
    assert developer.headers() == [WRONG]
    others = {"private": "made-up-jane", "namesake": "made-up-wrong"}
    assert developer.tokens() == {"work|rejected": "made-up-wrong", **others}
    assert (folder / "config.toml").read_bytes() == config
    said = developer.git("ls-remote", url, code=128).stderr
    assert 'atla-credential: error: no token available for profile "work"' in said
    assert (
        "atla-credential: hint: a caller's 401 has set its token aside; if it is good, run: atla-credential restore work\n"
        "atla-credential: hint: run: atla-credential login --profile work\n"
    ) in said
    assert developer.headers() == []


def test_a_good_token_that_was_refused_is_put_back(developer: Developer, accounts: Accounts) -> None:
    """A place where it does not count refuses it: git has it set aside, and a person who knows better undoes that."""
    accounts(work=WORK)
    assert "Authentication failed" in developer.git("ls-remote", developer.url("/wiki/team/repo.git"), code=128).stderr
    assert developer.tokens() == {"work|rejected": "made-up-jdoe"}
    developer.run("atla-credential", "restore", "--no-verify", "work")
    assert developer.tokens() == {"work": "made-up-jdoe"}
    assert developer.git("ls-remote", developer.url("/basic/team/repo.git")).stderr == ""
    assert developer.headers() == [JDOE]


def test_a_wrong_bearer_token(developer: Developer, accounts: Accounts) -> None:
    """The old git cannot send it as what it is, so that what it says of it does not count."""
    accounts(work={**ACCESS_TOKEN, "token": "made-up-wrong"}, private=PRIVATE)
    said = developer.git("ls-remote", developer.url("/bearer/team/repo.git"), code=128).stderr
    assert "Authentication failed" in said
    assert developer.headers() == (["Bearer made-up-wrong"] if developer.knows_authtype else [])
    work = "work|rejected" if developer.knows_authtype else "work"
    assert developer.tokens() == {work: "made-up-wrong", "private": "made-up-jane"}
    assert ("was not taken as a password, and is kept" in said) != developer.knows_authtype


def test_a_new_token_is_not_set_aside_with_the_old_one(developer: Developer, accounts: Accounts) -> None:
    """Another terminal logs in again while git still tries the old token."""
    folder = accounts(work={**WORK, "token": "made-up-wrong"})
    hook = f"!f() {{ test $1 != erase || sed -i s/made-up-wrong/made-up-jdoe/ '{folder}/credentials.toml'; }}; f"
    listed = ("-c", "credential.helper=", "-c", f"credential.helper={hook}", "-c", "credential.helper=atla")
    url = developer.url("/basic/team/repo.git")
    developer.git(*listed, "ls-remote", url, code=128)
    assert developer.tokens() == {"work": "made-up-jdoe"}
    developer.git("ls-remote", url)


def test_what_a_person_reads(developer: Developer, accounts: Accounts) -> None:
    """At a terminal, the step to take comes with git's refusal, not with the next one. Programs hear nothing more."""
    url = developer.url("/basic/team/repo.git")
    failed = f"fatal: Authentication failed for '{url}/'\n"
    accounts(work={**WORK, "token": "made-up-wrong"})
    assert developer.git_at_a_terminal("ls-remote", url) == (
        'atla-credential: warning: the token of profile "work" was rejected, and is set aside; if it is good, '
        "run: atla-credential restore work; if not, make a new one, "
        f"then run: atla-credential login --profile work\n{failed}"
    )
    developer.variables["ATLA_TOKEN__WORK"] = "made-up-wrong"
    assert developer.git_at_a_terminal("ls-remote", url) == (
        "atla-credential: warning: the token in ATLA_TOKEN__WORK was rejected; set the variable to a new one, or unset it\n"
        f"{failed}"
    )
    assert developer.git("ls-remote", url, code=128).stderr == failed


@pytest.mark.parametrize(
    ("token", "stored"),
    [("made-up-jdoe", "made-up-old"), ("made-up-wrong", "made-up-wrong")],
    ids=["taken", "refused"],
)
def test_a_variable_is_neither_stored_nor_erased(
    token: str, stored: str, developer: Developer, accounts: Accounts
) -> None:  # fmt: skip
    """A profile of the same account keeps what it has, be it another token or the same one."""
    before = snapshot(accounts(work={**WORK, "token": stored}, private=PRIVATE))
    variables = {"ATLA_INSTANCE": developer.server.url, "ATLA_EMAIL": "jdoe", "ATLA_TOKEN": token}
    url = developer.url("/basic/team/repo.git")
    developer.git("ls-remote", url, code=0 if token == "made-up-jdoe" else 128, **variables)
    assert developer.headers() == [basic("jdoe", token)]
    assert snapshot(developer.folder) == before


def test_variables_without_any_file(developer: Developer) -> None:
    """What CI does: no file is there, and none is made, whether the token is taken or refused."""
    for token, code in (("made-up-jdoe", 0), ("made-up-wrong", 128)):
        variables = {"ATLA_INSTANCE": developer.server.url, "ATLA_EMAIL": "jdoe", "ATLA_TOKEN": token}
        developer.git("ls-remote", developer.url("/basic/team/repo.git"), code=code, **variables)
        assert not developer.folder.exists()
    assert developer.headers() == [JDOE, WRONG]


def test_an_expired_token_that_the_server_takes(developer: Developer, accounts: Accounts) -> None:
    """The old git knows no expiry and tries it; it works, so the date was wrong, and goes.

    The newer one (2.40 on) reads the date that comes with the token, throws the token away and asks a person.
    """
    folder = accounts(work={**WORK, "expires": PAST})
    url = developer.url("/basic/team/repo.git")
    said = developer.git("ls-remote", url, code=128 if developer.knows_authtype else 0).stderr
    assert 'the token of profile "work" has expired; make a new one, then run: atla-credential login' in said
    assert developer.headers() == ([] if developer.knows_authtype else [JDOE])
    assert developer.tokens() == {"work": "made-up-jdoe"}
    assert ("expires" in (folder / "helper.toml").read_text()) == developer.knows_authtype


def test_an_expired_token_that_the_server_refuses(developer: Developer, accounts: Accounts) -> None:
    """The old git tries it and has it set aside, and its date stays. The newer one does not try it."""
    folder = accounts(work={**WORK, "token": "made-up-wrong", "expires": PAST}, private=PRIVATE)
    said = developer.git("ls-remote", developer.url("/basic/team/repo.git"), code=128).stderr
    assert 'the token of profile "work" has expired; make a new one, then run: atla-credential login' in said
    work = "work" if developer.knows_authtype else "work|rejected"
    assert developer.headers() == ([] if developer.knows_authtype else [WRONG])
    assert developer.tokens() == {work: "made-up-wrong", "private": "made-up-jane"}
    assert f"expires = {PAST}\n" in (folder / "helper.toml").read_text()


@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_forbidden(account: dict[str, str], developer: Developer, accounts: Accounts) -> None:
    """403 says that the token is known and may not do this: git keeps everything, and so do we."""
    before = snapshot(accounts(work=account))
    said = developer.git("ls-remote", developer.url("/forbidden/team/repo.git"), code=128).stderr
    assert "The requested URL returned error: 403" in said
    assert developer.headers() in ([JDOE], [BEARER], [basic("x-token-auth", "made-up-bearer")])
    assert snapshot(developer.folder) == before
