"""What several of these tests need."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults import STEP, Mounts


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With TESTS_STEP=3, leave every third row of each test here, but for those that step from call to call themselves.

    They are taken askew: of a table with three columns and a test for each of its cells, not one column.
    """
    rows: Counter[object] = Counter()
    left: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        test = getattr(item, "function", None)
        row, rows[test] = rows[test], rows[test] + 1
        is_ours = item.path.parent == Path(__file__).parent and not hasattr(getattr(item, "module", None), "STEP")
        (others if is_ours and (row + row // STEP) % STEP else left).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = left


@pytest.fixture
def mounts(variables: dict[str, str]) -> Iterator[Mounts]:
    """Return what is mounted for a test, and gone after it."""
    made = Mounts(variables)
    yield made
    made.close()
