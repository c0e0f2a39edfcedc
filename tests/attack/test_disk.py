"""Disks that are full, read-only or limited: the old files stay, and the exit code tells the truth (safety F4)."""

import os
import resource
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S, Run
from crowd import (
    UPDATES,
    assert_nothing_older_is_lost,
    assert_truthful,
    contents,
    key_of,
    make_crowd,
    request,
    site,
    temporary_files,
)
from faults import Mounts

Files = Callable[..., Path]

PAGE = 4096  # bytes
PADDING = 2 * PAGE  # credentials.toml takes three pages, so a write can also stop half-way
ANSWER = b"password=canary-old0\n"
READS = (("get", "--url", site(0)), ("list",), ("status",))
WRITES = ("store", "login", "login of a new profile", "login as another account", "erase", "restore", "switch")


@pytest.fixture
def small_disk(mounts: Mounts, files: Files) -> Callable[[], Path]:
    """Return a function that mounts a small empty disk on the folder of the three files, and writes them there."""
    folder = make_crowd(files, PADDING)
    texts = contents(folder)

    def make() -> Path:
        mounts.mount("-t", "tmpfs", "-o", "size=128k,nr_inodes=40,mode=700", "none", str(folder))
        inside = mounts.seen(folder)
        for name, text in texts.items():
            (inside / name).write_bytes(text)
            (inside / name).chmod(0o600)
        return inside

    return make


def leave(folder: Path, pages: int | None = None, inodes: int | None = None) -> None:
    """Fill a disk up to the last few pages or inodes."""
    free = os.statvfs(folder)
    if pages is not None:
        (folder / "filler").write_bytes(b"x" * (free.f_bavail * free.f_bsize - pages * PAGE))
        assert os.statvfs(folder).f_bavail * free.f_bsize == pages * PAGE
    if inodes is not None:
        for number in range(os.statvfs(folder).f_favail - inodes):
            (folder / f"filler{number}").touch()
        assert os.statvfs(folder).f_favail == inodes


@pytest.mark.parametrize("what", ["pages", "inodes"])
@pytest.mark.parametrize("word", WRITES)
def test_full_disk(word: str, what: str, small_disk: Callable[[], Path], mounts: Mounts) -> None:
    """From nothing free to enough, a page or a file at a time: each write is the first one that fails once."""
    update = UPDATES[word]
    codes = []
    for free in range(9):
        folder = small_disk()
        leave(folder, **{what: free})
        before = contents(folder)
        done = mounts.run(update.arguments, update.stdin)
        assert_truthful(done.returncode, b"", done.stderr)
        assert_nothing_older_is_lost(folder, update)
        assert temporary_files(folder) == []
        if free == 0:
            assert contents(folder) == before
        codes.append(done.returncode)
    assert codes[0] == 1
    assert codes == sorted(codes, reverse=True)  # what there is room for, there is room for with more
    assert codes[-1] == 0


def test_full_disk_can_be_read(small_disk: Callable[[], Path], mounts: Mounts) -> None:
    folder = small_disk()
    leave(folder, pages=0, inodes=0)
    assert ANSWER in mounts.run(READS[0]).stdout
    for arguments in READS[1:]:
        done = mounts.run(arguments)
        assert_truthful(done.returncode, done.stdout, done.stderr)
        assert done.returncode == 0


@pytest.mark.parametrize("limit", [0, 1, 50, 500, PAGE], ids="{} bytes".format)
@pytest.mark.parametrize("word", WRITES)
def test_limit_of_a_files_size(word: str, limit: int, files: Files, variables: dict[str, str]) -> None:
    """A write stops at the limit, and the next one would raise SIGXFSZ, which ends a process that does not mind it."""
    folder = make_crowd(files, PADDING)
    before = contents(folder)
    update = UPDATES[word]
    done = subprocess.run(
        [PROGRAM, *update.arguments], input=update.stdin, capture_output=True, env=variables, timeout=TIMEOUT_S,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert_truthful(done.returncode, b"", done.stderr)
    if done.returncode != 0:
        assert contents(folder) == before
    assert done.returncode == (0 if word == "switch" and limit == PAGE else 1)  # config.toml alone is small enough
    assert_nothing_older_is_lost(folder, update)
    assert temporary_files(folder) == []


@pytest.fixture
def read_only(mounts: Mounts, files: Files) -> Path:
    folder = make_crowd(files)
    mounts.mount("--bind", str(folder), str(folder))
    mounts.mount("-o", "remount,ro,bind", str(folder))
    return folder


@pytest.mark.parametrize("word", WRITES)
def test_read_only_file_system(word: str, read_only: Path, mounts: Mounts) -> None:
    before = contents(read_only)
    done = mounts.run(UPDATES[word].arguments, UPDATES[word].stdin)
    assert_truthful(done.returncode, b"", done.stderr)
    assert done.returncode == 1
    assert b"read-only file system" in done.stderr
    assert contents(read_only) == before
    assert sorted(path.name for path in read_only.iterdir()) == sorted(before)


def test_read_only_file_system_where_nothing_needs_writing(read_only: Path, mounts: Mounts) -> None:
    for arguments in READS:
        assert mounts.run(arguments).returncode == 0, arguments
    assert mounts.run(["store"], request(0, "canary-old0")).returncode == 0
    assert mounts.run(["erase"], request(0, "canary-another")).returncode == 0


def test_settings_that_cannot_be_written_need_no_lock(
    read_only: Path, mounts: Mounts, variables: dict[str, str], home: Path
) -> None:
    """Where only the token is written, the lock lies beside it (safety C6, F13)."""
    own = home / "own"
    own.mkdir(mode=0o700)
    shutil.copy(read_only / "credentials.toml", own)
    variables["ATLA_CREDENTIALS"] = str(own / "credentials.toml")
    before = contents(read_only)
    for arguments, stdin in (
        (["store"], request(1, "canary-new")),
        (["erase"], request(1, "canary-new")),
        (["logout", "p2"], b""),
    ):
        done = mounts.run(arguments, stdin)
        assert (done.returncode, done.stderr) == (0, b""), arguments
    assert contents(read_only) == before
    tokens = tomllib.loads((own / "credentials.toml").read_text())["tokens"]
    assert [key for key in tokens if key.startswith(("p1|", "p2|"))] == [f"{key_of('p1', 1)}|rejected"]
    assert (own / "profiles.lock").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into any folder")
@pytest.mark.parametrize("word", WRITES)
def test_folder_without_the_right_to_write(word: str, files: Files, run: Run) -> None:
    folder = make_crowd(files)
    before = contents(folder)
    folder.chmod(0o500)
    done = run(*UPDATES[word].arguments, stdin=UPDATES[word].stdin)
    assert ANSWER in run(*READS[0]).stdout
    assert run("store", stdin=request(0, "canary-old0")).returncode == 0
    folder.chmod(0o700)
    assert_truthful(done.returncode, b"", done.stderr)
    assert done.returncode == 1
    assert contents(folder) == before


@pytest.mark.parametrize("word", WRITES)
def test_file_that_cannot_be_renamed_over(word: str, mounts: Mounts, files: Files) -> None:
    """A file that is a mount, as containers have them, is busy. It is not written in place instead."""
    folder = make_crowd(files)
    before = contents(folder)
    for name in before:
        mounts.mount("--bind", str(folder / name), str(folder / name))
    done = mounts.run(UPDATES[word].arguments, UPDATES[word].stdin)
    assert_truthful(done.returncode, b"", done.stderr)
    assert done.returncode == 1
    assert contents(folder) == before
    assert temporary_files(folder) == []
