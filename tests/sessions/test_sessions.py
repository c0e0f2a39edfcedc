"""Run every .session file: a terminal session as a person would see it.

    # a comment
    $ a shell command        several may follow each other, in one private home
    < a line of its stdin
    > a line of its stdout   all lines, exactly
    ! a line of its stderr   all lines, exactly
    ? 3                      its exit code, 0 if not said

The private home's path is shown as $HOME, and that of the program that git starts as $HELPER.
"""

import subprocess
from dataclasses import dataclass, field
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


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_session(path: Path, home: Path, variables: dict[str, str]) -> None:
    for step in read_session(path):
        done = subprocess.run(
            ["sh", "-c", step.command], input=step.stdin.encode(), capture_output=True, env=variables, cwd=home,
            timeout=30, check=False,
        )  # fmt: skip
        seen = Step(
            step.command,
            step.stdin,
            done.stdout.decode().replace(str(home), "$HOME").replace(HELPER, "$HELPER"),
            done.stderr.decode().replace(str(home), "$HOME").replace(HELPER, "$HELPER"),
            done.returncode,
        )
        assert seen == step, f"{path.name}:{step.line}"


def test_there_are_sessions() -> None:
    assert SESSIONS
