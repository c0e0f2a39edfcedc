"""A private home for every test, and the installed program in it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from sharing import pytest_runtestloop  # noqa: F401  # a hook, by its name

settings.register_profile("project", deadline=None, derandomize=True)  # no test depends on time or chance
settings.load_profile("project")

BIN = Path(os.environ.get("TESTS_BIN") or Path(sys.executable).parent)  # where the program under test is installed
PROGRAM, HELPER = str(BIN / "atla-credential"), str(BIN / "git-credential-atla")
FOR_CONTAINERS = str(BIN / "docker-credential-atla")
FROM_ENGINE = str(BIN / "git-credential-atla-vault")
TIMEOUT_S = 20  # what takes longer hangs, also on a busy machine; a lock that stays would cost 30 s

# A shell lets what it runs in the background ignore these two, and so would every program that a test starts.
for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

# A login that does not say --no-verify asks the site. Without certificates it gets no further than to look for them: what
# a test forgets to say never leaves the machine. Only programs that are written with requests read this variable.
ASKS_NOBODY = {"REQUESTS_CA_BUNDLE": "/there/are/none"}

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make an empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def variables(home: Path) -> dict[str, str]:
    """Return an environment that knows this machine's programs and the private home, and nothing else."""
    return {
        "HOME": str(home),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **ASKS_NOBODY,
    }


@pytest.fixture
def run(variables: dict[str, str], home: Path) -> Run:
    """Return a function that runs the installed program: run("get", stdin=b"...", ATLA_TOKEN="...")."""
    return runner(PROGRAM, variables, home)


def runner(program: str, variables: Mapping[str, str], home: Path) -> Run:
    """Return a function that runs a program in a home folder."""

    def run_program(*arguments: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [program, *arguments], input=stdin, capture_output=True, env={**variables, **more}, cwd=home,
            timeout=TIMEOUT_S, check=False,
        )  # fmt: skip

    return run_program


@pytest.fixture
def files(home: Path) -> Callable[..., Path]:
    """Return a function that writes files of ~/.config/atla: files(config="...", credentials="...", helper="...")."""

    def write(**texts: str) -> Path:
        folder = home / ".config" / "atla"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
            (folder / f"{name}.toml").chmod(0o600)
        return folder

    return write


def git_knows_authtype(variables: Mapping[str, str]) -> bool:
    """Ask the git that is found first."""
    said = subprocess.run(
        ["git", "credential", "capability"],
        capture_output=True,
        text=True,
        env=variables,
        timeout=TIMEOUT_S,
        check=False,
    )
    return "capability authtype" in said.stdout.splitlines()


@pytest.fixture
def newer_git(variables: dict[str, str]) -> None:
    """Let a git that knows authtype (2.46 and newer) be found first."""
    folder = os.environ.get("NEWER_GIT")
    if not folder and not git_knows_authtype(variables):
        pytest.skip("no git that knows authtype: tests/newer-git could not get one")
    if folder:
        variables["PATH"] = f"{folder}{os.pathsep}{variables['PATH']}"


@pytest.fixture(params=["the system's git", "a git that knows authtype"])
def knows_authtype(request: pytest.FixtureRequest, variables: dict[str, str]) -> bool:
    """Do the test with the system's git and, where that is an older one, with a newer one; tell what it knows."""
    system_knows = git_knows_authtype(variables)
    if request.param == "the system's git":
        return system_knows
    if system_knows:
        pytest.skip("the system's git knows authtype itself")
    request.getfixturevalue("newer_git")
    assert git_knows_authtype(variables)
    return True


FAMILIES = {
    "requests": "hostile and random requests tried, none answered that may not be",
    "kills": "runs ended by a signal, no token lost",
    "raced": "updates raced against each other, none lost",
    "interleaved": "interleaved pairs of processes, nothing lost and nothing back",
    "failures": "system calls that failed, no token lost and no untrue message",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each family of attacks: how many of them this run has survived."""
    reports = terminalreporter.stats.get("passed", [])
    for name, meaning in FAMILIES.items():
        count = sum(value for report in reports for key, value in report.user_properties if key == name)
        if count:
            terminalreporter.write_line(f"{count:6,} {meaning}")


def as_written(path: Path) -> tuple[int, int, int, int]:
    """Return what changes with every write of a file, and with no reading of it."""
    found = path.stat()
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns


def snapshot(folder: Path) -> Mapping[str, bytes]:
    """Return every file below a folder with its content, to show that nothing changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
