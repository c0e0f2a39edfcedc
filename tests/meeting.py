"""Two commands on the same files, one after the other and interleaved."""

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from crowd import key_of, make_crowd, request, site
from faults import Done, SystemCall
from interleave import Command, finish, interleave, start, stops_of
from orders import TRY_AGAIN, Left, Outcome, differences, left_in, leftovers, problems, token_of, told_by_get

# TESTS_STOPS says at how many calls of each pair of commands one is stopped: a number, or "all". With it, all pairs are
# tried, without it a few of those that have lost tokens.
STOPS = os.environ.get("TESTS_STOPS", "")
COUNT = None if STOPS == "all" else int(STOPS or 2)

GET = Command("get", ("get", "--url", site(0)))


def commands(number: int) -> Mapping[str, Command]:
    """Return the commands that two processes may give, with names, tokens and dates of their own.

    Args:
        number: 1 or 2.
    """
    token = f"canary-new{number}"
    login = ("login", "--no-verify", "--profile", "p0")
    new = ("--token-stdin", "--expires", f"209{number}-02-02")
    made = (
        Command("rename", ("rename", "p0", f"renamed{number}"), name=f"renamed{number}"),
        Command("login", (*login, *new), token.encode(), token),
        Command("login without a token", (*login, "--expires", f"209{number}-03-03")),
        Command(
            "login as another account", (*login, "--email", f"other{number}@example.com", *new), token.encode(), token
        ),
        Command("rotate", ("rotate", "--no-verify", "p0", *new), token.encode(), token),
        Command("logout", ("logout", "p0")),
        Command("delete", ("delete", "p0")),
        Command("switch", ("switch", f"p{number}"), name=f"p{number}"),
        Command("store", ("store",), request(0, token), token),
        Command(
            "store with its end", ("store",), request(0, token, f"password_expiry_utc={4000000000 + number}"), token
        ),
        Command("erase", ("erase",), request(0, "canary-old0")),
        Command("restore", ("restore", "--no-verify", "p0")),
        GET,
    )
    return {command.word: command for command in made}


def lay_out(files: Callable[..., Path], is_aside: bool = False) -> Path:
    """Make the files as they are at the start, and nothing beside them; return their folder.

    The first profile's token has no end that is noted, so a store needs no more than one file.

    Args:
        is_aside: whether that token is set aside.
    """
    for path in files().iterdir():
        path.unlink()
    folder = make_crowd(files)
    if is_aside:
        text = (folder / "credentials.toml").read_text()
        files(credentials=text.replace(f'"{key_of("p0", 0)}"', f'"{key_of("p0", 0)}|rejected"'))
    return files(helper="# written by hand\n[profiles.p0]\nproduct = 'jira'\n")


def starts_aside(first: str, second: str) -> bool:
    """Tell whether two commands meet at a token that is set aside: else a `restore` has nothing to put back."""
    return "restore" in (first, second) and first != "erase"


