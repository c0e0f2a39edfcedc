"""Whose the files are and who may read them, at every moment (safety F1, F8)."""

import os
import stat
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, snapshot
from crowd import FILES, UPDATES, Update, assert_truthful, contents, make_crowd, request, site, store_of
from faults import run_with

Files = Callable[..., Path]

STRANGER = 12345  # a user id


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def run_update(run: Run, update: Update) -> None:
    assert run(*update.arguments, stdin=update.stdin).returncode == 0


@pytest.mark.parametrize("before", [0o644, 0o444, 0o400, 0o666], ids=oct)
@pytest.mark.parametrize("name", FILES)
def test_any_mode_is_set_right_by_the_next_update(name: str, before: int, files: Files, run: Run) -> None:
    folder = make_crowd(files)
    (folder / name).chmod(before)
    if before & 0o022 and name != "credentials.toml":
        pytest.skip("what others may have written is looked at first")
    run_update(run, UPDATES["login as another account"])
    run_update(run, UPDATES["switch"])
    assert mode(folder / name) == 0o600


@pytest.mark.parametrize(
    ("name", "words", "stdin"),
    [
        (
            "helper.toml",
            ["login", "--no-verify", "--profile", "p0", "--product", "jira", "--token-stdin"],
            b"canary-new",
        ),
        ("helper.toml", ["rename", "p0", "renamed"], b""),
        ("helper.toml", ["delete", "p0"], b""),
        ("config.toml", ["switch", "p1"], b""),
        ("config.toml", ["rename", "p0", "renamed"], b""),
        ("config.toml", ["delete", "p0"], b""),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_what_others_may_have_written_is_not_made_ours(
    name: str, words: list[str], stdin: bytes, files: Files, run: Run
) -> None:
    """A file that is written anew is private, and then what stands in it would be obeyed (F14)."""
    folder = make_crowd(files)
    path = folder / name
    path.chmod(0o666)
    before = contents(folder)
    done = run(*words, stdin=stdin)
    assert done.returncode == 1
    assert f"cannot write {path}: others may write {path}".encode() in done.stderr
    assert f"look at what it says, then run: chmod go-w {path}".encode() in done.stderr
    assert mode(path) == 0o666
    assert contents(folder) == before


SITE = "https://git.example.com"
GIVEN = b"protocol=https\nhost=git.example.com\nusername=you\npassword=made-up%b\n\n"


@pytest.mark.parametrize(
    ("words", "stdin", "done", "left"),
    [
        (["logout", "work"], b"", "removed", []),
        (["erase"], GIVEN % b"", "removed", []),
        (["store"], GIVEN % b"-2\npassword_expiry_utc=4000000000", "stored", [f"work||{SITE}"]),
    ],
    ids=["logout", "erase", "store"],
)
def test_what_was_done_is_said_where_the_settings_cannot_be_written(
    words: list[str], stdin: bytes, done: str, left: list[str], files: Files, run: Run
) -> None:
    """The token comes first; who only hears of the settings would take it for untouched."""
    folder = files(
        config=f'[profiles.work]\ninstance = "{SITE}"\nemail = ""\ncredential_store = "file"\n',
        credentials=f'[tokens."work||{SITE}"]\ntoken = "made-up"\n',
        helper='[profiles.work]\nauth = "basic"\nusername = "you"\nadopted = true\nexpires = 2999-01-01\n',
    )
    (folder / "helper.toml").chmod(0o666)
    said = run(*words, stdin=stdin)
    assert said.returncode == 1
    fact = f'the token of profile "work" is {done}, but cannot write {folder}/helper.toml: others may write '
    assert said.stderr.startswith(f"atla-credential: error: {fact}".encode())
    assert list(tomllib.loads((folder / "credentials.toml").read_text()).get("tokens", {})) == left


def test_delete_that_ends_half_way_says_what_was_done(files: Files, run: Run) -> None:
    folder = make_crowd(files)
    (folder / "config.toml.lock").unlink(missing_ok=True)
    (folder / "config.toml.lock").mkdir()
    said = run("delete", "p0")
    assert said.returncode == 1
    assert b'error: the token of profile "p0" is removed, but ' in said.stderr


def test_never_wider_for_an_instant(files: Files, run: Run) -> None:
    """The kills at every call look at each moment between two calls; this one looks while it all happens."""
    folder = make_crowd(files)
    (folder / "credentials.toml").chmod(0o644)
    done, replaced = threading.Event(), threading.Event()
    seen: set[tuple[str, int]] = set()
    too_wide: set[tuple[str, int]] = set()

    def poll() -> None:
        while not done.is_set():
            narrow_from_now_on = replaced.is_set()
            for path in folder.iterdir():
                try:
                    now = mode(path)
                except FileNotFoundError:
                    continue
                seen.add((path.name, now))
                if now & 0o077 and (narrow_from_now_on or path.name != "credentials.toml"):
                    too_wide.add((path.name, now))

    poller = threading.Thread(target=poll)
    poller.start()
    for number in range(20):
        run_update(run, store_of(0, f"canary-new{number}"))
        replaced.set()
    done.set()
    poller.join()
    assert too_wide == set()
    assert ("credentials.toml", 0o600) in seen


@pytest.mark.parametrize("umask", [0o000, 0o777], ids=["umask 000", "umask 777"])
@pytest.mark.parametrize("word", ["store", "login of a new profile"])
def test_made_from_nothing_whatever_the_umask(
    word: str, umask: int, files: Files, variables: dict[str, str], home: Path
) -> None:
    if word == "store":  # needs a profile to store into
        folder = make_crowd(files)
        folder.parent.chmod(0o700)
        (folder / "credentials.toml").unlink()
        (folder / "helper.toml").unlink()
    update = UPDATES[word]
    done = run_with([], *update[:2], variables, umask=umask)
    assert (done.returncode, done.stderr) == (0, b"")
    made = [home, *home.rglob("*")]
    assert {mode(path) for path in made if path.is_file()} == {0o600}
    assert {mode(path) for path in made if path.is_dir()} == {0o700}
    assert (home / ".config" / "atla" / "helper.toml").is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("name", [*FILES, "."], ids=[*FILES, "the folder"])
@pytest.mark.parametrize("word", UPDATES)
def test_files_of_another_user_are_refused(word: str, name: str, files: Files, run: Run) -> None:
    """Root does not read tokens that another user could have put there, and does not write into his home."""
    folder = make_crowd(files)
    os.chown(folder / name, STRANGER, STRANGER)
    before = snapshot(folder)
    update = UPDATES[word]
    done = run(*update.arguments, stdin=update.stdin)
    assert_truthful(done.returncode, b"", done.stderr)
    if word == "switch" and name == "credentials.toml":
        assert done.returncode == 0  # it has nothing to do with tokens
        return
    assert done.returncode == 1
    assert b"belongs to another user" in done.stderr
    assert {path: data for path, data in snapshot(folder).items() if not path.endswith(".lock")} == before
    assert (folder / name).stat().st_uid == STRANGER


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("name", FILES)
def test_get_refuses_files_of_another_user(name: str, files: Files, run: Run) -> None:
    folder = make_crowd(files)
    os.chown(folder / name, STRANGER, STRANGER)
    done = run("get", "--url", site(0))
    assert_truthful(done.returncode, done.stdout, done.stderr)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_link_into_another_users_home_is_refused(files: Files, run: Run, home: Path) -> None:
    folder = make_crowd(files)
    other = home / "other"
    other.mkdir()
    (folder / "credentials.toml").rename(other / "credentials.toml")
    (folder / "credentials.toml").symlink_to(other / "credentials.toml")
    os.chown(other, STRANGER, STRANGER)
    before = snapshot(home)
    done = run("store", stdin=request(0, "canary-new"))
    assert_truthful(done.returncode, done.stdout, done.stderr)
    assert done.returncode == 1
    after = {name: data for name, data in snapshot(home).items() if not name.endswith(".lock")}
    assert after == before
