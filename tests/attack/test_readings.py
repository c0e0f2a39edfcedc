"""How often a command reads each of its files: what is known is not read again, and what may have changed is."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S
from crowd import FILES, NEW, make_crowd, request
from faults import needs_strace

Files = Callable[..., Path]


def readings(arguments: list[str], stdin: bytes, variables: dict[str, str], log: Path) -> dict[str, int]:
    """Return how often each file is opened to be read."""
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", log, PROGRAM, *arguments], input=stdin,
        capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    opened = re.findall(r'open(?:at)?\([^"]*"[^"]*/([^/"]+)", O_RDONLY', log.read_text())
    return {name: opened.count(name) for name in FILES}


@needs_strace
@pytest.mark.parametrize(
    ("words", "stdin", "credentials", "config", "helper"),
    [
        (["get", "--url", "https://site0.atlassian.net"], b"", 1, 1, 1),
        (["store"], request(0, "canary-old0"), 1, 1, 1),  # what is there already
        (["store"], request(0, NEW), 3, 4, 6),  # before the lock, under it, and just before it is replaced
        (["rename", "p0", "renamed"], b"", 3, 4, 8),  # under the lock, twice just before it is replaced, and behind it
        (["status", "--all"], b"", 9, 1, 1),  # one table of credentials.toml for each profile
        (["doctor"], b"", 9, 1, 1),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_a_file_is_read_so_often_at_most(
    words: list[str],
    stdin: bytes,
    credentials: int,
    config: int,
    helper: int,
    files: Files,
    variables: dict[str, str],
    tmp_path: Path,
) -> None:
    make_crowd(files)
    seen = readings(words, stdin, variables, tmp_path / "log")
    limits = dict(zip(FILES, (credentials, config, helper), strict=True))
    assert all(0 < seen[name] <= limits[name] for name in FILES), seen
