"""Which variables another program gets its credential from: a row for each program that `--as` knows.

Source: of each row, the program's own source or documentation, named beside it.
"""

from atla_credential.environment import AUTH, EMAIL, INSTANCE, NO_INPUT, PROFILE, TOKEN, TRACE
from atla_credential.formats.kind import (
    BITBUCKET_ACCESS,
    BITBUCKET_USER,
    CLOUD,
    GOVERNMENT,
    GOVERNMENT_SCOPED,
    GOVERNMENT_SERVICE,
    SCOPED,
    SERVER_TOKEN,
    SERVER_USER,
    SERVICE,
)
from atla_credential.formats.preset import Part, Preset
from atla_credential.places.instance import NPM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.formats.preset import Names

OWN = "none"


def pair(start: str, user: str, secret: str, **more: str) -> "Names":
    """Return variables for a user name and its token, and others, all with the same beginning."""
    return {**more, start + user: "{username}", start + secret: "{password}"}


def each(kinds: tuple[str, ...], names: "Names") -> "dict[str, Names]":
    """Return the same variables for several kinds of profiles."""
    return dict.fromkeys(kinds, names)


SITES = (CLOUD, GOVERNMENT)
SCOPES = (SCOPED, GOVERNMENT_SCOPED)
ROBOTS = (SERVICE, GOVERNMENT_SERVICE)
SERVERS = (SERVER_USER, SERVER_TOKEN)

JIRA_CLI = {"JIRA_SERVER": "{apiBaseUrl}", **pair("JIRA_", "LOGIN", "API_TOKEN", JIRA_AUTH_TYPE="basic")}
JIRA_CLI_BEARER = {"JIRA_SERVER": "{apiBaseUrl}", "JIRA_API_TOKEN": "{password}", "JIRA_AUTH_TYPE": "bearer"}
MCP_JIRA = pair("JIRA_", "USERNAME", "API_TOKEN", JIRA_URL="{apiBaseUrl}")
MCP_WIKI = pair("CONFLUENCE_", "USERNAME", "API_TOKEN", CONFLUENCE_URL="{apiBaseUrl}/wiki")
MCP_JIRA_SERVICE = {
    "JIRA_URL": "{apiBaseUrl}", "ATLASSIAN_OAUTH_ACCESS_TOKEN": "{password}", "ATLASSIAN_OAUTH_CLOUD_ID": "{cloudId}",
}  # fmt: skip
MCP_WIKI_SERVICE = {  # Confluence's own variable, as the other one is for both
    "CONFLUENCE_URL": "{apiBaseUrl}/wiki", "CONFLUENCE_OAUTH_ACCESS_TOKEN": "{password}",
    "ATLASSIAN_OAUTH_CLOUD_ID": "{cloudId}",
}  # fmt: skip
MCP_OFF = (
    "ATLASSIAN_OAUTH_*", "JIRA_OAUTH_*", "CONFLUENCE_OAUTH_*", "ATLASSIAN_EXTERNAL_AUTH_ENABLE",
    *(f"{product}_{kind}_TOKEN_COMMAND" for product in ("JIRA", "CONFLUENCE") for kind in ("API", "PERSONAL")),
)  # fmt: skip
BKT = pair("BKT_", "USERNAME", "TOKEN", BKT_AUTH_METHOD="basic")
BKT_BEARER = {"BKT_TOKEN": "{password}", "BKT_AUTH_METHOD": "bearer"}
CLOUD_HOST, SERVER_HOST = {"BKT_HOST": "https://bitbucket.org"}, {"BKT_HOST": "{apiBaseUrl}"}
RENOVATE = {"RENOVATE_PLATFORM": "bitbucket"}
RENOVATE_SERVER = {"RENOVATE_PLATFORM": "bitbucket-server", "RENOVATE_ENDPOINT": "{apiBaseUrl}"}
RENOVATE_USER, RENOVATE_TOKEN = pair("RENOVATE_", "USERNAME", "PASSWORD"), {"RENOVATE_TOKEN": "{password}"}
AASHARI = pair("ATLASSIAN_", "USER_EMAIL", "API_TOKEN")
MD2CONF = pair("CONFLUENCE_", "USER_NAME", "API_KEY", CONFLUENCE_DOMAIN="{host}", CONFLUENCE_PATH="/wiki/")
MD2CONF_GATEWAY = {"CONFLUENCE_API_URL": "{apiBaseUrl}/"}
ATLCLI = {"ATLCLI_SITE": "{apiBaseUrl}", "ATLCLI_BASE_URL": "{apiBaseUrl}", "ATLCLI_API_TOKEN": "{password}"}
# Every variable that makes a difference to a program which has the profiles of config.toml.
OURS = (*TOKEN, "ATLA_TOKEN_*", *PROFILE, *INSTANCE, *EMAIL, *AUTH, NO_INPUT, TRACE)

