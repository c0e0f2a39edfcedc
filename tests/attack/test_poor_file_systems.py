"""File systems that lack hard links or modes (safety F11), files without a name (F12), and paths of any depth."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from crowd import (
    FILES,
    UPDATES,
    assert_nothing_older_is_lost,
    assert_truthful,
    contents,
    make_crowd,
    site,
    temporary_files,
)
from faults import FAST, STRACE, Mounts, at, needs_strace, run_with, trace

Files = Callable[..., Path]

VERSION_1 = profile("p0", site(0)) + profile("p1", site(1))
SWITCH = UPDATES["switch"]
NAMES = {"config.toml": "ATLA_CONFIG", "credentials.toml": "ATLA_CREDENTIALS", "helper.toml": "ATLA_HELPER_CONFIG"}


def refusing(names: str, error: str) -> list[str]:
    """Return the prefix that lets every call of some names fail."""
    return [*STRACE, FAST, "-e", f"trace={names}", "-e", f"inject={names}:error={error}", "-o", os.devnull]


@needs_strace
@pytest.mark.parametrize("error", ["EPERM", "EOPNOTSUPP", "EMLINK", "ENOSYS"])
def test_without_hard_links(error: str, files: Files, variables: dict[str, str]) -> None:
    """The copy of an older version is kept all the same, and an older copy stays."""
    folder = files(config=VERSION_1)
    for before, kept in ((VERSION_1, VERSION_1), ("# newer\n" + VERSION_1, VERSION_1)):
        (folder / "config.toml").write_text(before)
        done = run_with(refusing("?link,?linkat", error), *SWITCH[:2], variables)
        assert (done.returncode, done.stderr) == (0, b"")
        assert (folder / "config.toml.v1.bak").read_text() == kept
        assert (folder / "config.toml.v1.bak").stat().st_mode & 0o777 == 0o600
        assert temporary_files(folder) == []


@needs_strace
@pytest.mark.parametrize("error", ["EPERM", "EOPNOTSUPP", "EROFS"])
@pytest.mark.parametrize("word", ["login", "login of a new profile", "store", "rename", "erase"])
def test_without_modes(word: str, error: str, files: Files, variables: dict[str, str]) -> None:
    update = UPDATES[word]
    folder = make_crowd(files)
    calls = "?chmod,?fchmod,?fchmodat,?fchmodat2"
    done = run_with(refusing(calls, error), *update[:2], variables, umask=0o022)
    assert (done.returncode, done.stderr) == (0, b"")
    assert_nothing_older_is_lost(folder, update)
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


@needs_strace
def test_without_modes_from_nothing(variables: dict[str, str], home: Path) -> None:
    update = UPDATES["login of a new profile"]
    done = run_with(refusing("?chmod,?fchmod,?fchmodat,?fchmodat2", "EPERM"), *update[:2], variables, umask=0o022)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {path.stat().st_mode & 0o077 for path in home.rglob("*")} == {0}


@pytest.fixture
def mounts(variables: dict[str, str]) -> Iterator[Mounts]:
    made = Mounts(variables)
    yield made
    made.close()


def test_what_is_wrong_with_a_file_is_not_called_the_answers(files: Files, mounts: Mounts) -> None:
    folder = files(config=VERSION_1)
    mounts.mount("--bind", str(folder), str(folder))
    mounts.mount("-o", "remount,ro,bind", str(folder))
    done = mounts.run(SWITCH.arguments)
    assert_truthful(done.returncode, done.stdout, done.stderr)
    assert done.stderr.startswith(f"atla-credential: error: cannot write {folder}/config.toml: read-only".encode())


@needs_strace
def test_killed_while_it_keeps_a_copy(files: Files, variables: dict[str, str], run: Run, tmp_path: Path) -> None:
    """The next command that writes removes what was left."""

    def restore() -> Path:
        folder = files(config=VERSION_1)
        (folder / "config.toml.v1.bak").unlink(missing_ok=True)
        return folder

    calls = trace(tmp_path / "log", restore, *SWITCH[:2], variables)
    about_copy = [call for call in calls if ".v1.bak" in call.about]
    assert {"fsync", "unlink"} <= {call.name for call in about_copy}
    for call in about_copy:
        folder = restore()
        run_with(at(call, "signal=SIGKILL"), *SWITCH[:2], variables)
        assert run(*SWITCH.arguments).returncode == 0
        assert temporary_files(folder) == [], call
        assert (folder / "config.toml.v1.bak").read_text() == VERSION_1


def nameless(kind: str, text: bytes, folder: Path) -> int:
    """Return the descriptor of a file that has no name."""
    if kind == "memfd":
        descriptor = os.memfd_create("nameless")
    else:
        descriptor = os.open(folder / "gone", os.O_RDWR | os.O_CREAT, 0o600)
        (folder / "gone").unlink()
    os.write(descriptor, text)
    return descriptor


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="files without a name are Linux's")
@pytest.mark.parametrize("kind", ["deleted file", "deleted file whose name is another's", "memfd"])
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("word", ["store", "login", "login as another account", "erase", "rename"])
def test_file_without_a_name(
    word: str, name: str, kind: str, files: Files, variables: dict[str, str], home: Path
) -> None:
    """It is read; what would be written beside its path would be somewhere else."""
    folder = make_crowd(files)
    text = contents(folder)[name]
    (folder / name).unlink()
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    descriptor = nameless(kind, text, elsewhere)
    if kind.endswith("another's"):
        (elsewhere / "gone (deleted)").write_bytes(text)
    root, before = set(os.listdir("/")), snapshot(elsewhere)
    variables[NAMES[name]] = f"/proc/self/fd/{descriptor}"
    try:
        get = with_descriptor(descriptor, ["get", "--url", site(0)], b"", variables)
        done = with_descriptor(descriptor, *UPDATES[word][:2], variables)
        os.lseek(descriptor, 0, os.SEEK_SET)
        assert os.read(descriptor, 1 << 20) == text
    finally:
        os.close(descriptor)
    assert b"password=canary-old0\n" in get.stdout
    assert_truthful(done.returncode, done.stdout, done.stderr) if done.returncode else None
    needs_no_write = name == "config.toml" and word in ("store", "login", "erase")
    needs_no_write = needs_no_write or (word, name) == ("erase", "helper.toml")  # which would only have a note
    assert done.returncode == (0 if needs_no_write else 1), done.stderr
    assert needs_no_write or b"it leads to a file without a name" in done.stderr
    assert snapshot(elsewhere) == before
    assert set(os.listdir("/")) == root


def with_descriptor(
    descriptor: int, arguments: "list[str] | tuple[str, ...]", stdin: bytes, variables: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [PROGRAM, *arguments], input=stdin, capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
        pass_fds=[descriptor],
    )  # fmt: skip


DEPTHS = {"deep": 1500, "deeper than a path may be": 5000}


@pytest.mark.parametrize("depth", DEPTHS.values(), ids=DEPTHS)
@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME", *NAMES.values()])
def test_deep_path(variable: str, depth: int, run: Run, home: Path, variables: dict[str, str]) -> None:
    """It works where the system takes it, and otherwise the message says what is wrong."""
    path = f"{home}/deep{'/d' * depth}"
    update = UPDATES["login of a new profile"]
    done = run(*update.arguments, stdin=update.stdin, **{variable: path})
    get = run("get", "--url", site(8), **{variable: path})
    made = (home / "deep").exists()
    subprocess.run(["rm", "-rf", home / "deep"], check=True)  # not every Python can
    assert_truthful(done.returncode, b"", done.stderr)
    if depth == DEPTHS["deep"]:
        assert (done.returncode, b"password=canary-new\n" in get.stdout) == (0, True)
    else:
        assert done.returncode == 1
        assert b"file name too long" in done.stderr
        assert not made


@pytest.mark.parametrize("name", FILES)
def test_long_chain_of_links(name: str, files: Files, run: Run) -> None:
    folder = make_crowd(files)
    chain = folder / "chain"
    chain.mkdir()
    (folder / name).rename(chain / "0")
    for number in range(1, 1500):
        (chain / str(number)).symlink_to(str(number - 1))
    (folder / name).symlink_to("chain/1499")
    for word in ("store", "login as another account", "rename"):
        done = run(*UPDATES[word].arguments, stdin=UPDATES[word].stdin)
        assert_truthful(done.returncode, b"", done.stderr)
        assert done.returncode == 1
        assert b"too many levels of symbolic links" in done.stderr


DEEP = {
    "keys": "x" + ".x" * 600 + " = 1\n",
    "more keys": "x" + ".x" * 5000 + " = 1\n",
    "table": "[x" + ".x" * 600 + "]\n",
    "lists": "x = " + "[" * 150 + "]" * 150 + "\n",
    "more lists": "x = " + "[" * 5000 + "]" * 5000 + "\n",
    "inline tables": "x = " + "{x = " * 400 + "1" + "}" * 400 + "\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", DEEP)
def test_deep_document(kind: str, name: str, files: Files, run: Run) -> None:
    """What is in it is carried over, or the message says that it is too deep."""
    folder = make_crowd(files)
    path = folder / name
    path.write_text(DEEP[kind] + path.read_text() if kind != "table" else path.read_text() + DEEP[kind])
    before = contents(folder)
    for word, update in UPDATES.items():
        done = run(*update.arguments, stdin=update.stdin)
        assert_truthful(done.returncode, b"", done.stderr)
        assert done.returncode in (0, 1), word
        if done.returncode == 1:
            assert contents(folder)[name] == before[name]
        for each, data in before.items():
            (folder / each).write_bytes(data)
    for arguments in (("list",), ("status",), ("explain", site(0)), ("doctor",)):
        assert b"internal error" not in run(*arguments).stderr + run(*arguments).stdout
