"""A login to a profile whose token helpers have: what it writes, and what another process may do meanwhile."""

import tomllib
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain, Unavailable
from atla_credential.login.by_helper import log_in
from atla_credential.model import HELPER, Credential, Profile

Files = Callable[..., Path]

SITE, OTHER, YOU = "https://work.atlassian.net", "https://other.atlassian.net", "you@example.com"
NOTED = 'ca_file = "corp.pem"\nexpires = 2090-01-01\nsince = 2026-11-29T08:00:00Z\nof = "1a2b3c4d"\n'


class Helpers:
    """Helpers of which one has a token, or could not be asked; `then` happens when they are."""

    outcome = "1 of 1 asked, none has it"

    def __init__(self, has: bool = True, failure: str = "", then: Callable[[], object] = lambda: None) -> None:
        self.has, self.failure, self.then = has, failure, then

    def ask(self, profile: Profile, pass_over: Callable[[Unavailable], None]) -> tuple[Credential, int] | None:
        self.then()
        if self.failure:
            pass_over(Unavailable(self.failure))
        return (Credential("theirs"), 1) if self.has else None


@pytest.fixture
def login(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that logs in to a profile named work."""

    def run(helpers: Helpers | None, instance: str = SITE, **more: Any) -> Any:
        monkeypatch.setattr(World, "helpers", lambda *_: helpers or pytest.fail("no helper is asked"))
        given = {"token": None, "token_stdin": False, "expires": None, "dry_run": False, **more}
        here = World(Environment({"HOME": str(home)}))
        return log_in(Namespace(**given), here, Profile("work", instance, YOU, HELPER), {})

    return run


def settings(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((folder / "helper.toml").read_text())["profiles"]["work"]
    return table


def test_what_was_noted_of_a_token_goes(login: Callable[..., Any], files: Files) -> None:
    folder = files(config=profile("work", SITE), helper=f"[profiles.work]\n{NOTED}")
    outcome = login(Helpers())
    assert (outcome.is_first, outcome.stays) == (False, False)
    assert settings(folder) == {"storage": "helper", "ca_file": "corp.pem"}


def test_another_site_has_another_authority(login: Callable[..., Any], files: Files) -> None:
    folder = files(config=profile("work", OTHER), helper=f"[profiles.work]\n{NOTED}")
    login(Helpers())
    assert settings(folder) == {"storage": "helper"}


def test_the_first_profile(login: Callable[..., Any], files: Files) -> None:
    folder = files(helper=f"[profiles.work]\n{NOTED}")
    assert login(Helpers(), dry_run=True).is_first
    assert "storage" not in settings(folder)
    assert login(Helpers()).is_first
    assert settings(folder) == {"storage": "helper"}


def test_of_an_account_that_is_theirs_already_no_helper_is_asked(login: Callable[..., Any], files: Files) -> None:
    files(config=profile("work", SITE), helper='[profiles.work]\nstorage = "helper"\n')
    assert login(None).stays
    assert not login(Helpers(), instance=OTHER).stays


def test_no_helper_has_one_or_could_be_asked(login: Callable[..., Any], files: Files) -> None:
    files(config="")
    with pytest.raises(CredentialError, match='^no helper in helper.toml gives a token for profile "work"$'):
        login(Helpers(has=False))
    with pytest.raises(Unavailable, match="^it is broken$"):
        login(Helpers(has=False, failure="it is broken"))
    login(Helpers(failure="it is broken"))  # another one has it


def test_what_another_process_has_done_meanwhile(login: Callable[..., Any], files: Files) -> None:
    """A token that it has stored would be nobody's, and a profile that it has made another account's stays that."""
    config = profile("work", SITE)
    folder = files(config=config)
    with pytest.raises(CredentialError, match='^profile "work" has a token in the file$'):
        login(Helpers(then=lambda: files(credentials=token("work", SITE, "own"))))
    files(credentials="")
    with pytest.raises(TryAgain):
        login(Helpers(then=lambda: files(config=profile("work", SITE, "bot@example.com"))))
    assert not (folder / "helper.toml").exists()
