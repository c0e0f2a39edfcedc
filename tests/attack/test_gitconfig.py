"""A file of git's settings that only one person may read stays so, at every moment (safety F10)."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from conftest import PROGRAM, TIMEOUT_S, Run
from faults import FAST, STRACE, at, needs_strace, run_with, trace

SECRET = "[http]\n\textraHeader = X-Canary: private\n"
SETUP = ["setup-git"]
Files = Callable[..., Path]


@pytest.fixture
def restore(files: Files, home: Path) -> Callable[[], Path]:
    """Return a function that makes .gitconfig private, as it was before, and returns its folder."""

    def make() -> Path:
        files(config=profile("work", "https://bitbucket.org"))
        (home / ".gitconfig.lock").unlink(missing_ok=True)
        (home / ".gitconfig").write_text(SECRET)
        (home / ".gitconfig").chmod(0o600)
        return home

    return make


def modes(home: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in home.glob(".gitconfig*")}


@needs_strace
@pytest.mark.parametrize("undo", [[], ["--undo"]], ids=["set up", "undo"])
def test_private_at_every_moment(
    undo: list[str], restore: Callable[[], Path], variables: dict[str, str], run: Run, home: Path, tmp_path: Path
) -> None:
    """Killed at each call that writes, with the widest umask, nothing is left that others may read."""

    def prepare() -> Path:
        restore()
        assert not undo or run(*SETUP).returncode == 0
        (home / ".gitconfig").chmod(0o600)
        return home

    calls = [call for call in trace(tmp_path / "log", prepare, [*SETUP, *undo], b"", variables) if "git" in call.about]
    assert {"write", "fsync", "rename"} <= {call.name for call in calls}
    for call in calls:
        prepare()
        run_with(at(call, "signal=SIGKILL"), [*SETUP, *undo], b"", variables, umask=0)
        assert modes(home) == {0o600}, call
        assert SECRET in (home / ".gitconfig").read_text()


@needs_strace
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400], ids=oct)
def test_mode_is_kept(mode: int, restore: Callable[[], Path], variables: dict[str, str], home: Path) -> None:
    """Also where the file system refuses to change it, as long as nobody else may do more than before."""
    refusing = [*STRACE, FAST, "-e", "trace=fchmod,chmod,fchmodat", "-e", "inject=fchmod,chmod,fchmodat:error=EPERM"]
    for prefix in ([], [*refusing, "-o", os.devnull]):
        restore()
        (home / ".gitconfig").chmod(mode)
        done = run_with(prefix, SETUP, b"", variables, umask=0o022)
        assert done.returncode == 0, done.stderr
        assert modes(home) == {mode}


def test_new_file_is_as_git_makes_it(files: Files, variables: dict[str, str], home: Path) -> None:
    files(config=profile("work", "https://bitbucket.org"))
    assert run_with([], SETUP, b"", variables, umask=0o027).returncode == 0
    assert modes(home) == {0o640}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="files without a name are Linux's")
@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["done", "dry"])
def test_file_without_a_name(dry: list[str], files: Files, variables: dict[str, str], home: Path) -> None:
    files(config=profile("work", "https://bitbucket.org"))
    with (home / "gone").open("w+") as file:
        file.write(SECRET)
        file.flush()
        (home / "gone").unlink()
        done = subprocess.run(
            [PROGRAM, *SETUP, *dry, "--file", f"/proc/self/fd/{file.fileno()}"], capture_output=True, env=variables,
            timeout=TIMEOUT_S, check=False, pass_fds=[file.fileno()],
        )  # fmt: skip
        file.seek(0)
        assert file.read() == SECRET
    assert done.returncode == 1
    assert b"it leads to a file without a name" in done.stderr
    assert [path.name for path in home.iterdir()] == [".config"]
