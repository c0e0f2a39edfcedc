"""What the program says of a token that cannot be handed out, and of one that was refused in another form."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.operations.get import FORMATS
from conftest import Run, snapshot

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
AT_DC = "protocol=https\nhost=dc.example.com\n"


ODD = {"line ends": "\r\n", "U+2028": "\u2028", "U+2029": "\u2029", "next line": "\x85"}
FORMS = {name: ["--format", name] for name in FORMATS} | {"none": [], "field": ["--field", "source"]}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("arguments", FORMS.values(), ids=FORMS)
def test_control_character_is_never_handed_out(arguments: list[str], odd: str, files: Files, run: Run) -> None:
    """In JSON it would be escaped, and end up in the caller's header; many programs take more than LF for a line's end."""
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "you@example.com"}
    done = run("get", "--url", SITE, *arguments, **variables, ATLA_TOKEN=f"made{odd}up")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the password has a control character" in done.stderr
    done = run(
        "get", "--url", SITE, *arguments, ATLA_INSTANCE=SITE, ATLA_EMAIL=f"you{odd}@example.com", ATLA_TOKEN="up"
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the username has a control character" in done.stderr


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"], ids=ascii)
def test_what_splits_lines_is_escaped_or_refused(odd: str, files: Files, run: Run) -> None:
    """What config.toml has is no person's to give: in JSON it is escaped, and a login does not take it."""
    instance = f"https://dc.example.com/a{odd}b"
    name = f"wo{odd}rk"
    files(config=profile(name, SITE), credentials=token(name, SITE, "made-up"))
    done = run("get", "--url", SITE, "--format", "json")
    assert done.returncode == 0
    assert odd not in done.stdout.decode()
    assert json.loads(done.stdout)["profile"] == name
    for arguments in (["list"], ["list", "--names"], ["status"], ["status", "--json"], ["explain", SITE], ["doctor"]):
        said = run(*arguments)
        assert odd not in said.stdout.decode() + said.stderr.decode(), arguments
    login = ["login", "--no-verify", "--instance", "dc.example.com", "--bearer", "--storage", "file", "--token-stdin"]
    for more, secret in (
        ([], f"a{odd}b"),
        (["--profile", name], "ab"),
        (["--username", name], "ab"),
        (["--instance", instance], "ab"),
    ):
        said = run(*login, *more, stdin=secret.encode())
        assert said.returncode == 2, more
        assert odd not in said.stderr.decode()
    done = run("store", stdin=f"url={SITE}\nusername=you@example.com\npassword=a{odd}b\n\n".encode())
    assert done.returncode == 1


@pytest.mark.parametrize("more", ["", "capability[]=authtype\nwwwauth[]=Basic realm=x\n"])
@pytest.mark.parametrize("name", ["x-token-auth", "jdoe"])
def test_a_refused_password_is_no_verdict_on_a_bearer_token(name: str, more: str, files: Files, run: Run) -> None:
    folder = files(
        config=profile("dc", "https://dc.example.com", ""),
        credentials=token("dc", "https://dc.example.com", "good", ""),
        helper='[profiles.dc]\nusername = "jdoe"\n' if name == "jdoe" else "",
    )
    before = snapshot(folder)
    said = run("erase", stdin=f"{AT_DC}{more}username={name}\npassword=good\n\n".encode())
    assert (said.returncode, snapshot(folder)) == (0, before)
    assert b"is kept" in said.stderr
    assert b"good" not in said.stderr
    (recipe,) = [part for part in said.stderr.decode().split("; ") if "GIT_CONFIG_COUNT" in part]
    assert "$(atla-credential get --profile dc --url https://dc.example.com --format header)" in recipe
    assert run("get", "--url", "https://dc.example.com", "--format", "header").stdout == b"Authorization: Bearer good\n"
