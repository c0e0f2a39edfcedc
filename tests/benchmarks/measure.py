"""How long a whole process takes, from before its start until it has been waited for."""

import gc
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter_ns

from benchmarks.case import BenchmarkError, Case

SEED = 1
WARM_UP = 2  # rounds; they put the files into the page cache

Round = Mapping[str, float]  # name of the row: milliseconds


def confirm(case: Case) -> None:
    """Run a case once and look at what it answers.

    Raises:
        BenchmarkError: it is not what it should answer, so its time would say nothing.
    """
    case.forget()
    with case.stdin.open("rb") as stdin:
        done = subprocess.run(case.arguments, env=case.environment, stdin=stdin, capture_output=True, timeout=60)
    lines = set(done.stdout.decode(errors="replace").splitlines())
    right = case.answer <= lines if case.answer else not lines
    if done.returncode != case.status or not right:
        said = (done.stdout + done.stderr).decode(errors="replace").strip()
        raise BenchmarkError(
            f"{case.name}: exit code {done.returncode}, {case.status} was expected, with {sorted(case.answer)} in:\n{said}"
        )


def start(case: Case) -> int:
    """Start one process and return its id; the way to start it does not depend on how large this process is."""
    streams = (
        (os.POSIX_SPAWN_OPEN, 0, str(case.stdin), os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    )
    return os.posix_spawn(case.arguments[0], case.arguments, case.environment, file_actions=streams)


def elapsed_ms(case: Case) -> float:
    """Return how long all of the callers take together.

    Raises:
        BenchmarkError: one of them does not end as it should.
    """
    case.forget()
    began = perf_counter_ns()
    callers = [start(case) for _ in range(case.callers)]
    statuses = [os.waitpid(caller, 0)[1] for caller in callers]
    ended = perf_counter_ns()
    codes = {os.waitstatus_to_exitcode(status) for status in statuses}
    if codes != {case.status}:
        raise BenchmarkError(
            f"{case.name}: exit codes {sorted(codes)} while it was measured, {case.status} was expected"
        )
    return (ended - began) / 1e6


def measure(cases: Sequence[Case], rounds: int, progress: Callable[[int], object]) -> list[Round]:
    """Run each case once a round, in an order that is another one each round and the same each time.

    What else the machine does then slows all rows alike, and no row stands always behind the same other one.
    """
    shuffle = random.Random(SEED).shuffle  # noqa: S311  (the order is no secret)
    measured: list[Round] = []
    gc.disable()
    for number in range(-WARM_UP, rounds):
        progress(number)
        order = list(cases)
        shuffle(order)
        times = {case.name: elapsed_ms(case) for case in order}
        if number >= 0:
            measured.append(times)
    gc.enable()
    return measured


def show_progress(number: int) -> None:
    if sys.stderr.isatty():
        print(f"\rround {number + 1} ", end="", file=sys.stderr, flush=True)
