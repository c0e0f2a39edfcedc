"""A writer that takes no lock, as the `atla` CLI is: it reads a file, changes it and writes it (safety C3).

Ours is stopped by a signal after it made its temporary file and before it renames it, so nothing here depends on
who is faster.
"""

import os
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S
from crowd import UPDATES, make_crowd, site, temporary_files
from faults import ALONE, at, needs_strace, trace
from orders import tidy

Files = Callable[..., Path]

ADDED = {
    "credentials.toml": token("p9", site(9), "canary-other"),
    "config.toml": profile("p9", site(9)),
    "helper.toml": '[profiles.p9]\nproduct = "jira"\n',
}
WRITTEN = {
    "store": ("credentials.toml", "helper.toml"),
    "login": ("credentials.toml", "helper.toml"),
    "login of a new profile": ("credentials.toml", "helper.toml", "config.toml"),
    "erase": ("credentials.toml", "helper.toml"),
    "restore": ("credentials.toml", "helper.toml"),
    "switch": ("config.toml",),
}


def wait_for(what: Callable[[], object], process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + TIMEOUT_S
    while not what():
        assert process.poll() is None, "it went on without a stop"
        assert time.monotonic() < end
        time.sleep(0.005)


def go_on(process: "subprocess.Popen[bytes]") -> int:
    """Wake a process until it ends: a wake-up that comes before the stop is lost."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        os.kill(process.pid, signal.SIGCONT)
        try:
            return process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it does not end")


@needs_strace
@pytest.mark.parametrize(("word", "name"), [(word, name) for word, names in WRITTEN.items() for name in names])
def test_both_changes_are_kept(word: str, name: str, files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    update = UPDATES[word]
    log = tmp_path / "log"
    folder = make_crowd(files)
    traced = trace(log, lambda: make_crowd(files), *update[:2], variables)
    expected = tidy(tomllib.loads((folder / name).read_text() + ADDED[name]))
    calls = [call for call in traced if call.name == "fsync" and call.about.startswith(f"{name}.")]
    make_crowd(files)

    detached = at(calls[0], "signal=SIGSTOP", log, *ALONE)
    detached.insert(1, "-D")  # the process that is started is ours, not strace
    process = subprocess.Popen([*detached, PROGRAM, *update.arguments], stdin=subprocess.PIPE, env=variables,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(update.stdin)
    process.stdin.close()
    wait_for(lambda: any(found.startswith(f"{name}.") for found in temporary_files(folder)), process)
    with (folder / name).open("a") as file:
        file.write(ADDED[name])
    code = go_on(process)
    assert (code, process.stderr.read()) == (0, b"")
    process.stderr.close()
    assert tidy(tomllib.loads((folder / name).read_text())) == expected
    assert temporary_files(folder) == []
