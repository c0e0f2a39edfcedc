"""Which variables each program gets, of which profiles, and which are taken away."""

from base64 import b64encode

import pytest

from atla_credential.errors import CredentialError
from atla_credential.formats.kind import SCOPED, is_same_site, kind_of, main_base, product_of
from atla_credential.formats.preset import Offer, useless
from atla_credential.formats.presets import NAMES, PRESETS
from atla_credential.model import Credential, Profile, Query, Resolution

WORK, SERVER, BITBUCKET = "https://work.atlassian.net", "https://dc.example.com/jira", "https://bitbucket.org"
GOVERNMENT, GOVERNMENT_GATEWAY = "https://work.atlassian-us-gov-mod.net", "https://api.atlassian-us-gov-mod.com/ex"
GATEWAY, WIKI_GATEWAY = "https://api.atlassian.com/ex/jira/1", "https://api.atlassian.com/ex/confluence/1"
EMAIL = "you@example.com"
PROFILES = {
    "cloud": Profile("cloud", WORK, EMAIL, "file"),
    "jira": Profile("jira", WORK, EMAIL, "file", product="jira"),
    "wiki": Profile("wiki", WORK, EMAIL, "file", product="confluence"),
    "scoped": Profile("scoped", WORK, EMAIL, "file", cloud_id="1"),
    "scoped-wiki": Profile("scoped-wiki", WORK, EMAIL, "file", cloud_id="1", product="confluence"),
    "address": Profile("address", GATEWAY, EMAIL, "file"),
    "wiki-address": Profile("wiki-address", WIKI_GATEWAY, EMAIL, "file"),
    "robot": Profile("robot", WORK, "", "file", auth="bearer", cloud_id="1"),
    "robot-wiki": Profile("robot-wiki", WORK, "", "file", auth="bearer", cloud_id="1", product="confluence"),
    "bare": Profile("bare", WORK, "", "file", auth="bearer"),
    "gov": Profile("gov", GOVERNMENT, EMAIL, "file"),
    "gov-scoped": Profile("gov-scoped", GOVERNMENT, EMAIL, "file", cloud_id="1"),
    "gov-robot": Profile("gov-robot", GOVERNMENT, "", "file", auth="bearer", cloud_id="1"),
    "gov-robot-wiki": Profile(
        "gov-robot-wiki", GOVERNMENT, "", "file", auth="bearer", cloud_id="1", product="confluence"
    ),
    "user": Profile("user", SERVER, "", "file", username="jdoe"),
    "pat": Profile("pat", SERVER, "", "file", auth="bearer"),
    "user-wiki": Profile("user-wiki", SERVER, "", "file", username="jdoe", product="confluence"),
    "pat-wiki": Profile("pat-wiki", SERVER, "", "file", auth="bearer", product="confluence"),
    "git": Profile("git", BITBUCKET, EMAIL, "file"),
    "git-only": Profile("git-only", BITBUCKET, EMAIL, "file", product="bitbucket"),
    "access": Profile("access", BITBUCKET, "", "file", auth="bearer"),
    "team": Profile("team", f"{BITBUCKET}/team", EMAIL, "file"),
    "variables": Profile("variables", WORK, EMAIL),
}


def secret_of(name: str) -> str:
    """Return a token; at Bitbucket its beginning says how it is sent."""
    return f"{'ATCTT' if name == 'access' else ''}made-up-{name}"


def resolution(name: str, base: str | None = None) -> Resolution:
    profile = PROFILES[name]
    username = profile.username or profile.email or None
    return Resolution(profile, Credential(secret_of(name), username, profile.auth), "file", base or main_base(profile))


def offer(name: str, base: str | None = None) -> Offer:
    return Offer.answering(resolution(name, base), None)


def made(preset: str, *names: str) -> dict[str, str]:
    """Return the variables that are set, with "TOKEN" for the token, and "OTHER" for the second profile's."""
    found = PRESETS[preset].changes([offer(name) for name in names])
    assert list(found) == [each for each in PRESETS[preset].variables() if not each.endswith("*")]
    tokens = dict(zip(map(secret_of, names), ("TOKEN", "OTHER"), strict=False))
    return {each: tokens.get(value, value) for each, value in found.items() if value is not None}


