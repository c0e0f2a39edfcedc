"""What every rule and source says of what it saw, to whoever listens, and what is taken from other helpers."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.rules import resolve
from atla_credential.answer.search import Search
from atla_credential.answer.sources import find_secret
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import NoCredential, Unavailable
from atla_credential.model import Credential, Kept, Profile, Query
from atla_credential.report.words import outcome_of

Files = Callable[..., Path]
Variables = dict[str, str]

DC = "https://dc.example.com"
HELPERS = '[helper]\nhelpers = ["first", "second"]\n'
OF_DC = {"ATLA_INSTANCE": DC, "ATLA_AUTH": "basic"}


class Steps(list[tuple[str, str]]):
    """The rules and sources that spoke, and what they said."""

    def add(self, search: Search, entry: object, outcome: str | None) -> None:
        self.append((getattr(entry, "__name__", ""), outcome_of(search, outcome)))


class Helpers:
    """Two other helpers, of which the first cannot be asked, or the second has a credential, or both, or neither."""

    asked, outcome = 2, "2 of 2 asked, none has it"

    def __init__(self, failure: str, secret: str | None) -> None:
        self.failure, self.secret = failure, secret

    def ask(self, profile: Profile, pass_over: Callable[[Unavailable], None]) -> tuple[Credential, int] | None:
        if self.failure:
            pass_over(Unavailable(self.failure))
        return (Credential(self.secret, "jdoe"), 2) if self.secret else None


def search(
    home: Path, steps: Steps, variables: Variables | None = None, name: str | None = None, **more: bool
) -> Search:
    here = World(Environment({"HOME": str(home), **(variables or {})}))
    return Search(here, Query(("https", "dc.example.com", 443)), name, steps.add, **more)


@pytest.mark.parametrize(
    ("config", "name", "variables", "said"),
    [
        pytest.param("", None, {}, ["ATLA_INSTANCE is not set", "not given", "not set", "not set", "none is at this address", "ATLA_INSTANCE is not set"], id="nothing"),
        pytest.param(profile("p", DC, ""), None, {}, ["ATLA_INSTANCE is not set", "not given", "not set", "not set", "p"], id="a profile"),
        pytest.param(profile("p", DC, ""), "p", {}, ["ATLA_INSTANCE is not set", "p"], id="--profile"),
        pytest.param("", None, {"ATLA_PROFILE": "gone"}, ["ATLA_INSTANCE is not set", "not given", 'profile "gone" does not exist', "not set"], id="ATLA_PROFILE"),
        pytest.param(profile("p", DC, "") + profile("q", "https://h"), "q", {"ATLA_PROFILE": "p"}, ["ATLA_INSTANCE is not set", 'profile "q" is not for this address: it is for https://h', "--profile was given", "not set"], id="--profile and ATLA_PROFILE"),
        pytest.param("", None, OF_DC, ["it has no token"], id="variables without a token"),
        pytest.param("", None, {**OF_DC, "ATLA_TOKEN": "v"}, ["it has no e-mail"], id="variables without an e-mail"),
        pytest.param('[default]\nprofile = "p"\n' + profile("p", DC, ""), None, {}, ["ATLA_INSTANCE is not set", "not given", "not set", "p"], id="default.profile"),
    ],
)  # fmt: skip
def test_rules(config: str, name: str | None, variables: Variables, said: list[str], files: Files, home: Path) -> None:
    files(config=config)
    steps = Steps()
    with contextlib.suppress(NoCredential):
        resolve(search(home, steps, variables, name), pytest.fail)
    assert [words for entry, words in steps if entry.startswith("rule_")][: len(said)] == said


def test_profile_that_stays_out_of_it_is_named(files: Files, home: Path) -> None:
    files(config=profile("p", DC, ""), helper="[profiles.p]\nadopted = true\n")
    steps = Steps()
    assert resolve(search(home, steps), pytest.fail) is None
    assert ("objection", "p was adopted, and has no token") in steps


NOT_SET = ["ATLA_TOKEN__P is not set", "not set", "none is named"]
NOT_KEPT = [*NOT_SET, f'nothing in the file for "p||{DC}"']


@pytest.mark.parametrize(
    ("variables", "stored", "helpers", "said", "secret"),
    [
        pytest.param({}, "", "", [*NOT_KEPT, "none are listed"], None, id="nowhere"),
        pytest.param({}, "s", "", [*NOT_SET, "found in the file"], "s", id="the store"),
        pytest.param({"ATLA_TOKEN__P": "v"}, "s", "", ["found in ATLA_TOKEN__P"], "v", id="the profile's own variable"),
        pytest.param({"ATLA_API_TOKEN": "v"}, "s", "", [NOT_SET[0], "found in ATLA_API_TOKEN"], "v", id="the variable"),
        pytest.param({"ATLA_TOKEN": "v", "ATLCLI_EMAIL": "bot@example.com"}, "s", "", [NOT_SET[0], "ATLA_TOKEN is set, but meant for the account of ATLCLI_EMAIL", NOT_SET[2], "found in the file"], "s", id="the variable of another account"),
        pytest.param({}, "s", HELPERS, [*NOT_SET, "found in the file"], "s", id="the store before helpers"),
        pytest.param({}, "", HELPERS, [*NOT_KEPT, "found, from helper 2"], "h", id="a helper"),
    ],
)  # fmt: skip
def test_sources(
    variables: Variables, stored: str, helpers: str, said: list[str], secret: str | None,
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    files(config=profile("p", DC, ""), credentials=token("p", DC, stored, ""), helper=helpers)
    monkeypatch.setattr(World, "helpers", lambda *_: Helpers("", "h") if helpers else pytest.fail("none are listed"))
    steps = Steps()
    asking = search(home, steps, variables)
    found = find_secret(asking, asking.near.profiles["p"], pytest.fail)
    assert [words for _, words in steps] == said
    assert (found and found[0].secret) == secret


def test_sources_of_a_profile_of_variables(files: Files, home: Path) -> None:
    files(helper=HELPERS)
    steps = Steps()
    asking = search(home, steps, OF_DC)
    made = asking.world.profile_of_variables
    assert made
    assert find_secret(asking, made, pytest.fail) is None
    assert [words for _, words in steps][3:] == [
        "a profile made of variables has none",
        "not asked for a profile made of variables",
    ]


LOCKED, BROKEN = "the keyring is locked", "helper 1 is broken"


@pytest.mark.parametrize(
    ("locked", "failure", "secret", "said", "warned"),
    [
        ("", "", None, ["nothing", "2 of 2 asked, none has it"], []),
        (LOCKED, "", None, [f"could not look: {LOCKED}", "2 of 2 asked, none has it"], []),
        (LOCKED, "", "h", [f"could not look: {LOCKED}", "found, from helper 2"], [LOCKED]),
        ("", BROKEN, None, ["nothing", f"could not look: {BROKEN}"], []),
        ("", BROKEN, "h", ["nothing", f"could not look: {BROKEN}", "found, from helper 2"], [BROKEN]),
        (LOCKED, BROKEN, None, [f"could not look: {LOCKED}", f"could not look: {BROKEN}"], [BROKEN]),
        (LOCKED, BROKEN, "h", [f"could not look: {LOCKED}", f"could not look: {BROKEN}", "found, from helper 2"], [LOCKED, BROKEN]),
    ],
)  # fmt: skip
def test_sources_that_could_not_be_looked_into(
    locked: str, failure: str, secret: str | None, said: list[str], warned: list[str],
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The first failure is the error if nobody has the secret; the others, or all of them if one has it, are warnings."""

    def kept(*_: object) -> Kept:
        if locked:
            raise Unavailable(locked)
        return Kept(None)

    files(config=profile("p", DC, ""), helper=HELPERS)
    monkeypatch.setattr(World, "kept", kept)
    monkeypatch.setattr(World, "helpers", lambda *_: Helpers(failure, secret))
    steps, warnings = Steps(), list[str]()
    asking = search(home, steps)
    expected = pytest.raises(Unavailable, match=locked or failure) if not secret and (locked or failure) else None
    with expected or contextlib.nullcontext():
        found = find_secret(asking, asking.near.profiles["p"], warnings.append)
        assert (found and found[0].secret) == secret
    assert [words.partition(" in the file")[0] for _, words in steps][3:] == said
    assert warnings == warned


def test_refresh_token_that_could_not_be_looked_for_is_said_and_no_failure(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(config=profile("p", DC, ""))
    monkeypatch.setattr(World, "kept", lambda *_: Kept("s", unknown=Unavailable(LOCKED)))
    steps = Steps()
    asking = search(home, steps)
    found = find_secret(asking, asking.near.profiles["p"], pytest.fail)
    assert found
    assert found[0].secret == "s"
    assert ("source_own_store", f"could not look for a refresh token: {LOCKED}") in steps


@pytest.mark.parametrize("asks_helpers", [True, False])
def test_user_name_of_a_helper_goes_with_its_token(
    asks_helpers: bool, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If helpers are asked, and the profile has none itself."""
    files(config=profile("p", DC, ""), helper=f'{HELPERS}[profiles.p]\nauth = "basic"\n')
    monkeypatch.setattr(World, "helpers", lambda *_: Helpers("", "h"))
    asking = search(home, Steps()) if asks_helpers else search(home, Steps(), asks_helpers=False)
    found = resolve(asking, pytest.fail)
    assert found
    given = found.credential
    assert (given and (given.username, given.secret, found.source)) == (
        ("jdoe", "h", "helper") if asks_helpers else None
    )
