"""What the other helpers of a list are told of a token that worked, or was rejected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.errors import Unavailable
from atla_credential.model import Credential, Profile
from atla_credential.operations.chain import Chain
from updating import call

Files = Callable[..., Path]

DC = "https://dc.example.com"
HELPERS = '[helper]\nhelpers = ["first", "second"]\n'
BROKEN, ALSO_BROKEN = "helper 3 is broken", "helper 4 is broken"


class Helpers:
    """Helpers that have something, each by its number; others could not be asked.

    Args:
        forgets: the helpers that do as they are told when that was rejected.
    """

    def __init__(
        self, has: dict[int, Credential], failures: tuple[str, ...] = (), forgets: tuple[int, ...] = ()
    ) -> None:
        self.has, self.failures, self.forgets = dict(has), failures, forgets
        self.asked: list[str] = []
        self.told: list[tuple[int, str, str]] = []
        self.given: Credential | None = None

    def ask(self, profile: Profile, pass_over: Callable[[Unavailable], None]) -> tuple[Credential, int] | None:
        self.asked.append(profile.name)
        for failure in self.failures:
            pass_over(Unavailable(failure))
        return next(((given, number) for number, given in self.has.items()), None)

    def tell(self, number: int, operation: str, profile: Profile, given: Credential) -> None:
        self.told.append((number, operation, profile.name))
        self.given = given
        if operation == "erase" and number in self.forgets:
            del self.has[number]


def chain(home: Path, helpers: Helpers | None, monkeypatch: pytest.MonkeyPatch) -> Chain:
    def found(*_: object) -> Helpers:
        assert helpers is not None, "no helper may be asked"
        return helpers

    monkeypatch.setattr(World, "helpers", found)
    asking = call(home, "")
    search = asking.search(None)
    return Chain(asking, search, search.config.profiles["p"])


@pytest.fixture
def listed(files: Files, home: Path) -> Path:
    files(config=profile("p", DC, ""), helper=HELPERS)
    return home


@pytest.mark.parametrize(
    ("has", "failures", "error", "number"),
    [
        pytest.param({}, (), None, None, id="none has one"),
        pytest.param({2: "s"}, (), None, 2, id="one has it"),
        pytest.param({2: "other"}, (), None, None, id="one has another"),
        pytest.param({2: "s"}, (BROKEN, ALSO_BROKEN), None, 2, id="one has it, others are broken"),
        pytest.param({2: "other"}, (BROKEN, ALSO_BROKEN), BROKEN, None, id="one has another, others are broken"),
        pytest.param({}, (BROKEN, ALSO_BROKEN), BROKEN, None, id="all are broken"),
    ],
)
def test_find(
    has: dict[int, str], failures: tuple[str, ...], error: str | None, number: int | None,
    listed: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    helpers = Helpers({number: Credential(secret) for number, secret in has.items()}, failures)
    here = chain(listed, helpers, monkeypatch)
    if error:
        with pytest.raises(Unavailable, match=error):
            here.find("s")
        with pytest.raises(Unavailable, match=error):
            here.keeps(Credential("s"))
    else:
        found = here.find("s")
        assert (found and (found[0].secret, found[1])) == (number and ("s", number))
        assert here.keeps(Credential("s")) == bool(has)  # whoever has another one answers, too
    assert helpers.told == ([(number, "store", "p")] if number else [])


@pytest.mark.parametrize(
    ("end", "again", "told"),
    [(None, None, (1, "known")), (2, None, (2, "known")), (None, "new", (1, "new")), (2, "new", (2, "new"))],
)
def test_helper_is_told_what_is_known_now(
    end: int | None, again: str | None, told: tuple[int, str], listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the user name that it gave, and in the form that it gave."""
    helpers = Helpers({1: Credential("s", "jdoe", "bearer", 1, "known")})
    assert chain(listed, helpers, monkeypatch).keeps(Credential("s", "other", "basic", end, again))
    given = helpers.given
    assert given
    assert (given.secret, given.username, given.auth) == ("s", "jdoe", "bearer")
    assert (given.expires_utc, given.refresh_secret) == told


@pytest.mark.parametrize("expires_utc", [None, 1])
def test_token_that_is_made_when_it_is_asked_for_is_kept_by_its_helper(
    expires_utc: int | None, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does any other that the helper has replaced since; and nothing is told of it."""
    helpers = Helpers({1: Credential("another", expires_utc=expires_utc)})
    assert chain(listed, helpers, monkeypatch).keeps(Credential("s"))
    assert not helpers.told


def test_token_of_the_profile_s_own_store_is_no_helper_s(
    listed: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(credentials=token("p", DC, "stored", ""))
    helpers = Helpers({1: Credential("s")})
    assert not chain(listed, helpers, monkeypatch).keeps(Credential("s"))
    assert not helpers.asked


def test_without_helpers_nobody_is_asked_or_told(files: Files, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(config=profile("p", DC, ""))
    here = chain(home, None, monkeypatch)
    assert here.find("s") is None
    assert not here.keeps(Credential("s"))
    here.forget((Credential("s"), 1))


def test_without_helpers_no_keyring_is_asked_for_their_sake(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is locked would ask the person to open it."""
    files(config=profile("p", DC, "", "keyring"))
    here = chain(home, None, monkeypatch)
    monkeypatch.setattr(World, "kept", lambda *_: pytest.fail("it is asked"))
    assert not here.keeps(Credential("s"))


def test_profile_without_a_store_has_no_helpers(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "helpers", lambda *_: pytest.fail("asked"))
    asking = call(listed, "")
    assert Chain(asking, asking.search(None), Profile("p", DC)).helpers is None


@pytest.mark.parametrize(
    ("second", "forgets", "told"),
    [
        pytest.param("s", (1, 2), [1, 2], id="both have it"),
        pytest.param("other", (1, 2), [1], id="the other has another"),
        pytest.param("s", (2,), [1], id="the first does not forget"),
        pytest.param("s", (1,), [1, 2], id="the second does not forget"),
    ],
)
def test_every_helper_that_has_a_rejected_token_is_told(
    second: str, forgets: tuple[int, ...], told: list[int], listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers = Helpers({1: Credential("s"), 2: Credential(second)}, forgets=forgets)
    here = chain(listed, helpers, monkeypatch)
    found = here.find("s")
    assert found
    here.forget(found)
    assert helpers.told == [(number, "erase", "p") for number in told]
