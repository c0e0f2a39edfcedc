"""What `doctor` says where something else writes the token, or a helper asks a secret engine for it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.doctor import checks, engine, token_file
from atla_credential.environment import Environment

SITE = "https://work.atlassian.net"
ADDRESS, PATH = "--address=https://vault.example.com:8200", "--path=secret/data/atlassian/{host}"
A_DAY = 86400
Files = Callable[..., Path]


def world(home: Path, **variables: str) -> World:
    return World(Environment({"HOME": str(home), "PATH": str(home / "bin"), **variables}))


def written(path: Path, days: float) -> str:
    """Let a file be some days old, and return the day."""
    moment = time.time() - days * A_DAY
    os.utime(path, (moment, moment))
    return time.strftime("%Y-%m-%d", time.gmtime(moment))


@pytest.fixture
def in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take a folder for one that nothing outlives a restart in."""
    monkeypatch.setattr(token_file, "IN_MEMORY", (f"{tmp_path.resolve()}/memory/",))
    (tmp_path / "memory").mkdir()
    return tmp_path / "memory"


def test_since_when_a_token_file_is_as_it_is(home: Path, files: Files, tmp_path: Path) -> None:
    mounted, link = tmp_path / "mounted", tmp_path / "link"
    mounted.write_text("made-up")
    link.symlink_to(mounted)
    files(config=profile("work", SITE), helper=f'[profiles.work]\ntoken_file = "{link}"\n')
    assert list(token_file.check_token_files(world(home))) == []
    day = written(mounted, 3.5)
    (found,) = token_file.check_token_files(world(home))
    named = f'{link}, which token_file of profile "work" names'
    assert found.text == f"{named}, was last written 3 days ago, on {day}"
    assert (found.hint, found.is_wrong) == ("if there is a newer token since, look at what writes it", False)


def test_since_when_an_agent_s_file_is_as_it_is(home: Path, files: Files, in_memory: Path) -> None:
    """One that a login of ours keeps on a disk is as old as the token."""
    folder = files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    rendered = in_memory / "credentials.toml"
    rendered.write_text(token("work", SITE, "made-up"))
    for path in (folder / "credentials.toml", rendered):
        day = written(path, 1.5)
    (found,) = token_file.check_token_files(world(home, ATLA_CREDENTIALS=str(rendered)))
    assert found.text == f"{rendered}, which ATLA_CREDENTIALS names, was last written 1 day ago, on {day}"
    for name in (str(folder / "credentials.toml"), ""):
        assert list(token_file.check_token_files(world(home, ATLA_CREDENTIALS=name))) == []


@pytest.mark.parametrize(("mode", "is_wrong"), [(0o640, False), (0o644, True), (0o604, True)])
def test_no_step_that_an_agent_undoes(mode: int, is_wrong: bool, home: Path, files: Files, in_memory: Path) -> None:
    folder = files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    rendered, own = in_memory / "credentials.toml", folder / "credentials.toml"
    rendered.write_text(token("work", SITE, "made-up"))
    for path, step in ((rendered, "let what writes it make it yours, with mode 0600"), (own, f"run: chmod 600 {own}")):
        path.chmod(mode)
        (found,) = (each for each in checks.check_files(world(home, ATLA_CREDENTIALS=str(path))) if "mode" in each.text)
        assert (found.text, found.hint) == (f"{path} has mode {mode:04o}", step)
        assert found.is_wrong is (is_wrong or path == own)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_step_for_an_agent_s_file_that_is_another_s(home: Path, files: Files, in_memory: Path) -> None:
    """To run as its owner is none."""
    files(config=profile("work", SITE))
    rendered = in_memory / "credentials.toml"
    rendered.touch(0o600)
    os.chown(rendered, 12345, 12345)
    (found,) = (each for each in checks.check_files(world(home, ATLA_CREDENTIALS=str(rendered))) if each.is_wrong)
    assert found.text == f"cannot read {rendered}: it belongs to another user"
    assert found.hint == "let what writes it make it yours, with mode 0600"


def test_a_credentials_file_without_a_path_hides_nothing_else(home: Path, files: Files) -> None:
    """What is wrong with its name is said, and then of the next file, and of the next store, what is to be said."""
    named = files(config=profile("work", SITE), credentials=token("work", SITE, "made-up")) / "helper.toml"
    here = world(home, ATLA_CREDENTIALS="here.toml", ATLA_HELPER_CONFIG=str(named))
    *_, wrong, last = checks.check_files(here)
    assert (wrong.text, wrong.is_wrong) == ("ATLA_CREDENTIALS is not an absolute path", True)
    assert last.text == f"{named} is not there, which is as if it were empty"
    assert list(token_file.check_token_files(here)) == []


@pytest.mark.parametrize("namer", ["token_file", "ATLA_TOKEN_FILE"])
def test_a_file_that_cannot_be_read_is_named_once(namer: str, home: Path, files: Files) -> None:
    """With what is to be done about it, which is not to move a device away."""
    named = '[profiles.work]\ntoken_file = "/dev/null"\n' if namer == "token_file" else ""
    files(config=profile("work", SITE), helper=named)
    here = world(home, **({} if named else {namer: "/dev/null"}))
    whose = f'{namer} of profile "work"' if named else namer
    found = [each for check in (checks.check_profiles, token_file.check_token_files) for each in check(here)]
    assert [(each.text, each.hint, each.is_wrong) for each in found] == [
        (f"cannot read /dev/null: it is not a regular file ({whose} names it)", "name another file", True)
    ]


