"""What Windows editors and shells make of a file: with a byte order mark it works, and UTF-16 is called that."""

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable, UsageError
from atla_credential.login import token_input
from atla_credential.model import Profile
from atla_credential.profiles import tables
from atla_credential.toml.encoding import fault
from atla_credential.toml.file import read_document

SITE = "https://work.atlassian.net"
MARK = b"\xef\xbb\xbf"
TEXT = 'name = "größe"\n'
FILES = ("config", "helper", "credentials")
Files = Callable[..., Path]


def world(home: Path) -> World:
    return World(Environment({"HOME": str(home)}))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode("utf-16"), id="with its mark"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="the other way round"),
        pytest.param(TEXT.encode("utf-16-le"), id="without a mark"),
        pytest.param(TEXT.encode("utf-16-be"), id="the other way round, without a mark"),
    ],
)
def test_utf_16_is_called_that_with_the_next_step(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    with pytest.raises(Unavailable) as caught:
        read_document(str(path))
    assert caught.value.message == f"cannot read {path}: it is UTF-16, not UTF-8"
    assert caught.value.hints == ("save it as UTF-8, or move the file away",)


def test_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"a = 1\n" + TEXT.encode("latin-1"))
    with pytest.raises(Unavailable, match="it is not UTF-8 at line 2"):
        read_document(str(path))


@pytest.mark.parametrize("data", [b"", b"a", TEXT.encode(), MARK + TEXT.encode(), bytes(4096), b"a = 1\n\x00"])
def test_what_is_utf_8_has_no_such_fault(data: bytes) -> None:
    assert fault(data) is None


@pytest.fixture
def marked(home: Path, files: Files) -> Path:
    """Make the three files, each with a mark before it."""
    folder = files(
        config=profile("work", SITE),
        helper='# mine\n[profiles.work]\nproduct = "jira"\n',
        credentials=token("work", SITE, "made-up"),
    )
    for name in FILES:
        path = folder / f"{name}.toml"
        path.write_bytes(MARK + path.read_bytes())
    return folder


def test_a_mark_is_no_part_of_what_is_read(home: Path, marked: Path) -> None:
    assert answer(home, SITE) == ("you@example.com", "made-up", "basic")
    assert answer(home, f"{SITE}/wiki") is None  # so helper.toml was read, too


def test_a_mark_stays_where_somebody_has_put_it(home: Path, marked: Path) -> None:
    with tables.changing(world(home)) as changed:
        changed.store("file").put({f"work|you@example.com|{SITE}": "made-up too"})
        tables.set_default(changed, "work")
        tables.note(changed, "work", {"username": "jdoe"})
    for name in FILES:
        data = (marked / f"{name}.toml").read_bytes()
        assert data.startswith(MARK)
        assert data.count(MARK) == 1
    assert answer(home, SITE) == ("you@example.com", "made-up too", "basic")
    assert b"# mine" in (marked / "helper.toml").read_bytes()


def test_a_file_without_a_mark_gets_none(home: Path, files: Files) -> None:
    folder = files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    with tables.changing(world(home)) as changed:
        changed.store("file").put({f"work|you@example.com|{SITE}": "made-up too"})
        tables.set_default(changed, "work")
    assert not any((folder / f"{name}.toml").read_bytes().startswith(MARK) for name in ("config", "credentials"))


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> str | None:
    """Return the token that is read from standard input."""
    monkeypatch.setattr(token_input, "read_stdin", lambda: data)
    monkeypatch.setattr(os, "isatty", lambda _: False)
    options = Namespace(token_stdin=True, token=None, dry_run=False)
    return token_input.read_secret(options, False, Profile("work", SITE), is_new=False, can_stay=False)


def test_a_mark_before_a_token_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch, MARK + b"made-up\r\n") == "made-up"


def test_a_token_in_utf_16_is_called_that(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="the token is UTF-16, not UTF-8"):
        given(monkeypatch, "made-up\r\n".encode("utf-16"))
