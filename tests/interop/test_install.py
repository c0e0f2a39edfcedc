"""Every installer makes of the wheel a program that works. Nothing is fetched from a network."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import TIMEOUT_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what is installed there has not been run")

SITE, BITBUCKET = "https://work.atlassian.net", "https://bitbucket.org"
ANSWER = "username=you@example.com\npassword=made-up\n"
PROJECT = Path(__file__).parents[2]
WHEELS = PROJECT / ".local" / f"wheels-{sys.version_info.major}.{sys.version_info.minor}"  # of what the program needs
TOOLS = Path(sys.executable).parent
BASE = os.path.join(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
SLOW_S = 6 * TIMEOUT_S
PROGRAMS = ("atla-credential", "git-credential-atla", "docker-credential-atla", "git-credential-atla-vault")
Files = Callable[..., Path]


def call(*arguments: str | Path, cwd: Path | str = PROJECT, **variables: str) -> str:
    """Run a program with these variables and no others, and return what it says."""
    done = subprocess.run(
        list(map(str, arguments)), capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **variables}, cwd=cwd,
        timeout=SLOW_S, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def build(folder: Path, **variables: str) -> Path:
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, **variables)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


def offline(wheel: Path, home: Path) -> dict[str, str]:
    """Return variables for installers that look for nothing but in two folders, and write nowhere but below a home."""
    found = {"PIP_FIND_LINKS": f"{WHEELS} {wheel.parent}", "UV_FIND_LINKS": f"{WHEELS},{wheel.parent}"}
    return {
        "HOME": str(home), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never", **found,
    }  # fmt: skip


def own_pip(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """The pip that comes with this Python: 23.0.1 in Debian 12."""
    call(BASE, "-m", "venv", folder / "own", **variables)
    call(folder / "own" / "bin" / "pip", "install", "atla-credential", **variables)
    return folder / "own" / "bin"


def current_pip(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """The newest pip there is."""
    call(BASE, "-m", "venv", "--without-pip", folder / "current", **variables)
    python = folder / "current" / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "atla-credential", **variables)
    return python.parent


def user_pip(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """The script in the person's own folder, without an interpreter beside it."""
    call(BASE, "-m", "pip", "install", "--user", "atla-credential", PIP_BREAK_SYSTEM_PACKAGES="1", **variables)
    return Path(variables["HOME"]) / ".local" / "bin"


def pipx(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """A link to the script."""
    call(sys.executable, "-m", "pipx", "install", "--python", BASE, "--pip-args=--no-index", wheel, **variables)
    return Path(variables["HOME"]) / ".local" / "bin"


def uv_tool(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """A link to the script, and nothing is compiled."""
    call(TOOLS / "uv", "tool", "install", "--no-index", "--python", BASE, "atla-credential", **variables)
    return Path(variables["HOME"]) / ".local" / "bin"


def uv_pip(wheel: Path, folder: Path, variables: dict[str, str]) -> Path:
    """A virtual environment of uv's own."""
    call(TOOLS / "uv", "venv", "--python", BASE, folder / "uv", **variables)
    call(
        TOOLS / "uv",
        "pip",
        "install",
        "--no-index",
        "--python",
        folder / "uv" / "bin" / "python",
        "atla-credential",
        **variables,
    )
    return folder / "uv" / "bin"


@pytest.mark.parametrize(
    "install", [own_pip, current_pip, user_pip, pipx, uv_tool, uv_pip], ids=lambda each: each.__name__
)
def test_installed(
    install: Callable[[Path, Path, dict[str, str]], Path], wheel: Path, home: Path, files: Files, tmp_path: Path
) -> None:
    if not list(WHEELS.glob("*.whl")):
        pytest.skip(f"{WHEELS} is empty; tests/run fills it")
    if (
        install is user_pip
        and subprocess.run([BASE, "-m", "pip", "--version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this Python has no pip of its own")
    bin_folder = install(wheel, tmp_path, offline(wheel, home))
    files(config=profile("work", SITE) + profile("bb", BITBUCKET), credentials=token("work", SITE, "made-up"))
    variables = {
        "HOME": str(home),
        "PATH": f"{bin_folder}:{Path(BASE).parent}:/usr/bin:/bin",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for name in PROGRAMS:
        program = shutil.which(name, path=str(bin_folder))
        assert program
        if name in ("docker-credential-atla", "git-credential-atla-vault"):
            continue  # which have words of their own
        for _ in ("the first time", "and then"):
            assert call(program, "get", "--url", SITE, cwd=tmp_path, **variables) == ANSWER
        assert "work.atlassian.net" in call(program, "list", cwd=tmp_path, **variables)
    third = shutil.which("atla-credential.py", path=str(bin_folder))
    assert third is None or install in (uv_tool, uv_pip, pipx)  # which takes uv, if that is there: docs/decisions/0011
    said = subprocess.run(
        ["git", "-c", "credential.helper=atla", "credential", "fill"], input=f"url={SITE}\n\n", capture_output=True,
        text=True, env=variables, cwd=tmp_path, check=False, timeout=SLOW_S,
    )  # fmt: skip
    assert ANSWER in said.stdout
    # Where PATH has not the program, git is told the whole path, and it is the right one.
    elsewhere = {**variables, "PATH": f"{Path(BASE).parent}:/usr/bin:/bin"}
    told = json.loads(
        call(bin_folder / "atla-credential", "setup-git", "--dry-run", "--json", cwd=tmp_path, **elsewhere)
    )
    (helper,) = told["files"][0]["lines"][BITBUCKET]
    assert Path(helper.removeprefix("helper = ")).samefile(bin_folder / "git-credential-atla")
    said = subprocess.run(
        [bin_folder / "docker-credential-atla", "get"], input="work.atlassian.net", capture_output=True, text=True,
        env=variables, cwd=tmp_path, check=False, timeout=SLOW_S,
    )  # fmt: skip
    assert said.stdout == '{"ServerURL":"work.atlassian.net","Username":"you@example.com","Secret":"made-up"}\n'
    page = bin_folder.parent / "share" / "man" / "man1" / "git-credential-atla.1"  # where man looks, beside PATH
    assert page.is_file() or install is uv_tool  # which shows programs only
    shown = call(bin_folder / "atla-credential", "help", "git-credential-atla", cwd=tmp_path, **variables)
    assert shown.startswith("GIT-CREDENTIAL-ATLA(1)\n")
