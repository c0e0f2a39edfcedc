"""What two commands may leave: what one after the other leaves, in one of the two orders (safety C6)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from crowd import FILES, temporary_files
from faults import Done
from interleave import Command

OLD = "canary-old0"  # the first profile's token at the start
TRY_AGAIN = 5
NOW = ("since", "verified", "rejected")  # keys of helper.toml whose value is the time of the call
REMOVING = ("erase", "logout", "delete")

Left = dict[str, Any]


class Outcome(NamedTuple):
    """What two commands said and left.

    Args:
        first: what the first one said.
        second: what the second one said.
        left: the files' content, and the tokens in a keyring.
        answer: the token that a get gives afterwards.
    """

    first: Done
    second: Done
    left: Left
    answer: str | None

    @property
    def codes(self) -> tuple[int, int]:
        """Return the exit codes.

        A store looks at its end whether a get gives its token, as it promises. That another process has changed it
        by then is a failure to the caller; here it counts as a success, which it was for an instant.
        """
        first, second = (0 if b"comes first" in done.stderr else done.returncode for done in (self.first, self.second))
        return first, second


def left_in(folder: Path) -> Left:
    """Read the three files; half a file does not parse."""
    return {name: tidy(tomllib.loads((folder / name).read_text(encoding="utf-8"))) for name in FILES}


def tidy(value: Any) -> Any:
    """Leave out tables without content, and what differs between two runs of one command."""
    if not isinstance(value, dict):
        return value
    tables = {key: "now" if key in NOW else tidy(entry) for key, entry in value.items()}
    return {key: entry for key, entry in tables.items() if entry != {}}


def differences(is_left: Any, expected: Any, path: str = "") -> Iterator[str]:
    """Yield where two nested tables differ."""
    if not isinstance(is_left, dict) or not isinstance(expected, dict):
        if is_left != expected:
            yield f"{path} is {is_left} and not {expected}"
        return
    for key in {**is_left, **expected}:
        yield from differences(is_left.get(key), expected.get(key), f"{path} {key}".lstrip())


def token_of(answer: Done) -> str | None:
    """Return the token that a get has given."""
    lines = [line.removeprefix(b"password=") for line in answer.stdout.splitlines() if line.startswith(b"password=")]
    return lines[0].decode() if lines else None


def problems(first: Command, second: Command, outcome: Outcome) -> Iterator[str]:
    """Yield what is wrong whichever of two commands was the faster one."""
    ends = [(first, outcome.first.returncode), (second, outcome.second.returncode)]
    done = [command for command, code in ends if code == 0]
    stored = {command.token for command in done if command.token is not None}
    yield from lost_or_back(outcome.answer, {command.word for command in done}, stored)
    yield from without_profile(outcome.left)
    for command, code in ends:
        yield from untrue(command, code, outcome.left, has_rival=[each.word for each in done] == ["switch", "switch"])
    for said in (outcome.first.stderr, outcome.second.stderr):
        if b"canary" in said or b"Traceback" in said or b"internal error" in said:
            yield f"message: {said.decode()}"


def lost_or_back(answer: str | None, done: set[str], stored: set[str]) -> Iterator[str]:
    """Compare what a get gives with what was acknowledged.

    Args:
        done: the words of the commands that ended with 0.
        stored: the tokens that they stored.
    """
    may_lack = not done.isdisjoint({"logout", "delete"})
    expected: set[str | None] = {*stored} or ({None} if not done.isdisjoint(REMOVING) else {OLD})
    if answer in expected or (answer is None and may_lack):
        return
    kind = "back" if answer == OLD else "lost"
    yield f"{kind}: a get gives {answer} and not {expected} after {done}"


def without_profile(left: Left) -> Iterator[str]:
    """Yield the keys of the tokens that belong to no profile; more may follow a profile's key."""
    profiles = left["config.toml"].get("profiles", {})
    keys = {(name, table["email"], table["instance"]) for name, table in profiles.items()}
    stored = [*left["credentials.toml"].get("tokens", {}), *left.get("keyring", {})]
    yield from (f"no profile: {key}" for key in stored if tuple(key.split("|")[:3]) not in keys)


def untrue(command: Command, code: int, left: Left, has_rival: bool) -> Iterator[str]:
    """Compare an exit code with what is in config.toml."""
    profiles = left["config.toml"].get("profiles", {})
    active = left["config.toml"].get("default", {}).get("profile")
    if command.word == "rename" and (command.name in profiles) != (code == 0):
        yield f"untrue: rename ends with {code}, and there are {list(profiles)}"
    if command.word in ("rename", "delete") and code == 0 and "p0" in profiles:
        yield f"untrue: {command.word} ends with 0, and the old name is there"
    if command.word == "switch" and code == 0 and not has_rival and active != command.name:
        yield f"untrue: switch ends with 0, and {active} is the active one"


def told_by_get(other: Command, answer: Done) -> Iterator[str]:
    """Compare what a get says beside another command with what can be true (safety C7).

    Where a token goes with its profile, a get may see the moment in between: that there is none is true by then.
    """
    codes = {"erase": (0, 3), "logout": (0, 3), "delete": (0, 3, 4)}.get(other.word, (0,))
    if answer.returncode not in codes:
        yield f"get: exit {answer.returncode} beside {other.word}: {answer.stderr.decode()}"
    elif answer.returncode == 0 and token_of(answer) not in (OLD, other.token):
        yield f"get: it gives {token_of(answer)}"


def leftovers(folder: Path) -> Iterator[str]:
    yield from (f"left over: {name}" for name in temporary_files(folder))
