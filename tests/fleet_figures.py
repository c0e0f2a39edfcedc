"""What a fleet of machines is answered, how old that is, and what the engine is asked; with copies, and without.

cold start -> use, a rotation and an outage in the middle -> figures
"""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from many_homes import MAX_AGE_S, Call, Fleet, in_use
from openbao import SECRET, Engine, missing, openbao

DOWN_S = 4.0
COLD_CALLERS = 16
OLD, NEW = "made-up-1", "made-up-2"
LOGIN, READ = ("update", "auth/approle/login"), ("read", SECRET)

Figures = dict[str, tuple[str, bool]]  # by what it is: the figure, and whether it is what it has to be


@dataclass
class Seen:
    """What happened, and when: seconds of one clock."""

    cold: list[Call] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    asked_cold: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked_in_use: Counter[tuple[str, str]] = field(default_factory=Counter)  # before the engine was killed
    engine_s: float = 0  # processor time for the latter
    started: float = 0
    rotated: float = 0
    counted: float = 0  # when was looked what the engine had been asked
    killed: float = 0
    up: float = 0

    def meets_outage(self, call: Call) -> bool:
        """Tell whether the engine was not there for a part of a call at least."""
        return call.began < self.up and call.ended > self.killed


def processor_s(engine: Engine) -> float:
    """Return how long the engine has kept a processor busy."""
    assert engine.process
    user, system = Path(f"/proc/{engine.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def happen(engine: Engine, fleet: Fleet, callers: int, seconds: float) -> Seen:
    """Let it all happen."""
    seen = Seen()
    engine.put(token=OLD, username="you@example.com")
    engine.asked()
    with ThreadPoolExecutor(COLD_CALLERS) as pool:
        seen.cold = list(pool.map(fleet.get, range(fleet.homes)))
    seen.asked_cold = Counter(engine.asked())
    busy_s = processor_s(engine)
    with in_use(fleet, callers) as seen.calls:
        seen.started = time.monotonic()
        time.sleep(seconds / 3)
        engine.put(token=NEW, username="you@example.com")
        seen.rotated = time.monotonic()
        time.sleep(max(seconds / 3, MAX_AGE_S + 1))
        seen.counted = time.monotonic()
        seen.asked_in_use = Counter(engine.asked())
        seen.engine_s = processor_s(engine) - busy_s
        seen.killed = time.monotonic()
        engine.kill()
        time.sleep(DOWN_S)
        engine.start()
        seen.up = time.monotonic()
        time.sleep(seconds / 3)
    return seen


def went_back(calls: list[Call]) -> int:
    """Count the answers with another token on a machine that had answered with the new one before they were asked for."""
    first: dict[int, float] = {}
    for each in sorted(calls, key=lambda call: call.ended):
        if each.token == NEW:
            first.setdefault(each.home, each.ended)
    return sum(each.token != NEW and each.began > first.get(each.home, each.began) for each in calls)


def figures(fleet: Fleet, seen: Seen) -> Figures:
    """Return each figure."""
    answered = [each for each in seen.calls if each.code == 0 and each.token]
    failed = [each for each in (*seen.cold, *seen.calls) if each.code != 0 or not each.token]
    outage = [each for each in seen.calls if seen.meets_outage(each)]
    failed_then = sum(map(seen.meets_outage, failed))
    stood_in = sum(each.has_line for each in answered)
    old_s = max((each.began - seen.rotated for each in answered if each.token == OLD and not each.has_line), default=0)
    before = sum(each.ended < seen.counted for each in answered)
    asked, took_s = seen.asked_in_use, seen.counted - seen.started
    others = seen.asked_cold.total() - seen.asked_cold[LOGIN] - seen.asked_cold[READ]
    left = ", ".join(f"{number} {kind}" for kind, number in sorted(fleet.left().items()))
    oldest_s = MAX_AGE_S if fleet.keeps_copies else 0
    return {
        f"cold start of {fleet.homes} machines, by the engine's audit log: logins, reads, anything else": (
            f"{seen.asked_cold[LOGIN]}, {seen.asked_cold[READ]}, {others}",
            seen.asked_cold == {LOGIN: fleet.homes, READ: fleet.homes},
        ),
        "answers in use": (f"{len(answered)}", bool(answered)),
        "of these a second, while the engine was up": (f"{before / took_s:.0f}", True),
        "logins and reads of the engine for an answer, while it was up": (
            f"{asked[LOGIN] / before:.2f}, {asked[READ] / before:.2f}",
            not fleet.keeps_copies or asked[READ] < before,
        ),
        "processor time of the engine for an answer": (f"{seen.engine_s / before * 1000:.1f} ms", True),
        "failures, while the engine was up": (f"{len(failed) - failed_then}", len(failed) == failed_then),
        f"failures, while it was down, or started, for {seen.up - seen.killed:.1f} s": (
            f"{failed_then} of {len(outage)}",
            failed_then == 0 if fleet.keeps_copies else failed_then > 0,
        ),
        "answers from copies, while it was down or left alone after that": (
            f"{stood_in}, each with one line" if stood_in else "0",
            (stood_in > 0) == fleet.keeps_copies,
        ),
        "oldest answer with the old token after the rotation, in parts of `--max-age`": (
            f"{max(old_s, 0) / MAX_AGE_S:.2f}",
            old_s <= oldest_s,
        ),
        "answers with the old token after one with the new one, on one machine": (
            f"{went_back(answered)}",
            went_back(answered) == 0,
        ),
        "left in memory": (left or "nothing", bool(left) == fleet.keeps_copies),
    }


def main() -> int:
    """Read the arguments, and print what was found."""
    parser = ArgumentParser(prog="tests/fleet")
    parser.add_argument("--homes", type=int, default=200)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=18)
    options = parser.parse_args()
    if missing():
        print(missing())
        return 1
    found: list[Figures] = []
    for keeps_copies in (True, False):
        with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as homes, openbao(Path(name)) as made:
            fleet = Fleet(Path(homes), made, options.homes, keeps_copies)
            found.append(figures(fleet, happen(made, fleet, options.callers, options.seconds)))
    print("| what | with copies | without |", "|---|---|---|", sep="\n")
    for one, other in zip(found[0].items(), found[1].items(), strict=True):
        print(f"| {one[0]} | {one[1][0]} | {other[1][0]} |")
    wrong = [what for each in found for what, (_, is_right) in each.items() if not is_right]
    for what in wrong:
        print(f"tests/fleet: not what it has to be: {what}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