def test_a_token_about_to_end(home: Path, files: Files, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("made-up")
    soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * A_DAY))
    named = f'[profiles.work]\ntoken_file = "{tmp_path}/token"\nexpires = {soon}\n'
    files(config=profile("work", SITE), helper=named)
    (found,) = checks.check_profiles(world(home))
    assert found.text == f'profile "work" has a token until {soon}'
    assert found.hint == "a new one has to be written into the file that token_file in helper.toml names"


@pytest.fixture
def listed(home: Path, files: Files) -> Callable[..., World]:
    """Return a function that lists a helper which asks an engine, for a machine with some variables."""
    program = home / "bin" / "git-credential-atla-vault"
    program.parent.mkdir()
    program.touch(0o755)

    def write(*options: str, **variables: str) -> World:
        entries = f"'atla-vault {' '.join(options)}', 'other', '!cat'"
        files(config=profile("work", SITE), helper=f"[helper]\nhelpers = [{entries}]\n")
        return world(home, **variables)

    return write


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """A folder in memory, and one beside it in which others may look at the copies."""
    (tmp_path / "memory").mkdir()
    (tmp_path / "closed" / "atla-vault").mkdir(parents=True)
    (tmp_path / "closed" / "atla-vault").chmod(0o755)
    return tmp_path / "memory"


def test_a_folder_for_the_copy(listed: Callable[..., World], memory: Path) -> None:
    closed = memory.with_name("closed")
    for options, variables in (
        ((), {"XDG_RUNTIME_DIR": str(memory)}),
        ((), {"RUNTIME_DIRECTORY": f"{memory}:/other"}),
        ((), {"XDG_RUNTIME_DIR": str(closed), "RUNTIME_DIRECTORY": str(memory)}),
        ((f"--cache-dir={memory}/copies",), {}),
        ((f"--cache-dir={memory}/copies/",), {}),
    ):
        assert list(engine.check_engines(listed(ADDRESS, PATH, *options, **variables))) == []
    assert list(memory.iterdir()) == []  # nothing is made
    (memory / "atla-vault").mkdir(mode=0o700)
    assert list(engine.check_engines(listed(ADDRESS, PATH, XDG_RUNTIME_DIR=str(memory)))) == []


def test_no_folder_for_the_copy(
    listed: Callable[..., World], memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def is_noted(*options: str, **variables: str) -> None:
        (found,) = engine.check_engines(listed(ADDRESS, PATH, *options, **variables))
        assert found.text == (
            "helper 1 in helper.toml keeps no copy of what https://vault.example.com:8200 answers: "
            "each get asks it, and none has an answer while it is down"
        )
        assert (found.hint or "").startswith("set XDG_RUNTIME_DIR, ")
        assert not found.is_wrong

    is_noted()
    is_noted(XDG_RUNTIME_DIR=str(memory.with_name("closed")))
    is_noted(f"--cache-dir={memory}/none/copies")
    monkeypatch.setattr(engine, "is_ours", lambda _: False)  # as a variable that a sudo has left behind
    is_noted(XDG_RUNTIME_DIR=str(memory))
    (memory / "atla-vault").mkdir(mode=0o700)
    is_noted(XDG_RUNTIME_DIR=str(memory))


def test_options_that_are_none(listed: Callable[..., World]) -> None:
    for options, text in (
        ([PATH], "--address is missing, and neither BAO_ADDR nor VAULT_ADDR says where the engine is"),
        ([ADDRESS, PATH, "--nope=x"], "there is an option that is none"),
    ):
        (found,) = engine.check_engines(listed(*options))
        assert (found.text, found.is_wrong) == (f"helper 1 in helper.toml: {text}", True)
        assert found.hint == "see: atla-credential help git-credential-atla-vault"


def test_each_is_looked_at(listed: Callable[..., World]) -> None:
    here = listed(f"{PATH}', 'atla-vault {ADDRESS} {PATH}")
    assert [(each.text[:8], each.is_wrong) for each in engine.check_engines(here)] == [
        ("helper 1", True),
        ("helper 2", False),
    ]


def test_one_that_is_not_started_is_not_looked_at(listed: Callable[..., World], home: Path) -> None:
    here = listed(PATH)
    (home / ".config" / "atla" / "helper.toml").chmod(0o666)  # others could have listed it
    assert list(engine.check_engines(here)) == []
    assert list(engine.check_engines(listed(PATH, ATLA_CREDENTIAL_DEPTH="1"))) == []


def test_a_folder_that_is_not_there_is_one_that_could_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To make one needs both: to write into the folder above, and to enter it."""
    asked: list[tuple[str, int]] = []

    def access(path: str, mode: int) -> bool:
        asked.append((path, mode))
        return False

    monkeypatch.setattr(os, "access", access)
    assert not engine.may_hold(f"{tmp_path}/none", "")
    assert asked == [(str(tmp_path), os.W_OK | os.X_OK)]
