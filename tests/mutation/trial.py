"""One trial: tests are run with whatever is planted, until the first one is red."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import strategies as _loaded  # noqa: F401 - what every trial needs is loaded before it begins

from mutation.apart import apart
from mutation.replica import package
from mutation.touch import Recorder, Touches

GREEN = "green"
OPTIONS = [
    "-x",
    "-q",
    "--no-header",
    "--no-summary",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]
IS_GREEN = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Selection:
    """A plugin of pytest that runs the tests that are wanted, the quickest first, and says which one is red.

    Args:
        wanted: seconds by the name of a test; None for all tests, in their own order.
        without: names of tests that are left out.
    """

    def __init__(self, wanted: Mapping[str, float] | None = None, without: Iterable[str] = ()) -> None:
        self.wanted, self.without = wanted, frozenset(without)
        self.red = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not wanted."""
        items[:] = [item for item in items if item.nodeid not in self.without]
        if (wanted := self.wanted) is not None:
            items[:] = sorted((each for each in items if each.nodeid in wanted), key=lambda each: wanted[each.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first red test."""
        if report.failed and not self.red:
            self.red = report.nodeid


def verdict(paths: list[str], selection: Selection, seconds: float) -> str:
    """Run tests in a process of their own.

    Args:
        paths: files or folders of tests.
        selection: which of them.
        seconds: how long they take without a fault.

    Returns:
        GREEN, the name of the red test, or what else happened: a fault can end the process, or keep it from its end.
    """
    return apart(lambda: run(paths, selection), seconds) or "it came to no end"


def run(paths: list[str], selection: Selection, *plugins: object) -> str:
    """Run tests here; return as verdict does."""
    code = pytest.main([*OPTIONS, *paths], plugins=[selection, *plugins])
    return GREEN if code in IS_GREEN else selection.red or f"pytest ended with {int(code)}"


def record(paths: list[str], seconds: float) -> tuple[Touches, str]:
    """Run tests in a process of their own; return what each touches, and as verdict does."""

    def recorded() -> tuple[Touches, str]:
        recorder = Recorder(package())
        said = run(paths, Selection(), recorder)
        return recorder.touches(), said

    return apart(recorded, seconds) or ({}, "it came to no end")
