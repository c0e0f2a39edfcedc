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
ENDING = (
    "login",
    "rotate",
    "login as another account",
    "store",
    "store with its end",
    "logout",
    "delete",
)  # the first token

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

        A store whose token another process has replaced before it looked fails, as it promises. In an order of the
        two it has ended before that, so here it counts as a success: the token stood for an instant.
        """
        first, second = (0 if hedges(done) else done.returncode for done in (self.first, self.second))
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


def problems(first: Command, second: Command, outcome: Outcome, was_aside: bool = False) -> Iterator[str]:
    """Yield what is wrong whichever of two commands was the faster one.

    Args:
        was_aside: whether the first profile's token was set aside at the start.
    """
    ends = [(first, outcome.first), (second, outcome.second)]
    done = [command for command, said in ends if said.returncode == 0]
    hedging = [command for command, said in ends if hedges(said)]
    yield from lost_or_back(outcome.answer, done, hedging, was_aside)
    if {first.word, second.word}.isdisjoint(ENDING):
        yield from not_kept(outcome.left)
    yield from without_profile(outcome.left)
    for command, said in ends:
        has_rival = [each.word for each in done] == ["switch", "switch"]
        yield from untrue(command, said.returncode, outcome.left, has_rival)
        if hedges(said) and outcome.answer == command.token:
            yield f"untrue: {command.word} says that another token comes first, and a get gives its own"
        if any(word in said.stderr for word in (b"canary", b"Traceback", b"internal error")):
            yield f"message: {said.stderr.decode()}"


def hedges(said: Done) -> bool:
    """Tell whether a store has looked whether a get gives its token, as it promises, and it did not."""
    return b"was stored, but another source or profile comes first" in said.stderr


def lost_or_back(
    answer: str | None, done: list[Command], hedging: list[Command], was_aside: bool
) -> Iterator[str]:  # fmt: skip
    """Compare what a get gives with what was acknowledged.

    Args:
        done: the commands that ended with 0.
        hedging: those that may have stored a token, or not.
        was_aside: as in problems.
    """
    words = {command.word for command in done}
    expected: set[str | None] = {command.token for command in done if command.token is not None}
    if not expected:
        has_old = "restore" in words if was_aside else words.isdisjoint(REMOVING) or "restore" in words
        has_none = not words.isdisjoint(REMOVING) or (was_aside and "restore" not in words)
        expected = (
            {command.token for command in hedging} | ({OLD} if has_old else set()) | ({None} if has_none else set())
        )
    if answer in expected or (answer is None and not words.isdisjoint({"logout", "delete"})):
        return
    kind = "back" if answer == OLD else "lost"
    yield f"{kind}: a get gives {answer} and not {expected} after {words}"


def not_kept(left: Left) -> Iterator[str]:
    """Look for the first profile's token, which a rejection sets aside: it stands in one place (safety E1)."""
    in_file = [key for key, entry in left["credentials.toml"].get("tokens", {}).items() if entry["token"] == OLD]
    in_keyring = [key for key, secrets in left.get("keyring", {}).items() for secret in secrets if secret == OLD]
    if len(in_file) + len(in_keyring) != 1:
        yield f"lost: the token stands under {[*in_file, *in_keyring]}"


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
    codes = {"erase": (0, 3), "restore": (0, 3), "logout": (0, 3), "delete": (0, 3, 4)}.get(other.word, (0,))
    if answer.returncode not in codes:
        yield f"get: exit {answer.returncode} beside {other.word}: {answer.stderr.decode()}"
    elif answer.returncode == 0 and token_of(answer) not in (OLD, other.token):
        yield f"get: it gives {token_of(answer)}"


def leftovers(folder: Path) -> Iterator[str]:
    yield from (f"left over: {name}" for name in temporary_files(folder))
