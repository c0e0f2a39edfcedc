"""The demands that git makes of any helper, put through a real git: battery.session, with the system's git and a newer one."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

BATTERY = Path(__file__).with_name("battery.session")
ASKPASS = """#!/bin/sh
echo "$1" >&2
case $1 in Username*) echo typed-username ;; *) echo typed-password ;; esac
"""


class Step(NamedTuple):
    """One call of `git credential`, and what is to be seen of it."""

    line: int
    needs_authtype: bool
    arguments: list[str]
    request: str
    answer: list[str]
    asked: list[str]


def read_steps() -> list[Step]:
    """Read the battery. A line that begins with ">+" is answered by a git that knows authtype only."""
    steps: list[Step] = []
    for number, line in enumerate(BATTERY.read_text(encoding="utf-8").splitlines(), start=1):
        mark, _, text = re.sub(r"\{(.) x (\d+)\}", lambda found: found[1] * int(found[2]), line).partition(" ")
        if mark in ("$", "$$"):
            operation, *options = text.split()
            steps.append(Step(number, mark == "$$", [*options, "credential", operation], "", [], []))
        elif mark == "<":
            steps[-1] = steps[-1]._replace(request=f"{steps[-1].request}{text}\n")
        elif mark in (">", ">+"):
            steps[-1].answer.append(line[: len(mark)] + text)
        elif mark == "!":
            steps[-1].asked.append(f"{text} ")
        else:
            assert mark in ("", "#"), f"line {number}"
    return steps


@pytest.fixture
def askpass(home: Path) -> Path:
    path = home / "askpass"
    path.write_text(ASKPASS)
    path.chmod(0o700)
    return path


def test_battery(
    knows_authtype: bool, variables: dict[str, str], home: Path, askpass: Path, files: Callable[..., Path]
) -> None:
    files(helper='[helper]\nstorage = "file"\nadopt = "any"\nallow_http = true\n')
    environment = {**variables, "GIT_ASKPASS": str(askpass)}
    for step in read_steps():
        if step.needs_authtype and not knows_authtype:
            continue
        done = subprocess.run(
            ["git", "-c", "credential.helper=atla", *step.arguments], input=step.request, capture_output=True,
            text=True, env=environment, cwd=home, timeout=30, check=False,
        )  # fmt: skip
        answer = [line.lstrip(">+") for line in step.answer if knows_authtype or not line.startswith(">+")]
        seen = (done.returncode, done.stdout.splitlines(), done.stderr.splitlines())
        assert seen == (0, answer, step.asked), f"{BATTERY.name}:{step.line}"


def test_battery_has_every_demand() -> None:
    steps = read_steps()
    assert sum(step.needs_authtype for step in steps) >= 20
    assert len(steps) >= 50
