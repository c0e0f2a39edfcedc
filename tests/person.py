"""A person at a real terminal, who types what a .terminal file says and sees what it says, to the letter.

# a comment
$ a shell command
> a line on the screen       all lines, exactly
< what is typed behind the line before it
* the same, but not shown
? 3                          the exit code, 0 if not said
"""

import re
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

import pexpect

from conftest import TIMEOUT_S

PROMPT = re.compile(r"@(\d+)@ ")  # the prompt tells the exit code of the last command
COLUMNS = 200
SHELL = ("/bin/sh", "-i")


def play(
    text: str, variables: dict[str, str], home: Path, names: dict[str, str], shell_there: Sequence[str] = SHELL
) -> None:
    """Type a session into a shell.

    Args:
        names: what stands on the screen for the `$NAME`s of the file.
        shell_there: the command that starts the shell.
    """
    at_terminal = {name: value for name, value in variables.items() if name != "GIT_TERMINAL_PROMPT"}
    program, *words = shell_there
    shell = pexpect.spawn(
        program, words, env={**at_terminal, "PS1": "@$?@ ", "ENV": "", "NO_COLOR": "1"}, cwd=str(home), timeout=TIMEOUT_S,
        encoding="utf-8", dimensions=(50, COLUMNS),
    )  # fmt: skip
    shell.expect(PROMPT)
    for step in re.split(r"(?m)^(?=\$ )", text)[1:]:
        play_step(shell, with_names(step, names))
    shell.close(force=True)


def with_names(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"${name}", value)
    return text


def play_step(shell: "pexpect.spawn[str]", step: str) -> None:
    """Type one command and its answers, and compare the screen."""
    lines = [line for line in step.splitlines() if line and not line.startswith("#")]
    command, screen, code = lines[0][2:], [lines[0][2:]], 0
    shell.sendline(command)
    seen = ""
    for line in lines[1:]:
        mark, text = line[:1], line[2:]
        if mark == ">":
            screen.append(text)
        elif mark == "?":
            code = int(text)
        else:
            shell.expect_exact(f"{screen[-1]} ")
            seen += f"{shell.before}{shell.after}"
            if mark == "*":
                shell.waitnoecho()
            shell.sendline(text)
            screen[-1] += f" {text}".rstrip() if mark == "<" else ""
    shell.expect(PROMPT)
    seen += shell.before or ""
    found = [on_screen(line) for line in seen.replace("\r\n", "\n").removesuffix("\n").split("\n")]
    assert found == screen, "\n".join([command, *unified_diff(screen, found, "the file", "the screen", lineterm="")])
    assert isinstance(shell.match, re.Match)
    assert int(shell.match[1]) == code, command


def on_screen(line: str) -> str:
    """Return what stands in a line in the end: what comes behind a carriage return is written over what was there."""
    seen = ""
    for part in line.split("\r"):
        seen = part + seen[len(part) :]
    return seen.rstrip()
