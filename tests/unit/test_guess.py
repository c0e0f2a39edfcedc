"""What may have been meant by a word that nothing is called, and that no message repeats what was typed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from atla_credential import __main__, commands
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import NoCredential, UsageError
from atla_credential.input.guess import nearest, no_such_profile
from atla_credential.report.chosen import stored_profile

Files = Callable[..., Path]

COMMANDS = (*commands.SUMMARIES, *commands.OPERATION_SUMMARIES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("statsu", "status"), ("LOGIN", "login"), ("lgoin", "login"), ("stat", "status"), ("delte", "delete"), ("swich", "switch"),
     ("setup_git", "setup-git"), ("get", "get"), ("nothing", None), ("", None), ("x" * 1000, None), ("logi n", "login")],
)  # fmt: skip
def test_nearest_command(typed: str, meant: str | None) -> None:
    assert nearest(typed, COMMANDS) == meant


def test_of_two_that_are_as_near_none_is_meant() -> None:
    assert nearest("work-3", ["work-1", "work-2"]) is None
    assert nearest("work-1", ["work-1", "work-2"]) == "work-1"
    assert nearest("b", ["a"]) is None
    assert nearest("work", ["w" * 1000]) is None


def test_profile() -> None:
    assert no_such_profile("wrok", ["work", "home"]).hints[0] == "did you mean: work"
    assert no_such_profile("elsewhere", ["work", "home"]).hints == ("see all profiles: atla-credential list",)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["statsu"], "did you mean: atla-credential status"),
        (["auth", "lgoin"], "did you mean: atla-credential login"),
        (["--profil", "canary"], "did you mean: --profile"),
        (["--profil=canary"], "did you mean: --profile"),
        (["--no-such"], "see all commands: atla-credential --help"),
        (["--no-log"], "leave it out; nothing is logged here"),
        (["login", "--instnace", "canary"], "did you mean: --instance"),
        (["login", "--tokn=canary"], "did you mean: --token"),
        (["login", "--toekn-stdin", "canary"], "did you mean: --token-stdin"),
        (["login", "--no-verfy"], "did you mean: --no-verify"),
        (["login", "--timeuot"], "run: atla-credential login --help"),  # hidden, so not offered
        (["status", "work", "canary"], "run: atla-credential status --help"),
    ],
)
def test_hint(words: list[str], hint: str) -> None:
    word, rest = __main__.split_word(words)
    with pytest.raises(UsageError) as caught:
        commands.run_word(word, rest)
    assert caught.value.hints[0] == hint
    assert "canary" not in str((caught.value.message, *caught.value.hints))


def test_options_alone_are_no_command() -> None:
    for words in (["--json"], ["--no-input", "--all"], ["--"], ["-"]):
        with pytest.raises(UsageError, match="no command was given"):
            commands.run_without_word(words)
    with pytest.raises(UsageError, match="there is an option that no command has"):
        commands.run_without_word(["--json", "--no-such"])


@pytest.mark.parametrize(
    ("operation", "typed", "hint"),
    [("get", "--fromat", "did you mean: --format"), ("get", "--urll=canary", "did you mean: --url"),
     ("store", "--profle", "did you mean: --profile"), ("erase", "--format", "run: atla-credential erase --help")],
)  # fmt: skip
def test_operation(operation: str, typed: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        __main__.read_options(operation, [typed])
    assert caught.value.hints[0] == hint
    assert caught.value.hints[-1] == f"run: atla-credential {operation} --help"


def test_a_token_in_the_place_of_a_name_is_not_repeated(files: Files, home: Path) -> None:
    name = "madeupmadeupmadeup123456"  # which looks like an old token
    parser, _ = commands.parser_for("status")

    def ask(*words: str, **variables: str) -> str:
        world = World(Environment({"HOME": str(home), **variables}))
        return stored_profile(parser.parse_args(words), world).name

    for token in ("ATATT3made-up", name):
        for words, variables in (((token,), {}), (("--profile", token), {}), ((), {"ATLA_PROFILE": token})):
            with pytest.raises(NoCredential, match="this looks like a token") as caught:
                ask(*words, **variables)
            assert token not in str((caught.value.message, *caught.value.hints))
    assert caught.value.hints[0] == "ATLA_PROFILE names it: correct or unset it"
    files(config=profile(name, "https://work.atlassian.net"))
    assert ask(name) == name
    with pytest.raises(NoCredential, match='profile "work" does not exist'):
        ask("work")
