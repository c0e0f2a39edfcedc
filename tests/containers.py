"""Container tools in a private home, which ask this program for one registry."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import TIMEOUT_S

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "packages.md"
HOST, EMAIL, SECRET = "crg.apkg.io", "you@example.com", "ATATTmade-up"


class Tools:
    """Container tools, with settings as the page on packages shows them.

    Args:
        variables: the environment; the settings are named there for those that look elsewhere.
        registry: for which this program is asked.
    """

    def __init__(self, home: Path, variables: Mapping[str, str], registry: str = HOST) -> None:
        self.home, self.registry = home, registry
        settings = home / ".docker" / "config.json"
        settings.parent.mkdir()
        shown = PAGE.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
        assert HOST in shown
        settings.write_text(shown.replace(HOST, registry))
        self.variables = {**variables, "REGISTRY_AUTH_FILE": str(settings)}

    def run(self, *words: str, stdin: str = "", code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run one, and expect an exit code; no token is ever shown."""
        if not shutil.which(words[0], path=self.variables["PATH"]):
            pytest.skip(f"{words[0]} is not installed")
        done = subprocess.run(
            words, input=stdin, capture_output=True, text=True, env=self.variables, cwd=self.home, timeout=TIMEOUT_S,
            check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done
