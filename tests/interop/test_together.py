"""Many at once, and killed in between: no token is lost, and the file can always be read (safety C1, C2)."""

import random
import subprocess
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run

Files = Callable[..., Path]

CALLERS = 32
KILLS = 200
LONGEST_S = 0.15  # of a store from its start to its end, roughly; kills are spread over it


def site(number: int) -> str:
    return f"https://site{number}.atlassian.net"


def request(number: int, secret: str) -> bytes:
    return f"url={site(number)}\nusername=you@example.com\npassword={secret}\n\n".encode()


def secrets(folder: Path) -> dict[str, str]:
    document = tomllib.loads((folder / "credentials.toml").read_text(encoding="utf-8"))
    return {key.partition("|")[0]: entry["token"] for key, entry in document["tokens"].items()}


@pytest.fixture
def folder(files: Files) -> Path:
    return files(
        config="".join(profile(f"p{number}", site(number)) for number in range(CALLERS)),
        credentials="".join(token(f"p{number}", site(number), f"old{number}") for number in range(CALLERS)),
    )


def start_store(variables: dict[str, str], number: int, secret: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([PROGRAM, "store"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=variables)
    assert process.stdin is not None
    process.stdin.write(request(number, secret))
    process.stdin.close()
    return process


def finish(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        assert process.stderr is not None
        message = process.stderr.read()
        process.stderr.close()
        assert (process.wait(60), message) == (0, b"")


def test_parallel_stores_to_many_profiles_lose_none(folder: Path, variables: dict[str, str]) -> None:
    torn: list[Exception] = []
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            try:
                assert len(secrets(folder)) == CALLERS
            except Exception as error:
                torn.append(error)

    reader = threading.Thread(target=poll)
    reader.start()
    finish([start_store(variables, number, f"new{number}") for number in range(CALLERS)])
    done.set()
    reader.join()
    assert torn == []
    assert secrets(folder) == {f"p{number}": f"new{number}" for number in range(CALLERS)}


def test_parallel_stores_to_one_profile_leave_one_of_them(folder: Path, variables: dict[str, str]) -> None:
    processes = [start_store(variables, 0, f"new{number}") for number in range(CALLERS)]
    for process in processes:
        assert process.stderr is not None
        message = process.stderr.read().decode()
        process.stderr.close()
        # one whose token was replaced before it looked again says so; nothing else may go wrong
        assert process.wait(60) == 0 or "another source or profile comes first" in message
    found = secrets(folder)
    assert found.pop("p0") in {f"new{number}" for number in range(CALLERS)}
    assert found == {f"p{number}": f"old{number}" for number in range(1, CALLERS)}


def test_killed_stores_lose_nothing(folder: Path, variables: dict[str, str], run: Run) -> None:
    """A kill comes at a moment of its own each time: before, during and after the replacement of the file."""
    moments = random.Random(1)  # noqa: S311
    stored = "old0"
    survived = 0
    for number in range(KILLS):
        secret = f"new{number}"
        process = start_store(variables, 0, secret)
        try:
            process.wait(moments.uniform(0, LONGEST_S))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait(TIMEOUT_S)
        assert process.stderr is not None
        process.stderr.close()
        found = secrets(folder)
        assert found.pop("p0") in (stored, secret)
        assert found == {f"p{other}": f"old{other}" for other in range(1, CALLERS)}
        survived += process.returncode != 0
        stored = secrets(folder)["p0"]
    assert survived, "no store was killed before its end"
    assert run("store", stdin=request(0, "last")).returncode == 0
    assert secrets(folder)["p0"] == "last"
    assert not list(folder.glob("*.tmp"))
