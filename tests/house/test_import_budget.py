"""What a `get` loads: our own hot files, a few modules that Python has anyway, and nothing else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S

SITE = "https://work.atlassian.net"
Files = Callable[..., Path]

# What loading the TOML parser brings with it; see docs/explanation/architecture.md.
PARSER = {"tomli"}
DEAR = {
    "argparse", "base64", "collections", "contextlib", "dataclasses", "datetime", "enum", "functools", "getpass",
    "importlib", "json", "keyring", "logging", "pathlib", "re", "requests", "shutil", "socket", "subprocess",
    "tempfile", "tomli", "tomli_w", "tomlkit", "tomllib", "typing", "urllib", "warnings",
}  # fmt: skip
COLD = {"support", "stores", "formats", "commands"}


def loaded(variables: dict[str, str], home: Path, *arguments: str) -> tuple[set[str], set[str]]:
    """Return the libraries and our own modules that a start of the program loads beyond a bare Python's."""
    python = str(Path(PROGRAM).with_name("python"))
    bare = "import sys; bare = set(sys.modules)\n"
    code = (
        f"{bare}from atla_credential.__main__ import run\ncode = run({list(arguments)!r}, False)\n"
        "import os; os.write(2, ' '.join(sorted(set(sys.modules) - bare)).encode()); sys.exit(code)"
    )
    done = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode in (0, 4), done.stderr
    names = done.stderr.split()
    ours = {name.removeprefix("atla_credential.") for name in names if name.startswith("atla_credential.")}
    return {name.split(".")[0] for name in names} - {"atla_credential"}, {name.split(".")[0] for name in ours}


def test_answer_from_the_environment(variables: dict[str, str], home: Path) -> None:
    given = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "you@example.com", "ATLA_TOKEN": "made-up"}
    libraries, ours = loaded({**variables, **given}, home, "get", "--url", SITE)
    assert not libraries & DEAR
    assert not ours & COLD


@pytest.mark.parametrize("url", [SITE, "https://github.com"], ids=["matches", "nothing matches"])
def test_without_files_nothing_dear_is_loaded(url: str, variables: dict[str, str], home: Path) -> None:
    libraries, ours = loaded(variables, home, "get", "--url", url)
    assert not libraries & DEAR
    assert not ours & COLD


def test_answer_from_the_file(files: Files, variables: dict[str, str], home: Path) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    libraries, ours = loaded(variables, home, "get", "--url", SITE)
    assert not libraries & {"argparse", "json", "tomlkit", "tomli_w", "keyring", "requests", "subprocess"}
    assert libraries >= PARSER
    assert ours & COLD == {"stores"}


def test_nothing_matches(files: Files, variables: dict[str, str], home: Path) -> None:
    files(config=profile("work", SITE))
    _, ours = loaded(variables, home, "get", "--url", "https://github.com")
    assert not ours & COLD