def at(place: str, text: str = "") -> dict[str, str]:
    """Return the variables of mcp-atlassian for one product, with a user name and a token."""
    return {f"{place}_USERNAME": EMAIL, f"{place}_API_TOKEN": text or "TOKEN"}


JIRA, WIKI = {"JIRA_URL": WORK, **at("JIRA")}, {"CONFLUENCE_URL": f"{WORK}/wiki", **at("CONFLUENCE")}
OAUTH = {"JIRA_URL": GATEWAY, "ATLASSIAN_OAUTH_ACCESS_TOKEN": "TOKEN", "ATLASSIAN_OAUTH_CLOUD_ID": "1"}
WIKI_OAUTH = {
    "CONFLUENCE_URL": f"{WIKI_GATEWAY}/wiki",
    "CONFLUENCE_OAUTH_ACCESS_TOKEN": "TOKEN",
    "ATLASSIAN_OAUTH_CLOUD_ID": "1",
}
CLI = {"JIRA_SERVER": WORK, "JIRA_LOGIN": EMAIL, "JIRA_API_TOKEN": "TOKEN", "JIRA_AUTH_TYPE": "basic"}
BEARER = {"JIRA_API_TOKEN": "TOKEN", "JIRA_AUTH_TYPE": "bearer"}
MD2CONF = {"CONFLUENCE_USER_NAME": EMAIL, "CONFLUENCE_API_KEY": "TOKEN"}
AT_SITE = {"CONFLUENCE_DOMAIN": "work.atlassian.net", "CONFLUENCE_PATH": "/wiki/"}
AASHARI = {"ATLASSIAN_USER_EMAIL": EMAIL, "ATLASSIAN_API_TOKEN": "TOKEN"}
ATLCLI = {"ATLCLI_SITE": WORK, "ATLCLI_BASE_URL": WORK, "ATLCLI_EMAIL": EMAIL, "ATLCLI_API_TOKEN": "TOKEN"}
NPM = {"ATLA_NPM_USERNAME": EMAIL, "ATLA_NPM_PASSWORD_BASE64": b64encode(b"made-up-git").decode()}
AT_BITBUCKET = ("bkt", "renovate", "terraform", "npm", "maven")
ROWS: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
    ("mcp-atlassian", ("cloud",), {**JIRA, **WIKI}),
    ("mcp-atlassian", ("variables",), {**JIRA, **WIKI}),
    ("mcp-atlassian", ("jira",), JIRA),
    ("mcp-atlassian", ("wiki",), WIKI),
    ("mcp-atlassian", ("scoped",), {**JIRA, "JIRA_URL": GATEWAY}),
    ("mcp-atlassian", ("address",), {**JIRA, "JIRA_URL": GATEWAY}),
    ("mcp-atlassian", ("scoped-wiki",), {**WIKI, "CONFLUENCE_URL": f"{WIKI_GATEWAY}/wiki"}),
    ("mcp-atlassian", ("cloud", "wiki"), {**JIRA, **WIKI, **at("CONFLUENCE", "OTHER")}),
    ("mcp-atlassian", ("jira", "wiki"), {**JIRA, **WIKI, **at("CONFLUENCE", "OTHER")}),
    ("mcp-atlassian", ("wiki", "jira"), {**JIRA, **at("JIRA", "OTHER"), **WIKI}),
    ("mcp-atlassian", ("scoped", "scoped-wiki"), {**JIRA, "JIRA_URL": GATEWAY, "CONFLUENCE_URL": f"{WIKI_GATEWAY}/wiki", **at("CONFLUENCE", "OTHER")}),
    ("mcp-atlassian", ("robot",), OAUTH),
    ("mcp-atlassian", ("robot-wiki",), WIKI_OAUTH),
    ("mcp-atlassian", ("robot", "robot-wiki"), {**OAUTH, **WIKI_OAUTH, "CONFLUENCE_OAUTH_ACCESS_TOKEN": "OTHER"}),
    ("mcp-atlassian", ("gov",), {"JIRA_URL": GOVERNMENT, **at("JIRA"), "CONFLUENCE_URL": f"{GOVERNMENT}/wiki", **at("CONFLUENCE")}),
    ("mcp-atlassian", ("gov-scoped",), {**JIRA, "JIRA_URL": f"{GOVERNMENT_GATEWAY}/jira/1"}),
    ("mcp-atlassian", ("user",), {**JIRA, "JIRA_URL": SERVER, "JIRA_USERNAME": "jdoe"}),
    ("mcp-atlassian", ("pat",), {"JIRA_URL": SERVER, "JIRA_PERSONAL_TOKEN": "TOKEN"}),
    ("mcp-atlassian", ("user-wiki",), {**WIKI, "CONFLUENCE_URL": SERVER, "CONFLUENCE_USERNAME": "jdoe"}),
    ("mcp-atlassian", ("pat-wiki",), {"CONFLUENCE_URL": SERVER, "CONFLUENCE_PERSONAL_TOKEN": "TOKEN"}),
    ("jira-cli", ("cloud",), CLI),
    ("jira-cli", ("gov",), {**CLI, "JIRA_SERVER": GOVERNMENT}),
    ("jira-cli", ("scoped",), {**CLI, "JIRA_SERVER": GATEWAY}),
    ("jira-cli", ("robot",), {**BEARER, "JIRA_SERVER": GATEWAY}),
    ("jira-cli", ("gov-robot",), {**BEARER, "JIRA_SERVER": f"{GOVERNMENT_GATEWAY}/jira/1"}),
    ("jira-cli", ("pat",), {**BEARER, "JIRA_SERVER": SERVER}),
    ("atla", ("cloud",), {"ATLA_TOKEN": "TOKEN", "ATLA_PROFILE": "cloud"}),
    ("atla", ("scoped-wiki",), {"ATLA_TOKEN": "TOKEN", "ATLA_PROFILE": "scoped-wiki"}),
    ("atlcli", ("cloud",), ATLCLI),
    ("atlcli", ("variables",), ATLCLI),
    ("atlcli", ("pat",), {"ATLCLI_SITE": SERVER, "ATLCLI_BASE_URL": SERVER, "ATLCLI_AUTH_TYPE": "bearer", "ATLCLI_API_TOKEN": "TOKEN"}),
    ("forge", ("cloud",), {"FORGE_EMAIL": EMAIL, "FORGE_API_TOKEN": "TOKEN"}),
    ("bkt", ("git",), {"BKT_HOST": BITBUCKET, "BKT_USERNAME": EMAIL, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "basic"}),
    ("bkt", ("access",), {"BKT_HOST": BITBUCKET, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "bearer"}),
    ("bkt", ("pat",), {"BKT_HOST": SERVER, "BKT_TOKEN": "TOKEN", "BKT_AUTH_METHOD": "bearer"}),
    ("aashari", ("cloud",), {"ATLASSIAN_SITE_NAME": "work", **AASHARI}),
    ("aashari", ("git",), AASHARI),
    ("md2conf", ("wiki",), {**AT_SITE, **MD2CONF}),
    ("md2conf", ("gov",), {"CONFLUENCE_DOMAIN": "work.atlassian-us-gov-mod.net", "CONFLUENCE_PATH": "/wiki/", "CONFLUENCE_API_URL": f"{GOVERNMENT}/wiki/", **MD2CONF}),
    ("md2conf", ("scoped-wiki",), {"CONFLUENCE_API_URL": f"{WIKI_GATEWAY}/", **MD2CONF}),
    ("md2conf", ("robot-wiki",), {"CONFLUENCE_API_URL": f"{WIKI_GATEWAY}/", "CONFLUENCE_API_KEY": "TOKEN"}),
    ("md2conf", ("gov-robot-wiki",), {"CONFLUENCE_API_URL": f"{GOVERNMENT_GATEWAY}/confluence/1/", "CONFLUENCE_API_KEY": "TOKEN"}),
    ("renovate", ("git",), {"RENOVATE_PLATFORM": "bitbucket", "RENOVATE_USERNAME": EMAIL, "RENOVATE_PASSWORD": "TOKEN"}),
    ("renovate", ("access",), {"RENOVATE_PLATFORM": "bitbucket", "RENOVATE_TOKEN": "TOKEN"}),
    ("renovate", ("pat",), {"RENOVATE_PLATFORM": "bitbucket-server", "RENOVATE_ENDPOINT": SERVER, "RENOVATE_TOKEN": "TOKEN"}),
    ("terraform", ("git",), {"BITBUCKET_USERNAME": EMAIL, "BITBUCKET_PASSWORD": "TOKEN"}),
    ("npm", ("git",), NPM),
    ("maven", ("git",), {"ATLA_MAVEN_USERNAME": EMAIL, "ATLA_MAVEN_PASSWORD": "TOKEN"}),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "names", "wanted"), ROWS)
