"""Each system call that writes fails once: nothing older is lost, and what the error says is true (safety F4)."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crowd import (
    FILES,
    KEYS_ASIDE,
    NAMES,
    NEW,
    NOTED_ASIDE,
    TOKEN_ASIDE,
    UPDATES,
    assert_nothing_older_is_lost,
    assert_truthful,
    contents,
    make_crowd,
    site,
    temporary_files,
)
from faults import ALONE, STEP, SystemCall, at, needs_strace, run_with, trace

Files = Callable[..., Path]

AS_IT_WAS = b"the file is as it was"

FAILURES = {
    "open": "EDQUOT",
    "openat": "EDQUOT",
    "write": "ENOSPC",
    "fsync": "EIO",
    "fchmod": "EPERM",
    "chmod": "EPERM",
    "rename": "EXDEV",
    "renameat": "EXDEV",
    "renameat2": "EXDEV",
    "close": "EIO",
    "flock": "ENOLCK",
}
TRACED: dict[str, list[SystemCall]] = {}  # for each update, so that none is traced for every kind of call anew
KINDS = (
    ("open", "openat"),
    ("write",),
    ("fsync",),
    ("fchmod", "chmod"),
    ("rename", "renameat", "renameat2"),
    ("close",),
    ("flock",),
)


@needs_strace
@pytest.mark.parametrize("kind", KINDS, ids=lambda names: names[0])
@pytest.mark.parametrize("word", UPDATES)
def test_call_that_fails(
    word: str,
    kind: tuple[str, ...],
    files: Files,
    variables: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    update = UPDATES[word]
    log = tmp_path / "log"
    folder = make_crowd(files)
    if word not in TRACED:
        TRACED[word] = trace(log, lambda: make_crowd(files), *update[:2], variables)
    # The close of a lock that fails gives it back all the same; one that strace lets fail does not take place.
    calls = [call for call in TRACED[word] if call.name in kind and (call.name, call.about[-5:]) != ("close", ".lock")]
    notes = after_the_token(word, TRACED[word])
    assert calls
    untrue = []
    for call in calls[::STEP]:
        make_crowd(files)
        before = contents(folder)
        done = run_with(at(call, f"error={FAILURES[call.name]}", log, *ALONE), *update[:2], variables)
        injected = [line for line in log.read_text().splitlines() if "(INJECTED)" in line]
        assert len(injected) == 1
        assert str(folder) in injected[0], "another call was hit"
        assert_truthful(done.returncode, b"", done.stderr)
        assert done.returncode == (0 if harmless(call) or call in notes else 1), call
        assert_nothing_older_is_lost(folder, update)
        assert temporary_files(folder) == []
        for name in FILES:
            now = (folder / name).read_bytes()
            said = f"/{name}: ".encode() in done.stderr and AS_IT_WAS in done.stderr
            if said and now != before[name] and tomllib.loads(now.decode()) not in halfway(word):
                untrue.append(f"{call.name} {call.number} of {call.about or 'the folder'}: {name} is not as it was")
    assert untrue == []
    record_property("failures", len(calls[::STEP]))


def after_the_token(word: str, calls: list[SystemCall]) -> list[SystemCall]:
    """Return the calls of an update's last part, where that only notes what became of a token: it fails nothing."""
    about = [call.about for call in calls]
    return calls[about.index("helper.toml.lock") :] if word in ("erase", "restore") else []


def harmless(call: SystemCall) -> bool:
    """Tell whether a call changes nothing: the close of a folder, or the mode of what is private already (F11)."""
    return (call.name == "close" and not call.about.endswith(".tmp")) or "chmod" in call.name


def halfway(word: str) -> list[object]:
    """Return what a file is between its two updates: what is new comes before the old goes."""
    tokens = {f"{name}|you@example.com|{site(n)}": {"token": f"canary-old{n}"} for n, name in enumerate(NAMES)}
    tokens[KEYS_ASIDE[1]] = {"token": TOKEN_ASIDE}
    tokens[f"p0|other@example.com|{site(0)}"] = {"token": NEW}
    if word == "rename":
        tokens[f"renamed|you@example.com|{site(0)}"] = tokens[f"p0|you@example.com|{site(0)}"]
        del tokens[f"p0|other@example.com|{site(0)}"]
        settings = {
            "p7": {"product": "jira"},
            "p0": {"expires": date(2090, 1, 1)},
            "renamed": {"expires": date(2090, 1, 1)},
            "aside": NOTED_ASIDE,
        }
        return [{"tokens": tokens}, {"profiles": settings}]
    return [{"tokens": tokens}] if word == "login as another account" else []
