"""Somebody who types what a page shows, in its order, into one shell, and sees whether that comes which the page says.

A secret that is asked for is typed as well. A command that shows no error has to succeed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pexpect
import yaml

from conftest import TIMEOUT_S
from pages import Block
from person import PROMPT

ASKED = re.compile(r"\(not shown[^)]*\): ")
COLUMNS = 400


def scripts(node: Any) -> Iterator[str]:
    """Yield what a build server does by its file: the variables that are set, and the lines that a shell runs."""
    if isinstance(node, list):
        for each in node:
            yield from scripts(each)
    if not isinstance(node, dict):
        return
    for name, value in {**node.get("env", {}), **node.get("variables", {})}.items():
        if "${{" not in value:  # which only the server knows
            yield f"export {name}='{value}'"
    lines = node.get("script") or [node.get("run", "")]
    yield from [re.sub(r"\s*\n\s*", " ", line.strip()) for line in lines if line]
    for each in node.values():
        yield from scripts(each)


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block, in one line, with the lines that follow it."""
    text = re.sub(r"\\\n *|(?<=\|)\n *", " ", block.text)
    if block.kind == "sh":
        for line in text.splitlines():
            if line and not line.startswith("#"):
                yield line, []
        return
    if block.kind == "yaml":
        for line in scripts(yaml.safe_load(block.text)):
            yield line, []
        return
    first, *steps = re.split(r"(?m)^\$ ", text)
    assert first == "", f"{block}: what stands before the first $?"
    for step in steps:
        command, *shown = step.rstrip("\n").split("\n")
        yield command, shown


STORE = re.compile(r"(the )?\b(keyring|file)\b( \(\S+\))?|/\S+/credentials\.toml")
MORE = "..."  # a line: whatever else there is


def plain(line: str) -> str:
    """Return a line without what differs between two machines: where a token is, and how wide a column."""
    return re.sub(" +", " ", STORE.sub("STORE", line)).rstrip()


def is_shown(found: Sequence[str], shown: Sequence[str]) -> bool:
    """Tell whether these are the lines that are shown, in which `...` stands for anything."""
    if shown and shown[-1] == MORE:
        shown = shown[:-1]
        found = found[: len(shown)]
    patterns = [".*".join(map(re.escape, plain(line).split(MORE))) for line in shown]
    return len(found) == len(shown) and all(map(re.fullmatch, patterns, map(plain, found)))


class Reader:
    """Somebody at a shell.

    Args:
        start: the words that start the shell.
        places: what stands in a command or below it, and what has its place here.
        typed: what is typed where a secret is asked for, by the page, the kind of the block and the command.
    """

    def __init__(
        self,
        start: Sequence[str | Path],
        variables: Mapping[str, str],
        typed: Mapping[str, str],
        places: Mapping[str, str],
    ) -> None:
        self.typed, self.places = typed, places
        program, *words = map(str, start)
        self.shell = pexpect.spawn(
            program, words, env={**variables, "PS1": "@$?@ ", "ENV": "", "NO_COLOR": "1"}, timeout=TIMEOUT_S,
            encoding="utf-8", dimensions=(50, COLUMNS),
        )  # fmt: skip
        self.shell.expect(PROMPT)

    def read(self, block: Block) -> None:
        for command, shown in commands(block):
            code, found = self.type(command, f"{block.page} {block.kind}")
            where = f"{block}\n$ {command}\n" + "\n".join(found)
            assert code == 0 or any("error:" in line for line in shown), where
            if block.kind == "console":
                assert is_shown(found, shown), where

    def type(self, command: str, where: str = "") -> tuple[int, list[str]]:
        """Type a command, and return its exit code and what it prints."""
        secret = next(value for pattern, value in self.typed.items() if fnmatchcase(f"{where} {command}", pattern))
        for shown, here in self.places.items():
            command = command.replace(shown, here)
        self.shell.sendline(command)
        seen = ""
        while self.shell.expect([PROMPT, ASKED]):
            seen += f"{self.shell.before}{self.shell.after}"
            self.shell.waitnoecho()
            self.shell.sendline(secret)
        seen += self.shell.before or ""
        assert isinstance(self.shell.match, re.Match)
        _, *lines = seen.removesuffix("\r\n").split("\r\n")  # the first is the command
        return int(self.shell.match[1]), [self.as_shown(line.rpartition("\r")[2]) for line in lines]

    def as_shown(self, line: str) -> str:
        for shown, here in self.places.items():
            line = line.replace(here, shown)
        return line

    def close(self) -> None:
        self.shell.close(force=True)
