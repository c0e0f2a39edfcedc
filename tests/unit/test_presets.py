"""Which variables each program gets, of which profiles, and which are taken away."""

import pytest

from atla_credential.errors import CredentialError
from atla_credential.formats.presets import NAMES, PRESETS, changes, kind_of, main_base
from atla_credential.model import Credential, Profile, Resolution

WORK, SERVER, BITBUCKET = "https://work.atlassian.net", "https://dc.example.com/jira", "https://bitbucket.org"
GATEWAY = "https://api.atlassian.com/ex/jira/1"
EMAIL = "you@example.com"
PROFILES = {
    "cloud": Profile("cloud", WORK, EMAIL),
    "jira": Profile("jira", WORK, EMAIL, product="jira"),
    "wiki": Profile("wiki", WORK, EMAIL, product="confluence"),
    "scoped": Profile("scoped", WORK, EMAIL, cloud_id="1"),
    "address": Profile("address", GATEWAY, EMAIL),
    "robot": Profile("robot", WORK, auth="bearer", cloud_id="1"),
    "gov": Profile("gov", "https://work.atlassian-us-gov-mod.net", EMAIL),
    "user": Profile("user", SERVER, username="jdoe"),
    "pat": Profile("pat", SERVER, auth="bearer"),
    "git": Profile("git", BITBUCKET, EMAIL),
    "access": Profile("access", BITBUCKET, auth="bearer"),
}


def secret_of(name: str) -> str:
    """Return a token; at Bitbucket its beginning says how it is sent."""
    return "ATCTT-made-up" if name == "access" else "made-up"


def resolution(name: str, base: str | None = None) -> Resolution:
    profile = PROFILES[name]
    username = profile.username or profile.email or None
    return Resolution(profile, Credential(secret_of(name), username, profile.auth), "file", base or main_base(profile))


def made(preset: str, name: str) -> dict[str, str]:
    """Return the variables that are set, with "TOKEN" for the token."""
    found = changes(preset, resolution(name), None)
    assert list(found) == PRESETS[preset].variables()
    return {each: "TOKEN" if value == secret_of(name) else value for each, value in found.items() if value is not None}


JIRA = {"JIRA_URL": WORK, "JIRA_USERNAME": EMAIL, "JIRA_API_TOKEN": "TOKEN"}
WIKI = {"CONFLUENCE_URL": f"{WORK}/wiki", "CONFLUENCE_USERNAME": EMAIL, "CONFLUENCE_API_TOKEN": "TOKEN"}
CLI = {"JIRA_SERVER": WORK, "JIRA_LOGIN": EMAIL, "JIRA_API_TOKEN": "TOKEN", "JIRA_AUTH_TYPE": "basic"}
BEARER = {"JIRA_API_TOKEN": "TOKEN", "JIRA_AUTH_TYPE": "bearer"}
ROWS: list[tuple[str, str, dict[str, str]]] = [
    ("mcp-atlassian", "cloud", {**JIRA, **WIKI}),
    ("mcp-atlassian", "jira", JIRA),
    ("mcp-atlassian", "scoped", {**JIRA, "JIRA_URL": GATEWAY}),
    ("mcp-atlassian", "address", {**JIRA, "JIRA_URL": GATEWAY}),
    ("mcp-atlassian", "robot", {"JIRA_URL": GATEWAY, "ATLASSIAN_OAUTH_ACCESS_TOKEN": "TOKEN", "ATLASSIAN_OAUTH_CLOUD_ID": "1"}),
    ("mcp-atlassian", "user", {**JIRA, "JIRA_URL": SERVER, "JIRA_USERNAME": "jdoe"}),
    ("mcp-atlassian", "pat", {"JIRA_URL": SERVER, "JIRA_PERSONAL_TOKEN": "TOKEN"}),
    ("jira-cli", "cloud", CLI),
    ("jira-cli", "gov", {**CLI, "JIRA_SERVER": "https://work.atlassian-us-gov-mod.net"}),
    ("jira-cli", "scoped", {**CLI, "JIRA_SERVER": GATEWAY}),
    ("jira-cli", "robot", {**BEARER, "JIRA_SERVER": GATEWAY}),
    ("jira-cli", "pat", {**BEARER, "JIRA_SERVER": SERVER}),
    ("forge", "cloud", {"FORGE_EMAIL": EMAIL, "FORGE_API_TOKEN": "TOKEN"}),
    ("bkt", "git", {"BKT_HOST": BITBUCKET, "BKT_USERNAME": EMAIL, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "basic"}),
    ("bkt", "access", {"BKT_HOST": BITBUCKET, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "bearer"}),
    ("bkt", "pat", {"BKT_HOST": SERVER, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "bearer"}),
    ("aashari", "cloud", {"ATLASSIAN_SITE_NAME": "work", "ATLASSIAN_USER_EMAIL": EMAIL, "ATLASSIAN_API_TOKEN": "TOKEN"}),
    ("md2conf", "wiki", {"CONFLUENCE_DOMAIN": "work.atlassian.net", "CONFLUENCE_PATH": "/wiki/", "CONFLUENCE_USER_NAME": EMAIL, "CONFLUENCE_API_KEY": "TOKEN"}),
    ("renovate", "pat", {"RENOVATE_PLATFORM": "bitbucket-server", "RENOVATE_ENDPOINT": SERVER, "RENOVATE_TOKEN": "TOKEN"}),
    ("terraform", "git", {"BITBUCKET_USERNAME": EMAIL, "BITBUCKET_PASSWORD": "TOKEN"}),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "name", "wanted"), ROWS)
