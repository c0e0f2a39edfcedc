"""The pages, and the examples in them: every block of code that a page shows is run or read by a test, or says why not.

What people type (`sh`, `console`) is typed by tests/interop/test_pages.py, page by page; the files that a page shows are
read by tests/house/test_examples.py. What another test does, or nobody can, stands in one of the two lists below.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", re.MULTILINE)
Rows = dict[tuple[str, int], str]
SCRIPT = re.compile(r"^ *(- )?(run|script): *[|>-]*$", re.MULTILINE)  # in the files of build servers


@dataclass(frozen=True)
class Block:
    """What stands between two fences.

    Args:
        page: the path of the file, as docs/tutorial.md.
        kind: its language, or "".
        line: where in the page it begins.
    """

    page: str
    kind: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page} {self.kind}: {self.text.partition(chr(10))[0]}"


# Which blocks, as they are written above, and how many -> the test that does what they show.
TESTED_BY: Rows = {
    ("docs/how-to/ai-agents.md json: *", 2): "tests/interop/test_ai_agents.py",
    ("docs/how-to/ai-agents.md toml: *", 2): "tests/interop/test_ai_agents.py",
    ("docs/how-to/fleet.md *", 20): "tests/fleet_page.py",
    ("docs/how-to/from-a-program.md [!s]*: *", 10): "tests/interop/test_clients.py",
    ("docs/how-to/from-a-program.md sh: # shellcheck *", 1): "tests/interop/test_clients.py",
    ("docs/how-to/git.md sh: npm *", 1): "tests/interop/test_git_server_clients.py",
    ("docs/how-to/libraries.md *", 4): "tests/interop/test_libraries.py",
    ("docs/how-to/other-helpers.md toml: *", 4): "tests/interop/test_other_helpers.py",
    ("docs/how-to/packages.md json: *", 1): "tests/containers.py",
    ("docs/how-to/packages.md sh: *", 2): "tests/interop/test_packages.py",
    ("docs/how-to/packages.md ini: *", 1): "tests/interop/test_packages.py",
    ("docs/how-to/packages.md xml: *", 1): "tests/interop/test_packages.py",
}  # fmt: skip
# Which blocks, and how many -> why no test does it.
NOT_RUN: Rows = {
    ("README.md sh: [cp]*", 1): "they install, as tests/interop/test_install.py and tests/fresh do",
    ("docs/contributing.md sh: *", 2): "they start the tests themselves",
    ("docs/contributing/release.md sh: *", 6): "they name and upload a version; tests/interop/test_archives.py builds it",
    ("docs/how-to/ci.md groovy: *", 1): "it needs Jenkins; what its shell does is what those of the others do",
    ("docs/how-to/headless.md console: $ keyctl *", 1): "it needs a session's keyring, as tests/interop/test_kernel_keyring.py has",
    ("docs/reference/commands.md sh: eval *", 1): "each line is for another shell: tests/interop/test_completion.py",
    ("docs/reference/vault.md sh: *", 1): "it asks an engine, as tests/interop/test_vault.py does",
    ("docs/how-to/headless.md console: $ atla-credential login --profile work *", 1): "it needs a home that nobody can write to",
}  # fmt: skip


def markdown() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "contrib").rglob("*.md"))]


def blocks() -> list[Block]:
    """Return every block of every page."""
    found = []
    for path in markdown():
        text = path.read_text(encoding="utf-8")
        page = path.relative_to(ROOT).as_posix()
        for each in FENCE.finditer(text):
            found.append(Block(page, each[2], dedent(each[3]), text.count("\n", 0, each.start()) + 1))
    return found


def is_listed(block: Block, rows: Rows) -> bool:
    return any(fnmatchcase(str(block), pattern) for pattern, _ in rows)


def to_type() -> list[Block]:
    """Return what a person would type, and no other test does."""
    found = [each for each in blocks() if not is_listed(each, TESTED_BY) and not is_listed(each, NOT_RUN)]
    return [
        each for each in found if each.kind in ("sh", "console") or (each.kind == "yaml" and SCRIPT.search(each.text))
    ]
