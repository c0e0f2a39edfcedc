"""Which of the two settings files has to be there, and which may not be written."""

import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain, Unavailable
from atla_credential.files import file_lock
from atla_credential.model import Profile
from atla_credential.profiles import editing, tables
from conftest import snapshot
from updating import read

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the world of a user of a container, who has no home and says where config.toml is."""

    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    return World(Environment({"ATLA_CONFIG": str(tmp_path / "config.toml")}))


def test_without_a_home_nothing_is_said_in_helper_toml(homeless: World) -> None:
    assert editing.read_settings(homeless) is None


@pytest.mark.parametrize("is_needed", [True, False])
def test_home_is_missed_only_where_something_has_to_be_written(is_needed: bool, homeless: World) -> None:
    seen = list[dict[str, Any]]()

    def change(document: dict[str, Any]) -> None:
        seen.append(dict(document))
        if is_needed:
            document["helper"] = {"adopt": "any"}

    if is_needed:
        with pytest.raises(Unavailable, match="HOME"):
            editing.edit_settings(homeless, change)
    else:
        editing.edit_settings(homeless, change)
    assert seen == [{}]


@pytest.mark.parametrize("name", ["config", "helper"])
@pytest.mark.parametrize("is_link", [False, True])
def test_what_others_may_write_is_not_written(is_link: bool, name: str, files: Files, home: Path) -> None:
    """It would be private afterwards, and what they have put there would be taken for the person's own."""
    path = files(config=profile("work", SITE), helper="[profiles.work]\n") / f"{name}.toml"
    if is_link:
        path.rename(home / "real")
        path.symlink_to(home / "real")
    path.chmod(0o666)
    before, world = path.read_bytes(), World(Environment({"HOME": str(home)}))
    change = tables.remove if name == "config" else tables.remove_settings
    with pytest.raises(CredentialError, match="others may write .*would be taken for yours") as caught:
        change(world, "work")
    assert "chmod go-w" in caught.value.hints[0]
    assert path.read_bytes() == before
    path.chmod(0o600)
    change(world, "work")
    assert "profiles" not in read(home, name)


