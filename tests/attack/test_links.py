"""Links and other things that are not files, in the place of each file and beside it (safety F3, F7)."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, snapshot
from crowd import (
    FILES,
    SECRETS,
    UPDATES,
    Update,
    assert_nothing_older_is_lost,
    assert_truthful,
    contents,
    documents,
    make_crowd,
    site,
    temporary_files,
)

Files = Callable[..., Path]

READS = {
    "get": Update(("get", "--url", site(0)), b""),
    "list": Update(("list",), b""),
    "status": Update(("status",), b""),
}
LEFTOVER = "credentials.toml.0123456789abcdef.tmp"


def make_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


def make_socket(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # a socket's address is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)
        os.close(here)


ODD: dict[str, Callable[[Path], None]] = {
    "folder": lambda path: path.mkdir(),
    "link to a folder": lambda path: path.symlink_to(path.parent),
    "link to itself": lambda path: path.symlink_to(path),
    "link to the null device": lambda path: path.symlink_to(os.devnull),
    "FIFO": lambda path: os.mkfifo(path),
    "device": make_device,
    "socket": make_socket,
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ODD)
def test_odd_thing_in_the_place_of_a_file(kind: str, name: str, files: Files, run: Run) -> None:
    """Nothing waits for it, nothing replaces it, and no update is half done because of it."""
    folder = make_crowd(files)
    (folder / name).unlink()
    ODD[kind](folder / name)
    odd = os.lstat(folder / name)
    before = snapshot(folder)
    for word, call in {**READS, **UPDATES}.items():
        done = run(*call.arguments, stdin=call.stdin)
        without_tokens = name == "credentials.toml" and word in ("list", "switch")
        assert done.returncode == (0 if without_tokens else 1), word
        if word == "status" and name == "credentials.toml":
            assert b"warning: cannot read" in done.stderr  # its answer says the rest
        else:
            assert_truthful(done.returncode, b"", done.stderr)
        if word == "switch" and without_tokens:
            (folder / "config.toml").write_bytes(before["config.toml"])
        after = os.lstat(folder / name)
        assert (after.st_mode, after.st_ino, after.st_rdev) == (odd.st_mode, odd.st_ino, odd.st_rdev)
        found = {path: data for path, data in snapshot(folder).items() if not path.endswith(".lock")}
        assert found == before, word


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("word", UPDATES)
def test_link_to_a_file_elsewhere_is_written_through(word: str, name: str, files: Files, run: Run, home: Path) -> None:
    folder = make_crowd(files)
    dotfiles = home / "dotfiles"
    dotfiles.mkdir()
    (folder / name).rename(dotfiles / "mine")
    (folder / name).symlink_to(Path("../../dotfiles/mine"))
    update = UPDATES[word]
    assert run(*update.arguments, stdin=update.stdin).returncode == 0
    assert (folder / name).readlink() == Path("../../dotfiles/mine")
    assert {path.name for path in dotfiles.iterdir()} <= {"mine", "mine.lock", "profiles.lock"}
    assert not (folder / f"{name}.lock").exists()
    assert_nothing_older_is_lost(folder, update)


def test_folder_that_is_a_link(files: Files, run: Run, home: Path) -> None:
    folder = make_crowd(files)
    folder.rename(home / "dotfiles")
    folder.symlink_to(home / "dotfiles")
    for word in ("switch", "store", "login as another account"):
        assert run(*UPDATES[word].arguments, stdin=UPDATES[word].stdin).returncode == 0
        assert_nothing_older_is_lost(home / "dotfiles", UPDATES[word])
    assert folder.is_symlink()
    assert temporary_files(home / "dotfiles") == []


@pytest.mark.parametrize("name", FILES)
def test_link_to_nothing_makes_its_target(name: str, run: Run, home: Path) -> None:
    """A home that is set up before its dotfiles are: the link is what a person wanted, so its target is made."""
    folder = home / ".config" / "atla"
    folder.mkdir(parents=True)
    (folder / name).symlink_to(home / "dotfiles" / "atla" / name)
    assert run("get", "--url", site(8)).returncode != 0
    update = UPDATES["login of a new profile"]
    assert run(*update.arguments, stdin=update.stdin).returncode == 0
    assert b"password=canary-new\n" in run("get", "--url", site(8)).stdout
    assert (folder / name).is_symlink()
    assert stat.S_IMODE((home / "dotfiles" / "atla" / name).lstat().st_mode) == 0o600
    assert stat.S_IMODE((home / "dotfiles").stat().st_mode) == 0o700
    documents(folder)


@pytest.mark.parametrize("name", FILES)
def test_hard_link_is_left_alone(name: str, files: Files, run: Run, home: Path) -> None:
    """Another name of the same file is another file after an update: what is under it was not asked for."""
    folder = make_crowd(files)
    (home / "other").hardlink_to(folder / name)
    before = contents(folder)
    for word in ("login as another account", "switch"):
        assert run(*UPDATES[word].arguments, stdin=UPDATES[word].stdin).returncode == 0
    assert (home / "other").read_bytes() == before[name]
    assert (folder / name).read_bytes() != before[name]


@pytest.mark.parametrize("exists", [True, False], ids=["victim", "no victim"])
@pytest.mark.parametrize("name", FILES)
def test_planted_link_at_the_locks_name_is_not_followed(
    name: str, exists: bool, files: Files, run: Run, home: Path
) -> None:
    folder = make_crowd(files)
    if exists:
        (home / "victim").write_text("not ours")
        (home / "victim").chmod(0o644)
    (folder / f"{name}.lock").symlink_to(home / "victim")
    before = snapshot(home)
    word = "switch" if name == "config.toml" else "store"
    done = run(*UPDATES[word].arguments, stdin=UPDATES[word].stdin)
    assert_truthful(done.returncode, done.stdout, done.stderr)
    assert done.returncode == 1
    assert_nothing_older_is_lost(folder, UPDATES[word])
    after = {path: data for path, data in snapshot(home).items() if path in before or path == "victim"}
    if name != "helper.toml":  # which comes after the token
        assert after == before
    assert (home / "victim").exists() == exists
    if exists:
        assert (home / "victim").read_text() == "not ours"
        assert stat.S_IMODE((home / "victim").stat().st_mode) == 0o644


PLANTED: dict[str, Callable[[Path, Path], None]] = {
    "link to a file": lambda path, home: path.symlink_to(home / "victim"),
    "link to a folder": lambda path, home: path.symlink_to(home / "victims"),
    "link to nothing": lambda path, home: path.symlink_to(home / "nothing"),
    "hard link": lambda path, home: path.hardlink_to(home / "victim"),
    "folder": lambda path, home: path.mkdir(),
    "FIFO": lambda path, home: os.mkfifo(path),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_thing_at_a_temporary_name_harms_nothing(kind: str, files: Files, run: Run, home: Path) -> None:
    """Temporary files that were left are removed by their name, which anybody who may write here can give."""
    folder = make_crowd(files)
    (home / "victim").write_text("not ours")
    (home / "victims").mkdir()
    (home / "victims" / LEFTOVER).write_text("not ours")
    PLANTED[kind](folder / LEFTOVER, home)
    done = run(*UPDATES["store"].arguments, stdin=UPDATES["store"].stdin)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (home / "victim").read_text() == (home / "victims" / LEFTOVER).read_text() == "not ours"
    assert not (home / "nothing").exists()
    assert SECRETS + b"-new" in (folder / "credentials.toml").read_bytes()
    assert_nothing_older_is_lost(folder, UPDATES["store"])
