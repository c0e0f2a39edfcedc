"""The manual pages are in what is installed, and man and git find them there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TIMEOUT_S
from interop.test_install import BASE, PROJECT, build, call

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no man")

PAGES = {path.name: path for path in (PROJECT / "docs" / "man").iterdir()}
needs_man = pytest.mark.skipif(not shutil.which("man"), reason="there is no man")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a virtual environment; the programs need not run."""
    folder = tmp_path_factory.mktemp("installed")
    call(BASE, "-m", "venv", "--without-pip", folder / "venv")
    pip = (sys.executable, "-m", "pip", "--python", folder / "venv" / "bin" / "python")
    call(*pip, "install", "--no-deps", "--no-index", "--no-compile", build(folder), HOME=str(folder))
    return folder / "venv"


def test_every_page_is_installed(installed: Path) -> None:
    manual = installed / "share" / "man"
    assert {path.relative_to(manual).as_posix() for path in manual.rglob("*.*")} == {
        f"man{name[-1]}/{name}" for name in PAGES
    }
    assert all((manual / f"man{name[-1]}" / name).read_bytes() == path.read_bytes() for name, path in PAGES.items())


@needs_man
def test_man_finds_every_page(installed: Path) -> None:
    manual = installed / "share" / "man"
    for name in PAGES:
        found = call("man", "-w", name[:-2], MANPATH=str(manual)).strip()
        assert Path(found) == manual / f"man{name[-1]}" / name


@needs_man
@pytest.mark.parametrize("by", ["MANPATH", "PATH"])
def test_git_help(installed: Path, tmp_path: Path, by: str) -> None:
    if by == "PATH" and not call("man", "--version").startswith("man 2"):
        pytest.skip("this man does not look beside the folders of PATH, as that of man-db does")
    variables = {
        "HOME": str(tmp_path),
        "PATH": f"{installed / 'bin'}:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "MANPAGER": "cat",
        "GIT_PAGER": "cat",
    }
    if by == "MANPATH":
        variables["MANPATH"] = str(installed / "share" / "man")
    done = subprocess.run(
        ["git", "help", "credential-atla"], capture_output=True, text=True, env=variables, cwd=tmp_path,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("GIT-CREDENTIAL-ATLA(1)")
    assert "git config --global --add credential.helper atla\n" in done.stdout
