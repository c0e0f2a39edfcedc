"""The MCP server mcp-atlassian, started by `exec` as an AI agent starts it: what it sends to which site.

It speaks over standard input and output, a JSON object in each line.
"""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S
from interop.test_ai_agents import settings_of_the_page
from interop.test_presets import STALE
from stage import Stage, answer, stage, surroundings, write_authority

SERVER = Path(sys.prefix) / "real-programs" / "mcp" / "bin" / "mcp-atlassian"
pytestmark = pytest.mark.skipif(not SERVER.exists(), reason="tests/real-programs has not got it")

WORK, ROBOT, OWN = "https://work.atlassian.net", "https://site1.atlassian.net", "https://jira.example.com/tracker"
ID, ROBOT_ID = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
CONFIG = "".join((
    profile("work", WORK),
    profile("wiki", WORK, cloud_id=ID),
    profile("robot", ROBOT, "", cloud_id=ROBOT_ID),
    profile("own", OWN, ""),
))  # fmt: skip
CREDENTIALS = "".join((
    token("work", WORK, "made-up-work"),
    token("wiki", WORK, "made-up-wiki"),
    token("robot", ROBOT, "made-up-robot", ""),
    token("own", OWN, "made-up-own", ""),
))  # fmt: skip
HELPER = '[profiles.wiki]\nproduct = "confluence"\n[profiles.robot]\nauth = "bearer"\n[profiles.own]\nauth = "bearer"\n'
# What would come first in the server, of each kind of token.
CONTRARY = {
    **STALE,
    "JIRA_USERNAME": "old", "JIRA_API_TOKEN": "old", "CONFLUENCE_URL": "https://old.example.com",
    "ATLASSIAN_OAUTH_ACCESS_TOKEN": "old", "ATLASSIAN_OAUTH_CLOUD_ID": "old", "ATLASSIAN_EXTERNAL_AUTH_ENABLE": "true",
    "ATLASSIAN_OAUTH_CLIENT_ID": "old", "ATLASSIAN_OAUTH_CLIENT_SECRET": "old",
}  # fmt: skip
LINKS, SEARCH = "/rest/api/2/issueLinkType", "/rest/api/search"
Tool = tuple[str, dict[str, object]]
JIRA: Tool = ("jira_get_link_types", {})
WIKI: Tool = ("confluence_search", {"query": "type=page"})


class Client:
    """An AI agent, as far as a server can see."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process, self.number = process, 0

    def ask(self, method: str, **values: object) -> dict[str, object]:
        """Ask for something, and return what comes of it."""
        self.number += 1
        self.tell(method, id=self.number, params=values)
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        assert said["id"] == self.number
        result: dict[str, object] = said["result"]
        return result

    def tell(self, method: str, **values: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", "method": method, **values}).encode() + b"\n")
        self.process.stdin.flush()


@contextmanager
def agent(words: Sequence[str], variables: Mapping[str, str], home: Path) -> Iterator[Client]:
    """Start a server and greet it; at the end, it leaves by itself."""
    with (home / "log").open("wb") as log, subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=variables, cwd=home
    ) as process:  # fmt: skip
        limit = Timer(3 * TIMEOUT_S, process.kill)
        limit.start()
        try:
            client = Client(process)
            about = {"name": "tests", "version": "1"}
            client.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=about)
            client.tell("notifications/initialized")
            yield client
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait() == 0
        finally:
            limit.cancel()
            process.kill()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Stage]:
    """Set up all sites, which answer whoever comes: what he brought is written down."""
    with stage(tmp_path, ()) as made:
        made.said = lambda number, host, path: answer(200, {"issueLinkTypes": [], "results": []})  # type: ignore[method-assign]
        yield made


def server_of_the_page(name: str) -> list[str]:
    """Return how the manual starts the server, but with a profile and the server of the tests."""
    entry = settings_of_the_page()[0]["mcpServers"]["atlassian"]
    assert (entry["command"], entry["args"][-2:]) == ("atla-credential", ["uvx", "mcp-atlassian"])
    return [*(name if word == "work" else word for word in entry["args"][:-2]), str(SERVER)]


def basic(secret: str) -> str:
    return f"Basic {b64encode(f'you@example.com:{secret}'.encode()).decode()}"


@pytest.mark.parametrize(
    ("name", "tools", "wanted"),
    [
        ("work", (JIRA, WIKI), [(f"work.atlassian.net{LINKS}", basic("made-up-work")), (f"api.atlassian.com/ex/confluence/{ID}/wiki{SEARCH}", basic("made-up-wiki"))]),
        ("robot", (JIRA,), [(f"api.atlassian.com/ex/jira/{ROBOT_ID}{LINKS}", "Bearer made-up-robot")]),
        ("own", (JIRA,), [(f"jira.example.com/tracker{LINKS}", "Bearer made-up-own")]),
    ],
)  # fmt: skip
def test_what_a_server_sends(
    name: str, tools: tuple[Tool, ...], wanted: list[tuple[str, str]], site: Stage, tmp_path: Path, home: Path,
    files: Callable[..., Path], variables: dict[str, str],
) -> None:  # fmt: skip
    """Of an account with a token for each product, of a service account, and at a Data Center; to nobody else."""
    files(config=CONFIG, credentials=CREDENTIALS, helper=HELPER)
    words = [PROGRAM, *server_of_the_page(name)]
    around = {**variables, **surroundings(site, write_authority(tmp_path)), **CONTRARY}
    with agent(words, around, home) as client:
        for tool, arguments in tools:
            said = client.ask("tools/call", name=tool, arguments=arguments)
            assert not said["isError"], said
    assert [
        (f"{each.host}{each.path.partition('?')[0]}", each.fields["Authorization"]) for each in site.heard
    ] == wanted
    assert "made-up" not in (home / "log").read_text()
