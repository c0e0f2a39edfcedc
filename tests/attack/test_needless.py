"""Nothing is asked for that is not needed: no lock, no folder to write, no home (safety F13)."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import snapshot
from faults import Mounts, run_with

SITE = "https://work.atlassian.net"
SETTINGS = {
    "all said": 'schema_version = 2\n[default]\nprofile = "work"\n',
    "no active profile": "schema_version = 2\n",
    "version 1": "",
}
NOBODY = ("unshare", "--map-user=12345")  # whom no record of the system knows, and who may not do what root may

Files = Callable[..., Path]
Do = Callable[..., subprocess.CompletedProcess[bytes]]


def request(secret: str) -> bytes:
    return f"url={SITE}\nusername=you@example.com\npassword={secret}\n\n".encode()


def uses_it_all(do: Do) -> None:
    """Log in, use, replace, reject and remove a token."""
    for arguments, stdin, said in (
        (["login", "--no-verify", "--profile", "work", "--token-stdin"], b"canary-one\n", b"logged in"),
        (["get", "--url", SITE], b"", b"password=canary-one\n"),
        (["store"], request("canary-two"), b""),
        (["get", "--url", SITE], b"", b"password=canary-two\n"),
        (["list"], b"", b"work.atlassian.net"),
        (["explain", SITE], b"", b"work"),
        (["logout", "--profile", "work"], b"", b"logged out"),
        (["login", "--no-verify", "--profile", "work", "--token-stdin"], b"canary-three\n", b"logged in"),
        (["store"], request("canary-three"), b""),
        (["erase"], request("canary-three"), b""),
        (["status", "--profile", "work", "--json"], b"", b'"token": "'),
    ):
        done = do(arguments, stdin)
        is_token_gone = arguments[0] == "status"
        assert (done.returncode, said in done.stdout) == (3 if is_token_gone else 0, True), (arguments, done)
        assert is_token_gone or done.stderr == b"", arguments


@pytest.fixture
def linked(files: Files, home: Path) -> Callable[[str], Path]:
    """Return a function that makes config.toml a link into a folder, as what manages dotfiles does."""

    def make(settings: str) -> Path:
        elsewhere = home / "store"
        elsewhere.mkdir()
        (elsewhere / "config.toml").write_text(settings + profile("work", SITE))
        (files() / "config.toml").symlink_to(elsewhere / "config.toml")
        return elsewhere

    return make


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_config_that_is_a_link_into_a_mount_that_cannot_be_written(
    settings: str, linked: Callable[[str], Path], mounts: Mounts
) -> None:
    elsewhere = linked(settings)
    mounts.mount("--bind", str(elsewhere), str(elsewhere))
    mounts.mount("-o", "remount,ro,bind", str(elsewhere))
    before = snapshot(elsewhere)
    uses_it_all(mounts.run)
    assert snapshot(elsewhere) == before


def test_config_that_is_a_mount_of_its_own(linked: Callable[[str], Path], mounts: Mounts) -> None:
    """As containers have one file of a folder: nothing can be renamed over it."""
    elsewhere = linked(SETTINGS["no active profile"])
    mounts.mount("--bind", str(elsewhere / "config.toml"), str(elsewhere / "config.toml"))
    before = (elsewhere / "config.toml").read_bytes()
    uses_it_all(mounts.run)
    assert (elsewhere / "config.toml").read_bytes() == before


def test_the_active_profile_stays_it_in_an_older_file_that_cannot_be_written(
    linked: Callable[[str], Path], mounts: Mounts
) -> None:
    elsewhere = linked('[default]\nprofile = "work"\n')
    mounts.mount("--bind", str(elsewhere), str(elsewhere))
    mounts.mount("-o", "remount,ro,bind", str(elsewhere))
    done = mounts.run(["switch", "work"])
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def as_nobody(variables: dict[str, str]) -> Do:
    """Return a function that runs the program without a home, as a user who has none on record."""
    if subprocess.run([*NOBODY, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nobody can be another user here")
    del variables["HOME"]
    return lambda arguments, stdin: run_with(NOBODY, arguments, stdin, variables)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_named_files_need_no_home(settings: str, as_nobody: Do, variables: dict[str, str], home: Path) -> None:
    """helper.toml, which nobody named, is as if it were empty; config.toml and its folder cannot be written."""
    etc, own = home / "etc", home / "own"
    etc.mkdir()
    own.mkdir(mode=0o700)
    (etc / "config.toml").write_text(settings + profile("work", SITE))
    variables |= {"ATLA_CONFIG": str(etc / "config.toml"), "ATLA_CREDENTIALS": str(own / "credentials.toml")}
    for place in (etc / "config.toml", etc, home):
        place.chmod(place.stat().st_mode & 0o555)
    before = snapshot(etc)
    uses_it_all(as_nobody)
    said = as_nobody(["doctor"], b"").stdout.decode()
    home.chmod(0o700)
    assert snapshot(etc) == before
    assert "HOME" not in said.replace("set HOME", "")
    assert {path.name for path in own.iterdir()} == {"credentials.toml", "credentials.toml.lock", "profiles.lock"}


def test_what_has_to_be_written_without_a_home_says_so(as_nobody: Do, variables: dict[str, str], home: Path) -> None:
    variables |= {"ATLA_CONFIG": str(home / "config.toml"), "ATLA_CREDENTIALS": str(home / "credentials.toml")}
    (home / "config.toml").write_text(profile("work", SITE))
    (home / "credentials.toml").write_text(token("work", SITE, "canary-old"))
    done = as_nobody(
        ["login", "--no-verify", "--profile", "work", "--product", "jira", "--token-stdin"], b"canary-new\n"
    )
    assert done.returncode == 1
    assert b"HOME is not set and this user has no passwd entry" in done.stderr


def test_a_keyring_s_profile_needs_no_home(as_nobody: Do, variables: dict[str, str], home: Path) -> None:
    variables["ATLA_CONFIG"] = str(home / "config.toml")
    (home / "config.toml").write_text(profile("work", SITE, store="keyring"))
    done = as_nobody(["get", "--url", SITE], b"")
    assert b"failed to access system keyring" in done.stderr
    assert as_nobody(["list"], b"").returncode == 0
