"""A profile that changes while something is in the way: what was there stays, or is gone as a whole (safety C4, C6)."""

import tomllib
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.commands import rename
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files import turn
from atla_credential.model import Kept
from atla_credential.profiles import change
from atla_credential.stores.toml_file import TomlFile
from conftest import Run
from faults import at, needs_strace, run_with, trace

Files = Callable[..., Path]
SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"


def read(folder: Path, name: str) -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(files: Files) -> Path:
    helper = '[profiles.work]\nexpires = 2090-01-01\nca_file = "corp.pem"\n'
    return files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"), helper=helper)


@pytest.mark.parametrize("shared", ["ATLA_CONFIG", "ATLA_CREDENTIALS", "ATLA_HELPER_CONFIG"])
def test_processes_that_share_a_file_wait_for_each_other(shared: str, home: Path, tmp_path: Path) -> None:
    names = ("ATLA_CONFIG", "ATLA_CREDENTIALS", "ATLA_HELPER_CONFIG")
    one = {name: str(tmp_path / "one" / name) for name in names}
    other = {name: str(tmp_path / "other" / name) for name in names} | {shared: one[shared]}
    with turn.one_at_a_time(Environment(one)):
        with pytest.raises(TryAgain), turn.one_at_a_time(Environment(other), wait_s=0):
            pass
        with turn.one_at_a_time(Environment({"HOME": str(home)}), wait_s=0):
            pass


def test_link_in_the_place_of_the_lock_is_refused(folder: Path, run: Run) -> None:
    (folder / "profiles.lock").symlink_to(folder / "nowhere")
    done = run("logout", "work")
    assert done.returncode == 1
    assert not (folder / "nowhere").exists()
    assert KEY in read(folder, "credentials")["tokens"]


def test_logout_that_fails_keeps_what_is_noted(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise CredentialError("cannot write")

    monkeypatch.setattr(TomlFile, "erase", fail)
    world = World(Environment({"HOME": str(home)}))
    with pytest.raises(CredentialError):
        change.remove(world, world.config.profiles["work"])
    assert "expires" in read(folder, "helper")["profiles"]["work"]


def test_rename_whose_last_step_fails_leaves_no_settings_to_inherit(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise CredentialError("cannot write")

    monkeypatch.setattr(TomlFile, "erase", fail)
    options = Namespace(old="work", new="acme", profile=None, dry_run=False, json=False)
    with pytest.raises(CredentialError, match="the old token is still there") as raised:
        rename.run(options, World(Environment({"HOME": str(home)})))
    assert raised.value.hints == (f"to remove it, run: atla-credential logout --key '{KEY}'",)
    assert read(folder, "helper")["profiles"].keys() == {"acme"}
    assert f"acme|you@example.com|{SITE}" in read(folder, "credentials")["tokens"]


def test_new_profile_inherits_nothing_of_a_name_that_was_left(files: Files, run: Run) -> None:
    folder = files(helper='[profiles.work]\nca_file = "corp.pem"\n')
    login = (
        "login",
        "--no-verify",
        "--instance",
        SITE,
        "--email",
        "you@example.com",
        "--storage",
        "file",
        "--token-stdin",
    )
    assert run(*login, stdin=b"made-up").returncode == 0
    assert read(folder, "helper")["profiles"]["work"].keys() == {"since", "of"}


def test_refresh_token_goes_with_the_name_though_the_token_is_gone(files: Files, home: Path, run: Run) -> None:
    folder = files(
        config=profile("work", SITE), credentials=f'[tokens."{KEY}|oauth_refresh_token"]\ntoken = "made-up-again"\n'
    )
    assert run("rename", "work", "acme").returncode == 0
    assert list(read(folder, "credentials")["tokens"]) == [f"acme|you@example.com|{SITE}|oauth_refresh_token"]


def test_what_a_helper_gives_is_not_copied_for_an_adopted_profile(files: Files, run: Run) -> None:
    helper = '[helper]\nadopt = "any"\nstorage = "file"\nhelpers = ["!printf \'username=u\\npassword=made-up\\n\';:"]\n'
    folder = files(helper=helper)
    given = b"protocol=https\nhost=example.org\nusername=u\npassword=made-up\n\n"
    assert run("store", stdin=given).returncode == 0
    assert not (folder / "credentials.toml").exists()


def test_nothing_to_remove_needs_no_folder(run: Run, home: Path) -> None:
    assert run("logout", "--key", "made|up|key").returncode == 0
    assert list(home.iterdir()) == []


def test_another_reading_of_config_does_not_hide_that_it_changed(folder: Path, home: Path) -> None:
    world = World(Environment({"HOME": str(home)}))
    assert world.near((), (b"work",)).profiles
    (folder / "config.toml").write_text(profile("acme", SITE))
    assert world.config.profiles.keys() == {"acme"}
    assert world.has_changed()


def test_nothing_kept_prints_its_secret() -> None:
    assert "made-up" not in f"{Kept('made-up', 'made-up')!r}"


@needs_strace
def test_killed_login_to_a_helper_s_profile_keeps_nothing_here(
    files: Files, run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    """At no moment is there such a profile that would keep a token: helper.toml says first whose it is."""

    def restore() -> Path:
        return files(config="", credentials="", helper='[helper]\nhelpers = ["!echo password=made-up;:"]\n')

    log, login = tmp_path / "log", ("login", "--instance", SITE, "--email", "you@example.com", "--storage", "helper")
    renames = [call for call in trace(log, restore, login, b"", variables) if call.name.startswith("rename")]
    assert len(renames) == 2
    for number, call in enumerate(renames):
        folder = restore()
        assert run_with(at(call, "signal=SIGKILL", log), login, b"", variables).returncode == -9
        assert "work" not in read(folder, "config").get("profiles", {})
        assert ("work" in read(folder, "helper").get("profiles", {})) == (number == 1)
        assert run(*login).returncode == 0
        assert read(folder, "helper")["profiles"]["work"] == {"storage": "helper"}
        assert (folder / "credentials.toml").read_text() == ""
