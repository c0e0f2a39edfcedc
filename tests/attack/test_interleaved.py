"""Stopped at a call that touches the files, while another command runs to its end (safety C6, C7).

What they leave is what one after the other would leave, in one of the two orders: no token is lost, none comes back,
each has its profile, and each exit code is true. And no get says in between that there is no token.

TESTS_STOPS says at how many calls of each pair of commands: a number, or "all". With it, all pairs are tried.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crowd import make_crowd
from faults import STEP, needs_strace
from interleave import sample
from meeting import Meeting, commands

Files = Callable[..., Path]
Record = Callable[[str, object], None]

STOPS = os.environ.get("TESTS_STOPS", "")
FEW = 2  # of each pair, without TESTS_STOPS
COUNT = None if STOPS == "all" else int(STOPS or FEW)
THAT_MATTER = {
    "rename": ("store", "erase", "get", "login", "logout"),
    "login": ("store", "erase", "get", "rename", "logout"),
    "login without a token": ("store", "erase", "get", "rename", "logout"),
    "login as another account": ("store", "erase", "get", "rename"),
    "logout": ("store", "login", "rename", "login as another account"),
    "delete": ("store", "login", "rename"),
    "switch": ("rename", "delete"),
    "store": ("rename", "login", "logout", "delete"),
    "erase": ("rename", "login", "login without a token"),
    "get": ("rename", "login as another account"),
}
ALL = {word: tuple(commands(2)) for word in THAT_MATTER}
PAIRS = [
    pytest.param(first, second, turn, id=f"{first} - {second}")
    for first, seconds in (ALL if STOPS else THAT_MATTER).items()
    for turn, second in enumerate(seconds)
    if (first, second) != ("get", "get")
]


@needs_strace
@pytest.mark.parametrize(("first", "second", "turn"), PAIRS[::STEP])
def test_stopped_while_another_runs(
    first: str, second: str, turn: int, files: Files, variables: dict[str, str], tmp_path: Path, record_property: Record
) -> None:
    def restore() -> Path:
        for path in files().iterdir():
            path.unlink()
        return make_crowd(files)

    meeting = Meeting(commands(1)[first], commands(2)[second], restore, variables, tmp_path / "log")
    stops = sample(meeting.stops(), COUNT, turn)
    found = {str(stop): wrong for stop in stops if (wrong := meeting.problems(stop))}
    assert not found, f"{len(found)} of {len(stops)} stops"
    record_property("interleaved", len(stops))
