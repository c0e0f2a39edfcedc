"""What is said where nobody answers because several profiles could be meant, and to whom."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import token
from atla_credential.answer.world import World
from atla_credential.commands.exec import call_for, resolved
from atla_credential.environment import Environment
from atla_credential.errors import NoMatch
from unit.test_operations import Asked
from unit.test_services import BITBUCKET, MCP, NPM, WORK, have

Files = Callable[..., Path]

SEVERAL = ("several profiles could be meant at this address", ("name one with --profile or ATLA_PROFILE",))
NONE = ("no profile answers at this address", ("run: atla-credential explain URL",))


def said(home: Path, **options: Any) -> tuple[str, tuple[str, ...]]:
    """Return the message and the hints for who does not ask as git does."""
    asked = Asked(home, **options)
    with pytest.raises(NoMatch) as caught:
        asked.get()
    assert (caught.value.exit_code, caught.value.kind, asked.lines, asked.warnings) == (4, "no-match", [], [])
    return caught.value.message, caught.value.hints


@pytest.mark.parametrize(
    ("names", "options", "expected"),
    [
        pytest.param("work other", {"url": f"{MCP}/v1/mcp"}, SEVERAL, id="accounts at Rovo MCP"),
        pytest.param("work jira", {"url": MCP}, SEVERAL, id="one of them with a product"),
        pytest.param("work robot", {"url": MCP}, SEVERAL, id="one of them a service account"),
        pytest.param("team theirs", {"url": BITBUCKET}, SEVERAL, id="workspaces without a path"),
        pytest.param("work other dc", {"url": MCP, "profile": "dc"}, NONE, id="the one that is named is not for it"),
        pytest.param("jira wiki", {"url": MCP}, NONE, id="none of which may answer"),
        pytest.param("work other", {"url": "https://stranger@mcp.atlassian.com"}, NONE, id="another user"),
        pytest.param("work other", {"url": f"{MCP}:8443"}, NONE, id="another port"),
        pytest.param("work other", {"url": NPM}, NONE, id="another service"),
        pytest.param("team theirs", {"url": f"{BITBUCKET}/ours/x"}, NONE, id="a path of nobody's"),
        pytest.param("adopted", {"url": MCP}, NONE, id="one that nobody chose"),
        pytest.param("told-one told-two", {"url": BITBUCKET}, NONE, id="workspaces that nobody chose"),
        pytest.param("bitbucket", {"url": "https://x-token-auth@bitbucket.org"}, NONE, id="the other kind of token"),
    ],
)  # fmt: skip
def test_which_error(names: str, options: dict[str, str], expected: object, files: Files, home: Path) -> None:
    have(files, *names.split())
    for form in ("json", "token", "headers-json"):
        assert said(home, **options, format=form) == expected


def test_git_and_build_tools_are_told_nothing(files: Files, home: Path) -> None:
    have(files, "work", "other")
    for request in (f"url={MCP}/v1/mcp\n\n", f'{{"uri":"{MCP}/v1/mcp"}}'):
        asked = Asked(home, request.encode())
        assert (asked.get(), asked.lines, asked.warnings) == (4, [], [])


def test_the_profile_of_the_variables_is_one_of_them(files: Files, home: Path) -> None:
    have(files, "work")
    files(credentials=token("work", WORK, "made-up"))
    variables = {
        "HOME": str(home),
        "ATLA_INSTANCE": "https://third.atlassian.net",
        "ATLA_EMAIL": "bot@example.com",
        "ATLA_TOKEN": "made-up",
    }
    options = Namespace(url=MCP, profile=None)
    with pytest.raises(NoMatch, match="several profiles could be meant"):
        resolved(*call_for(options, World(Environment(variables))))
    options.url = "https://nobody.example"
    with pytest.raises(NoMatch, match="no profile answers"):
        resolved(*call_for(options, World(Environment(variables))))
