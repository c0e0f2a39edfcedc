"""A real git, its cache, and a real gnome-keyring behind it: who is asked the second time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from conftest import snapshot
from desktop import Desktop, missing
from developer import JDOE, Developer

Files = Callable[..., Path]
Listed = Callable[..., None]

REPO = "/basic/team/repo.git"
FAILED = "atla-credential: error: failed to access system keyring:"
NO_BUS = f"{FAILED} there is no session bus, so no keyring can be asked"
NOBODY = f"{FAILED} nobody answers at the address of the session bus in DBUS_SESSION_BUS_ADDRESS"
ERRORS = {"locked": f"{FAILED} it is locked", "ended": NOBODY, "of another session": NO_BUS}

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


@pytest.fixture
def key(developer: Developer, keyring: Desktop, files: Files) -> str:
    """Make a profile whose token is in the keyring, and return its key there."""
    files(
        config=profile("work", developer.server.url, email="", store="keyring"),
        helper='[profiles.work]\nauth = "basic"\nusername = "jdoe"\n',
    )
    key = f"work||{developer.server.url}"
    keyring.add(key, "made-up-jdoe")
    return key


def take_away(keyring: Desktop, how: str, developer: Developer) -> None:
    """Let the keyring be of no more use."""
    if how == "locked":
        keyring.lock()
    elif how == "ended":
        keyring.end()
    else:  # as in a cron job: nothing says where the bus is
        del developer.variables["DBUS_SESSION_BUS_ADDRESS"], developer.variables["XDG_RUNTIME_DIR"]


def errors(said: str) -> list[str]:
    return [line for line in said.splitlines() if not line.startswith("atla-credential: hint: ")]


def test_the_keyring(developer: Developer, keyring: Desktop, key: str) -> None:
    before = snapshot(keyring.folder / "data"), snapshot(developer.folder)
    developer.git("clone", "-q", developer.url(REPO), "clone")
    developer.git("-C", "clone", "fetch", "-q")
    assert developer.headers() == [JDOE]
    assert (snapshot(keyring.folder / "data"), snapshot(developer.folder)) == before


@pytest.mark.parametrize("how", ERRORS)
def test_without_a_cache(how: str, developer: Developer, keyring: Desktop, key: str) -> None:
    """We say why there is no token; git has nobody else to ask."""
    take_away(keyring, how, developer)
    said = errors(developer.git("ls-remote", developer.url(REPO), code=128).stderr)
    assert said[0] == ERRORS[how]
    assert "terminal prompts disabled" in said[1]
    assert developer.headers() == []


@pytest.mark.parametrize("how", ERRORS)
def test_a_warm_cache_in_front(
    how: str, developer: Developer, keyring: Desktop, key: str, listed: Listed
) -> None:  # fmt: skip
    """The cache answers, and we are not asked. But git tells us, too, that the answer worked, and so we look once.

    That look is in vain here, and we say so; git goes on all the same.
    """
    listed("cache", "atla")
    assert developer.git("ls-remote", developer.url(REPO)).stderr == ""
    take_away(keyring, how, developer)
    asked = f"url={developer.url(REPO)}\n"
    filled = developer.git("credential", "fill", stdin=asked)
    assert ("username=jdoe\npassword=made-up-jdoe\n" in filled.stdout, filled.stderr) == (True, "")
    assert errors(developer.git("ls-remote", developer.url(REPO)).stderr) == [ERRORS[how]]
    assert developer.headers() == [JDOE]


def test_a_refused_token_is_given_by_neither(developer: Developer, keyring: Desktop, key: str, listed: Listed) -> None:
    listed("cache", "atla")
    developer.git("ls-remote", developer.url(REPO))
    assert keyring.secrets(key) == ["made-up-jdoe"]
    said = developer.git("ls-remote", developer.url("/wiki/team/repo.git"), code=128).stderr
    assert "Authentication failed" in said
    assert keyring.tokens() == {f"{key}|rejected": ["made-up-jdoe"]}
    assert 'no token available for profile "work"' in developer.git("ls-remote", developer.url(REPO), code=128).stderr
    assert developer.headers() == [JDOE]
