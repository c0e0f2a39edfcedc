"""What the program says of a token that cannot be handed out, and of one that was refused in another form."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import Run, snapshot

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
AT_DC = "protocol=https\nhost=dc.example.com\n"


@pytest.mark.parametrize("arguments", [[], ["--format", "json"]], ids=["git", "json"])
def test_control_character_is_never_handed_out(arguments: list[str], run: Run) -> None:
    """In JSON it would be escaped, and end up in the caller's header."""
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "you@example.com", "ATLA_TOKEN": "made\r\nup"}
    done = run("get", "--url", SITE, *arguments, **variables)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the password has a control character" in done.stderr


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
