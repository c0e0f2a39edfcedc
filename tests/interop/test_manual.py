"""The manual pages are in what is installed, and man and git find them there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from conftest import BIN, PROGRAM, TIMEOUT_S, Run
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


def at_terminal(topic: str, variables: dict[str, str], home: Path) -> str:
    """Return what a person sees who asks for help, without what makes letters bold."""
    said = pexpect.run(
        f"{PROGRAM} help {topic}",
        env=variables,
        cwd=str(home),
        timeout=TIMEOUT_S,
        encoding="utf-8",
        withexitstatus=True,
    )
    assert said[1] == 0, said[0]
    return re.sub(".\b|\x1b\\[[0-9;]*m", "", said[0]).replace("\r\n", "\n")


@needs_man
@pytest.mark.parametrize("page", PAGES)
def test_help_shows_every_page_with_man(page: str, variables: dict[str, str], home: Path) -> None:
    """Wherever it was installed: nothing here leads man there."""
    variables |= {"MANPATH": "/nowhere", "MANPAGER": "cat", "MANWIDTH": "120"}
    first = at_terminal(page[:-2], variables, home).splitlines()[0]
    assert first.startswith(page[:-2].upper()[:20])  # a long one is shortened
    assert "Manual" in first  # which is in no plain text


def test_help_starts_man_without_tokens(variables: dict[str, str], home: Path) -> None:
    (home / "bin").mkdir()
    (home / "bin" / "man").write_text('#!/bin/sh\necho "$#: $1"; /usr/bin/env\n')
    (home / "bin" / "man").chmod(0o755)
    variables |= {"PATH": f"{home / 'bin'}:{variables['PATH']}", "ATLA_TOKEN": "made-up", "ATLA_TOKEN__WORK": "made-up"}
    said = at_terminal("atla-helper.toml", variables, home).splitlines()
    assert Path(said[0].removeprefix("1: ")).read_bytes() == PAGES["atla-helper.toml.5"].read_bytes()
    assert f"HOME={home}" in said
    assert not [line for line in said if "made-up" in line]


def test_help_without_man_or_terminal_is_plain_text(run: Run, variables: dict[str, str], home: Path) -> None:
    piped = run("help", "git-credential-atla").stdout.decode()
    assert piped.startswith("GIT-CREDENTIAL-ATLA(1)\n\nNAME\n     git-credential-atla - git credential helper")
    assert at_terminal("git-credential-atla", {**variables, "PATH": str(BIN)}, home) == piped
