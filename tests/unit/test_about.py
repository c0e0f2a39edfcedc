"""What rules and sources say they saw, where a session does not show it: one row each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer import rules, sources
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.report.words import line_of
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from

Files = Callable[..., Path]

WORK, HOME, BITBUCKET = "https://work.atlassian.net", "https://home.atlassian.net", "https://bitbucket.org"
CONFIG = (
    profile("work", WORK)
    + profile("w.ork", WORK, "me@example.com")
    + profile("taken", HOME)
    + profile("w-ork", HOME)
    + profile("bb", BITBUCKET)
    + profile("odd", "https://you:made-up@odd.example.com")
)
HELPER = '[profiles.taken]\nadopted = true\n[profiles.w-ork]\nadopted = true\n[profiles.bb]\nusername = "jdoe"\n'
CREDENTIALS = "".join(token(name, HOME, "made-up") for name in ("taken", "w-ork"))
T = "made-up"


@pytest.mark.parametrize(
    ("entry", "url", "name", "variables", "outcome"),
    [
        pytest.param(
            sources.source_variable, HOME, None, {"ATLA_API_TOKEN": T},
            "ATLA_API_TOKEN is set, but not meant for an adopted profile that nobody chose", id="adopted",
        ),
        pytest.param(
            sources.source_variable, WORK, None, {"ATLA_TOKEN": T, "ATLCLI_EMAIL": "x@example.com"},
            "ATLA_TOKEN is set, but meant for the account of ATLCLI_EMAIL", id="of another account",
        ),
        pytest.param(
            sources.source_variable, WORK, None, {"ATLCLI_API_TOKEN": T, "ATLCLI_SITE": HOME},
            "ATLCLI_API_TOKEN is set, but meant for ATLCLI_SITE", id="of another site",
        ),
        pytest.param(
            sources.source_profile_variable, HOME, "w-ork", {"ATLA_TOKEN__W_ORK": T},
            "ATLA_TOKEN__W_ORK is set, but meant for a profile that was not adopted", id="its namesake was not adopted",
        ),
        pytest.param(
            sources.source_profile_variable, WORK, None,
            {"ATLA_INSTANCE": WORK, "ATLA_EMAIL": "x@example.com", "ATLA_TOKEN": T, "ATLA_TOKEN__WORK": T},
            'ATLA_TOKEN__WORK is set, but meant for profile "work"', id="a stored one's of the same name",
        ),
        pytest.param(
            sources.source_own_store, WORK, None, {"ATLA_INSTANCE": WORK, "ATLA_EMAIL": "x@example.com"},
            'nothing in the file for "w.ork|me@example.com|https://work.atlassian.net"', id="nothing stored",
        ),
        pytest.param(rules.rule_option, WORK, "bb", {},
            'profile "bb" is not for this address: it is for https://bitbucket.org', id="--profile for elsewhere"),
        pytest.param(rules.rule_atla_profile, f"{HOME}/x", "bb", {"ATLA_PROFILE": "work"}, "--profile was given", id="--profile"),
        pytest.param(rules.rule_atla_profile, WORK, None, {"ATLA_PROFILE": "odd"},
            'profile "odd" is not for this address: its instance is not an address that can be requested', id="no instance"),
        pytest.param(rules.rule_atla_profile, WORK, None, {"ATLA_PROFILE": "ci", "ATLA_INSTANCE": WORK},
            'profile "ci" is made of variables alone', id="the variables' name"),
        pytest.param(rules.rule_variables, WORK, None, {"ATLA_INSTANCE": "https://work.atlassian.net:8443"},
            "not for this address: it is for port 8443 only", id="another port"),
        pytest.param(rules.rule_variables, WORK, None, {"ATLCLI_SITE": HOME, "ATLA_PROFILE": "work"},
            "not for this address: it is for https://home.atlassian.net", id="another host"),
        pytest.param(rules.rule_variables, WORK, "work", {"ATLA_INSTANCE": WORK, "ATLA_PROFILE": "ci"},
            "not asked, because --profile names another one", id="another one asked for"),
        pytest.param(rules.rule_variables, WORK, "w.ork", {"ATLA_INSTANCE": WORK, "ATLA_PROFILE": "w.ork"},
            "not asked, because --profile names a stored one", id="a stored one asked for"),
        pytest.param(
            sources.source_variable, WORK, "w.ork", {"ATLA_TOKEN": T, "ATLCLI_SITE": WORK},
            "ATLA_TOKEN is set, but meant for the account of ATLCLI_SITE, and --profile does not move it", id="not moved",
        ),
    ],
)  # fmt: skip
def test_what_was_seen(
    entry: Callable[..., object],
    url: str,
    name: str | None,
    variables: dict[str, str],
    outcome: str,
    files: Files,
    home: Path,
) -> None:
    files(
        config='[default]\nprofile = "bb"\n' + CONFIG,
        helper=HELPER,
        credentials=CREDENTIALS + token("bb", BITBUCKET, "made-up"),
    )
    message = Message()
    add_url(message, url)
    lines: list[str] = []
    search = Search(
        World(Environment({"HOME": str(home), **variables})),
        query_from(message),
        name,
        lambda *step: lines.append(line_of(*step)),
    )
    try:
        rules.resolve(search, lambda _: None)
    except CredentialError as error:
        lines.append(error.message)
    assert f"{(entry.__doc__ or '').removesuffix('.')} -> {outcome}" in lines
    assert "made-up" not in "".join(lines)
