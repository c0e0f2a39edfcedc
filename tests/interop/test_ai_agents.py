"""What the manual tells AI agents to start: it does what the page says."""

import json
import re
import tomllib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from conftest import Run
from interop.test_formats import shell

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ai-agents.md"
WORK, ID = "https://work.atlassian.net", "11111111-2222-3333-4444-555555555555"
BASIC = f"Basic {b64encode(b'you@example.com:made-up').decode()}"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def settings_of_the_page() -> list[dict[str, Any]]:
    """Return the files of settings in JSON that the page shows, in their order."""
    return [json.loads(each) for each in blocks("json")]


@pytest.fixture(params=["an e-mail's token", "a service account"])
def header(request: pytest.FixtureRequest, files: Callable[..., Path]) -> str:
    """Make a profile, and return the Authorization that Rovo MCP wants of it."""
    is_robot = request.param == "a service account"
    email = "" if is_robot else "you@example.com"
    files(
        config=profile("work", WORK, email, cloud_id=ID), credentials=token("work", WORK, "made-up", email),
        helper='[profiles.work]\nauth = "bearer"\n' if is_robot else "",
    )  # fmt: skip
    return "Bearer made-up" if is_robot else BASIC


def test_a_command_for_headers(header: str, variables: dict[str, str], home: Path) -> None:
    """An agent lets a shell run it, and reads an object of headers."""
    helper = settings_of_the_page()[1]["mcpServers"]["rovo"]["headersHelper"]
    done = shell(f"{helper} </dev/null", variables, home)
    assert (done.returncode, done.stderr, json.loads(done.stdout)) == (0, b"", {"Authorization": header})


def test_an_agent_that_takes_headers_from_variables(header: str, run: Run) -> None:
    settings = tomllib.loads(blocks("toml")[1])
    variable = settings["mcp_servers"]["rovo"]["env_http_headers"]["Authorization"]
    words = re.search(r"`atla-credential (exec [^`]*) -- codex`", PAGE.read_text(encoding="utf-8"))
    assert words and settings["shell_environment_policy"]["exclude"] == ["ATLA_*"]
    assert run(*words[1].split(), "--", "printenv", variable).stdout.decode() == f"{header}\n"


def test_both_agents_start_the_same_server() -> None:
    entry = tomllib.loads(blocks("toml")[0])["mcp_servers"]["atlassian"]
    assert {"command": entry["command"], "args": entry["args"]} == settings_of_the_page()[0]["mcpServers"]["atlassian"]
