"""Completions, asked for by the shells themselves."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from asking import profile
from atla_credential import commands
from atla_credential.__main__ import OPTIONS_WITH_VALUE
from atla_credential.operations.get import FORMATS
from atla_credential.terminal.completion import LEADER, valued
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


class Person:
    """Somebody at an interactive shell, who presses the tabulator key."""

    def __init__(self, shell: str, variables: dict[str, str], home: Path) -> None:
        start, setup = {
            "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set enable-bracketed-paste off'; PS1="),
            "zsh": (["zsh", "-f", "-i"], f"PS1=; autoload compinit; compinit -u; path=({Path(PROGRAM).parent} $path)"),
        }[shell]
        self.shell = pexpect.spawn(
            start[0], start[1:], env={**variables, "INPUTRC": "/dev/null", "TERM": "dumb"}, cwd=str(home),
            timeout=TIMEOUT_S, encoding="utf-8", dimensions=(50, 200),
        )  # fmt: skip
        self.shell.sendline(f"{setup}; echo rea''dy")
        self.shell.expect_exact("ready")
        self.shell.sendline(f'eval "$(atla-credential completion {shell})"; echo do""ne')
        self.shell.expect_exact("done")

    def sees(self, typed: str, completed: str) -> None:
        """Type, press the key, and look at the line."""
        self.shell.send(f"atla-credential {typed}\t")
        self.shell.expect_exact(f"atla-credential {completed}")
        self.shell.close(force=True)


@pytest.fixture
def two(files: Files) -> None:
    files(config=profile("work", "https://work.atlassian.net") + profile("my home", "https://home.atlassian.net"))


@needs("bash")
def test_bash(two: None, variables: dict[str, str]) -> None:
    assert bash(variables, "lo") == ["login", "logout"]
    assert bash(variables, "") == [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES]
    assert bash(variables, "login", "--storage", "") == ["keyring", "file", "helper"]
    assert bash(variables, "login", "--token-") == ["--token-stdin"]
    assert bash(variables, "get", "--format", "") == [*FORMATS]
    assert bash(variables, "get", "--shell", "f") == ["fish"]
    assert bash(variables, "get", "--field", "api") == ["apiBaseUrl"]
    assert bash(variables, "--field", "source", "ca") == ["capability"]
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


@needs("bash")
def test_bash_knows_options_before_the_command_and_values_behind_a_sign(two: None, variables: dict[str, str]) -> None:
    for before in (
        ["--profile", "work"],
        ["--profile", "=", "work"],
        ["--profile=work"],
        ["--json"],
        ["--url", "logout"],
    ):
        assert bash(variables, *before, "sw") == ["switch"], before
        assert bash(variables, *before, "status", "--fail") == ["--fail-within"], before
    assert bash(variables, "--profile", "wo") == ["work"]
    assert bash(variables, "--profile", "work", "") == [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES]
    assert bash(variables, "login", "--storage", "=") == ["keyring", "file", "helper"]
    assert bash(variables, "login", "--storage", "=", "f") == ["file"]
    assert bash(variables, "login", "--storage=f") == ["--storage=file"]
    assert bash(variables, "status", "--profile", "=", "my") == ["my\\ home"]


NOTHING = ("logout --key ", "login --email ", "get --url ", "login --cloud-id=", "logout --key -")


@needs("bash")
def test_bash_offers_nothing_where_nobody_can_know(two: None, variables: dict[str, str]) -> None:
    for line in NOTHING:
        assert bash(variables, *line.replace("=", " =").split(" ")) == [""], line


@needs("bash")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("login --storage=f", "login --storage=file"),
        ("--profile work sw", "--profile work switch"),
        ("--profile=work sw", "--profile=work switch"),
        ("status --profile=w", "status --profile=work"),
        ("switch my\\ h", "switch my\\ home"),
        ("login --ca-file corp", "login --ca-file corp.pem"),
        ("login --ca-file=corp", "login --ca-file=corp.pem"),
        ("switch b", "switch b\u00fcro"),
    ],
)
def test_bash_for_a_person(typed: str, completed: str, files: Files, variables: dict[str, str], home: Path) -> None:
    (home / "corp.pem").touch()
    files(
        config="".join(
            profile(name, f"https://{at}.atlassian.net") for at, name in enumerate(("work", "my home", "b\u00fcro"))
        )
    )
    Person("bash", variables, home).sees(typed, completed)


SCRIPTS = [
    "$(touch was-run)",
    "`touch was-run`",
    "*",
    "a b",
    "quote'd",
    "b\u00fcro",
    "\u4f5c\u696d",
    "\U0001f600",
    "back\\slash",
    "-n",
]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_name_is_offered_and_none_is_run(shell: str, files: Files, variables: dict[str, str], home: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    names = [*SCRIPTS, "esc\x1b[31m", "two\nlines", "\u202eback"]
    tables = (
        profile(json.dumps(name)[1:-1].replace("\\ud83d\\ude00", "\U0001f600"), f"https://x{at}.atlassian.net")
        for at, name in enumerate(names)
    )
    files(config="".join(tables))
    variables["HOME"] = str(home)
    if shell == "bash":
        quoted = bash(variables, "switch", "")
        found = ask("bash", f"printf '%s\\n' {' '.join(quoted)}", variables)
        found = [name for name in found if not name.startswith("--")]
    elif shell == "fish":
        found = [name.replace("\\\\", "\\") for name in fish(variables, "switch ")]
    else:
        code = f'compdef() {{}}; compadd() {{ [[ $1 == -a ]] && print -rl -- "${{(@P)2}}" }}; eval "$({PROGRAM} completion zsh)"'
        found = ask("zsh", f"{code}; words=(atla-credential switch '') CURRENT=3; _atla_credential", variables)
    assert sorted(found) == sorted(SCRIPTS)
    assert not [path for path in (home / "was-run", Path("was-run")) if path.exists()]


def test_the_options_before_a_command_are_those_that_the_program_knows() -> None:
    parsers = {word: commands.operation_parser(word) for word in commands.OPERATION_SUMMARIES}
    assert valued(parsers[LEADER]) == list(OPTIONS_WITH_VALUE)


@needs("fish")
def test_fish_knows_options_before_the_command_and_values_behind_a_sign(two: None, variables: dict[str, str]) -> None:
    for before in ("--profile work", "--profile=work", "--json", "--url logout"):
        assert fish(variables, f"{before} sw") == ["switch"], before
        assert fish(variables, f"{before} status --fail") == ["--fail-within"], before
    assert fish(variables, "--profile wo") == ["work"]
    assert fish(variables, "login --storage=f") == ["--storage=file"]
    for line in NOTHING[:-1]:  # fish itself takes a - for the beginning of an option
        assert fish(variables, line) == [], line


@needs("fish")
def test_fish(two: None, variables: dict[str, str]) -> None:
    assert fish(variables, "lo") == ["login", "logout"]
    assert fish(variables, "login --storage ") == ["file", "helper", "keyring"]  # fish puts them in order itself
    assert fish(variables, "status --profile ") == ["my home", "work"]
    assert "my home" in fish(variables, "switch ")


@needs("zsh")
def test_zsh_takes_the_script(two: None, variables: dict[str, str]) -> None:
    code = f'compdef() {{ print "$@" }}; eval "$({PROGRAM} completion zsh)"; whence -w _atla_credential'
    assert ask("zsh", code, variables) == ["_atla_credential atla-credential", "_atla_credential: function"]


@needs("zsh")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("switch wo", "switch work"),
        ("comple", "completion"),
        ("login --ca-file corp", "login --ca-file corp.pem"),
        ("--profile work sw", "--profile work switch"),
        ("--profile=work sw", "--profile=work switch"),
        ("login --storage=f", "login --storage=file"),
        ("status --profile=w", "status --profile=work"),
        ("login --ca-file=corp", "login --ca-file=corp.pem"),
        ("switch my", "switch my\\ home"),
    ],
)
def test_zsh(typed: str, completed: str, two: None, variables: dict[str, str], home: Path) -> None:
    (home / "corp.pem").touch()
    Person("zsh", variables, home).sees(typed, completed)


@needs("zsh")
def test_zsh_offers_nothing_where_nobody_can_know(two: None, variables: dict[str, str]) -> None:
    code = f'compdef() {{}}; compset() {{}}; compadd() {{ print -r -- "$@" }}; eval "$({PROGRAM} completion zsh)"'
    for line in NOTHING:
        words = line.split(" ")
        at = f"words=(atla-credential {' '.join(map(repr, words))}) CURRENT={len(words) + 1} PREFIX={words[-1]!r}"
        assert ask("zsh", f"{code}; {at}; _atla_credential", variables) == [], line


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_option_is_in_the_script(shell: str, run: Run) -> None:
    script = run("completion", shell).stdout.decode()
    for word in commands.SUMMARIES:
        assert word in script
        for action in commands.parser_for(word)[0]._actions:
            for option in action.option_strings:
                if option.startswith("--"):
                    assert (option if shell != "fish" else f"-l {option[2:]}") in script, option
