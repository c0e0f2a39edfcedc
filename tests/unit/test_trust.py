"""Who may write a file or folder: groups, access control lists, and what is not there."""

import grp
import os
import pwd
import struct
from collections.abc import Callable
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


# What is to be done, for whoever reads it, and for whose it is.


JANE, JDOE = 4321, 4322
NAMES = {0: "root", JANE: "jane", JDOE: "jdoe"}


@pytest.fixture
def owned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function: owned(who runs the program, modes and owners by path). jane's home is /home/jane."""

    def set_up(ours: int, **places: tuple[int, int]) -> None:
        def stat(path: str) -> os.stat_result:
            mode, uid = places[path.rpartition("/")[2]]
            return os.stat_result((mode, 1, 1, 1, uid, GROUP, 0, 0, 0, 0))

        def known(uid: int) -> pwd.struct_passwd:
            return pwd.struct_passwd((NAMES[uid], "x", uid, uid, "", f"/home/{NAMES[uid]}", "/bin/sh"))

        monkeypatch.setattr(system.kernel, "stat", stat)
        monkeypatch.setattr(system.kernel, "geteuid", lambda: ours)
        monkeypatch.setattr(system.kernel, "statvfs", lambda path: os.statvfs("/proc"))
        monkeypatch.setattr(pwd, "getpwuid", known)

    return set_up


OPEN, STICKY, SHUT = 0o040777, 0o041777, 0o040755


@pytest.mark.parametrize(
    ("ours", "place", "owner", "above", "step"),
    [
        (JANE, "/home/jane/atla", (SHUT, JDOE), JANE, 'run: sudo chown "$(id -un)" /home/jane/atla'),
        (JANE, "/srv/atla", (SHUT, JDOE), 0, "run it as jdoe, whose that is"),
        (JANE, "/home/janet/atla", (SHUT, JDOE), 0, "run it as jdoe, whose that is"),
        (0, "/home/jane/atla", (SHUT, JANE), JANE, "run it as jane, whose that is"),
        (0, "/root/atla", (SHUT, JANE), 0, "run it as jane, whose that is"),
        (0, "/home/jane/atla", (SHUT, 999), JANE, "run it as 999, whose that is"),
        (JANE, "/home/jane/atla", (OPEN, JANE), JANE, "run: chmod go-w /home/jane/atla"),
        (JANE, "/home/jane/atla", (OPEN, 0), JANE, "run: sudo chown jane /home/jane/atla && chmod go-w /home/jane/atla"),
        (0, "/home/jane/atla", (OPEN, 0), JANE, "run: chown jane /home/jane/atla && chmod go-w /home/jane/atla"),
        (JANE, "/etc/atla", (OPEN, 0), 0, "run: sudo chmod go-w /etc/atla"),
        (0, "/etc/atla", (OPEN, 0), 0, "run: chmod go-w /etc/atla"),
        (0, "/home/jane/atla", (STICKY, 0), 0, "run: chmod go-w /home/jane/atla"),
        (0, "/tmp", (STICKY, 0), 0, "keep the settings in a folder of your own: atla-credential config path says where they are"),
    ],
)  # fmt: skip
def test_the_step_is_for_who_reads_it(
    ours: int, place: str, owner: tuple[int, int], above: int, step: str, owned: Callable[..., None],
) -> None:  # fmt: skip
    folder = place.rpartition("/")[0].rpartition("/")[2]
    owned(ours, **{folder: (SHUT, above), "": (SHUT, above), place.rpartition("/")[2]: owner})
    first = "look at what is in it, then " if step.startswith("run: ") else ""
    assert (trust.opening(place, "folder") or ("", ""))[1] == first + step


@pytest.mark.parametrize(
    ("ours", "owner", "above", "step"),
    [
        (JANE, JANE, JANE, "run: chmod 600 /home/jane/file"),
        (JANE, 0, JANE, "run: sudo chown jane /home/jane/file && chmod 600 /home/jane/file"),
        (0, 0, JANE, "run: chown jane /home/jane/file && chmod 600 /home/jane/file"),
        (JANE, 0, 0, "ask root for a file that only you may read"),
        (0, 0, 0, "run: chmod 600 /home/jane/file"),
    ],
)
def test_a_file_that_others_may_read(ours: int, owner: int, above: int, step: str, owned: Callable[..., None]) -> None:
    owned(ours, file=(0o100644, owner), jane=(SHUT, above))
    assert trust.private("/home/jane/file") == step