def test_row(preset: str, names: tuple[str, ...], wanted: dict[str, str]) -> None:
    assert made(preset, *names) == wanted


def test_every_preset_has_a_row_here() -> None:
    assert {row[0] for row in ROWS} == set(PRESETS) == set(NAMES) - {"none"}


CREDENTIALS_OF_ATLA = {"ATLA_API_TOKEN", "ATLA_INSTANCE", "ATLA_EMAIL", "ATLA_AUTH", "ATLCLI_API_TOKEN", "ATLCLI_PROFILE", "ATLCLI_SITE", "ATLCLI_EMAIL"}  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "name", "stale"),
    [
        ("mcp-atlassian", "cloud", {"JIRA_PERSONAL_TOKEN", "CONFLUENCE_PERSONAL_TOKEN", "ATLASSIAN_OAUTH_ENABLE", "ATLASSIAN_EXTERNAL_AUTH_ENABLE"}),
        ("mcp-atlassian", "jira", {"CONFLUENCE_URL", "CONFLUENCE_API_TOKEN"}),
        ("mcp-atlassian", "wiki", {"JIRA_URL", "JIRA_API_TOKEN", "JIRA_USERNAME"}),
        ("mcp-atlassian", "pat", {"JIRA_API_TOKEN", "JIRA_USERNAME", "JIRA_OAUTH_ACCESS_TOKEN", "CONFLUENCE_URL"}),
        ("mcp-atlassian", "user", {"JIRA_PERSONAL_TOKEN_COMMAND", "JIRA_PERSONAL_TOKEN", "CONFLUENCE_URL"}),
        ("mcp-atlassian", "robot", {"JIRA_API_TOKEN", "JIRA_OAUTH_ACCESS_TOKEN", "ATLASSIAN_OAUTH_CLIENT_ID", "ATLASSIAN_OAUTH_PROXY_ENABLE"}),
        ("jira-cli", "pat", {"JIRA_LOGIN"}),
        ("atla", "cloud", {*CREDENTIALS_OF_ATLA, "ATLA_TOKEN__CLOUD", "ATLA_TOKEN_FILE", "ATLA_TOKEN_FILE__CLOUD"}),
        ("atlcli", "cloud", {*CREDENTIALS_OF_ATLA, "ATLA_TOKEN", "ATLA_PROFILE", "ATLA_TOKEN__WORK", "ATLCLI_AUTH_TYPE"} - set(ATLCLI)),
        ("atlcli", "pat", {"ATLCLI_EMAIL", "ATLA_EMAIL"}),
        ("bkt", "pat", {"BKT_USERNAME"}),
        ("aashari", "git", {"ATLASSIAN_SITE_NAME", "ATLASSIAN_BITBUCKET_USERNAME", "ATLASSIAN_BITBUCKET_APP_PASSWORD"}),
        ("md2conf", "cloud", {"CONFLUENCE_API_URL"}),
        ("md2conf", "robot-wiki", {"CONFLUENCE_DOMAIN", "CONFLUENCE_USER_NAME"}),
        ("renovate", "pat", {"RENOVATE_USERNAME", "RENOVATE_PASSWORD"}),
        ("renovate", "git", {"RENOVATE_TOKEN", "RENOVATE_ENDPOINT"}),
        ("terraform", "git", {"BITBUCKET_OAUTH_TOKEN"}),
    ],
)  # fmt: skip
def test_what_would_come_before_is_removed(preset: str, name: str, stale: set[str]) -> None:
    found = PRESETS[preset].changes([offer(name)], stale)
    assert stale <= {each for each, value in found.items() if value is None}


