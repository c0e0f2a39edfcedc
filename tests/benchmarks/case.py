"""A command that is measured, how it is asked and what it has to answer; and the folder in which all of them live."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BARE = "python -I -S -c pass"  # the floor of everything that is written in Python, and so the measure of all rows


class BenchmarkError(Exception):
    """What was to be measured does not do what it should."""


@dataclass(frozen=True)
class Case:
    """A row of the comparison.

    Args:
        name: what the row is called.
        kind: "interpreter", "program", "together", "git" or "peer".
        arguments: the command line, beginning with an absolute path.
        environment: all of its environment.
        stdin: the file that it reads.
        answer: lines that its output must have; nothing may come out where there are none.
        status: its exit code.
        callers: how many of it start at once.
        baseline: the name of the row that it is compared to.
        question: what the program is asked, as limit.py names it.
        rival: whether the program must be faster than this.
        forgets: a folder that is removed before each start.
    """

    name: str
    kind: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    stdin: Path = Path(os.devnull)
    answer: frozenset[str] = frozenset()
    status: int = 0
    callers: int = 1
    baseline: str = BARE
    question: str = ""
    rival: bool = False
    forgets: Path | None = None

    def forget(self) -> None:
        """Remove what an earlier start has left, and this one may not find."""
        if self.forgets:
            shutil.rmtree(self.forgets, ignore_errors=True)


class Place:
    """A temporary folder with a home of its own, so that nothing of the person's settings is read.

    Args:
        folder: an empty folder.
        path: where the commands are looked for, as in PATH.
    """

    def __init__(self, folder: Path, path: str) -> None:
        self.folder = folder
        self.environment: Mapping[str, str] = {
            "PATH": path,
            "HOME": str(self.new_folder("home")),
            "XDG_CONFIG_HOME": str(self.new_folder("config")),
            "LANG": "C.UTF-8",
        }

    def new_folder(self, name: str) -> Path:
        """Make a folder that only its owner may enter, as gpg and the session bus demand."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True)
        return folder

    def write(self, name: str, text: str) -> Path:
        """Write a file that only its owner may read, as whoever keeps a token in it demands."""
        file = self.folder / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
        return file
