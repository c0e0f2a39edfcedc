"""A made-up secret engine, and a machine that asks it without starting a program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from in_process import OwnProcess, at_engine
from made_up_engine import MadeUpEngine, made_up_engine


@pytest.fixture
def made_up() -> Iterator[MadeUpEngine]:
    """Start an engine that says what a test wants."""
    with made_up_engine() as made:
        yield made


@pytest.fixture
def at_made_up(made_up: MadeUpEngine, tmp_path: Path) -> OwnProcess:
    """Return a machine that asks it."""
    return at_engine(tmp_path, made_up.address)
