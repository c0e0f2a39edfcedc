"""Several runs of pytest that share the tests: each takes the next file that no other has taken, until none is left."""

import os
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest

# The folder that they share, in which a file stands for each file of tests that is taken. Without it all are run here.
TAKEN = os.environ.get("TESTS_TAKEN", "")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run what falls to this run; pytest itself does everything else, and what is not shared.

    A test is told which one comes next here, so that what a file or a folder has set up goes when that is done.
    """
    if not TAKEN or session.testsfailed or session.config.option.collectonly:
        return None
    for item, following in pairwise(chain(taken(session.items, Path(TAKEN)), [None])):
        assert item is not None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return True


def taken(items: list[pytest.Item], folder: Path) -> Iterator[pytest.Item]:
    """Yield the tests of one file after the other, each taken when the one before is nearly done."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    for path, tests in files.items():
        name = path.relative_to(tests[0].config.rootpath).as_posix().replace("/", ".")
        try:
            (folder / name).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from tests
