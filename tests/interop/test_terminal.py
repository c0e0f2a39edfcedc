"""Questions on a real terminal: asked only there, and the token never shown."""

import io
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from asking import profile
from conftest import PROGRAM, TIMEOUT_S

Files = Callable[..., Path]


def login(variables: dict[str, str], home: Path, *arguments: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(
        PROGRAM, ["login", "--no-verify", "--storage", "file", *arguments], env=variables, cwd=str(home), timeout=TIMEOUT_S,
        encoding="utf-8",
    )  # fmt: skip


def seen(person: "pexpect.spawn[str]") -> str:
    return person.before or ""


@pytest.fixture
def at_terminal(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name != "GIT_TERMINAL_PROMPT"}


def test_login_asks_for_what_is_missing(at_terminal: dict[str, str], home: Path) -> None:
    person = login(at_terminal, home)
    person.expect_exact("Site (for example work.atlassian.net): ")
    person.sendline("work.atlassian.net")
    person.expect_exact("E-mail: ")
    person.sendline("you@example.com")
    person.expect_exact("API token (not shown): ")
    person.waitnoecho()
    person.sendline("canary")
    person.expect(pexpect.EOF)
    assert "logged in at https://work.atlassian.net as you@example.com" in seen(person)
    assert "canary" not in seen(person)
    person.close()
    assert person.exitstatus == 0
    assert 'token = "canary"' in (home / ".config" / "atla" / "credentials.toml").read_text()


def test_login_asks_again_where_an_answer_makes_no_sense(at_terminal: dict[str, str], home: Path) -> None:
    person = login(at_terminal, home)
    for question, reply in (
        ("Site (for example work.atlassian.net): ", ""),
        ("this is not an instance's address", None),
        ("Site (for example work.atlassian.net): ", "work.atlassian.net"),
        ("E-mail: ", "you"),
        ("the e-mail has no @", None),
        ("E-mail: ", "you@example.com"),
        ("API token (not shown): ", "made-up"),
    ):
        person.expect_exact(question)
        if reply is not None:
            person.sendline(reply)
    person.expect_exact('profile "work"')
    person.expect(pexpect.EOF)


def test_a_table_fits_its_window_and_colours_what_has_ended(
    at_terminal: dict[str, str], home: Path, files: Files
) -> None:
    files(
        config=profile("work", "https://work.atlassian.net") + profile("x" * 60, "https://long.atlassian.net"),
        helper="[profiles.work]\nexpires = 2001-01-01\n",
    )
    for more, ended in (({}, "\033[31m2001-01-01\033[0m"), ({"NO_COLOR": "1"}, "2001-01-01")):
        person = pexpect.spawn(
            PROGRAM, ["list"], env={**at_terminal, "TERM": "xterm", **more}, timeout=TIMEOUT_S, encoding="utf-8",
            dimensions=(24, 70),
        )  # fmt: skip
        person.expect(pexpect.EOF)
        table = seen(person).replace("\r", "").splitlines()
        assert [len(re.sub("\033.*?m", "", line)) <= 70 for line in table[:3]] == [True] * 3
        assert table[1].endswith(ended)
        assert "\u2026" in table[2]


def test_interrupted_login_writes_nothing(at_terminal: dict[str, str], home: Path) -> None:
    person = login(at_terminal, home, "--instance", "work.atlassian.net", "--email", "you@example.com")
    person.expect_exact("API token (not shown): ")
    person.waitnoecho()
    person.sendintr()
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 130
    assert "Traceback" not in seen(person)
    assert not list(home.iterdir())


def test_end_of_input_is_no_answer(at_terminal: dict[str, str], home: Path) -> None:
    person = login(at_terminal, home)
    person.expect_exact("Site (for example work.atlassian.net): ")
    person.sendeof()
    person.expect(pexpect.EOF)
    person.close()
    assert "the input ended before the answer" in seen(person)
    assert person.exitstatus == 2


@pytest.mark.parametrize(
    ("variable", "arguments"),
    [({"ATLA_NO_INPUT": "1"}, ()), ({"GIT_TERMINAL_PROMPT": "0"}, ()), ({}, ("--no-input",))],
    ids=["ATLA_NO_INPUT", "GIT_TERMINAL_PROMPT", "--no-input"],
)
def test_nothing_is_asked_where_somebody_said_no(
    variable: dict[str, str], arguments: tuple[str, ...], at_terminal: dict[str, str], home: Path
) -> None:
    person = login({**at_terminal, **variable}, home, *arguments)
    person.expect(pexpect.EOF)
    person.close()
    assert "--instance is needed" in seen(person)
    assert person.exitstatus == 2


def test_nothing_is_asked_without_a_terminal_on_stderr(at_terminal: dict[str, str], home: Path) -> None:
    person = pexpect.spawn(
        "/bin/sh", ["-c", f"{PROGRAM} login 2> {home}/errors"], env=at_terminal, timeout=TIMEOUT_S, encoding="utf-8"
    )
    person.expect(pexpect.EOF)
    assert "--instance is needed" in (home / "errors").read_text()


def test_get_answers_before_the_terminal_closes(at_terminal: dict[str, str], home: Path) -> None:
    """A blank line ends the request though stdin stays open (P2)."""
    variables = {**at_terminal, "ATLA_INSTANCE": "https://dc.example.com", "ATLA_TOKEN": "made-up"}
    person = pexpect.spawn(PROGRAM, ["get"], env=variables, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8")
    person.sendline("url=https://dc.example.com")
    person.sendline("")
    person.expect_exact("password=made-up")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 0


ENDING = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGALRM", "SIGXCPU", "SIGABRT", "SIGPOLL", "SIGRTMIN")


@pytest.mark.parametrize("number", [getattr(signal, name) for name in ENDING], ids=ENDING)
def test_ended_by_a_signal_the_terminal_echoes_again(number: int, at_terminal: dict[str, str], home: Path) -> None:
    person = pexpect.spawn("sh", env=at_terminal, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8")
    person.sendline("PS1=; trap : HUP; echo rea''dy")
    person.expect_exact("ready")
    person.sendline(
        f"{PROGRAM} login --no-verify --storage file --instance work.atlassian.net --email you@example.com; echo code=$?; stty"
    )
    person.expect_exact("API token (not shown): ")
    person.waitnoecho()
    (child,) = Path(f"/proc/{person.pid}/task/{person.pid}/children").read_text().split()
    os.kill(int(child), number)
    person.expect_exact(f"code={128 + number}")
    person.expect("speed")
    person.sendline("echo do''ne")
    person.expect_exact("done")
    assert "-echo" not in seen(person).split()
    person.close(force=True)


SHELLS = {
    "bash": ["bash", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "sh": ["sh", "-i"],
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("is_typed", [True, False], ids=["Ctrl-Z", "SIGSTOP"])
def test_a_token_is_not_shown_after_a_stop(shell: str, is_typed: bool, at_terminal: dict[str, str], home: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program, *arguments = SHELLS[shell]
    person = pexpect.spawn(
        program, arguments, env={**at_terminal, "TERM": "dumb", "PS1": "@ ", "ENV": ""}, cwd=str(home),
        timeout=TIMEOUT_S, encoding="utf-8", dimensions=(50, 200),
    )  # fmt: skip
    person.logfile_read = shown = io.StringIO()
    person.expect_exact("@ ")
    person.sendline(f"{PROGRAM} login --no-verify --storage file --instance work.atlassian.net --email you@example.com")
    for _ in range(2):
        person.expect_exact("API token (not shown): ")
        person.waitnoecho()
        if is_typed:
            person.send("canary-half")  # which goes nowhere
            person.sendcontrol("z")
        else:
            (child,) = Path(f"/proc/{person.pid}/task/{person.pid}/children").read_text().split()
            os.kill(int(child), signal.SIGSTOP)
        person.expect("(?i)(stopped|suspended)")
        person.sendline("echo at the pro''mpt")
        person.expect_exact("at the prompt")
        person.sendline("fg")
    person.expect_exact("API token (not shown): ")
    person.waitnoecho()
    person.sendline("canary")
    person.expect_exact("logged in at https://work.atlassian.net as you@example.com")
    person.close(force=True)
    assert "canary" not in shown.getvalue()
    assert 'token = "canary"' in (home / ".config" / "atla" / "credentials.toml").read_text()


def test_init_asks_for_everything_and_again_where_an_answer_makes_no_sense(
    at_terminal: dict[str, str], home: Path, files: Callable[..., Path]
) -> None:
    folder = files(config=profile("work", "https://work.atlassian.net", "other@example.com"))
    variables = {**at_terminal, "ATLA_INSTANCE": "https://variable.atlassian.net", "ATLA_TOKEN": "canary"}
    person = pexpect.spawn(
        PROGRAM,
        ["init", "--no-verify"],
        env=variables,
        cwd=str(home),
        timeout=TIMEOUT_S,
        encoding="utf-8",
        dimensions=(24, 200),
    )
    for question, reply in (
        ("Site (for example work.atlassian.net): ", "work"),
        ("the name has no domain", None),
        ("Site (for example work.atlassian.net): ", "work.atlassian.net"),
        ("E-mail that you sign in with (Enter skips, for a token without one): ", "you"),
        ("the e-mail has no @", None),
        ("E-mail that you sign in with (Enter skips, for a token without one): ", "you@example.com"),
        ("Name of the profile (for --profile) [work-you]: ", "a|b"),
        ("the profile's name has a |", None),
        ("Name of the profile (for --profile) [work-you]: ", "work"),
        ('profile "work" is another account\'s', None),
        ("Name of the profile (for --profile) [work-you]: ", "mine"),
        ("there is no session bus", None),
        ("Keep the token in the keyring, or in a file that only you can read [file]: ", "drawer"),
        ("it is keyring or file", None),
        ("Keep the token in the keyring, or in a file that only you can read [file]: ", ""),
        ("An API token is made at https://id.atlassian.com/", None),
        ("When does it end? 2027-03-01 or 365d, as you choose it there (Enter skips): ", "yesterday"),
        ("the token's end is neither a date nor a number of days", None),
        ("When does it end? 2027-03-01 or 365d, as you choose it there (Enter skips): ", "2999-01-01"),
    ):
        person.expect_exact(question)
        if reply is not None:
            person.sendline(reply)
    person.expect_exact("API token (not shown): ")
    person.waitnoecho()
    person.sendline("made-up")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 0, seen(person)
    assert 'token = "made-up"' in (folder / "credentials.toml").read_text()
    assert "expires = 2999-01-01" in (folder / "helper.toml").read_text()


def test_init_needs_a_terminal(at_terminal: dict[str, str], home: Path) -> None:
    person = pexpect.spawn(PROGRAM, ["init", "--no-input"], env=at_terminal, cwd=str(home), encoding="utf-8")
    person.expect(pexpect.EOF)
    person.close()
    assert "init asks questions, and there is no terminal" in seen(person)
    assert person.exitstatus == 2


READING = "atla-credential: reading a request from standard input"
WAITING = {
    "atla-credential get": f"{READING}; for an address: --url URL",
    "atla-credential store": f"{READING}; an example: atla-credential store --help",
    "git-credential-atla erase": f"{READING}; an example: atla-credential erase --help",
    "docker-credential-atla get": "docker-credential-atla: reading an address from standard input, to its end; see: atla-credential help docker-credential-atla",
    "git-credential-atla-vault --address=https://127.0.0.1:9 --path=a --host=a.example get": "git-credential-atla-vault: reading a request from standard input; see: atla-credential help git-credential-atla-vault",
}  # fmt: skip


@pytest.mark.parametrize("command", WAITING)
def test_a_request_is_waited_for_in_so_many_words(command: str, at_terminal: dict[str, str], home: Path) -> None:
    """A program whose input is no terminal hears nothing of it."""
    program, *arguments = command.split()
    person = pexpect.spawn(
        program, arguments, env=at_terminal, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8", dimensions=(24, 200)
    )
    person.expect_exact(f"{WAITING[command]}\r\n")
    person.sendline("protocol=https")
    person.sendline("host=nobody.example")
    person.sendline("")
    if program == "docker-credential-atla":
        person.sendeof()
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == (4 if command == "atla-credential get" else person.exitstatus)


def test_a_list_of_names_breaks_between_two(at_terminal: dict[str, str], home: Path) -> None:
    person = pexpect.spawn(
        PROGRAM, ["exec", "--list-presets"], env=at_terminal, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8",
        dimensions=(24, 60),
    )  # fmt: skip
    person.expect(pexpect.EOF)
    lines = seen(person).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[:2] == [
        "none: ATLA_API_BASE_URL, ATLA_USERNAME, ATLA_PASSWORD,",
        "  ATLA_AUTH_TYPE, ATLA_AUTHORIZATION, ATLA_EXPIRES_AT",
    ]
