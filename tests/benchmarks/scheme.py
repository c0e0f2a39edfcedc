"""What makes a chart fit for a light and for a dark page."""

INK, PAPER = "#000000", "#ffffff"
# The chart's own ground keeps its figures legible also where the page is of the other kind.
STYLE = """\
svg {color: #1f2328; fill: currentColor; background: #f6f8fa}
@media (prefers-color-scheme: dark) {svg {color: #f0f6fc; background: #151b23}}
"""


def with_both_schemes(chart: str) -> str:
    """Return an SVG of matplotlib's whose ink is the page's, in the dark as well, and whose paper is a ground of its own.

    A second time nothing changes.
    """
    start = '<style type="text/css">'
    if STYLE in chart:
        return chart
    assert chart.count(start) == 1
    return (
        chart.replace(start, f"{start}\n{STYLE}").replace(f": {INK}", ": currentColor").replace(f": {PAPER}", ": none")
    )
