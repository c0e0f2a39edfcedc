"""git-lfs, and what fetches a library from a private repository: they ask git, or as git does."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import TIMEOUT_S, snapshot
from developer import (
    ACCESS_TOKEN,
    API_TOKEN,
    BEARER,
    BEARER_AS_PASSWORD,
    BITBUCKET,
    JDOE,
    OBJECT,
    OBJECT_ID,
    WORK,
    Developer,
)

Accounts = Callable[..., Path]

needs_lfs = pytest.mark.skipif(not shutil.which("git-lfs"), reason="not installed: git-lfs")
with_one_git = pytest.mark.parametrize("knows_authtype", ["the system's git"], indirect=True)


@needs_lfs
@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_git_lfs(account: dict[str, str], developer: Developer, accounts: Accounts) -> None:
    """It asks by itself; before 3.6 it knows no Bearer, and sends the token as a password, whatever git there is."""
    before = snapshot(accounts(work={**account, "username": "jdoe"}))
    developer.git("lfs", "install")
    developer.git("clone", "-q", developer.url("/both/team/media.git"), "media")
    assert (developer.home / "media" / "object.bin").read_text() == OBJECT
    by_lfs = [
        header for path, status, header in developer.server.requests() if path.endswith(OBJECT_ID) and status == 200
    ]
    assert by_lfs in ([[JDOE]] if account is WORK else [[BEARER], [BEARER_AS_PASSWORD]])
    assert snapshot(developer.folder) == before


@needs_lfs
@with_one_git
def test_git_lfs_where_no_profile_answers(developer: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(work=WORK))
    developer.git("clone", "-q", developer.url("/basic/team/media.git"), "media")
    elsewhere = f"{developer.server.second_url}/any/team/media.git"
    done = start(developer, f"git -C media -c lfs.url={elsewhere}/info/lfs lfs fetch")
    assert done.returncode == 2 and "atla-credential" not in done.stderr
    asked = developer.server.requests(second=True)
    assert asked and {header for _, _, header in asked} == {""}
    assert snapshot(developer.folder) == before


# The commands of the page on git -> what they fetch, below the home folder.
FETCHED = {
    "npm": "node_modules/library/package.json",
    "pip": "made/library-1.0.0.dist-info/METADATA",
    "uv": "made/library-1.0.0.dist-info/METADATA",
    "cargo": ".cargo/git/checkouts/library-*/*/Cargo.toml",
    "go": "go/pkg/mod/bitbucket.org/team/library@*/go.mod",
}
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "git.md"


def commands() -> list[tuple[str, str]]:
    """Return (program, command) for each command that the page shows."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Libraries from private repositories\n")[2]
    block = section.partition("```sh\n")[2].partition("```")[0]
    return [(re.sub(r"^([A-Z]+=\S+ )*", "", line).split()[0], line) for line in block.splitlines()]


def test_every_command_is_shown() -> None:
    assert [program for program, _ in commands()] == list(FETCHED)


@pytest.fixture
def project(developer: Developer, bitbucket: None) -> Developer:
    """Return somebody who has begun something in each language, and lets nobody build, or look for more than is wanted."""
    for name, text in {
        "Cargo.toml": '[package]\nname = "public"\nversion = "1.0.0"\nedition = "2021"\n',
        "src/lib.rs": "",
        "go.mod": "module public\n",
        ".config/uv/uv.toml": '[pip]\ntarget = "made"\n',
    }.items():
        (developer.home / name).parent.mkdir(parents=True, exist_ok=True)
        (developer.home / name).write_text(text)
    authority = str(developer.server.authority)
    developer.variables |= {
        "CARGO_NET_GIT_FETCH_WITH_CLI": "true", "CARGO_NET_RETRY": "0", "GOFLAGS": "-mod=mod -modcacherw", "SSL_CERT_FILE": authority,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1", "PIP_TARGET": "made",
        "UV_NO_BUILD_ISOLATION": "1", "UV_NO_INDEX": "1", "UV_PYTHON": sys.executable,
        "npm_config_audit": "false", "npm_config_cafile": authority, "npm_config_fund": "false",
        "npm_config_ignore_scripts": "true", "npm_config_update_notifier": "false",
    }  # fmt: skip
    return developer


def start(developer: Developer, command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a build does: with no terminal to ask at, and nothing that says so."""
    variables = {name: value for name, value in developer.variables.items() if name != "GIT_TERMINAL_PROMPT"}
    return subprocess.run(
        ["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=variables,
        cwd=developer.home, timeout=TIMEOUT_S, start_new_session=True, check=False,
    )  # fmt: skip


def fetch(developer: Developer, program: str, command: str) -> "subprocess.CompletedProcess[str]":
    if not shutil.which(program):
        pytest.skip(f"not installed: {program}")
    if program == "cargo":  # that of rustup is found through the home folder, which is a private one here
        said = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True)
        developer.variables["PATH"] = f"{said.stdout.strip()}/bin{os.pathsep}{developer.variables['PATH']}"
    return start(developer, command)


@pytest.mark.parametrize(("program", "command"), commands(), ids=FETCHED)
@with_one_git
def test_a_library(program: str, command: str, project: Developer, accounts: Accounts) -> None:
    before = snapshot(accounts(bitbucket={"instance": BITBUCKET, "email": "jdoe@example.com", "token": "ATATTjdoe"}))
    done = fetch(project, program, command)
    assert done.returncode == 0, done.stderr
    assert project.headers() == [API_TOKEN]
    assert list(project.home.glob(FETCHED[program]))
    assert snapshot(project.folder) == before


@pytest.mark.parametrize(("program", "command"), commands(), ids=FETCHED)
@with_one_git
def test_a_library_where_no_profile_answers(program: str, command: str, project: Developer, accounts: Accounts) -> None:
    """It goes on without, as it does without us."""
    before = snapshot(accounts(work=WORK))
    done = fetch(project, program, command)
    assert done.returncode > 0 and "atla-credential: " not in done.stdout + done.stderr
    asked = project.server.requests()
    assert asked and {status for _, status, _ in asked} == {401}
    sent = [b64decode(header.removeprefix("Basic ")) for _, _, header in asked if header]
    assert all(
        program == "npm" and each.startswith(b"Username for ") for each in sent
    )  # it lets `echo` tell git who it is
    assert snapshot(project.folder) == before


@with_one_git
def test_cargo_by_its_own_git(project: Developer, accounts: Accounts) -> None:
    """It sends no password behind a proxy, as the page says."""
    before = snapshot(accounts(work=WORK))
    command = dict(commands())["cargo"]
    del project.variables["HTTPS_PROXY"], project.variables["CARGO_NET_GIT_FETCH_WITH_CLI"]
    elsewhere = f"https://localhost:{project.server.second_port}/any"
    assert fetch(project, "cargo", command.replace(BITBUCKET, elsewhere)).returncode > 0
    assert {header for _, _, header in project.server.requests(second=True)} == {""}
    done = fetch(project, "cargo", command.replace(BITBUCKET, project.url("/basic")))
    assert done.returncode == 0, done.stderr
    assert project.headers() == [JDOE]
    assert list(project.home.glob(FETCHED["cargo"]))
    assert snapshot(project.folder) == before
