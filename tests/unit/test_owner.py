"""Whose a token is that store or erase was given, each question alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.search import Search
from atla_credential.errors import CredentialError
from atla_credential.model import Credential, Query
from atla_credential.operations import owner
from atla_credential.operations.call import Call
from updating import call

Files = Callable[..., Path]
Asked = tuple[Call, Search]
Origin = tuple[str, str, int]

DC, BITBUCKET = "https://dc.example.com", "https://bitbucket.org"
AT_DC, AT_BITBUCKET = ("https", "dc.example.com", 443), ("https", "bitbucket.org", 443)
ADOPTED = "adopted = true\n"


def ask(
    home: Path, at: Origin = AT_DC, path: tuple[str, ...] | None = None, variables: dict[str, str] | None = None
) -> Asked:
    asked = call(home, "", **(variables or {}))
    return asked, asked.search(Query(at, path), exact_user=True)


def users(**names: str) -> str:
    return "".join(f'[profiles.{name}]\nusername = "{user}"\n' for name, user in names.items())


@pytest.mark.parametrize(
    ("username", "secret", "owners"),
    [
        (None, "new", ["a", "b"]),
        ("jdoe", "new", ["a"]),
        ("you@example.com", "new", ["a", "b"]),
        ("x-bitbucket-api-token-auth", "ATATTnew", ["a"]),
        ("x-token-auth", "ATATTnew", ["b"]),  # by the token that it has
        ("x-token-auth", "ATCTTnew", ["b"]),
        ("nobody", "new", []),
    ],
)
def test_whose_user_name_it_is(username: str | None, secret: str, owners: list[str], files: Files, home: Path) -> None:
    files(
        config=profile("a", BITBUCKET) + profile("b", BITBUCKET),
        credentials=token("a", BITBUCKET, "ATATTold") + token("b", BITBUCKET, "ATCTTold"),
        helper=users(a="jdoe"),
    )
    asked, search = ask(home, AT_BITBUCKET)
    given = Credential(secret, username)
    assert [each.profile.name for each in search.claims() if owner.is_owner(asked, each, given)] == owners


def test_without_a_token_it_is_the_new_one_that_says(files: Files, home: Path) -> None:
    files(config=profile("a", BITBUCKET))
    asked, search = ask(home, AT_BITBUCKET)
    (claim,) = search.claims()
    assert owner.is_owner(asked, claim, Credential("ATCTTnew", "x-token-auth"))
    assert not owner.is_owner(asked, claim, Credential("ATATTnew", "x-token-auth"))


@pytest.mark.parametrize(
    ("default", "variables", "chosen"),
    [
        ("", {}, []),
        ("own", {}, []),
        ("adopted", {}, ["adopted"]),
        ("", {"ATLA_PROFILE": "own"}, ["own"]),
        ("own", {"ATLA_PROFILE": "adopted"}, ["adopted"]),
        ("adopted", {"ATLA_PROFILE": "own"}, ["adopted", "own"]),
    ],
)
def test_which_profile_is_chosen(
    default: str, variables: dict[str, str], chosen: list[str], files: Files, home: Path
) -> None:
    start = f'[default]\nprofile = "{default}"\n' if default else ""
    files(config=start + profile("adopted", DC, "") + profile("own", DC, ""), helper=f"[profiles.adopted]\n{ADOPTED}")
    asked, search = ask(home, variables=variables)
    assert [each.profile.name for each in search.claims() if owner.is_chosen(asked, search, each.profile)] == chosen


@pytest.mark.parametrize(
    ("path", "given", "takers"),
    [
        pytest.param(None, Credential("s", "jdoe"), ["own", "root", "user"], id="no path"),
        pytest.param((), Credential("s", "jdoe"), ["own", "root", "user"], id="an empty path"),
        pytest.param(("team",), Credential("s", "jdoe"), ["below", "own", "root", "user"], id="its own path"),
        pytest.param(("team", "x"), Credential("s", "jdoe"), ["own", "root", "user"], id="a path below"),
        pytest.param((), Credential("s"), ["own", "root", "user"], id="no user"),
        pytest.param((), Credential("s", auth="bearer"), ["own", "root"], id="Bearer without a user"),
        pytest.param((), Credential("s", "jdoe", "bearer"), ["own", "root", "user"], id="Bearer with a user"),
    ],
)
def test_which_profile_may_take_a_token(
    path: tuple[str, ...] | None, given: Credential, takers: list[str], files: Files, home: Path
) -> None:
    files(
        config=profile("own", DC, "")
        + profile("root", DC, "")
        + profile("user", DC, "")
        + profile("below", f"{DC}/team", ""),
        helper="".join(f"[profiles.{name}]\n{ADOPTED}" for name in ("root", "user", "below")).replace(
            "[profiles.user]\n", '[profiles.user]\nusername = "jdoe"\n'
        ),
    )
    asked, search = ask(home, path=path)
    found = [search.claim_of(each) for each in asked.world.config.profiles.values()]
    assert sorted(each.profile.name for each in found if each and owner.may_take(search, each, given)) == takers


def test_without_an_address_a_profile_takes_what_is_its_own(files: Files, home: Path) -> None:
    files(config=profile("a", DC, ""))
    asked, search = ask(home)
    (claim,) = search.claims()
    assert owner.may_take(asked.search(None), claim, Credential("s", "jdoe"))


@pytest.mark.parametrize(
    ("username", "secret", "may"),
    [
        ("x-token-auth", "ATCTTnew", True),
        ("x-token-auth", "ATATTnew", False),
        ("x-bitbucket-api-token-auth", "ATATTnew", True),
        ("x-bitbucket-api-token-auth", "ATCTTnew", False),
        ("jdoe", "ATCTTnew", True),
        (None, "ATCTTnew", True),
    ],
)
def test_name_of_the_other_kind_of_token(
    username: str | None, secret: str, may: bool, files: Files, home: Path
) -> None:
    files(config=profile("a", BITBUCKET))
    _, search = ask(home, AT_BITBUCKET)
    (claim,) = search.claims()
    assert owner.may_take(search, claim, Credential(secret, username)) == may


@pytest.mark.parametrize(
    ("instance", "origin", "takes"), [(DC, AT_DC, True), (BITBUCKET, AT_BITBUCKET, False), (DC, AT_BITBUCKET, False)]
)
def test_who_takes_bearer(instance: str, origin: Origin, takes: bool, files: Files, home: Path) -> None:
    files(config=profile("a", instance))
    asked, search = ask(home, origin)
    own, given = asked.world.config.profiles["a"], Credential("s", auth="bearer")
    assert owner.takes_bearer(search, own, given) == takes
    assert not owner.takes_bearer(asked.search(None, exact_user=True), own, given)


@pytest.mark.parametrize(
    ("helper", "variables", "given", "found"),
    [
        pytest.param("", {}, Credential("of-b"), "b", id="the token that b has"),
        pytest.param("", {}, Credential("new", "jdoe"), "several", id="whose it is is open"),
        pytest.param("", {"ATLA_PROFILE": "b"}, Credential("new", "jdoe"), "b", id="ATLA_PROFILE says whose"),
        pytest.param("", {"ATLA_PROFILE": "b"}, Credential("of-a", "jdoe"), "a", id="ATLA_PROFILE takes no other's"),
        pytest.param("", {}, Credential("new", "other"), None, id="nobody's"),
        pytest.param(f"[profiles.a]\n{ADOPTED}", {}, Credential("new"), "b", id="the first was adopted"),
        pytest.param(f"[profiles.b]\n{ADOPTED}", {}, Credential("new"), "a", id="the last was adopted"),
    ],
)
def test_whose_a_token_is(
    helper: str, variables: dict[str, str], given: Credential, found: str | None, files: Files, home: Path
) -> None:
    files(
        config=profile("a", DC, "") + profile("b", DC, ""),
        credentials=token("a", DC, "of-a", "") + token("b", DC, "of-b", ""),
        helper=helper or users(a="jdoe", b="jdoe"),
    )
    asked, search = ask(home, variables=variables)
    if found == "several":
        with pytest.raises(CredentialError, match="several profiles match, so the token was not stored"):
            owner.owner_of(asked, search, given)
    else:
        claim = owner.owner_of(asked, search, given)
        assert (claim and claim.profile.name) == found


def test_token_that_was_set_aside_is_its_profile_s(files: Files, home: Path) -> None:
    """And no other's, of which another token was set aside."""
    files(
        config=profile("a", DC, "") + profile("b", DC, ""),
        credentials=token("a", f"{DC}|rejected", "of-a", "") + token("b", f"{DC}|rejected", "of-b", ""),
    )
    claim = owner.owner_of(*ask(home), Credential("of-b"))
    assert claim
    assert claim.profile.name == "b"


