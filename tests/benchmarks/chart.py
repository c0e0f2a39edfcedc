"""Draw the ratios as a chart."""

import re
from pathlib import Path

# The tests' own environment, in which the types are checked, has no matplotlib.
import matplotlib as mpl  # type: ignore[import-not-found,unused-ignore]
from matplotlib.figure import Figure  # type: ignore[import-not-found,unused-ignore]
from matplotlib.patches import Patch  # type: ignore[import-not-found,unused-ignore]
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # type: ignore[import-not-found,unused-ignore]

from benchmarks.case import BARE
from benchmarks.result import Row
from benchmarks.scheme import with_both_schemes

FAMILIES = {  # kind: colour and name
    "program": ("#1f6f8b", "atla-credential"),
    "interpreter": ("#9a9a9a", "the interpreter alone"),
    "git": ("#c9a227", "git (in C)"),
    "peer": ("#b5563c", "others"),
}
WIDE = 10  # from this ratio on the short bars could not be told apart on a linear scale


def draw(rows: list[Row], path: Path) -> None:
    """Write an SVG with a bar for each row, beginning at the bare interpreter; whiskers are the quartiles."""
    mpl.rcdefaults()  # what the person has set up is not for this chart
    # The same figures give the same file; text stays text.
    mpl.rcParams.update({"svg.hashsalt": "atla-credential", "svg.fonttype": "none", "font.size": 9})
    rows = sorted(
        (row for row in rows if row.case.kind in FAMILIES and row.case.name != BARE), key=lambda row: row.ratio
    )
    figure = Figure(figsize=(8.5, 0.27 * len(rows) + 1.3), layout="constrained")
    axes = figure.add_subplot()
    widths = [row.ratio - 1 for row in rows]
    colours = [FAMILIES[row.case.kind][0] for row in rows]
    errors = [[row.ratio - row.quartiles[0] for row in rows], [row.quartiles[2] - row.ratio for row in rows]]
    names = [re.sub(r"(--field) \S+ --field \S+", r"\1, two values", row.case.name) for row in rows]  # else too wide
    axes.barh(names, widths, left=1, color=colours, height=0.7, xerr=errors, error_kw={"elinewidth": 0.8})
    for place, row in enumerate(rows):
        end = max(row.quartiles[2], 1)
        axes.annotate(f"{row.ratio:.2f}", (end, place), (4, 0), textcoords="offset points", va="center")
    finish(axes, rows)
    kinds = {row.case.kind for row in rows}
    legend = [Patch(color=colour, label=name) for kind, (colour, name) in FAMILIES.items() if kind in kinds]
    axes.legend(handles=legend, frameon=False, loc="upper right")  # where the bars are short
    figure.savefig(path, format="svg", metadata={"Date": None})
    path.write_text(with_both_schemes(path.read_text(encoding="utf-8")), encoding="utf-8")


def finish(axes: "mpl.axes.Axes", rows: list[Row]) -> None:
    wide = rows[-1].ratio > WIDE
    axes.margins(y=0.01)
    axes.invert_yaxis()
    if wide:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlim(right=rows[-1].quartiles[2] * (1.8 if wide else 1.15))  # room for the figure
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel(f"time of the whole process, as a multiple of `{BARE}`\n(median; whiskers: quartiles)")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
