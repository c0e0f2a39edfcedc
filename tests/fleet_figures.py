"""What a fleet of machines is answered, how old that is, and what the engine is asked.

cold start -> use, a rotation and an outage in the middle -> figures
"""

import shutil
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from asking import token
from many_homes import MAX_AGE_S, Call, Fleet, in_use
from openbao import SECRET, Engine, missing, openbao
from other_helpers import SITE

DOWN_S = 4.0
COLD_CALLERS = 16
ROUNDS = 25
WAYS = ("from a file", "from a token_file", "from the helper, cold", "from the helper with a copy")  # machines 0 to 3
LOGIN, READ = ("update", "auth/approle/login"), ("read", SECRET)


def went_back(calls: list[Call], new: str) -> int:
    """Count the answers with another token on a machine that had answered with the new one before they were asked for."""
    first: dict[int, float] = {}
    for each in sorted(calls, key=lambda call: call.ended):
        if each.token == new:
            first.setdefault(each.home, each.ended)
    return sum(each.token != new and each.began > first.get(each.home, each.began) for each in calls)


def ratios(fleet: Fleet) -> dict[str, float]:
    """Return how long a `get` takes in each way, as ratios to one from a file; interleaved."""
    (fleet.folder / "token").write_text("made-up-file\n")
    fleet.write(fleet.folder / "0", credentials=token("work", SITE, "made-up-file"))
    fleet.write(fleet.folder / "1", f'[profiles.work]\ntoken_file = "{fleet.folder}/token"\n')
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        shutil.rmtree(fleet.folder / "2" / "memory" / "atla-vault", ignore_errors=True)
        fleet.get(3)  # its copy may be too old by now
        for home, name in enumerate(WAYS):
            call = fleet.get(home)
            assert call.code == 0, name
            took[name].append(call.ended - call.began)
    medians = {name: statistics.median(each) for name, each in took.items()}
    return {name: each / medians[WAYS[0]] for name, each in medians.items()}


def run(engine: Engine, fleet: Fleet, callers: int, seconds: float) -> dict[str, tuple[str, bool]]:
    """Let it all happen; return each figure, and whether it is what it has to be."""
    engine.put(token="made-up-1", username="you@example.com")
    engine.asked()
    with ThreadPoolExecutor(COLD_CALLERS) as pool:
        cold = list(pool.map(fleet.get, range(fleet.homes)))
    asked = Counter(engine.asked())
    with in_use(fleet, callers) as calls:
        started = time.monotonic()
        time.sleep(seconds / 3)
        engine.put(token="made-up-2", username="you@example.com")
        rotated = time.monotonic()
        time.sleep(max(seconds / 3, MAX_AGE_S + 1))
        reads = Counter(engine.asked())[READ] / (time.monotonic() - started)
        killed = time.monotonic()
        engine.kill()
        without = [fleet.get(home, keeps_copy=False) for home in range(callers)]
        time.sleep(DOWN_S)
        engine.start()
        up = time.monotonic()
        time.sleep(seconds / 3)
    failed = [each for each in (*cold, *calls) if each.code != 0 or not each.token]
    old = [
        each.began - rotated
        for each in calls
        if each.token == "made-up-1" and each.began > rotated and not each.has_line
    ]
    stood_in = [each for each in calls if each.has_line]
    left = fleet.left()
    each_way = ratios(fleet)
    return {
        "logins, reads and anything else of a cold start": (
            f"{asked[LOGIN]}, {asked[READ]}, {asked.total() - asked[LOGIN] - asked[READ]}",
            asked == {LOGIN: fleet.homes, READ: fleet.homes},
        ),
        "answers in use": (f"{len(calls)}", len(calls) > fleet.homes),
        "reads a second of the engine, while it was up": (f"{reads:.1f}", True),
        "failures": (f"{len(failed)}", not failed),
        "oldest answer after the rotation, in parts of --max-age": (
            f"{max(old, default=0) / MAX_AGE_S:.2f}",
            max(old, default=0) <= MAX_AGE_S,
        ),
        "answers that went back to the old token": (
            f"{went_back(calls, 'made-up-2')}",
            went_back(calls, "made-up-2") == 0,
        ),
        "copies that stood in while it was down": (f"{len(stood_in)} in {up - killed:.1f} s", bool(stood_in)),
        "of as many without a copy, answers while it was down": (
            f"{sum(each.code == 0 for each in without)} of {len(without)}",
            all(each.code == 1 for each in without),
        ),
        "files left in memory": (", ".join(f"{number} {kind}" for kind, number in sorted(left.items())), True),
        **{f"a get {name}, beside one from a file": (f"{each:.2f}", True) for name, each in each_way.items()},
    }


def main() -> int:
    """Read the arguments, and print what was found."""
    parser = ArgumentParser(prog="tests/fleet")
    parser.add_argument("--homes", type=int, default=200)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=24)
    options = parser.parse_args()
    if missing():
        print(missing())
        return 1
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as homes, openbao(Path(name)) as engine:
        found = run(engine, Fleet(Path(homes), engine, options.homes), options.callers, options.seconds)
    for what, (figure, is_right) in found.items():
        print(f"{figure:>16}  {what}{'' if is_right else '  WRONG'}")
    return 0 if all(is_right for _, is_right in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
