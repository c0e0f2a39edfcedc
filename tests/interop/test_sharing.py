"""Several runs that share the tests: each test is run once, and what a file has set up goes before the next one begins."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import TIMEOUT_S

TESTS = Path(__file__).parents[1]
FILES = ("one/test_a.py", "one/test_b.py", "two/test_a.py", "two/test_b.py", "two/test_c.py")
CONTENT = """
import pytest

def note(word):
    with open({log!r}, "a") as log:
        print({name!r}, word, file=log)

@pytest.fixture(scope="module", autouse=True)
def place():
    note("begins")
    yield
    note("ends")

@pytest.mark.parametrize("number", range(20))
def test(number):
    note(number)
"""
WHOLE = ["begins", *map(str, range(20)), "ends"]
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    folder = tmp_path / "taken"
    folder.mkdir()
    return folder


@pytest.fixture
def start(tmp_path: Path, log: Path, taken: Path) -> Start:
    """Return a function that starts a run of some tests that only note that they were run."""
    place = tmp_path / "tests"
    for name in FILES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(CONTENT.format(log=str(log), name=name))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "-p",
        "sharing",
        str(place),
    ]
    variables = {"PYTHONPATH": str(TESTS), "TESTS_TAKEN": str(taken)}

    def run() -> "subprocess.Popen[str]":
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables, cwd=tmp_path)

    return run


def end(run: "subprocess.Popen[str]") -> str:
    said = run.communicate(timeout=2 * TIMEOUT_S)[0]
    assert run.returncode == 0, said
    return said


def noted(log: Path) -> dict[str, list[str]]:
    """Return what each file has noted, in the order in which they begin."""
    found: dict[str, list[str]] = {}
    for line in log.read_text().splitlines():
        name, _, word = line.partition(" ")
        found.setdefault(name, []).append(word)
    return found


def test_runs_that_share_the_tests_run_each_once(start: Start, log: Path) -> None:
    runs = [start() for _ in range(3)]
    said = [end(each) for each in runs]
    assert noted(log) == dict.fromkeys(FILES, WHOLE)
    assert sum(int(number) for each in said for number in re.findall(r"(\d+) passed", each)) == 20 * len(FILES)


def test_what_another_run_has_taken_is_left_to_it(start: Start, log: Path, taken: Path) -> None:
    """What comes next is what comes next here, in another folder."""
    for name in FILES[1:4]:
        (taken / f"tests.{name.replace('/', '.')}").touch()
    assert "40 passed" in end(start())
    assert list(noted(log)) == [FILES[0], FILES[4]]
    assert log.read_text().split() == [word for name in (FILES[0], FILES[4]) for each in WHOLE for word in (name, each)]
    assert "passed" not in end(start())  # nothing is left
