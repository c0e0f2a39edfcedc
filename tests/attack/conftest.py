"""What several of these tests need."""

from collections.abc import Iterator

import pytest

from faults import Mounts


@pytest.fixture
def mounts(variables: dict[str, str]) -> Iterator[Mounts]:
    """Return what is mounted for a test, and gone after it."""
    made = Mounts(variables)
    yield made
    made.close()
