"""The folder of a file: where it really is, made where it is missing, and pushed to the disk."""

import errno
import os
import stat
from pathlib import Path

import pytest

from atla_credential.errors import CredentialError, Unavailable
from atla_credential.files import folder


def refuse(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say what is open")
@pytest.mark.parametrize("is_taken", [False, True], ids=["nothing is called so", "something is called so"])
def test_file_without_a_name_has_no_place(is_taken: bool, tmp_path: Path) -> None:
    """Where the system describes it as `file (deleted)`, nothing must be written under that name."""
    with (tmp_path / "file").open("wb") as deleted:
        (tmp_path / "file").unlink()
        if is_taken:
            (tmp_path / "file (deleted)").write_bytes(b"somebody else's")
        with pytest.raises(CredentialError, match="it leads to a file without a name"):
            folder.real_path(f"/proc/self/fd/{deleted.fileno()}")


@pytest.mark.parametrize(("count", "is_followed"), [(4, True), (5, False)])
def test_file_that_is_replaced_meanwhile_is_looked_at_again(
    count: int, is_followed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a program that takes no lock; what it replaces is kept here, or a new file could look like the old one."""
    path, real_path = tmp_path / "file", os.path.realpath
    path.touch()

    def replace_first(asked: str) -> str:
        nonlocal count
        if count:
            count -= 1
            path.rename(tmp_path / f"older{count}")
            path.touch()
        return real_path(asked)

    monkeypatch.setattr(os.path, "realpath", replace_first)
    if is_followed:
        assert folder.real_path(str(path)) == str(path)
    else:
        with pytest.raises(CredentialError):
            folder.real_path(str(path))


@pytest.mark.parametrize("name", ["loop", "no\0name"])
def test_path_that_cannot_be_followed_leads_nowhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Unavailable, match="cannot read"):
        folder.real_path(str(tmp_path / name))


@pytest.mark.parametrize("what", ["folder", "file"])
def test_somebody_else_makes_the_folder_in_the_same_moment(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder is as good as ours; anything else is in its way."""
    mkdir = os.mkdir

    def be_late(path: str, mode: int) -> None:
        mkdir(path) if what == "folder" else Path(path).touch()
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", be_late)
    if what == "folder":
        folder.make_folder(str(tmp_path / "a" / "b"))
        assert (tmp_path / "a" / "b").is_dir()
    else:
        with pytest.raises(FileExistsError):
            folder.make_folder(str(tmp_path / "a" / "b"))


def test_what_has_no_folder_above_it_is_not_looked_for_without_end() -> None:
    """As below the letter of a drive that is not there."""
    with pytest.raises(FileNotFoundError):
        folder.make_folder("")


@pytest.mark.parametrize(
    ("given", "is_enough"),
    [(0o600, True), (0o700, True), (0o400, False), (0o000, False), (0o640, False), (0o604, False), (0o755, False)],
    ids=lambda value: oct(value) if isinstance(value, int) and not isinstance(value, bool) else "",
)
def test_mode_that_cannot_be_set_has_to_be_private_and_ours_to_use(
    given: int, is_enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(given)
    monkeypatch.setattr(os, "chmod", refuse)
    if is_enough:
        folder.make_private(str(path), 0o600)
    else:
        with pytest.raises(PermissionError):
            folder.make_private(str(path), 0o600)
    assert stat.S_IMODE(path.stat().st_mode) == given


@pytest.mark.parametrize(("number", "is_error"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_folder_that_cannot_be_pushed_to_the_disk(
    number: int, is_error: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a file system has no such call is no error; that the disk is broken is one."""

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    if is_error:
        with pytest.raises(OSError, match="Input/output error"):
            folder.sync_folder(str(tmp_path))
    else:
        folder.sync_folder(str(tmp_path))


def test_only_a_folder_is_opened_to_be_pushed_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        folder.sync_folder(str(tmp_path / "file"))
    monkeypatch.delattr(os, "O_DIRECTORY")  # as on Windows, where no folder can be opened
    monkeypatch.setattr(os, "open", refuse)
    folder.sync_folder(str(tmp_path))
