"""Run every .session file: a terminal session as a person would see it.

    # a comment
    $ a shell command        several may follow each other, in one private home
    < a line of its stdin
    > a line of its stdout   all lines, exactly
    ! a line of its stderr   all lines, exactly
    ? 3                      its exit code, 0 if not said

The private home's path is shown as $HOME, that of the program that git starts as $HELPER, a time since the session
began as NOW, and its day as TODAY.
"""

import re
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import HELPER

SESSIONS = sorted(Path(__file__).parent.glob("*.session"))


@dataclass
class Step:
    command: str
    stdin: str = ""
    stdout: str = ""
    stderr: str = ""
    code: int = 0
    line: int = field(default=0, compare=False)


def read_session(path: Path) -> list[Step]:
    steps: list[Step] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        mark, text = line[:1], line[2:]
        if mark in ("", "#"):
            continue
        if mark == "$":
            steps.append(Step(text, line=number))
        elif mark == "<":
            steps[-1].stdin += f"{text}\n"
        elif mark == ">":
            steps[-1].stdout += f"{text}\n"
        elif mark == "!":
            steps[-1].stderr += f"{text}\n"
        elif mark == "?":
            steps[-1].code = int(text)
        else:
            raise AssertionError(f"{path.name}:{number}: a line begins with none of # $ < > ! ?")
    return steps


def shown(output: bytes, home: Path, began: datetime) -> str:
    """Return what was printed, without what differs between two runs."""
    now = datetime.now(UTC)

    def time_in_words(found: re.Match[str]) -> str:
        return "NOW" if began <= datetime.fromisoformat(found[0]) <= now else found[0]

    text = output.decode().replace(str(home), "$HOME").replace(HELPER, "$HELPER")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time_in_words, text)
    return text.replace(f"{began:%F}", "TODAY").replace(f"{now:%F}", "TODAY")


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_session(path: Path, home: Path, variables: dict[str, str]) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    for step in read_session(path):
        done = subprocess.run(
            ["sh", "-c", step.command], input=step.stdin.encode(), capture_output=True, env=variables, cwd=home,
            timeout=30, check=False,
        )  # fmt: skip
        seen = Step(
            step.command,
            step.stdin,
            shown(done.stdout, home, began),
            shown(done.stderr, home, began),
            done.returncode,
        )
        assert seen == step, f"{path.name}:{step.line}"


def test_there_are_sessions() -> None:
    assert SESSIONS