@pytest.mark.parametrize("preset", ["atla", "atlcli"])
def test_where_the_files_are_stays(preset: str) -> None:
    kept = ["ATLA_CONFIG", "ATLA_CREDENTIALS", "ATLA_HELPER_CONFIG", "ATLA_CREDENTIAL_DEPTH", "ATLA_READ_ONLY", "HOME"]
    assert not set(kept) & PRESETS[preset].changes([offer("cloud")], kept).keys()


ON_SITES = ("cloud", "jira", "wiki", "scoped", "scoped-wiki", "address", "wiki-address")


@pytest.mark.parametrize(
    ("preset", "name", "able"),
    [
        ("terraform", "cloud", ("git", "git-only", "team")),
        ("terraform", "access", ("git", "git-only", "team")),
        ("aashari", "gov", ("cloud", "jira", "wiki", "git", "git-only", "team", "variables")),
        ("md2conf", "jira", ("cloud", "wiki", "scoped-wiki", "wiki-address", "robot-wiki", "gov", "gov-robot-wiki", "variables")),
        ("md2conf", "scoped", ("cloud", "wiki", "scoped-wiki", "wiki-address", "robot-wiki", "gov", "gov-robot-wiki", "variables")),
        ("forge", "robot", (*ON_SITES, "variables")),
        ("renovate", "cloud", ("user", "pat", "git", "git-only", "access", "team")),
        ("mcp-atlassian", "gov-robot", (*(each for each in PROFILES if each not in ("bare", "gov-robot", "gov-robot-wiki", "git", "git-only", "access", "team")),)),
        ("mcp-atlassian", "bare", (*(each for each in PROFILES if each not in ("bare", "gov-robot", "gov-robot-wiki", "git", "git-only", "access", "team")),)),
        ("atla", "variables", (*ON_SITES, "gov", "gov-scoped")),
        ("atlcli", "scoped", ("cloud", "jira", "wiki", "gov", "pat", "pat-wiki", "variables")),
        ("npm", "access", ("git",)),
        ("npm", "git-only", ("git",)),
        ("maven", "team", ("git",)),
    ],
)  # fmt: skip
def test_a_profile_that_is_of_no_use(preset: str, name: str, able: tuple[str, ...]) -> None:
    row = PRESETS[preset]
    assert not row.serves(offer(name))
    error = useless(preset, row, offer(name), PROFILES.values())
    assert (error.message, error.exit_code) == (f'{preset} cannot use profile "{name}"', 1)
    names = " or ".join(f'"{each}"' for each in PROFILES if each in able)
    assert error.hints == (f"it could use profile {names}; name it with --profile",)
    could, make = useless(preset, row, offer(name), ()).hints
    assert could.startswith("it could use one ")
    assert make == "make one: atla-credential login"


