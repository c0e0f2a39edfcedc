"""What the program promises of its speed and size, compared with what was measured."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.fleet import COLD, WITH_COPY
from benchmarks.program import FORMS, OTHER_ITEMS, TOKEN_FILE, keyring, profiles
from benchmarks.result import Row


class Limit(NamedTuple):
    """The highest allowed ratios to the bare interpreter.

    Args:
        time: None where nothing is promised.
        memory: of the peaks, likewise.
    """

    time: float | None
    memory: float | None


LIMITS = {
    "environment": Limit(1.25, 1.25),
    profiles(1): Limit(1.30, 1.25),
    profiles(10): Limit(1.30, 1.25),
    profiles(100): Limit(1.35, 1.25),
    profiles(1_000): Limit(1.50, 1.30),
    profiles(10_000): Limit(3.00, 1.90),
    TOKEN_FILE: Limit(None, 1.25),
    **dict.fromkeys(FORMS, Limit(1.35, 1.25)),
    "nothing matches": Limit(None, 1.25),
    keyring(0): Limit(1.60, 1.60),
    keyring(1_000): Limit(1.75, 1.60),
    **dict.fromkeys((WITH_COPY, COLD), Limit(None, None)),
}
KEYRINGS = tuple(map(keyring, OTHER_ITEMS))
LIBRARY = "keyring get"
TIMES_KEYRING = 10  # how much longer the library's own command takes for a token in the same keyring
USUAL = profiles(1)  # what is compared with the peers, which hold one token each
# How much longer it takes where something else has the token than where our own file does.
TIMES_USUAL = {TOKEN_FILE: 1.05, WITH_COPY: 5.5, COLD: 10}


def failures(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a sentence for each limit that is not kept."""
    for row in rows:
        if row.case.question:
            yield from over_limit(row, LIMITS[row.case.question])
    yield from slower_than_peers(rows)
    yield from slower_than_our_own_file(rows)
    yield from too_near_to_the_library(rows)


def over_limit(row: Row, limit: Limit) -> Iterator[str]:
    if limit.time is not None and row.ratio > limit.time:
        yield f"{row.case.name}: time {row.ratio:.2f}, limit {limit.time:.2f}"
    if limit.memory is not None and row.peak_ratio is not None and row.peak_ratio > limit.memory:
        yield f"{row.case.name}: peak memory {row.peak_ratio:.2f}, limit {limit.memory:.2f}"


def slower_than_peers(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row.case.question != USUAL:
            continue
        for peer in rows:
            if peer.case.rival and row.ratio >= peer.ratio:
                yield f"{row.case.name}: time {row.ratio:.2f}, not faster than {peer.case.name} with {peer.ratio:.2f}"


def slower_than_our_own_file(rows: Sequence[Row]) -> Iterator[str]:
    usual = next((row for row in rows if row.case.question == USUAL), None)
    for row in rows:
        times = TIMES_USUAL.get(row.case.question)
        if usual is not None and times is not None and row.ratio > times * usual.ratio:
            yield f"{row.case.name}: time {row.ratio:.2f}, more than {times} times that of {usual.case.name}"


def too_near_to_the_library(rows: Sequence[Row]) -> Iterator[str]:
    for library in rows:
        if library.case.name != LIBRARY:
            continue
        for row in rows:
            if row.case.question in KEYRINGS and library.ratio < TIMES_KEYRING * row.ratio:
                yield f"{row.case.name}: {library.ratio / row.ratio:.1f} times faster than {LIBRARY}, not {TIMES_KEYRING}"
