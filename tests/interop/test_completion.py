"""Completions, asked for by the shells themselves."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from asking import profile
from atla_credential import commands
from conftest import PROGRAM, TIMEOUT_S, Run

Files = Callable[..., Path]

BASH = """
eval "$({program} completion bash)"
COMP_WORDS=({words}) COMP_CWORD={at}
_atla_credential
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


def ask(shell: str, code: str, variables: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [shell, "-c", code], capture_output=True, text=True, env=variables, timeout=TIMEOUT_S, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def bash(variables: dict[str, str], *words: str) -> list[str]:
    quoted = " ".join(f"'{word}'" for word in ("atla-credential", *words))
    return ask("bash", BASH.format(program=PROGRAM, words=quoted, at=len(words)), variables)


def fish(variables: dict[str, str], line: str) -> list[str]:
    found = ask("fish", f"{PROGRAM} completion fish | source; complete -C 'atla-credential {line}'", variables)
    return [each.partition("\t")[0] for each in found]


@pytest.fixture
def two(files: Files) -> None:
    files(config=profile("work", "https://work.atlassian.net") + profile("my home", "https://home.atlassian.net"))


@needs("bash")
def test_bash(two: None, variables: dict[str, str]) -> None:
    assert bash(variables, "lo") == ["login", "logout"]
    assert bash(variables, "") == [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES]
    assert bash(variables, "login", "--storage", "") == ["keyring", "file"]
    assert bash(variables, "login", "--token-") == ["--token-stdin"]
    assert bash(variables, "status", "--profile", "w") == ["work"]
    assert bash(variables, "switch", "")[-2:] == ["my\\ home", "work"]
    assert bash(variables, "completion", "z") == ["zsh"]
    assert bash(variables, "login", "--ca-file", "") == [""]  # printf prints a line for nothing; bash asks for a file


@needs("bash")
def test_bash_runs_nothing_that_stands_in_a_name(files: Files, variables: dict[str, str], home: Path) -> None:
    names = ("$(touch was-run)", "`touch was-run`", "*", "a b", "quote'd")
    files(config="".join(profile(name, f"https://x{number}.atlassian.net") for number, name in enumerate(names)))
    found = bash({**variables, "HOME": str(home)}, "switch", "")
    assert "a\\ b" in found
    assert "\\*" in found
    assert not [path for path in (home / "was-run", Path("was-run")) if path.exists()]


@needs("fish")
def test_fish(two: None, variables: dict[str, str]) -> None:
    assert fish(variables, "lo") == ["login", "logout"]
    assert fish(variables, "login --storage ") == ["file", "keyring"]  # fish puts them in order itself
    assert fish(variables, "status --profile ") == ["my home", "work"]
    assert "my home" in fish(variables, "switch ")


@needs("zsh")
def test_zsh_takes_the_script(two: None, variables: dict[str, str]) -> None:
    code = f'compdef() {{ print "$@" }}; eval "$({PROGRAM} completion zsh)"; whence -w _atla_credential'
    assert ask("zsh", code, variables) == ["_atla_credential atla-credential", "_atla_credential: function"]


@needs("zsh")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [("switch wo", "switch work"), ("comple", "completion"), ("login --ca-file corp", "login --ca-file corp.pem")],
)
def test_zsh(typed: str, completed: str, two: None, variables: dict[str, str], home: Path) -> None:
    (home / "corp.pem").touch()
    person = pexpect.spawn("zsh", ["-f", "-i"], env=variables, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8")
    person.sendline(f"PS1=; autoload compinit; compinit -u; path=({Path(PROGRAM).parent} $path); echo rea''dy")
    person.expect_exact("ready")
    person.sendline('eval "$(atla-credential completion zsh)"; echo do""ne')
    person.expect_exact("done")
    person.send(f"atla-credential {typed}\t")
    person.expect_exact(f"atla-credential {completed}")
    person.close(force=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_option_is_in_the_script(shell: str, run: Run) -> None:
    script = run("completion", shell).stdout.decode()
    for word in commands.SUMMARIES:
        assert word in script
        for action in commands.parser_for(word)[0]._actions:
            for option in action.option_strings:
                if option.startswith("--"):
                    assert (option if shell != "fish" else f"-l {option[2:]}") in script, option
