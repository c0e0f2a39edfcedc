"""The command line of the benchmark; tests/benchmarks/run starts it with what it needs."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import service
from benchmarks.case import BenchmarkError, Case, Place
from benchmarks.fleet import SKIPPED, fleet_cases, secret_engine
from benchmarks.limit import failures
from benchmarks.measure import confirm, measure, show_progress
from benchmarks.memory import Scale
from benchmarks.peer import peer_cases
from benchmarks.program import OTHER_ITEMS, Program, program_cases
from benchmarks.result import Result, summarize, table_lines, write_json
from openbao import missing as no_engine


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/benchmarks/run", epilog="--install-peers installs what is compared.")
    parser.add_argument("--environments", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=60, help="how often each command runs (60; at least 2)")
    parser.add_argument("--json", type=Path, help="where the figures go (.local/benchmarks/result.json)")
    parser.add_argument("--chart", type=Path, help="where a chart goes, as SVG")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a limit is not kept, and say which")
    given = parser.parse_args()
    if given.rounds < 2:
        parser.error("quartiles need at least 2 rounds")
    return given


def run(environments: Path, rounds: int) -> Result:
    """Prepare everything in a temporary folder, measure it, and leave nothing behind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atla-", ignore_cleanup_errors=True)))
        place = Place(folder, os.environ.get("PATH", os.defpath))
        sizes = OTHER_ITEMS if service.is_installed() else ()
        sessions = {others: stack.enter_context(service.secret_service(place, others)) for others in sizes}
        cases = list(program_cases(place, environments, shutil.which("git") or "git", sessions))
        skipped = [] if sessions else ["skipped: the keyring (not installed: its service or its tools)"]
        if no_engine():
            skipped.append(SKIPPED)
        else:
            engine = stack.enter_context(secret_engine(place))
            cases += fleet_cases(Program(place, environments / "older-pip"), engine)
        for peer in peer_cases(place, environments / "tools", sessions.get(0), stack):
            if isinstance(peer, Case):
                cases.append(peer)
            else:
                skipped.append(peer)
        for case in cases:
            confirm(case)
        scale = Scale(place, cases[0].arguments[0])
        return summarize(cases, measure(cases, rounds, show_progress), scale, skipped)


def main() -> int:
    # The exit by a signal passes by whatever ends the peers' servers too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    given = arguments()
    try:
        result = run(given.environments, given.rounds)
    except BenchmarkError as error:
        sys.exit(f"tests/benchmarks/run: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"tests/benchmarks/run: {error}\n{error.output}")
    print(*table_lines(result), sep="\n")
    write_json(result, given.json)
    if given.chart:
        from benchmarks import chart  # noqa: PLC0415  (matplotlib takes long and is not always asked for)

        chart.draw(list(result.rows), given.chart)
    broken = list(failures(result.rows)) if given.check else []
    for sentence in broken:
        print(f"over the limit: {sentence}", file=sys.stderr)
    return 1 if broken else 0


sys.exit(main())