def test_what_is_set_aside_is_only_looked_at_where_several_match(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyring may ask the person before it is opened."""
    files(config=profile("a", DC, ""))
    monkeypatch.setattr(owner, "was_rejected", lambda *_: pytest.fail("it is looked at"))
    assert owner.owner_of(*ask(home), Credential("new"))


@pytest.mark.parametrize(("given", "is_refused"), [(Credential("s"), False), (Credential("s", auth="bearer"), True)])
def test_bearer_where_it_would_not_be_answered(given: Credential, is_refused: bool, files: Files, home: Path) -> None:
    files(config=profile("a", BITBUCKET))
    asked, search = ask(home, AT_BITBUCKET)
    if is_refused:
        with pytest.raises(CredentialError, match='profile "a" takes no Bearer token at this address'):
            owner.owner_of(asked, search, given)
    else:
        assert owner.owner_of(asked, search, given)


@pytest.mark.parametrize(("username", "stored"), [(None, None), ("", "")], ids=["a named user", "an empty one"])
def test_empty_token_is_one_of_an_empty_user_only(
    username: str | None, stored: str | None, files: Files, home: Path
) -> None:
    files(config=profile("a", DC, ""), credentials=token("a", DC, "", ""), helper=users(a="") if username == "" else "")
    asked, _ = ask(home)
    assert owner.stored_secret(asked, asked.world.config.profiles["a"]) == stored