PRESETS = {
    # github.com/sooperset/mcp-atlassian: {jira,confluence}/config.py, utils/{oauth,environment,credential_command}.py
    "mcp-atlassian": Preset(
        Part(
            {
                **each((*SITES, *SCOPES, SERVER_USER), MCP_JIRA),
                SERVICE: MCP_JIRA_SERVICE,
                SERVER_TOKEN: {"JIRA_URL": "{apiBaseUrl}", "JIRA_PERSONAL_TOKEN": "{password}"},
            },
            "jira",
        ),
        Part(
            {
                **each((*SITES, *SCOPES), MCP_WIKI),
                SERVICE: MCP_WIKI_SERVICE,
                SERVER_USER: {**MCP_WIKI, "CONFLUENCE_URL": "{apiBaseUrl}"},
                SERVER_TOKEN: {"CONFLUENCE_URL": "{apiBaseUrl}", "CONFLUENCE_PERSONAL_TOKEN": "{password}"},
            },
            "confluence",
            alone=SERVERS,
        ),
        contrary=MCP_OFF,
    ),
    # github.com/ankitpokhrel/jira-cli: api/client.go, internal/cmd/root/root.go
    "jira-cli": Preset(
        Part(
            {
                **each((*SITES, *SCOPES, SERVER_USER), JIRA_CLI),
                **each((*ROBOTS, SERVER_TOKEN), JIRA_CLI_BEARER),
            },
            "jira",
        )
    ),
    # github.com/NeoHsu/atla: crates/atla-core/src/auth.rs reads the token; the profile is for calls of this program
    "atla": Preset(
        Part(each((*SITES, *SCOPES), {"ATLA_TOKEN": "{password}", "ATLA_PROFILE": "{profile}"}), stored=True),
        contrary=OURS,
    ),
    # github.com/BjoernSchotte/atlcli: reference/environment.md; wiki export takes either all of these or none
    "atlcli": Preset(
        Part(
            {
                **each(SITES, {**ATLCLI, "ATLCLI_EMAIL": "{username}"}),
                SERVER_TOKEN: {**ATLCLI, "ATLCLI_AUTH_TYPE": "bearer"},
            }
        ),
        contrary=OURS,
    ),
    # developer.atlassian.com: Forge, getting started, "Using environment variables to login"
    "forge": Preset(Part(each((CLOUD, SCOPED), pair("FORGE_", "EMAIL", "API_TOKEN")))),
    # github.com/avivsinai/bitbucket-cli: README.md, "Environment Variables"
    "bkt": Preset(
        Part(
            {
                BITBUCKET_USER: {**CLOUD_HOST, **BKT},
                BITBUCKET_ACCESS: {**CLOUD_HOST, **BKT_BEARER},
                SERVER_USER: {**SERVER_HOST, **BKT},
                SERVER_TOKEN: {**SERVER_HOST, **BKT_BEARER},
            },
            "bitbucket",
        )
    ),
    # github.com/aashari/mcp-server-atlassian-{jira,confluence,bitbucket}: src/utils/transport.util.ts, which adds
    # .atlassian.net itself
    "aashari": Preset(
        Part({CLOUD: {**AASHARI, "ATLASSIAN_SITE_NAME": "{site}"}, BITBUCKET_USER: AASHARI}),
        contrary=("ATLASSIAN_BITBUCKET_*",),
    ),
    # github.com/hunyadi/md2conf: md2conf/{environment,api_v2}.py. Without CONFLUENCE_API_URL it tries the token at
    # api.atlassian.com first, which is no place for one of the Government Cloud.
    "md2conf": Preset(
        Part(
            {
                CLOUD: MD2CONF,
                GOVERNMENT: {**MD2CONF, "CONFLUENCE_API_URL": "{apiBaseUrl}/wiki/"},
                **each(SCOPES, {**MD2CONF_GATEWAY, **pair("CONFLUENCE_", "USER_NAME", "API_KEY")}),
                **each(ROBOTS, {**MD2CONF_GATEWAY, "CONFLUENCE_API_KEY": "{password}"}),
            },
            "confluence",
        )
    ),
    # github.com/renovatebot/renovate: lib/modules/platform/{bitbucket,bitbucket-server}/index.ts
    "renovate": Preset(
        Part(
            {
                BITBUCKET_USER: {**RENOVATE, **RENOVATE_USER},
                BITBUCKET_ACCESS: {**RENOVATE, **RENOVATE_TOKEN},
                SERVER_USER: {**RENOVATE_SERVER, **RENOVATE_USER},
                SERVER_TOKEN: {**RENOVATE_SERVER, **RENOVATE_TOKEN},
            },
            "bitbucket",
        )
    ),
    # github.com/DrFaust92/terraform-provider-bitbucket: bitbucket/provider.go
    "terraform": Preset(
        Part({BITBUCKET_USER: pair("BITBUCKET_", "USERNAME", "PASSWORD")}, "bitbucket"),
        contrary=("BITBUCKET_OAUTH_*",),
    ),
    # support.atlassian.com/bitbucket-cloud/docs/working-with-the-npm-registry/: for an .npmrc that names them
    "npm": Preset(
        Part(
            {BITBUCKET_USER: {"ATLA_NPM_USERNAME": "{username}", "ATLA_NPM_PASSWORD_BASE64": "{passwordBase64}"}},
            place=NPM,
        )
    ),
    # maven.apache.org/settings.html: for a settings.xml that names them. Bitbucket's registries take the same accounts.
    "maven": Preset(Part({BITBUCKET_USER: pair("ATLA_MAVEN_", "USERNAME", "PASSWORD")}, place=NPM)),
}
NAMES = (OWN, *PRESETS)
