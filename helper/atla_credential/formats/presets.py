"""Which variables another program gets its credential from: a row for each program that `exec --as` knows.

Source: of each row, the program's own source or documentation, named beside it.
"""

from typing import NamedTuple

from atla_credential.errors import CredentialError
from atla_credential.formats.env import VARIABLES
from atla_credential.formats.json import answer
from atla_credential.places.instance import BITBUCKET, GATEWAYS, GOVERNMENT_SUFFIX, is_cloud, parse_instance
from atla_credential.places.table import places
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from atla_credential.model import Profile, Query, Resolution

    Names = dict[str, str]  # of variables, with what they are set to: braces hold a key of `values_of`

OWN = "none"
# The kinds of profiles: where their tokens work, and with which scheme.
CLOUD, SCOPED, SERVICE = "a Cloud site", "a Cloud site, with a token that has scopes", "a service account"
GOVERNMENT = "a site of the Government Cloud"
BITBUCKET_USER, BITBUCKET_ACCESS = "Bitbucket Cloud, with an API token", "Bitbucket Cloud, with an access token"
SERVER_USER, SERVER_TOKEN = "a Data Center, with a user name", "a Data Center, with a personal access token"


class Preset(NamedTuple):
    """What one program reads.

    Args:
        names: of each kind of profile that it can use, the variables that are set.
        product: the one that it talks to; None for several.
        contrary: what would come before them, beside the variables of other kinds.
    """

    names: "dict[str, Names]"
    product: str | None = None
    contrary: tuple[str, ...] = ()

    def variables(self) -> list[str]:
        """Return the names of all variables that it sets or removes."""
        return list(dict.fromkeys([*(name for row in self.names.values() for name in row), *self.contrary]))

    def serves(self, profile: "Profile", kind: str | None) -> bool:
        """Tell whether the program can use a profile's credential."""
        return kind in self.names and (self.product is None or profile.product in (None, self.product))


def pair(start: str, user: str, secret: str, **more: str) -> "Names":
    """Return variables for a user name and its token, and others, all with the same beginning."""
    return {**more, start + user: "{username}", start + secret: "{password}"}


