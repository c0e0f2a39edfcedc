"""Reading a file: there, not there, or refused."""

import os
from pathlib import Path

import pytest

from atla_credential.errors import Unavailable
from atla_credential.toml.file import FILE_LIMIT, read_document, read_file

AS_ROOT = os.geteuid() == 0


def test_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert read_file(str(tmp_path / "gone")) is None
    assert read_file(str(tmp_path / "gone" / "too")) is None
    assert read_file(str(tmp_path / "file" / "below a file")) is None


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbfa = 1", b"a = 1\r\nb = 2\r\n"])
def test_parsed(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    assert read_document(str(path)) is not None


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not a regular file"):
        read_file(str(tmp_path))


def test_fifo_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(Unavailable, match="not a regular file"):
        read_file(str(tmp_path / "fifo"))


def test_device_is_refused() -> None:
    with pytest.raises(Unavailable, match="not a regular file"):
        read_file("/dev/zero")


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a file away")
def test_another_users_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("a = 1")
    os.chown(path, 12345, 12345)
    with pytest.raises(Unavailable, match="belongs to another user"):
        read_file(str(path))


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("a = 1")
    path.chmod(0)
    with pytest.raises(Unavailable, match="permission denied"):
        read_file(str(path))


def test_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with path.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    with pytest.raises(Unavailable, match="larger than 64 MiB"):
        read_file(str(path))


def test_symbolic_link_loop_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(Unavailable, match="cannot read"):
        read_file(str(tmp_path / "a"))


def test_impossible_path_is_refused_and_escaped() -> None:
    with pytest.raises(Unavailable) as caught:
        read_file("/tmp/\0\x1b[31m")
    assert caught.value.message == "cannot read /tmp/\\x00\\x1b[31m: not a possible path"
