"""git-credential-atla-vault from its arguments to its exit code."""

import io
import re
import time
from pathlib import Path
from typing import cast

import pytest

from atla_credential import system
from atla_credential.errors import AnswerLost
from atla_credential.vault import asking, program
from in_process import OwnProcess
from machine import asked
from made_up_engine import READ, MadeUpEngine
from stage import answer

ANSWER = "password=made-up\n"


def run(*arguments: str, variables: dict[str, str] | None = None, stdout: "io.RawIOBase | None" = None) -> int:
    stdin = cast("io.RawIOBase", io.BytesIO(asked()))
    return program.run([*arguments], variables or {}, stdin, stdout or cast("io.RawIOBase", io.BytesIO()), time.time())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "the last argument is the operation: get, store or erase"),
        ([""], 0, ""),
        (["--nonsense", ""], 2, "an option that is none"),
        (["--write"], 2, "the last argument is the operation"),
        (["--path=a", "--help"], 2, "the last argument is the operation"),
        (["--path=a/{host}", "get"], 2, "neither BAO_ADDR nor VAULT_ADDR"),
        (["--path=a", "--address=https://vault.example.com", "get"], 1, "--path has no {host}"),
        (["--nonsense", "get"], 2, "an option that is none"),
        (["--nonsense", "store"], 0, ""),
        (["--nonsense", "capability"], 0, ""),
        (["capability-"], 0, ""),
    ],
)
def test_the_command_line(arguments: list[str], code: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(system, "write_stderr", lines.append)
    assert run(*arguments) == code
    assert len(lines) == int(code > 0)
    assert all(line.startswith("git-credential-atla-vault: error: ") and said in line for line in lines)


class Broken(io.RawIOBase):
    """What nobody reads any more."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise BrokenPipeError


def test_an_answer_that_is_lost_is_not_told_as_an_error_of_the_engine(
    made_up: MadeUpEngine, at_made_up: OwnProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(system, "write_stderr", lines.append)
    assert at_made_up.get().answer == ANSWER
    with pytest.raises(AnswerLost):
        run(*at_made_up.options, "get", variables=dict(at_made_up.variables), stdout=Broken())
    assert lines == []


def test_b5_a_copy_that_is_new_enough_loads_nothing_that_asks(
    made_up: MadeUpEngine, at_made_up: OwnProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_made_up.get().answer == ANSWER
    with monkeypatch.context() as patched:
        patched.setattr(asking, "Asking", None)
        assert at_made_up.get().answer == ANSWER


def test_b10_without_a_folder_no_file_is_touched(
    made_up: MadeUpEngine, at_made_up: OwnProcess, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """A name without a folder would be one in the working folder."""
    monkeypatch.chdir(home)
    looked: list[object] = []
    monkeypatch.setattr(program, "read_copy", looked.append)
    monkeypatch.setattr(asking, "forget", lambda *given: looked.append(given))
    alone = OwnProcess({**at_made_up.variables, "XDG_RUNTIME_DIR": ""}, at_made_up.options)
    assert alone.get().answer == ANSWER
    assert [*alone.call("erase", password="made-up")] == [0, "", ""]
    assert [*alone.call("store", "--write", password="made-up")] == [0, "", ""]
    made_up.says[READ] = answer(503)
    assert alone.get().code == 1
    assert looked == [*home.iterdir()] == []
    assert made_up.asked()[-1] == READ


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"password=\n", "the request has no token to write"),
        (b"username=you\n", "the request has no token to write"),
        (b"password=made\x07up\n", "password"),
        (b"username=y\x07u\npassword=made-up\n", "username"),
    ],
)
def test_w_what_is_not_written(
    lines: bytes, said: str, made_up: MadeUpEngine, at_made_up: OwnProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(system, "write_stderr", shown.append)
    stdin = cast("io.RawIOBase", io.BytesIO(asked()[:-1] + lines + b"\n"))
    stdout = cast("io.RawIOBase", io.BytesIO())
    given = [*at_made_up.options, "--write", "store"]
    assert program.run(given, at_made_up.variables, stdin, stdout, time.time()) == 1
    (line,) = shown
    assert re.search(rf"\b{said}\b", line)
    assert "up" not in line.split(": error: ")[1].replace("update", "")
    assert made_up.asked() == []