JIRA_CLI = {"JIRA_SERVER": "{apiBaseUrl}", **pair("JIRA_", "LOGIN", "API_TOKEN", JIRA_AUTH_TYPE="basic")}
JIRA_CLI_BEARER = {"JIRA_SERVER": "{apiBaseUrl}", "JIRA_API_TOKEN": "{password}", "JIRA_AUTH_TYPE": "bearer"}
MCP_JIRA = pair("JIRA_", "USERNAME", "API_TOKEN", JIRA_URL="{apiBaseUrl}")
MCP_WIKI = pair("CONFLUENCE_", "USERNAME", "API_TOKEN", CONFLUENCE_URL="{apiBaseUrl}/wiki")
MCP_SERVICE = {
    "JIRA_URL": "{apiBaseUrl}",
    "ATLASSIAN_OAUTH_ACCESS_TOKEN": "{password}",
    "ATLASSIAN_OAUTH_CLOUD_ID": "{cloudId}",
}
MCP_OAUTH = ("ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "SCOPE")
MCP_OFF = (
    *(f"{start}_OAUTH_{each}" for start in ("ATLASSIAN", "JIRA", "CONFLUENCE") for each in MCP_OAUTH),
    "ATLASSIAN_OAUTH_CLOUD_ID", "ATLASSIAN_OAUTH_ENABLE", "CONFLUENCE_PERSONAL_TOKEN",
)  # fmt: skip
BKT = pair("BKT_", "USERNAME", "TOKEN", BKT_AUTH_METHOD="basic")
BKT_BEARER = {"BKT_TOKEN": "{password}", "BKT_AUTH_METHOD": "bearer"}
CLOUD_HOST = {"BKT_HOST": "https://bitbucket.org"}
SERVER_HOST = {"BKT_HOST": "{apiBaseUrl}"}
RENOVATE = {"RENOVATE_PLATFORM": "bitbucket-server", "RENOVATE_ENDPOINT": "{apiBaseUrl}"}
FORGE = pair("FORGE_", "EMAIL", "API_TOKEN")
WIKI = pair("CONFLUENCE_", "USER_NAME", "API_KEY", CONFLUENCE_DOMAIN="{host}", CONFLUENCE_PATH="/wiki/")

PRESETS = {
    # github.com/sooperset/mcp-atlassian: jira/config.py, confluence/config.py, utils/oauth.py
    "mcp-atlassian": Preset(
        {
            CLOUD: {**MCP_JIRA, **MCP_WIKI},
            GOVERNMENT: {**MCP_JIRA, **MCP_WIKI},
            SCOPED: MCP_JIRA,
            SERVICE: MCP_SERVICE,
            SERVER_USER: MCP_JIRA,
            SERVER_TOKEN: {"JIRA_URL": "{apiBaseUrl}", "JIRA_PERSONAL_TOKEN": "{password}"},
        },
        "jira",
        MCP_OFF,
    ),
    # github.com/ankitpokhrel/jira-cli: api/client.go, internal/cmd/root/root.go
    "jira-cli": Preset(
        {
            CLOUD: JIRA_CLI,
            GOVERNMENT: JIRA_CLI,
            SCOPED: JIRA_CLI,
            SERVER_USER: JIRA_CLI,
            SERVICE: JIRA_CLI_BEARER,
            SERVER_TOKEN: JIRA_CLI_BEARER,
        },
        "jira",
    ),
    # developer.atlassian.com: Forge, getting started, "Using environment variables to login"
    "forge": Preset({CLOUD: FORGE, SCOPED: FORGE}),
    # github.com/avivsinai/bitbucket-cli: README.md, "Environment Variables"
    "bkt": Preset(
        {
            BITBUCKET_USER: {**CLOUD_HOST, **BKT},
            BITBUCKET_ACCESS: {**CLOUD_HOST, **BKT_BEARER},
            SERVER_USER: {**SERVER_HOST, **BKT},
            SERVER_TOKEN: {**SERVER_HOST, **BKT_BEARER},
        },
        "bitbucket",
    ),
    # github.com/aashari/mcp-server-atlassian-jira: src/utils/transport.util.ts, which adds .atlassian.net itself
    "aashari": Preset({CLOUD: pair("ATLASSIAN_", "USER_EMAIL", "API_TOKEN", ATLASSIAN_SITE_NAME="{name}")}),
    # github.com/hunyadi/md2conf: md2conf/environment.py
    "md2conf": Preset({CLOUD: WIKI, GOVERNMENT: WIKI}, "confluence", ("CONFLUENCE_API_URL",)),
    # github.com/renovatebot/renovate: lib/modules/platform/bitbucket-server/readme.md
    "renovate": Preset(
        {
            SERVER_USER: {**RENOVATE, **pair("RENOVATE_", "USERNAME", "PASSWORD")},
            SERVER_TOKEN: {**RENOVATE, "RENOVATE_TOKEN": "{password}"},
        },
        "bitbucket",
    ),
    # github.com/DrFaust92/terraform-provider-bitbucket: bitbucket/provider.go
    "terraform": Preset(
        {BITBUCKET_USER: pair("BITBUCKET_", "USERNAME", "PASSWORD")}, "bitbucket", ("BITBUCKET_OAUTH_TOKEN",)
    ),
}
NAMES = (OWN, *PRESETS)


def changes(
    preset: str, resolution: "Resolution", query: "Query | None", others: "Iterable[Profile]" = ()
) -> dict[str, str | None]:
    """Return the variables of a preset with their values, None for one that is to be removed.

    Args:
        others: the profiles among which there may be one that serves.

    Raises what `json.answer` does, and CredentialError for a value that cannot be handed out or a profile of no use.
    """
    values = {key: None if value is None else str(value) for key, value in answer(resolution, query).items()}
    for key in set(VARIABLES.values()):
        check_value(key, values[key] or "")
    if preset == OWN:
        return {variable: values[key] for variable, key in VARIABLES.items()}
    row, profile = PRESETS[preset], resolution.profile
    kind = kind_of(profile, resolution.api_base_url, values["authType"])
    if kind is None or not row.serves(profile, kind):
        raise useless(preset, profile, others)
    host = resolution.api_base_url.partition("://")[2].partition("/")[0]
    known = {**values, "host": host, "name": host.removesuffix(".atlassian.net")}
    known["cloudId"] = resolution.api_base_url.rpartition("/")[2]  # where that is the gateway's
    made = {name: text.format_map(known) for name, text in row.names[kind].items()}
    if profile.product == "jira":  # whose token is for nothing else
        made = {name: value for name, value in made.items() if not name.startswith("CONFLUENCE_")}
    return {name: made.get(name) for name in row.variables()}


def kind_of(profile: "Profile", base: str, auth: str | None) -> str | None:
    """Return what kind a profile is of, from where its token works and how; None for one that no program takes."""
    parsed = parse_instance(profile.instance)
    if parsed is None or "/ex/confluence/" in base:
        return None
    origin, is_basic = parsed[0], auth == "basic"
    if origin == BITBUCKET:
        return BITBUCKET_USER if is_basic else BITBUCKET_ACCESS
    if not is_cloud(origin) and origin not in GATEWAYS:
        return SERVER_USER if is_basic else SERVER_TOKEN
    if not is_basic:
        return SERVICE
    if "/ex/jira/" in base:
        return SCOPED
    return GOVERNMENT if origin[1].endswith(GOVERNMENT_SUFFIX) else CLOUD


def useless(preset: str, profile: "Profile", others: "Iterable[Profile]") -> CredentialError:
    """Say that a program cannot use a profile, and which one it could, or of which kind that would have to be."""
    row = PRESETS[preset]
    able = [f'"{each.name}"' for each in others if row.serves(each, kind_of(each, main_base(each), each.auth))]
    could = f"profile {' or '.join(able)}" if able else f"one for {'; '.join(row.names)}"
    return CredentialError(f'{preset} cannot use profile "{profile.name}"', f"it could use {could}")


def main_base(profile: "Profile") -> str:
    """Return where a profile's REST calls go, "" where it answers nowhere."""
    place = next(iter(places(profile)), None)
    return place.api_base_url if place else ""
