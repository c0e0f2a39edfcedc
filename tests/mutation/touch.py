"""Which test runs which lines of the program, and how long it takes: learnt once, and then kept until a file changes."""

import hashlib
import json
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

from mutation.source import PACKAGE

Touches = dict[str, "Touch"]
ROOT = PACKAGE.parents[1]
KEPT = ROOT / ".local" / "mutation.json"


class Touch:
    """What one test touches.

    Args:
        seconds: how long it takes.
        lines: the numbers of the lines that it runs, by module.
    """

    def __init__(self, seconds: float, lines: dict[str, list[int]]) -> None:
        self.seconds, self.lines = seconds, lines

    def meets(self, module: str, lines: range | None) -> bool:
        """Tell whether the test runs one of some lines; None is what an import runs, and so any test may meet it."""
        return lines is None or any(line in lines for line in self.lines.get(module, ()))


class Recorder:
    """A plugin of pytest that notes the lines of the package that each test runs, in this process.

    Args:
        package: the folder of the package.
    """

    def __init__(self, package: Path) -> None:
        self.package = package
        self.coverage = Coverage(data_file=None, include=[f"{package}/*"], config_file=False)
        self.seconds: dict[str, float] = {}

    def pytest_sessionstart(self) -> None:
        """Begin before the package is imported: what an import runs belongs to no test."""
        self.coverage.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Note what one test runs as its own."""
        self.coverage.switch_context(item.nodeid)
        began = time.monotonic()
        yield
        self.seconds[item.nodeid] = time.monotonic() - began
        self.coverage.switch_context("")

    def touches(self) -> Touches:
        """Return what each test has touched."""
        self.coverage.stop()
        found = {name: Touch(seconds, {}) for name, seconds in self.seconds.items()}
        data = self.coverage.get_data()
        for path in data.measured_files():
            module = Path(path).relative_to(self.package).with_suffix("").as_posix()
            for line, names in data.contexts_by_lineno(path).items():
                for name in filter(None, names):
                    found[name].lines.setdefault(module, []).append(line)
        return found


def digest(paths: list[str]) -> str:
    """Return what changes with the interpreter, and with every file of the package and of some tests and their helpers."""
    tests = [*(ROOT / path for path in paths), *(ROOT / "tests").glob("*.py")]
    files = sorted(path for folder in (PACKAGE, *tests) for path in [folder, *folder.rglob("*.py")] if path.is_file())
    return hashlib.sha256(sys.version.encode() + b"".join(path.read_bytes() for path in files)).hexdigest()


def read(key: str) -> Touches | None:
    """Return what was kept under a key, or None."""
    try:
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {name: Touch(*touch) for name, touch in kept["touches"].items()} if kept["key"] == key else None


def keep(key: str, touches: Touches) -> None:
    """Keep what was learnt."""
    kept = {name: (touch.seconds, touch.lines) for name, touch in touches.items()}
    KEPT.write_text(json.dumps({"key": key, "touches": kept}), encoding="utf-8")
