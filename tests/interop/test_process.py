"""The program as a process: odd starts, odd ends, nothing taken from the working folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot

SITE = "https://work.atlassian.net"
Files = Callable[..., Path]


@pytest.fixture
def work(files: Files) -> Path:
    return files(config=profile("work", SITE), credentials=token("work", SITE, "canary"))


def test_warning_never_lands_on_stdout(work: Path, variables: dict[str, str], home: Path) -> None:
    command = f"{PROGRAM} login --no-verify --profile work --token made-up --json 2>&-"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False
    )
    assert json.loads(done.stdout)["profile"] == "work"


def test_closed_stdin_has_no_token(work: Path, variables: dict[str, str], home: Path) -> None:
    command = f"{PROGRAM} login --no-verify --profile work --token-stdin <&-"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False
    )
    assert (
        done.stderr == b"atla-credential: error: the token is empty\natla-credential: hint: copy it once more, whole\n"
    )


@pytest.mark.parametrize("coerced", ["1", "0"], ids=["UTF-8 mode where Python wants it", "ASCII"])
@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_utf_8_in_any_locale(locale: str, coerced: str, files: Files, run: Run) -> None:
    settings = {"LC_ALL": locale, **({"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"} if coerced == "0" else {})}
    files(
        config=profile("größe", SITE, "größe@example.com"),
        credentials=token("größe", SITE, "made-up", "größe@example.com"),
    )
    for arguments in (["get", "--url", SITE], ["get", "--profile", "größe"]):
        done = run(*arguments, **settings)
        assert done.stdout.decode() == "username=größe@example.com\npassword=made-up\n", done.stderr
    assert (
        run("get", "--url", SITE, ATLA_EMAIL="größe@example.com", ATLA_TOKEN="ü", **settings)
        .stdout.decode()
        .endswith("username=größe@example.com\npassword=ü\n")
    )
    assert "größe@example.com" in run("list", **settings).stdout.decode()
    assert 'profile "größe" is' in run("switch", "größe", **settings).stdout.decode()


@pytest.mark.parametrize(
    "command",
    [["get", "--url", SITE], ["get", "--url", SITE, "--format", "env"], ["list"], ["status", "--json"], ["exec", "--list-presets"], ["--help"]],
    ids=" ".join,
)  # fmt: skip
def test_closed_pipe_is_not_a_success(command: list[str], work: Path, variables: dict[str, str], home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [PROGRAM, *command], stdout=writing, stderr=subprocess.PIPE, env=variables, cwd=home, check=False,
        timeout=TIMEOUT_S,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    "command",
    [["get", "--url", SITE, "--format", "token"], ["list"], ["status"], ["exec", "--list-presets"], ["--help"], ["login", "--help"], ["get", "--help"]],
    ids=" ".join,
)  # fmt: skip
def test_full_device_is_not_a_success(command: list[str], work: Path, variables: dict[str, str], home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, *command], stdout=full, stderr=subprocess.PIPE, env=variables, cwd=home, check=False,
            timeout=TIMEOUT_S,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == b"atla-credential: error: cannot write the answer: no space left on device\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_signal_while_waiting_for_the_request(number: int, work: Path, variables: dict[str, str], home: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "get"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables, cwd=home
    )
    waiting = Path(f"/proc/{process.pid}/wchan")
    for _ in range(50 * TIMEOUT_S):  # until it reads its stdin
        if not waiting.exists() or "pipe" in waiting.read_text():
            break
        time.sleep(0.02)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGTERM)
    assert stdout == b""
    assert b"Traceback" not in stderr


def test_get_leaves_everything_as_it_was(work: Path, run: Run, home: Path) -> None:
    before = snapshot(home)
    stamp = (work / "credentials.toml").stat()
    assert run("get", "--url", SITE).returncode == 0
    after = (work / "credentials.toml").stat()
    assert snapshot(home) == before
    assert (after.st_mtime_ns, after.st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


HANGING = """
import threading
from atla_credential.foreign.waiting import within
try:
    within(0.05, threading.Event().wait)
except TimeoutError:
    print("gave up")
"""


PARENT = """
import subprocess
from atla_credential.foreign.waiting import end_children
started = subprocess.Popen(["sleep", "600"])
end_children()
print(started.wait(10))
"""


def test_process_ends_with_a_call_left_behind() -> None:
    done = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, timeout=TIMEOUT_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"gave up\n", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which they are")
def test_what_a_call_has_started_is_ended() -> None:
    """In a process of its own: the tests' servers are children of this one."""
    done = subprocess.run([sys.executable, "-c", PARENT], capture_output=True, timeout=TIMEOUT_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"-9\n", b"")
