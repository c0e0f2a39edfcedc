"""What the pages show is typed, page by page, at a terminal in a world of the real names; what they say comes is seen."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path

import pytest

from conftest import BIN
from pages import Block, to_type
from reader import Reader
from real_names import World
from scenes import BEFORE, LETS_IN, REPOSITORIES, STUBS, TYPED, account

PAGES: dict[str, list[Block]] = {page: list(found) for page, found in groupby(to_type(), lambda block: block.page)}


@pytest.fixture
def reader(
    world: World, variables: dict[str, str], home: Path, files: Callable[..., Path], tmp_path: Path
) -> Iterator[Reader]:
    """Give somebody who has no profile yet, and keeps tokens in a file."""
    world.server.let_in, world.server.inside = dict(LETS_IN), {place: account for place in LETS_IN}
    folder = files(helper='[helper]\nstorage = "file"\n')
    for name in ("config.toml", "credentials.toml"):
        (folder / name).unlink()
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in STUBS:
        (programs / name).write_text("#!/bin/sh\ntest -t 0 || cat > /dev/null\n")
        (programs / name).chmod(0o755)
    (folder.parent / "git").mkdir()
    (folder.parent / "git" / "repositories").write_text(
        f'[url "{tmp_path}/repo.git"]\n' + "".join(f"\tinsteadOf = {url}\n" for url in REPOSITORIES)
    )
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "repo.git"], check=True)
    del variables["GIT_TERMINAL_PROMPT"]
    variables["GIT_PAGER"], variables["TMPDIR"] = "cat", str(tmp_path)
    variables["PATH"] = f"{programs}{os.pathsep}{variables['PATH']}"
    today = datetime.now(UTC)
    places = {
        "2026-11-29": f"{today:%F}",
        "2027-03-01": f"{today + timedelta(days=90):%F}",
        "/run/secrets": f"{home}/secrets",
        "/etc/ssl/corp.pem": str(world.bundle),
        "/etc/atla": f"{home}/etc",
        "/var/lib/robot": f"{home}/robot",
        "/home/you/.local/bin": str(BIN),
        "/home/you": str(home),
    }
    made = Reader(world.command("/bin/sh", "-i", cwd=home), variables, TYPED, places)
    yield made
    made.close()


def test_every_scene_is_of_something() -> None:
    names = [*PAGES, *(str(block) for page in PAGES.values() for block in page)]
    assert [pattern for pattern in BEFORE if not any(fnmatchcase(name, pattern) for name in names)] == []


@pytest.mark.skipif(not shutil.which("curl"), reason="not installed: curl")
@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_is_what_happens(page: str, reader: Reader) -> None:
    prepare(page, reader)
    for block in PAGES[page]:
        prepare(str(block), reader)
        reader.read(block)


def prepare(name: str, reader: Reader) -> None:
    for pattern, lines in BEFORE.items():
        if fnmatchcase(name, pattern):
            for line in lines:
                code, found = reader.type(line)
                assert code == 0, found
