"""Stopped at a call that touches the files, while another command runs to its end (safety C6, C7).

What they leave is what one after the other would leave, in one of the two orders: no token is lost, none comes back,
each has its profile, and each exit code is true. And no get says in between that there is no token.

TESTS_STOPS says at how many calls of each pair of commands: a number, or "all". With it, all pairs are tried.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from faults import STEP, needs_strace
from meeting import STOPS, Meeting, commands, lay_out, starts_aside

Files = Callable[..., Path]
Record = Callable[[str, object], None]

THAT_MATTER = {
    "rename": ("store", "erase", "login", "logout", "delete", "get"),
    "login": ("store", "rename", "delete", "login as another account"),
    "login without a token": ("store", "erase", "login as another account"),
    "login as another account": ("rename", "delete", "logout", "login", "get"),
    "rotate": ("store", "erase", "logout", "rename", "rotate", "get"),
    "logout": ("rename", "login as another account", "rotate"),
    "delete": ("rename", "login", "store"),
    "store": ("rename", "login", "delete", "login as another account"),
    "store with its end": ("store", "logout"),
    "erase": ("rename", "login without a token", "restore"),
    "restore": ("erase", "store", "login", "rotate", "rename", "logout", "delete", "get"),
    "get": ("rename", "login as another account"),
}
ALL = {word: tuple(commands(2)) for word in commands(1)}
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
    both = commands(1)[first], commands(2)[second]
    meeting = Meeting(*both, lambda: lay_out(files, starts_aside(first, second)), variables, tmp_path / "log")
    record_property("interleaved", meeting.survive(turn))
