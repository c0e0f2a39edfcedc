"""Who may write a file or folder: groups, access control lists, and what is not there."""

import grp
import os
import pwd
import struct
from pathlib import Path

import pytest

from atla_credential import system
from atla_credential.settings import trust

OWN = pwd.struct_passwd(("jdoe", "x", 0, 4321, "", "/", "/bin/sh"))
GROUP = 4321


@pytest.fixture
def writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a folder that its group may write, which is not root's."""
    tmp_path.chmod(0o770)
    stat = os.stat(tmp_path)
    given = os.stat_result((stat.st_mode, stat.st_ino, stat.st_dev, 2, os.geteuid(), GROUP, 0, 0, 0, 0))
    monkeypatch.setattr(system.kernel, "stat", lambda path: given)
    monkeypatch.setattr(pwd, "getpwuid", lambda number: OWN)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("name", "members", "is_open"),
    [("jdoe", [], False), ("jdoe", ["other"], True), ("staff", [], True), ("staff", ["jdoe"], True)],
)
def test_own_group(
    name: str, members: list[str], is_open: bool, writable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grp, "getgrgid", lambda number: grp.struct_group((name, "x", number, members)))
    assert (trust.opening(writable, "folder") is not None) == is_open


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="there are no access control lists of POSIX here")
@pytest.mark.parametrize(("tag", "rights", "is_open"), [(2, 6, True), (8, 6, True), (2, 4, False)])
def test_access_control_list(tag: int, rights: int, is_open: bool, tmp_path: Path) -> None:
    """The bits of the group are the list's mask, so a group of our own, or root's, says nothing of whom it names."""
    place = tmp_path / "helper.toml"
    place.touch()
    os.chown(place, -1, os.getegid())
    entries = [(1, 6, 2**32 - 1), (tag, rights, 65534), (4, 0, 2**32 - 1), (16, 6, 2**32 - 1), (32, 0, 2**32 - 1)]
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries))
    try:
        os.setxattr(place, trust.ACL, acl)
    except OSError:
        pytest.skip("this file system has no access control lists")
    assert place.stat().st_mode & 0o777 == 0o660
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trust, "is_own_group", lambda status: True)
        assert (trust.opening(str(place), "file") is not None) == is_open


def test_group_that_nobody_knows(writable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(grp, "getgrgid", unknown)
    assert trust.opening(writable, "folder") == (
        f"others may write the folder {writable}",
        f"look at what is in it, then run: chmod go-w {writable}",
    )


def test_user_that_nobody_knows(writable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(grp, "getgrgid", lambda number: grp.struct_group(("jdoe", "x", number, [])))
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert trust.opening(writable, "folder")


def test_nothing_is_said_of_what_is_not_there(tmp_path: Path) -> None:
    assert trust.opening(str(tmp_path / "gone"), "file") is None
    assert trust.opening("/\0", "file") is None


def test_places_end_with_the_links(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    found = list(trust.places(str(tmp_path / "round")))
    assert len(found) == trust.LINKS + 1
    assert list(trust.places("/file")) == [("/", "folder"), ("/file", "file")]
    (tmp_path / "link").symlink_to("/etc/passwd")
    assert list(trust.places(str(tmp_path / "link"))) == [
        (str(tmp_path), "folder"), ("/etc", "folder"), ("/etc/passwd", "file")
    ]  # fmt: skip


def test_root_s_own_is_ours(tmp_path: Path) -> None:
    assert trust.opening("/etc/passwd", "file") is None
