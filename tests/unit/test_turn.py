"""One change at a time: which locks are held, in which order, and for how long."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files import file_lock, turn
from atla_credential.files.file_lock import locked

AS_ROOT = os.geteuid() == 0


def environment(home: Path, **variables: str) -> Environment:
    return Environment({"HOME": str(home), **variables})


def locks(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*.lock"))


def test_each_folder_of_the_three_files_has_a_lock(home: Path) -> None:
    elsewhere = environment(
        home, ATLA_CREDENTIALS=str(home / "b" / "c.toml"), ATLA_HELPER_CONFIG=str(home / "a" / "h.toml")
    )
    with turn.one_at_a_time(environment(home)):
        assert locks(home) == [".config/atla/profiles.lock"]
    with turn.one_at_a_time(environment(home), "keyring"), turn.one_at_a_time(elsewhere):
        assert locks(home) == [
            ".config/atla/keyring.lock",
            ".config/atla/profiles.lock",
            "a/profiles.lock",
            "b/profiles.lock",
        ]


def test_link_to_a_folder_is_that_folder(home: Path) -> None:
    (home / "real").mkdir()
    (home / "linked").symlink_to("real")
    both = {"ATLA_CONFIG": str(home / "linked" / "c.toml"), "ATLA_CREDENTIALS": str(home / "real" / "c.toml")}
    assert turn.folders_of(environment(home, **both)) == {str(home / "real"), str(home / ".config" / "atla")}


def test_file_that_has_no_place_needs_no_lock(home: Path) -> None:
    assert turn.folders_of(environment(home, ATLA_CONFIG="relative")) == {str(home / ".config" / "atla")}


def test_locks_are_taken_in_one_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of the files is where, or two processes could wait for each other."""
    taken: list[tuple[str, float | None]] = []

    @contextmanager
    def take(path: str, wait_s: float | None) -> Iterator[None]:
        taken.append((str(Path(path).relative_to(home)), wait_s))
        yield

    monkeypatch.setattr(turn, "locked", take)
    names = ["ATLA_CONFIG", "ATLA_CREDENTIALS", "ATLA_HELPER_CONFIG"]
    for folders in ("abc", "cba", "bca"):
        of_each = {name: str(home / each / "file") for name, each in zip(names, folders, strict=True)}
        with turn.one_at_a_time(environment(home, **of_each), wait_s=1):
            assert taken == [("a/profiles", 1), ("b/profiles", 1), ("c/profiles", 1)]
        taken.clear()


def test_lock_is_held_while_the_block_runs(home: Path) -> None:
    with turn.one_at_a_time(environment(home)):
        with (
            pytest.raises(TryAgain, match="another program holds the lock"),
            turn.one_at_a_time(environment(home), wait_s=0),
        ):
            pytest.fail("both hold it")
        with turn.one_at_a_time(environment(home), "keyring", wait_s=0):
            pass
    with turn.one_at_a_time(environment(home), wait_s=0):
        pass


@pytest.mark.parametrize("name", ["can_be_written", "is_ours"])
def test_folder_where_no_lock_can_be_has_none(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, name, lambda _: False)
    with turn.one_at_a_time(environment(home)):
        assert not list(home.iterdir())


@pytest.mark.parametrize("number", [28, None])
def test_lock_that_cannot_be_made_is_an_error(number: int | None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise OSError(number, "No space left on device") if number else OSError

    monkeypatch.setattr(turn, "make_folder", fail)
    reason = "no space left on device" if number else "the system refuses"
    with (
        pytest.raises(CredentialError, match=f"cannot write .*/profiles: {reason}"),
        turn.one_at_a_time(environment(home)),
    ):
        pytest.fail("there is no lock")


@pytest.mark.parametrize(
    ("asked", "looked_at"),
    [("here", "here"), ("folder/file", "folder"), ("folder/a/b/file", "folder"), ("folder", "folder")],
)
def test_what_decides_whether_a_file_can_be_written(
    asked: str, looked_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file itself, or the nearest folder that is there."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "here").touch()
    seen: list[tuple[str, int]] = []

    def access(path: str, how: int) -> bool:
        seen.append((path, how))
        return len(seen) > 1

    monkeypatch.setattr(os, "access", access)
    assert not turn.can_be_written(str(tmp_path / asked))
    assert turn.can_be_written(str(tmp_path / asked))
    assert seen == [(str(tmp_path / looked_at), os.W_OK)] * 2


def test_link_in_the_place_of_a_lock_is_refused_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    (tmp_path / "link").symlink_to("nowhere")
    assert turn.can_be_written(str(tmp_path / "link"))
    assert not turn.can_be_written("/")
    assert not turn.can_be_written("")  # as below the letter of a drive that is not there


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a folder away")
def test_whose_a_folder_is(tmp_path: Path) -> None:
    assert turn.is_ours(str(tmp_path))
    assert turn.is_ours(str(tmp_path / "not there yet"))
    os.chown(tmp_path, 12345, 12345)
    assert not turn.is_ours(str(tmp_path))


def test_lock_is_waited_for_with_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of the test's own, which goes on by itself: a program that does not pause ends, too."""
    now, path = 0.0, str(tmp_path / "file")
    pauses: list[float] = []

    def look() -> float:
        nonlocal now
        now += file_lock.PAUSE_S / 10
        return now

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        pauses.append(seconds)

    monkeypatch.setattr(file_lock, "time", SimpleNamespace(monotonic=look, sleep=sleep))
    for wait_s in (None, 1.0, 0.0):
        before = now
        pauses.clear()
        with locked(path), pytest.raises(TryAgain), locked(path, wait_s):
            pytest.fail("both hold it")
        assert now - before == pytest.approx(file_lock.WAIT_S if wait_s is None else wait_s, abs=2 * file_lock.PAUSE_S)
        assert set(pauses) == (set() if wait_s == 0 else {file_lock.PAUSE_S})
    with locked(path, 0):
        pass


def test_who_may_not_wait_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for a moment, where the clock ticks seldom."""
    standing = SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda _: pytest.fail("it waits"))
    monkeypatch.setattr(file_lock, "time", standing)
    with locked(str(tmp_path / "file")), pytest.raises(TryAgain), locked(str(tmp_path / "file"), 0):
        pytest.fail("both hold it")


def test_lock_that_cannot_be_closed_was_held_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close = os.close

    def fail(descriptor: int) -> None:
        close(descriptor)
        raise OSError(5, "Input/output error")

    with locked(str(tmp_path / "file")):
        monkeypatch.setattr(os, "close", fail)


def test_lock_of_too_wide_a_mode_is_set_right(tmp_path: Path) -> None:
    lock = tmp_path / "file.lock"
    lock.touch()
    lock.chmod(0o644)
    with locked(str(tmp_path / "file")):
        assert lock.stat().st_mode & 0o777 == 0o600