@pytest.mark.parametrize("preset", [name for name in PRESETS if name not in AT_BITBUCKET])
@pytest.mark.parametrize("name", ["cloud", "scoped", "address", "robot", "variables"])
def test_a_service_is_no_site(preset: str, name: str) -> None:
    """Where Rovo MCP is asked for, its host is none that such a program could call: nor one to which it adds a domain."""
    asked = offer(name, "https://mcp.atlassian.com")
    assert not PRESETS[preset].serves(asked)
    if PRESETS[preset].serves(offer(name)):
        error = useless(preset, PRESETS[preset], asked, PROFILES.values())
        assert error.message == f'{preset} cannot use profile "{name}" at the address that was asked for'
        assert error.hints == (f"name the profile instead of the address: --profile {name}",)


@pytest.mark.parametrize(("preset", "name", "value"), [("aashari", "ATLASSIAN_SITE_NAME", "work"), ("md2conf", "CONFLUENCE_DOMAIN", "work.atlassian.net")])  # fmt: skip
def test_a_host_is_written_as_it_is_compared(preset: str, name: str, value: str) -> None:
    """A program that adds a domain to it would otherwise send the token to another name."""
    profile = Profile("odd", "https://WORK.atlassian.net:443", EMAIL, "file")
    found = Resolution(profile, Credential("made-up", EMAIL, "basic"), "file", main_base(profile))
    assert PRESETS[preset].changes([Offer.answering(found, None)])[name] == value


