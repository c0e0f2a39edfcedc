"""The README: its picture and its blocks are what the program does, at sites that have the real names."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import HELPER
from desktop import missing as no_keyring
from git_server import basic
from interop.test_ai_agents import settings_of_the_page
from interop.test_install import BASE, TOOLS, WHEELS, build, call, offline
from person import SHELL, play
from real_names import EMAIL, HAS_ROOT, LET_IN, World
from stage import answer
from verdict_rows import JANE_AT_BITBUCKET, USER

HERE = Path(__file__).parent
README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
SESSION = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("picture.terminal", "readme.terminal"))
AT_REST, AT_GIT = (basic(user, "made-up-bitbucket") for user in (EMAIL, "x-bitbucket-api-token-auth"))
# What a git server with an empty repository says first, and a jira that asks who it is.
LINES = (b"# service=git-upload-pack\n", b"0" * 40 + b" capabilities^{}\0agent=git/made-up\n")
REFS = b"".join(b"%04x%b0000" % (len(line) + 4, line) for line in LINES)
JIRA = 'curl -sSf -o /dev/null -u "$JIRA_LOGIN:$JIRA_API_TOKEN" "$JIRA_SERVER/rest/api/3/myself" && echo "$JIRA_LOGIN"'
LACKING = [*no_keyring(), *(each for each in ("curl", "git") if not shutil.which(each))]


def blocks(kind: str, heading: str = "What people come for") -> list[str]:
    """Return the blocks of a kind below a heading."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def test_every_line_is_typed() -> None:
    typed = re.findall(r"^\$ (.+)$", SESSION, re.MULTILINE)
    lines = [line for block in blocks("sh") for line in re.sub(r"\|\n +", "| ", block).splitlines()]
    assert lines
    assert [line for line in lines if line not in typed] == []


def test_the_agent_starts_what_its_page_shows() -> None:
    """tests/interop/test_mcp.py starts that."""
    (block,) = blocks("json")
    assert json.loads(block) == settings_of_the_page()[0]


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")
@pytest.mark.skipif(
    not HAS_ROOT, reason="who is not root is another user in a network of his own, whom no session bus lets in"
)
@pytest.mark.usefixtures("keyring")
def test_what_the_picture_and_the_blocks_do(
    started_world: World, variables: dict[str, str], home: Path, script: Callable[[str, str], str]
) -> None:
    server = started_world.server
    server.heard.clear()
    server.let_in = {**LET_IN, "bitbucket.org": (AT_GIT,), "api.bitbucket.org": (AT_REST,)}
    advertised = answer(200, REFS, kind="application/x-git-upload-pack-advertisement")
    server.inside = {USER: JANE_AT_BITBUCKET, "bitbucket.org/team/repo.git/info/refs": advertised}
    variables.update(started_world.variables())
    # Some gits have a lot to say of a branch without a name.
    variables |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "init.defaultBranch", "GIT_CONFIG_VALUE_0": "main"}
    variables["PATH"] = f"{Path(script('jira', JIRA)).parent}:{variables['PATH']}"
    (home / "token").write_text("made-up-classic\n")
    text = SESSION.replace("/run/secrets/atla-token", str(home / "token"))
    shell = [str(word) for word in started_world.command(*SHELL, cwd=home)]
    play(text, variables, home, {"HOME": str(home), "HELPER": HELPER}, shell)


def lines_of_install() -> dict[str, list[str]]:
    """Return what each installer is told: to install, to upgrade, to uninstall."""
    (block,) = blocks("sh", "Install")
    section = README.partition("\n## Install\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| `([^`]+)` \| `([^`]+)` \|$", section, re.MULTILINE)
    lines = block.splitlines()
    assert len(lines) == len(rows)
    return {name: [line, *others] for line, (name, *others) in zip(lines, rows, strict=True)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.mark.parametrize("name", lines_of_install())
def test_install_upgrade_uninstall(name: str, wheel: Path, home: Path) -> None:
    """From a wheel in the place of the clone, for which they would fetch what builds it."""
    if not list(WHEELS.glob("*.whl")):
        pytest.skip(f"{WHEELS} is empty; tests/run fills it")
    variables = offline(wheel, home)
    variables |= {
        "PATH": f"{TOOLS}:{Path(BASE).parent}:/usr/bin:/bin",
        "PIPX_DEFAULT_PYTHON": BASE,
        "UV_PYTHON": BASE,
        "UV_OFFLINE": "1",
        "PIP_NO_COMPILE": "1",
    }
    programs = [home / ".local" / "bin" / "atla-credential", home / ".venvs" / "atla" / "bin" / "atla-credential"]
    for line, is_there in zip(lines_of_install()[name], (True, True, False), strict=True):
        told = re.sub(r" \.$", f" {wheel}", line).replace("python3 ", f"{BASE} ")
        assert (told == line) == (not is_there)
        call("sh", "-ec", told, cwd=home, **variables)
        found = [path for path in programs if path.exists()]
        assert len(found) == is_there
        for path in found:
            assert call(path, "--version", **variables).startswith("atla-credential ")
