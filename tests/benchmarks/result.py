"""What the measured times and peaks come to, and the forms in which it is given."""

import json
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.case import BARE, Case
from benchmarks.measure import SEED, Round
from benchmarks.memory import Scale


@dataclass(frozen=True)
class Row:
    """A case and what was measured.

    Args:
        case: what was measured.
        milliseconds: the median of its times.
        quartiles: of its ratios to the baseline in the same round: lower, median, upper.
        peak_kib: its peak memory, or None where several run at once.
        peak_ratio: to the peak of the bare interpreter.
    """

    case: Case
    milliseconds: float
    quartiles: tuple[float, float, float]
    peak_kib: float | None = None
    peak_ratio: float | None = None

    @property
    def ratio(self) -> float:
        return self.quartiles[1]


@dataclass(frozen=True)
class Result:
    """All rows, and how their memory was weighed.

    Args:
        rows: in the order in which they are shown.
        rounds: how many.
        floor_kib: the least that can be weighed.
        method: what started the processes that were weighed.
        skipped: why peers are missing.
    """

    rows: Sequence[Row]
    rounds: int
    floor_kib: float
    method: str
    skipped: Sequence[str]


def ratios(case: Case, rounds: Sequence[Round]) -> tuple[float, float, float]:
    values = [times[case.name] / times[case.baseline] for times in rounds]
    lower, middle, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, middle, upper


def summarize(cases: Sequence[Case], rounds: Sequence[Round], scale: Scale, skipped: Sequence[str]) -> Result:
    peaks = {case.name: scale.peak_kib(case) for case in cases if case.baseline == BARE}
    rows = []
    for case in cases:
        milliseconds = statistics.median(times[case.name] for times in rounds)
        peak = peaks.get(case.name)
        rows.append(Row(case, milliseconds, ratios(case, rounds), peak, peak and peak / peaks[BARE]))
    return Result(rows, len(rounds), scale.floor_kib, scale.method, skipped)


def table_lines(result: Result) -> Iterator[str]:
    """Yield the lines of the table, aligned."""
    width = max(len(row.case.name) for row in result.rows)
    yield f"{'':{width}}  {'ms':>8}  {'ratio':>6}  {'quartiles':>13}  {'MiB':>6}  {'ratio':>6}"
    kind = result.rows[0].case.kind
    for row in result.rows:
        if row.case.kind != kind:
            yield ""
        kind = row.case.kind
        lower, middle, upper = row.quartiles
        line = f"{row.case.name:{width}}  {row.milliseconds:8.1f}  {middle:6.2f}  {lower:6.2f} {upper:6.2f}"
        if row.peak_kib is not None and row.peak_ratio is not None:
            line += f"  {row.peak_kib / 1024:6.1f}  {row.peak_ratio:6.2f}"
        yield line
    yield ""
    yield f"Medians of {result.rounds} rounds. A ratio is to `{BARE}` in the same round, or to as many of it at once."
    yield f"Peak memory is weighed from {result.method}; less than {result.floor_kib / 1024:.1f} MiB cannot be told."
    yield from result.skipped


def row_document(row: Row) -> Mapping[str, Any]:
    return {
        "name": row.case.name,
        "kind": row.case.kind,
        "callers": row.case.callers,
        "baseline": row.case.baseline,
        "milliseconds": round(row.milliseconds, 3),
        "ratio": round(row.ratio, 4),
        "ratio_quartiles": [round(row.quartiles[0], 4), round(row.quartiles[2], 4)],
        "peak_kib": row.peak_kib,
        "peak_ratio": row.peak_ratio and round(row.peak_ratio, 4),
    }


def write_json(result: Result, path: Path) -> None:
    """Write all figures and what the machine is; not what it is called or where anything lies."""
    document = {
        "machine": {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "cpus": os.cpu_count(),
            "platform": " ".join([platform.system(), platform.machine(), *platform.libc_ver()]),
        },
        "rounds": result.rounds,
        "seed": SEED,
        "memory": {"method": result.method, "floor_kib": result.floor_kib},
        "rows": [row_document(row) for row in result.rows],
        "skipped": list(result.skipped),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