def test_nor_is_another_product() -> None:
    error = useless("jira-cli", PRESETS["jira-cli"], offer("scoped", WIKI_GATEWAY), PROFILES.values())
    assert error.hints == ("name the profile instead of the address: --profile scoped",)


def test_a_profile_whose_token_is_another_kind_s_is_not_named_as_its_own_help() -> None:
    """What its settings say of it is that it would do; at Bitbucket the token itself says more."""
    given = resolution("git")
    given.credential = Credential("ATCTTmade-up", None, "basic")
    error = useless(
        "terraform", PRESETS["terraform"], Offer.answering(given, None), [PROFILES["git"], PROFILES["team"]]
    )
    assert error.hints == ('it could use profile "team"; name it with --profile',)


def test_a_token_goes_to_no_gateway_of_another_cloud() -> None:
    """The programs have that of the commercial cloud in their code, and send it what they take for one of its tokens."""
    assert not PRESETS["mcp-atlassian"].serves(offer("gov-robot"))
    assert made("md2conf", "gov")["CONFLUENCE_API_URL"].startswith(GOVERNMENT)


def test_the_address_that_is_asked_for_tells_the_product() -> None:
    """Of a token with scopes that is for either product, as far as is known."""
    found = offer("scoped", WIKI_GATEWAY)
    assert (found.kind, found.product) == (SCOPED, "confluence")
    assert not PRESETS["jira-cli"].serves(found)
    assert "JIRA_URL" not in {name for name, value in PRESETS["mcp-atlassian"].changes([found]).items() if value}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("jira", "wiki", True), ("scoped", "wiki-address", True), ("address", "wiki-address", True), ("cloud", "gov", False),
        ("address", "wiki", False), ("gov-scoped", "scoped", False), ("pat", "pat-wiki", False), ("git", "git", False),
    ],
)  # fmt: skip
def test_same_site(one: str, other: str, is_same: bool) -> None:
    assert is_same_site(PROFILES[one], PROFILES[other]) is is_same_site(PROFILES[other], PROFILES[one]) is is_same


def test_what_answers_nowhere_is_of_no_kind() -> None:
    nowhere = Profile("nowhere", "https://api.atlassian.com", EMAIL)
    assert (main_base(nowhere), kind_of(nowhere, "", "basic"), product_of(nowhere, "")) == ("", None, None)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_value_is_set_as_it_is(preset: str) -> None:
    """Braces in it are none of the table's; a line end is never handed out."""
    found = resolution(next(row[1][0] for row in ROWS if row[0] == preset))
    found.credential = Credential("{password}%s$x", "{host}", found.profile.auth)
    values = PRESETS[preset].changes([Offer.answering(found, Query(None))]).values()
    assert {"{password}%s$x", b64encode(b"{password}%s$x").decode()} & set(values)
    found.credential = Credential("made\nup", "you", found.profile.auth)
    with pytest.raises(CredentialError, match="has a control character"):
        Offer.answering(found, None)