def test_empty_file_that_others_may_write_says_nothing(files: Files, home: Path) -> None:
    path = files(config="") / "config.toml"
    path.chmod(0o666)
    tables.set_default(World(Environment({"HOME": str(home)})), "work")
    assert read(home, "config")["default"] == {"profile": "work"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert not (home / ".config" / "atla" / "config.toml.v1.bak").exists()  # nor is it an older version of anything


def test_older_version_alone_is_no_reason_to_write(files: Files, home: Path) -> None:
    folder = files(config='[default]\nprofile = "work"\n')
    before = snapshot(folder)
    tables.set_default(World(Environment({"HOME": str(home)})), "work")
    assert snapshot(folder) == before


def test_helper_toml_that_was_not_there_is_not_there_after_a_failure(files: Files, home: Path) -> None:
    folder = files(config=profile("work", SITE))
    (folder / "config.toml").chmod(0o666)
    with pytest.raises(CredentialError, match="others may write"):
        tables.save_profile(World(Environment({"HOME": str(home)})), Profile("new", SITE, "me@example.com", "file"), {})
    assert not (folder / "helper.toml").exists()


def test_helper_toml_that_another_program_has_written_meanwhile_is_not_put_back(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files(helper="[profiles.old]\n") / "helper.toml"

    def fail(*_: object) -> None:
        path.write_text("[profiles.another]\n")
        raise CredentialError("the disk is full")

    monkeypatch.setattr(tables, "save_shared_part", fail)
    with pytest.raises(CredentialError, match="the disk is full"):
        tables.save_profile(World(Environment({"HOME": str(home)})), Profile("new", SITE, store="file"), {})
    assert path.read_text() == "[profiles.another]\n"


def test_file_that_cannot_be_read_does_not_say_all_of_it_already(files: Files, home: Path) -> None:
    files(config="not TOML")
    with pytest.raises(Unavailable, match="not valid TOML"):
        tables.save_shared_part(World(Environment({"HOME": str(home)})), Profile("work", SITE, store="file"))


WORK = Profile("work", SITE, "you@example.com", "file")


@pytest.mark.parametrize(
    ("text", "wanted", "is_said"),
    [
        pytest.param(profile("work", SITE), WORK, True, id="all"),
        pytest.param(profile("work", SITE) + 'default_project = "P"\n', WORK, True, id="all and more"),
        pytest.param(profile("work", SITE), WORK.but(cloud_id="id"), False, id="less"),
        pytest.param(profile("work", SITE), WORK.but(email="me@example.com"), False, id="another e-mail"),
        pytest.param(profile("other", SITE), WORK, False, id="nothing"),
        pytest.param(profile("other", SITE), WORK.but(store="keyring"), False, id="nothing of a keyring"),
        pytest.param(f'[profiles.work]\ninstance = "{SITE}"\nemail = "you@example.com"\n', WORK.but(store="keyring"),
                     True, id="what goes without saying"),
        pytest.param(f'[profiles.work]\ninstance = "{SITE}"\nemail = "you@example.com"\n', WORK, False,
                     id="what does not go without saying"),
    ],
)  # fmt: skip
def test_config_that_says_all_of_a_profile_need_not_be_one_that_can_be_written(
    text: str, wanted: Profile, is_said: bool, files: Files, home: Path
) -> None:
    """What it lacks is the choice of the active profile only."""
    path = files(config=text) / "config.toml"
    path.chmod(0o666)
    world = World(Environment({"HOME": str(home)}))
    if is_said:
        tables.save_shared_part(world, wanted)
    else:
        with pytest.raises(CredentialError, match="others may write"):
            tables.save_shared_part(world, wanted)
    assert path.read_text() == text


def test_config_that_another_process_is_writing_is_waited_for(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And if that takes too long, it can be tried again: what it lacks can be written."""
    path = files(config=profile("work", SITE)) / "config.toml"
    monkeypatch.setattr(file_lock, "WAIT_S", 0)
    with file_lock.locked(str(path)), pytest.raises(TryAgain):
        tables.save_shared_part(World(Environment({"HOME": str(home)})), WORK)


@pytest.mark.parametrize(
    ("values", "is_error"),
    [
        ({"username": "jdoe", "verified": "today"}, False),
        ({"username": "jane", "verified": "today"}, True),
        ({"username": None}, True),
        ({"rejected": "today"}, False),
    ],
)
def test_what_cannot_be_noted_is_missed_only_where_an_answer_depends_on_it(
    values: dict[str, Any], is_error: bool, files: Files, home: Path
) -> None:
    path = files(helper='[profiles.work]\nusername = "jdoe"\n') / "helper.toml"
    path.chmod(0o666)
    world = World(Environment({"HOME": str(home)}))
    if is_error:
        with pytest.raises(CredentialError, match="others may write"):
            tables.note(world, "work", values)
    else:
        tables.note(world, "work", values)
    assert read(home, "helper") == {"profiles": {"work": {"username": "jdoe"}}}


def test_file_that_cannot_be_read_may_say_what_an_answer_depends_on(files: Files, home: Path) -> None:
    files(helper="not TOML")
    with pytest.raises(Unavailable, match="not valid TOML"):
        tables.note(World(Environment({"HOME": str(home)})), "work", {"verified": "today"})


def test_nothing_is_noted_of_a_profile_that_is_gone_meanwhile(files: Files, home: Path) -> None:
    files(config=profile("other", SITE))
    tables.note_of_token(World(Environment({"HOME": str(home)})), WORK, {"verified": "today"})
    assert read(home, "helper") == {}


def test_what_was_noted_is_known(files: Files, home: Path) -> None:
    files(config=profile("work", SITE))
    world = World(Environment({"HOME": str(home)}))
    assert world.config.profiles["work"].username is None
    tables.note_of_token(world, WORK, {"username": "jdoe"})
    assert world.config.profiles["work"].username == "jdoe"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {}),
        ({"auth": "bearer"}, {"auth": "bearer"}),
        ({"email": "", "auth": "bearer"}, {}),
        ({"username": "", "product": "confluence"}, {"username": "", "product": "confluence"}),
        ({"adopted": True}, {"adopted": True}),
    ],
)
def test_what_follows_from_config_toml_is_not_said_again(
    changes: dict[str, Any], said: dict[str, Any], home: Path
) -> None:
    tables.save_profile(World(Environment({"HOME": str(home)})), WORK.but(**changes), {})
    assert read(home, "helper").get("profiles", {}).get("work", {}) == said
