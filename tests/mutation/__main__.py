"""The command line; tests/mutate starts it with the interpreter of a private copy of the environment."""

import argparse
import os
import signal
import sys

from mutation import trial
from mutation.fault import Fault
from mutation.generator import faults
from mutation.handmade import handmade
from mutation.inquiry import Inquiry, learn
from mutation.source import named, sources
from mutation.survivor import reason_for
from mutation.touch import ROOT


def arguments(names: list[str]) -> argparse.Namespace:
    """Return what is asked for: `modules` are names, or words for several."""
    parser = argparse.ArgumentParser("tests/mutate", description="Plant single faults; see whether a test turns red.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="protocol, or all of a room: writing (all)")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="plant every N-th fault only")
    parser.add_argument("--quick", action="store_true", help="run no test that starts programs: more survive then")
    parser.add_argument("--allowed", action="store_true", help="plant those too that may survive")
    parser.add_argument("--verbose", action="store_true", help="name each fault, and what noticed it")
    given = parser.parse_args()
    wanted = {name for word in given.modules for name in named(names, word) or [parser.error(f"no module {word}")]}
    given.modules = [name for name in names if name in wanted or not given.modules]
    return given


def main() -> int:
    """Return 1 if a fault survived that may not, else 0."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that no trial is left behind
    found = sources()
    given = arguments(list(found))
    by_hand = handmade(found)
    inquiry = Inquiry(learn(), given.quick)
    total = Tally()
    for name in given.modules:
        tally = Tally()
        for fault in [*faults(found[name]), *by_hand.get(name, [])][:: given.sample]:
            reason = reason_for(fault)
            said = inquiry.verdict(fault) if given.allowed or reason is None else trial.GREEN
            tally.add(fault, said, reason, given.verbose)
        if tally.planted or tally.allowed:
            print(f"{name}: {tally}", flush=True)
        total += tally
    print(f"all: {total}")
    return int(total.caught < total.planted)


class Tally:
    """How many faults were planted and caught, and how many there are besides that may survive."""

    def __init__(self) -> None:
        self.planted = self.caught = self.allowed = 0

    def add(self, fault: Fault, said: str, reason: str | None, is_verbose: bool) -> None:
        """Count a fault, and print it if it survived and may not, or may and did not."""
        is_caught = said != trial.GREEN
        self.allowed += reason is not None
        self.planted += reason is None
        self.caught += is_caught and reason is None
        if is_caught == (reason is not None):
            print(f"{fault}    # {fault.text}" + (f"    (allowed, but caught by {said})" if reason else ""), flush=True)
        elif is_verbose:
            print(f"  {fault} | {reason or said}", flush=True)

    def __iadd__(self, other: "Tally") -> "Tally":
        """Add what another one has counted."""
        self.planted += other.planted
        self.caught += other.caught
        self.allowed += other.allowed
        return self

    def __str__(self) -> str:
        return f"{self.caught} of {self.planted} caught" + (f", {self.allowed} may survive" if self.allowed else "")


if __name__ == "__main__":
    raise SystemExit(main())
