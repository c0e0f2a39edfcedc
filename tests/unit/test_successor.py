"""Where no process can become another one: the program is run to its end, and its exit code is ours."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from atla_credential.environment import Environment
from atla_credential.foreign.successor import CoreDumps, NotStarted, become, run

CHANGES = {"ATLA_PASSWORD": "made-up", "ATLA_EXPIRES_AT": None, "OLD": None}
RUN = "atla_credential.foreign.successor.subprocess.run"
Seen = list[tuple[list[str], Mapping[str, str]]]


@pytest.fixture
def windows(tmp_path: Path) -> Environment:
    """Return variables of which one names the folder where a program called `tool` is."""
    (tmp_path / "tool").write_text("")
    (tmp_path / "tool").chmod(0o755)
    return Environment({"PATH": str(tmp_path), "OLD": "1", "HOME": "/home"})


def starting(answer: int | Exception, seen: Seen) -> Callable[..., SimpleNamespace]:
    """Return what takes the place of RUN: it writes down what is started."""

    def start(words: list[str], env: Mapping[str, str], check: bool) -> SimpleNamespace:
        seen.append((words, env))
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(returncode=answer)

    return start


def test_a_program_is_run(windows: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variables changed, and what is left to say said before. Standard input is its own: nothing is given."""
    seen: Seen = []
    said: list[int] = []
    monkeypatch.setattr(RUN, starting(7, seen))
    monkeypatch.setattr(sys, "platform", "win32")
    dumps = CoreDumps.__new__(CoreDumps)  # of which there are none
    assert become(["tool", "a b", ""], CHANGES, dumps, windows, lambda: said.append(len(seen))) == 7
    variables = {"PATH": str(tmp_path), "HOME": "/home", "ATLA_PASSWORD": "made-up"}
    assert seen == [([str(tmp_path / "tool"), "a b", ""], variables)]
    assert said == [0]


@pytest.mark.parametrize(
    ("word", "error", "code"),
    [("no-such", None, 127), ("./no-such", FileNotFoundError(), 127), ("tool", PermissionError(13, "no"), 126), ("tool", OSError(8, "x"), 126)],
)  # fmt: skip
def test_a_program_that_cannot_be_run(
    word: str, error: Exception | None, code: int, windows: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RUN, starting(error or 0, []))
    with pytest.raises(NotStarted) as caught:
        run([word], CHANGES, windows, lambda: None)
    assert caught.value.exit_code == code
    assert "made-up" not in f"{caught.value.message} {caught.value.hints}"