def test_row(preset: str, name: str, wanted: dict[str, str]) -> None:
    assert made(preset, name) == wanted


def test_every_preset_has_a_row_here() -> None:
    assert {row[0] for row in ROWS} == set(PRESETS) == set(NAMES) - {"none"}


@pytest.mark.parametrize(
    ("preset", "name", "stale"),
    [
        ("mcp-atlassian", "cloud", {"JIRA_PERSONAL_TOKEN", "CONFLUENCE_PERSONAL_TOKEN", "ATLASSIAN_OAUTH_ENABLE"}),
        ("mcp-atlassian", "jira", {"CONFLUENCE_URL", "CONFLUENCE_API_TOKEN"}),
        ("mcp-atlassian", "pat", {"JIRA_API_TOKEN", "JIRA_USERNAME", "JIRA_OAUTH_ACCESS_TOKEN", "CONFLUENCE_URL"}),
        ("mcp-atlassian", "robot", {"JIRA_API_TOKEN", "JIRA_OAUTH_ACCESS_TOKEN", "ATLASSIAN_OAUTH_CLIENT_ID"}),
        ("jira-cli", "pat", {"JIRA_LOGIN"}),
        ("bkt", "pat", {"BKT_USERNAME"}),
        ("md2conf", "cloud", {"CONFLUENCE_API_URL"}),
        ("renovate", "pat", {"RENOVATE_USERNAME", "RENOVATE_PASSWORD"}),
        ("terraform", "git", {"BITBUCKET_OAUTH_TOKEN"}),
    ],
)
def test_what_would_come_before_is_removed(preset: str, name: str, stale: set[str]) -> None:
    found = changes(preset, resolution(name), None)
    assert stale <= {each for each, value in found.items() if value is None}


@pytest.mark.parametrize(
    ("preset", "name", "hint"),
    [
        ("terraform", "cloud", 'it could use profile "git"'),
        ("terraform", "access", 'it could use profile "git"'),
        ("aashari", "gov", 'it could use profile "cloud" or "jira" or "wiki"'),
        ("aashari", "scoped", 'it could use profile "cloud" or "jira" or "wiki"'),
        ("md2conf", "jira", 'it could use profile "cloud" or "wiki" or "gov"'),
        ("forge", "robot", 'it could use profile "cloud" or "jira" or "wiki" or "scoped" or "address"'),
        ("renovate", "git", 'it could use profile "user" or "pat"'),
    ],
)
def test_a_profile_that_is_of_no_use(preset: str, name: str, hint: str) -> None:
    with pytest.raises(CredentialError, match=f'{preset} cannot use profile "{name}"') as caught:
        changes(preset, resolution(name), None, PROFILES.values())
    assert (caught.value.exit_code, caught.value.hints) == (1, (hint,))
    with pytest.raises(CredentialError) as caught:
        changes(preset, resolution(name), None)
    assert caught.value.hints[0].startswith("it could use one for ")


def test_the_gateway_of_confluence_is_for_none() -> None:
    assert kind_of(PROFILES["scoped"], "https://api.atlassian.com/ex/confluence/1", "basic") is None
    with pytest.raises(CredentialError):
        changes("jira-cli", resolution("scoped", "https://api.atlassian.com/ex/confluence/1"), None)


@pytest.mark.parametrize("preset", NAMES)
def test_a_value_is_set_as_it_is(preset: str) -> None:
    """Braces in it are none of the table's; a line end is never handed out."""
    name = next((row[1] for row in ROWS if row[0] == preset), "cloud")
    found = resolution(name)
    found.credential = Credential("{password}%s$x", "{host}", found.profile.auth)
    values = changes(preset, found, None).values()
    assert "{password}%s$x" in values
    found.credential = Credential("made\nup", "you", found.profile.auth)
    with pytest.raises(CredentialError, match="has a control character"):
        changes(preset, found, None)