class Meeting:
    """Two commands that start from the same files each time.

    Args:
        first: the one that is stopped.
        second: the other one.
        lay_out: makes the files as they were at the start, and returns their folder.
        look: returns what is left in the folder.
        log: where system calls are written to.
    """

    def __init__(
        self, first: Command, second: Command, lay_out: Callable[[], Path], variables: Mapping[str, str], log: Path,
        look: Callable[[Path], Left] = left_in,
    ) -> None:  # fmt: skip
        self.first, self.second = first, second
        self.lay_out, self.look = lay_out, look
        self.variables, self.log = variables, log
        self._known: dict[tuple[Command, ...], tuple[tuple[int, ...], Left]] = {}

    def survive(self, turn: int) -> int:
        """Stop the first command at some of its calls, one after the other, and return at how many.

        Args:
            turn: which of the calls, where not all are taken.
        """
        stops = sample(self.stops(), COUNT, turn)
        found = {call: wrong for call in stops if (wrong := self.problems(call))}
        lines = [f"after {call.name} of {call.about}: {line}" for call, wrong in found.items() for line in wrong]
        assert not found, "\n".join([f"wrong at {len(found)} of {len(stops)} calls", *lines])
        return len(stops)

    def stops(self) -> list[SystemCall]:
        """Return the calls at which the first command can be stopped."""
        self.in_order(self.first, self.second)  # Python's first run of new code writes files of its own
        return stops_of(self.log, self.lay_out(), self.first, self.variables)

    def run(self, command: Command) -> Done:
        return finish(start([], command, self.variables))

    def problems(self, call: SystemCall) -> list[str]:
        """Stop the first command at a call of its, run the second one, and return what is wrong afterwards."""
        folder = self.lay_out()
        done = interleave(call, folder, self.first, self.second, self.variables, self.log)
        outcome = Outcome(*done, self.look(folder), token_of(self.run(GET)))
        return [*self._problems(folder, outcome)]

    def _problems(self, folder: Path, outcome: Outcome) -> Iterator[str]:
        yield from leftovers(folder)
        yield from problems(self.first, self.second, outcome, starts_aside(self.first.word, self.second.word))
        if self.second is GET:
            yield from told_by_get(self.first, outcome.second)
        elif self.first is GET:
            yield from told_by_get(self.second, outcome.first)
        closest = self.difference(outcome)
        if closest:
            yield f"{'notes' if is_noted(closest) else 'no order'}: {', '.join(closest)}"

    def difference(self, outcome: Outcome) -> list[str]:
        """Return how an outcome differs from the closer order, or from one alone where the other is to try again."""
        one, two = self.first, self.second
        orders: list[tuple[Command, ...]] = [(one, two), (two, one)]
        orders += [(two,)] if outcome.codes[0] == TRY_AGAIN else []
        orders += [(one,)] if outcome.codes[1] == TRY_AGAIN else []
        found: list[list[str]] = []
        for order in orders:
            codes, left = self.in_order(*order)
            found.append([*differences(outcome.left, left)])
            for command, code in zip(order, codes, strict=True):
                seen = outcome.codes[0 if command is one else 1]
                if seen != code and command is not GET:  # what a get may say beside another is looked at above
                    found[-1].append(f"{command.word} ends with {seen} and not {code}")
            if not found[-1]:
                break
        return min(found, key=lambda lines: (not is_noted(lines), len(lines)))

    def in_order(self, *sequence: Command) -> tuple[tuple[int, ...], Left]:
        """Run commands one after the other, and return their exit codes and what they leave."""
        if sequence not in self._known:
            folder = self.lay_out()
            codes = tuple(self.run(command).returncode for command in sequence)
            self._known[sequence] = codes, self.look(folder)
        return self._known[sequence]


def is_noted(differences: list[str]) -> bool:
    """Tell whether only what is noted of a token differs, and not the tokens and profiles."""
    return all(line.startswith("helper.toml") for line in differences)


def sample(stops: list[SystemCall], count: int | None, turn: int) -> list[SystemCall]:
    """Choose some of the stops, the same each time; None means all.

    Args:
        turn: another number gives others, but for the first one.
    """
    if count is None:
        return stops
    places = [*risky(stops)]
    places = places if len(places) >= count else stops
    rest = max(len(places) - 1, 1)
    chosen = {0, *(1 + (turn + number * rest // count) % rest for number in range(count - 1))}
    return [places[number] for number in sorted(chosen) if number < len(places)]


def risky(stops: list[SystemCall]) -> Iterator[SystemCall]:
    """Yield the stops before a lock is taken, where a token is read under it, and between two files."""
    is_first_look = False
    for stop, following in pairwise(stops):
        is_first_look = is_first_look or stop.name == "flock"
        is_look = stop.name.startswith("open") and stop.about == "credentials.toml"
        if (
            following.name == "flock"
            or stop.name.startswith(("rename", "unlink", "link"))
            or (is_look and is_first_look)
        ):
            yield stop
        is_first_look = is_first_look and not is_look
