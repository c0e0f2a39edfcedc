"""Killed at every call that writes, and at random moments: no token is lost, and nothing is in the way (safety C2)."""

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S, Run
from crowd import IMPORT, UPDATES, Update, assert_nothing_older_is_lost, make_crowd, site, store_of, temporary_files
from faults import ALONE, STEP, at, needs_strace, run_with, trace

Files = Callable[..., Path]
Record = Callable[[str, object], None]

RANDOM_KILLS = 70  # for each kind of update


def assert_next_updates_are_free(folder: Path, run: Run, number: int) -> None:
    """Check that a store works at once, and that each file is clean after its next update.

    A lock that stays would cost a store 30 s, which is longer than it may run here.
    """
    secret = f"canary-next{number}"
    updates = [store_of(1, secret, f"{4000000001 + number}")]  # another end, so helper.toml is written too
    if any(name.startswith("config.toml.") for name in temporary_files(folder)):
        updates.append(UPDATES["switch"])
    for update in updates:
        done = run(*update.arguments, stdin=update.stdin)
        assert (done.returncode, done.stderr) == (0, b"")
    assert f'"{secret}"' in (folder / "credentials.toml").read_text()
    assert temporary_files(folder) == []


def assert_can_be_put_back(name: str, number: int, secret: bytes, run: Run) -> None:
    """Check that a token that was to be set aside or put back is there, or there after a `restore`."""
    is_there = run("get", "--url", site(number)).returncode == 0
    assert run("restore", "--no-verify", name).returncode == (1 if is_there else 0)
    assert b"password=%b\n" % secret in run("get", "--url", site(number)).stdout


@needs_strace
@pytest.mark.parametrize("word", [*UPDATES, "import"])
def test_killed_at_every_call_that_writes(
    word: str, files: Files, variables: dict[str, str], run: Run, tmp_path: Path, record_property: Record
) -> None:
    """Each is killed with the umask 0, so what the files' modes are then, they were for an instant (safety F1)."""
    update = {**UPDATES, "import": IMPORT}[word]
    log = tmp_path / "log"
    folder = make_crowd(files)
    traced = trace(log, lambda: make_crowd(files), *update[:2], variables)
    calls = traced[:: 3 * STEP] if word == "import" else traced[::STEP]  # whose writes are those of a login
    for number, call in enumerate(calls):
        for path in folder.iterdir():
            path.unlink()
        make_crowd(files)
        killed = run_with(at(call, "signal=SIGKILL", log, *ALONE), *update[:2], variables, umask=0)
        assert killed.returncode == -9
        assert str(folder) in log.read_text().splitlines()[-2], "another call was hit"
        assert_nothing_older_is_lost(folder, update)
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        if word in ("erase", "restore"):
            assert_can_be_put_back(
                *("p0", 0, b"canary-old0") if word == "erase" else ("aside", 10, b"canary-aside"), run
            )
        if number % 3 == 0 or temporary_files(folder):  # where nothing was left behind, nothing is in the way either
            assert_next_updates_are_free(folder, run, number)
    record_property("kills", len(calls))


def start(update: Update, variables: dict[str, str]) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([PROGRAM, *update.arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=variables)  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(update.stdin)
    process.stdin.close()
    return process


def duration_s(update: Update, variables: dict[str, str], files: Files) -> float:
    make_crowd(files)
    began = time.monotonic()
    assert start(update, variables).wait(TIMEOUT_S) == 0
    return time.monotonic() - began


@pytest.mark.parametrize("word", ["store", "login", "login as another account"])
def test_killed_at_random_moments(
    word: str, files: Files, variables: dict[str, str], run: Run, record_property: Record
) -> None:
    """A kill comes at a moment of its own each time: before, during and after the replacement of the files."""
    moments = random.Random(word)  # noqa: S311
    update = UPDATES[word]
    folder = make_crowd(files)
    whole_s = min(duration_s(update, variables, files) for _ in range(5))
    kills = 0
    for _ in range(4 * RANDOM_KILLS):  # some come too late
        make_crowd(files)  # what killed ones left behind beside these three stays
        process = start(update, variables)
        try:
            process.wait(whole_s * moments.uniform(0.2, 1))  # before that, Python itself starts
        except subprocess.TimeoutExpired:
            process.kill()
        kills += process.wait(TIMEOUT_S) != 0
        assert_nothing_older_is_lost(folder, update)
        if kills == RANDOM_KILLS:
            break
    assert kills, "none was killed before its end"
    record_property("kills", kills)
    assert_next_updates_are_free(folder, run, 0)
