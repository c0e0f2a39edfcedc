"""Replacing a file: nothing lost, nobody else can read it."""

import os
import stat
from pathlib import Path

import pytest

from atla_credential.errors import CredentialError, TryAgain, Unavailable
from atla_credential.files import file_lock, secure_file, toml_document
from atla_credential.files.secure_file import update
from conftest import as_written

AS_ROOT = os.geteuid() == 0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777], ids=oct)
def test_modes_do_not_depend_on_the_umask(umask: int, tmp_path: Path) -> None:
    old = os.umask(umask)
    try:
        assert update(str(tmp_path / "a" / "b" / "file"), lambda _: b"new")
    finally:
        os.umask(old)
    assert mode(tmp_path / "a" / "b" / "file") == 0o600
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700


def test_too_wide_a_mode_is_set_right(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    assert update(str(path), lambda old: (old or b"") + b" and new")
    assert (path.read_bytes(), mode(path)) == (b"old and new", 0o600)


def test_lock_can_be_taken_again_whatever_the_umask_was(tmp_path: Path) -> None:
    old = os.umask(0o777)
    try:
        update(str(tmp_path / "file"), lambda _: b"new")
    finally:
        os.umask(old)
    assert mode(tmp_path / "file.lock") == 0o600


@pytest.mark.parametrize("result", [None, b"old"], ids=["nothing to write", "the same"])
def test_nothing_is_written_without_a_change(result: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    before = as_written(path)
    assert not update(str(path), lambda _: result)
    assert as_written(path) == before


@pytest.mark.parametrize("later", [None, b"old"], ids=["nothing to write", "the same"])
def test_nothing_is_written_if_there_is_no_change_any_more_under_the_lock(later: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    before, wanted = as_written(path), [b"new", later]
    assert update(str(path), lambda _: wanted.pop(0)) is None
    assert as_written(path) == before


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say what is open")
def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    update(str(tmp_path / "file"), lambda _: b"new")
    assert os.listdir("/proc/self/fd") == before


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    (tmp_path / "file.0123456789abcdef.tmp").write_bytes(b"left by a writer that was killed")
    others = ["file.0123456789abcdef.tmp.tmp", "file.mine.tmp", "file.tmp", "other.0123456789abcdef.tmp"]
    for name in others:
        (tmp_path / name).write_bytes(b"somebody else's")
    (tmp_path / "file.fedcba9876543210.tmp").mkdir()
    update(str(tmp_path / "file"), lambda _: b"new")
    assert entries(tmp_path) == sorted(["file", "file.lock", "file.fedcba9876543210.tmp", *others])


def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(CredentialError, match="no space left on device; the file is as it was"):
        update(str(path), lambda _: b"new")
    assert path.read_bytes() == b"old"
    assert entries(tmp_path) == ["file", "file.lock"]


def test_change_of_another_writer_is_kept(tmp_path: Path) -> None:
    """A writer without our lock, as the `atla` CLI is, changes the file between our reading and our renaming."""
    path = tmp_path / "file"
    path.write_bytes(b"one ")
    others = [b"one two ", b"one two three "]

    def change(old: bytes | None) -> bytes:
        if others:
            path.write_bytes(others.pop(0))
        return (old or b"") + b"ours"

    assert update(str(path), change)
    assert path.read_bytes() == b"one two three ours"


def test_endless_changes_of_another_writer_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    count = 0

    def change(old: bytes | None) -> bytes:
        nonlocal count
        count += 1
        path.write_bytes(str(count).encode())
        return b"ours"

    with pytest.raises(TryAgain, match="being changed by another program"):
        update(str(path), change)
    assert path.read_bytes() == str(count).encode()
    assert entries(tmp_path) == ["file", "file.lock"]


@pytest.mark.parametrize(("changes", "is_done"), [(19, True), (20, False)])
def test_another_writer_is_outwaited(changes: int, is_done: bool, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    left = changes + 1  # the first change is only tried, before the lock is taken

    def change(old: bytes | None) -> bytes:
        nonlocal left
        left -= 1
        if left >= 0:
            path.write_bytes((old or b"") + b"x")
        return (old or b"") + b"ours"

    if is_done:
        update(str(path), change)
        assert path.read_bytes() == (changes + 1) * b"x" + b"ours"
    else:
        with pytest.raises(TryAgain):
            update(str(path), change)


def test_held_lock_is_waited_for_but_not_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "WAIT_S", 0.05)
    path = str(tmp_path / "file")
    with file_lock.locked(path), pytest.raises(TryAgain, match="another program holds the lock"):
        update(path, lambda _: b"new")
    assert update(path, lambda _: b"new")


def test_symbolic_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target, link = tmp_path / "dotfiles" / "real", tmp_path / "file"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert update(str(link), lambda _: b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert entries(tmp_path) == ["dotfiles", "file"]


def test_planted_lock_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / "file.lock").symlink_to(victim)
    with pytest.raises(CredentialError, match="cannot write"):
        update(str(tmp_path / "file"), lambda _: b"new")
    assert not victim.exists()


def test_planted_temporary_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though nobody can guess its name."""
    monkeypatch.setattr(os, "urandom", bytes)
    victim = tmp_path / "victim"
    (tmp_path / "file.0000000000000000.tmp").symlink_to(victim)
    with pytest.raises(CredentialError, match="cannot write"):
        update(str(tmp_path / "file"), lambda _: b"new")
    assert not victim.exists()


def test_lock_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "file.lock")
    with pytest.raises(CredentialError, match="not a regular file"):
        update(str(tmp_path / "file"), lambda _: b"new")


def test_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(Unavailable, match="not a regular file"):
        update(str(tmp_path / "file"), lambda _: b"new")


def test_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"")
    with pytest.raises(CredentialError, match="cannot write"):
        update(str(tmp_path / "folder" / "file"), lambda _: b"new")


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_root_does_not_write_into_another_users_home(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"old")
    os.chown(folder / "file" if what == "file" else folder, 12345, 12345)
    with pytest.raises(CredentialError, match="belongs to another user"):
        update(str(folder / "file"), lambda _: b"new")
    assert (folder / "file").read_bytes() == b"old"


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_another_user_does_not_replace_roots_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"root's")
    (tmp_path / "file").chmod(0o644)
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(CredentialError, match="it belongs to another user"):
            update(str(tmp_path / "file"), lambda _: b"new")
    finally:
        os.seteuid(0)
    assert (tmp_path / "file").read_bytes() == b"root's"


def test_rename_is_pushed_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append("folder" if is_folder else "file")
        assert (tmp_path / "file").exists() == is_folder  # the file before its rename, the folder after it
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    update(str(tmp_path / "file"), lambda _: b"new")
    assert synced == ["file", "folder"]


def test_copy_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = str(tmp_path / "copy")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            secure_file.keep_copy(copy, b"old")
    assert entries(tmp_path) == []
    (tmp_path / "copy.0123456789abcdef.tmp").write_bytes(b"left by a writer that was killed")
    secure_file.keep_copy(copy, b"old")
    secure_file.keep_copy(copy, b"newer")
    assert (tmp_path / "copy").read_bytes() == b"old"
    assert mode(tmp_path / "copy") == 0o600
    (tmp_path / "planted").symlink_to(tmp_path / "victim")
    with pytest.raises(CredentialError, match="not a regular file"):
        secure_file.keep_copy(str(tmp_path / "planted"), b"old")
    assert entries(tmp_path) == ["copy", "planted"]


def test_copy_is_pushed_to_the_disk_before_its_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed: list[str] = []
    monkeypatch.setattr(secure_file, "sync_folder", pushed.append)
    secure_file.keep_copy(str(tmp_path / "copy"), b"old")
    assert pushed == [str(tmp_path)]


@pytest.mark.parametrize("older", [None, "file", "link"])
def test_copy_without_hard_links(older: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every file system has them; what is there already stays all the same."""

    def refuse(*_: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    copy = tmp_path / "copy"
    if older == "file":
        copy.write_bytes(b"older")
    elif older == "link":
        copy.symlink_to("nowhere")
    if older == "link":
        with pytest.raises(CredentialError, match="not a regular file"):
            secure_file.keep_copy(str(copy), b"old")
    else:
        secure_file.keep_copy(str(copy), b"old")
        assert copy.read_bytes() == (b"older" if older else b"old")
    assert entries(tmp_path) == ["copy"]


def test_what_does_not_read_back_the_same_is_not_written() -> None:
    with pytest.raises(CredentialError, match="would not read back the same"):
        toml_document.render({"tokens": ("made-up",)}, "/file")
    with pytest.raises(CredentialError, match="not possible in TOML"):
        toml_document.render({"tokens": {"x": "\ud800"}}, "/file")


@pytest.mark.parametrize("reason", ["Input/output error", None])
def test_folder_that_cannot_be_pushed_to_the_disk_is_not_called_unwritten(
    reason: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: str) -> None:
        raise OSError(5, reason) if reason else OSError

    monkeypatch.setattr(secure_file, "sync_folder", fail)
    said = "input/output error" if reason else "the system refuses"
    with pytest.raises(CredentialError, match=f"was written, but may be lost if the power fails now: {said}"):
        secure_file.update(str(tmp_path / "file"), lambda old: b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.mark.skipif(not AS_ROOT, reason="only root could change that mode")
def test_lock_that_is_another_users_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "file.lock").touch()
    (tmp_path / "file.lock").chmod(0o644)
    os.chown(tmp_path / "file.lock", 12345, 12345)
    secure_file.update(str(tmp_path / "file"), lambda old: b"new")
    assert mode(tmp_path / "file.lock") == 0o644


def test_what_is_made_where_no_mode_can_be_set_is_private_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system can have modes of its own; on any other one there must be no moment in which others may look."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "fchmod", refuse)
    old = os.umask(0)
    try:
        update(str(tmp_path / "folder" / "file"), lambda _: b"new")
    finally:
        os.umask(old)
    modes = {path.name: mode(path) for path in tmp_path.rglob("*")}
    assert modes == {"folder": 0o700, "file": 0o600, "file.lock": 0o600}


def test_lock_that_is_another_files_name_keeps_that_files_mode(tmp_path: Path) -> None:
    (tmp_path / "public").touch(0o644)
    (tmp_path / "public").chmod(0o644)
    (tmp_path / "file.lock").hardlink_to(tmp_path / "public")
    secure_file.update(str(tmp_path / "file"), lambda old: b"new")
    assert mode(tmp_path / "public") == 0o644


def test_file_that_cannot_be_looked_into_is_not_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to("file")
    with pytest.raises(Unavailable, match="cannot read"):
        secure_file.update(str(tmp_path / "file"), lambda old: None)


def test_where_users_have_no_number_no_file_is_another_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secure_file, "user_id", lambda: None)
    (tmp_path / "file").write_bytes(b"old")
    assert secure_file.update(str(tmp_path / "file"), lambda old: b"new")


def test_where_an_open_file_gets_no_mode_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_by_name(file: object, mode: int) -> None:
        assert isinstance(file, str)

    monkeypatch.delattr(os, "fchmod")
    monkeypatch.setattr(os, "chmod", only_by_name)
    monkeypatch.setattr(file_lock, "user_id", lambda: None)
    assert secure_file.update(str(tmp_path / "file"), lambda old: b"new")


def test_nothing_is_locked_where_nothing_is_to_be_written(tmp_path: Path) -> None:
    assert secure_file.update(str(tmp_path / "folder" / "file"), lambda old: None) is None
    assert entries(tmp_path) == []


def test_what_is_known_of_a_file_is_not_read_again_while_it_is_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    known = secure_file.look(str(path))
    asked: list[bytes | None] = []

    def change(old: bytes | None) -> bytes:
        asked.append(old)
        return b"new"

    written = secure_file.update(str(path), change, (known[0], b"what is known"))
    assert asked == [b"what is known", b"what is known", b"old"]  # it is compared with what is there at the end only
    assert written == secure_file.look(str(path)) == (written and written[0], b"new")
    asked.clear()
    path.write_bytes(b"another")
    secure_file.update(str(path), change, written or known)
    assert set(asked) == {b"another"}
