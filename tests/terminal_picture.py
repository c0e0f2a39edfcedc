"""Draw docs/images/terminal.svg: what a person at a terminal sees, as tests/interop/picture.terminal has it.

usage: python tests/terminal_picture.py

That the program prints what the file says is shown by tests/interop/test_readme.py, and that the picture shows what the file
says by tests/house/test_pictures.py.
"""

from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
SESSION = ROOT / "tests" / "interop" / "picture.terminal"
PICTURE = ROOT / "docs" / "images" / "terminal.svg"

# All lengths are the picture's own units, which are pixels where nothing makes it smaller.
WIDTH = 838  # of a page on GitHub
SIZE, LINE = 12.3, 19  # of the letters, and from one line to the next
LETTER = 0.6 * SIZE  # the width of each
EDGE, BAR = 18, 30  # beside the text, and the window's bar above it
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace"
TITLE = "A login, a call of Jira's REST interface with curl, and an address that gets no answer"
STYLE = """\
    .window { fill: #f6f8fa; stroke: #d1d9e0 }
    .dot { fill: #d1d9e0 }
    text { fill: #1f2328 }
    .prompt { fill: #1a7f37 }
    .typed { fill: #0550ae }
    @media (prefers-color-scheme: dark) {
      .window { fill: #151b23; stroke: #3d444d }
      .dot { fill: #3d444d }
      text { fill: #f0f6fc }
      .prompt { fill: #3fb950 }
      .typed { fill: #79c0ff }
    }
"""

Line = list[tuple[str, str]]  # the parts of a line: what stands there, and as what


def lines_of(session: str) -> list[Line]:
    """Return what is on the screen after a session, as `person` has its form: a free line before each command but the first."""
    lines: list[Line] = []
    for line in session.splitlines():
        mark, text = line[:1], line[2:]
        if mark == "$":
            lines += [[], [("$ ", "prompt"), (text, "typed")]] if lines else [[("$ ", "prompt"), (text, "typed")]]
        elif mark == ">":
            lines.append([(text, "")])
        elif mark == "<":
            lines[-1].append((f" {text}", "typed"))
    return lines


def draw(session: str) -> str:
    """Return the picture of a session, as SVG; each line has the width that its letters have in any fixed font."""
    lines = lines_of(session)
    height = BAR + LINE * len(lines) + EDGE
    drawn = "".join(draw_line(line, BAR + LINE * (number + 1)) for number, line in enumerate(lines) if line)
    dots = "".join(f'  <circle class="dot" cx="{EDGE + 4 + 18 * number}" cy="16" r="5"/>\n' for number in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="{FONTS}" font-size="{SIZE}" role="img" aria-labelledby="t">\n  <title id="t">{escape(TITLE)}</title>\n  <style>\n{STYLE}  </style>\n'
        f'  <rect class="window" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>\n{dots}{drawn}</svg>\n'
    )


def draw_line(line: Line, y: int) -> str:
    length = sum(len(text) for text, _ in line)
    parts = "".join(
        f'<tspan class="{kind}">{escape(text, quote=False)}</tspan>' if kind else escape(text, quote=False)
        for text, kind in line
    )
    return f'  <text x="{EDGE}" y="{y}" textLength="{length * LETTER:.1f}" xml:space="preserve">{parts}</text>\n'


if __name__ == "__main__":
    PICTURE.write_text(draw(SESSION.read_text(encoding="utf-8")), encoding="utf-8")
