"""Libraries that others have written for Jira, called as the page on them shows it, under the real names.

They and what calls them live in environments of their own, in which there is nothing of this project.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from real_names import CLASSIC, JIRA, NOBODYS, OWN, ROBOT, ROBOT_ID, SCOPED, SCOPED_ID, World
from stage import answer

Call = Callable[[str, str], subprocess.CompletedProcess[bytes]]

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "libraries.md"
INSTALLED = Path(sys.prefix) / "real-programs"
SITE = "https://work.atlassian.net"  # which the page shows
SERVER_INFO = answer(200, {"deploymentType": "Cloud", "version": "1001.0.0", "versionNumbers": [1001, 0, 0]})

# A library, by how its program begins -> the folder that it lies in, and the words that run a program there.
LIBRARIES = {
    "from jira import JIRA": ("python", "bin/python", "-"),
    "from atlassian import Jira": ("python", "bin/python", "-"),
    'from "jira.js"': ("node", "node", "--input-type=module", "-"),
}
# Where a program wants to go -> where its library goes, and what it brings there.
KINDS = {
    SITE: ("work.atlassian.net", CLASSIC),
    "https://scoped.atlassian.net": (f"{JIRA}/{SCOPED_ID}", SCOPED),
    "https://robot.atlassian.net": (f"{JIRA}/{ROBOT_ID}", ROBOT),
    "https://jira.example.com/tracker": ("jira.example.com/tracker", OWN),
}


def program(library: str) -> str:
    """Return the program that the page shows for a library."""
    blocks = re.findall(r"^```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (shown,) = (each for each in blocks if library in each)
    return shown if library.endswith('"') else f"{blocks[0]}\n\n{shown}"  # the two for Python share their first part


@pytest.fixture
def call(world: World, variables: dict[str, str]) -> Call:
    """Return a function that runs the program of a library, with another site in the place of the one that is shown."""
    for where, _ in KINDS.values():
        world.server.inside[f"{where}/rest/api/2/serverInfo"] = SERVER_INFO

    def run(library: str, url: str) -> subprocess.CompletedProcess[bytes]:
        name, *words = LIBRARIES[library]
        if not (INSTALLED / f"{name}.complete").exists() or (name == "node" and not shutil.which("node")):
            pytest.skip(f"tests/real-programs has got no libraries for {name}")
        shown = program(library)
        assert shown.count(f'"{SITE}"') == 1
        return world.run(*words, cwd=INSTALLED / name, variables=variables, stdin=shown.replace(SITE, url).encode())

    return run


@pytest.mark.parametrize("url", KINDS, ids=["classic", "scoped", "service account", "Data Center"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_it_is_let_in(library: str, url: str, call: Call, world: World, home: Path) -> None:
    before = snapshot(home)
    done = call(library, url)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Jane Doe\n", b"")
    where, header = KINDS[url]
    asked = world.server.asked()
    assert (f"{where}/rest/api/2/myself", header) in asked
    assert all(path.startswith(f"{where}/rest/api/2/") and brought == header for path, brought in asked)
    assert snapshot(home) == before


@pytest.mark.parametrize("library", LIBRARIES)
def test_where_no_profile_answers(library: str, call: Call, world: World, home: Path) -> None:
    """The program is told so with the exit code, and nothing goes there."""
    done = call(library, f"https://{NOBODYS}")
    assert done.returncode == 1
    assert re.search(rb"exit status 4|status: 4", done.stderr)
    assert b'"message": "no profile answers at this address"' in done.stderr
    assert world.server.asked() == []
