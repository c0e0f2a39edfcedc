"""Package registries and Rovo MCP: which of several accounts answers there, and that nothing else is done there."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from asking import answer, profile, resolution, token
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.places.instance import SERVICES
from atla_credential.report.reason import passed_over
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from
from updating import erase, read, secrets, store

Files = Callable[..., Path]

ID = "11111111-2222-3333-4444-555555555555"
CONTAINERS, NPM, MCP = "https://crg.apkg.io", "https://npm.apkg.io", "https://mcp.atlassian.com"
WORK, OTHER, BITBUCKET = "https://work.atlassian.net", "https://other.atlassian.net", "https://bitbucket.org"
YOU = "you@example.com"


class Has(NamedTuple):
    """A profile: its instance, its token, what helper.toml says of it, and whether config.toml has a cloud id."""

    instance: str
    secret: str | None = None
    helper: str = ""
    cloud_id: bool = False


KNOWN = {
    "work": Has(WORK),
    "other": Has(OTHER),
    "robot": Has(OTHER, helper='auth = "bearer"', cloud_id=True),
    "jira": Has(OTHER, helper='product = "jira"'),
    "wiki": Has(f"{OTHER}/wiki"),
    "gateway": Has(f"https://api.atlassian.com/ex/jira/{ID}"),
    "government": Has("https://work.atlassian-us-gov-mod.net"),
    "adopted": Has(OTHER, helper="adopted = true"),
    "plain": Has("http://other.atlassian.net"),
    "broken": Has(f"{OTHER}/?x"),
    "lower": Has("https://dc.example.com/.atlassian.net"),
    "dc": Has("https://dc.example.com", helper='auth = "bearer"'),
    "bitbucket": Has(BITBUCKET, "ATATTbitbucket"),
    "second": Has(BITBUCKET, "ATATTsecond"),
    "access": Has(BITBUCKET, "ATCTTaccess"),
    "git": Has(BITBUCKET, "ATATTgit", 'product = "bitbucket"'),
    "told": Has(BITBUCKET, "ATATTtold", "adopted = true"),
    "registry": Has(NPM),
    "team": Has(f"{BITBUCKET}/team", "ATATTteam"),
    "theirs": Has(f"{BITBUCKET}/theirs", "ATATTtheirs"),
    "told-one": Has(f"{BITBUCKET}/one", "ATCTTone", "adopted = true"),
    "told-two": Has(f"{BITBUCKET}/two", "ATCTTtwo", "adopted = true"),
}  # fmt: skip


def have(files: Files, *names: str, default: str = "") -> None:
    known = {name: KNOWN[name] for name in names}
    files(
        config=(f'[default]\nprofile = "{default}"\n' if default else "")
        + "".join(profile(n, has.instance, **{"cloud_id": ID} if has.cloud_id else {}) for n, has in known.items()),
        credentials="".join(token(n, has.instance, has.secret or f"{n}'s") for n, has in known.items()),
        helper="".join(f'[profiles."{n}"]\n{has.helper}\n' for n, has in known.items() if has.helper),
    )


def who(home: Path, url: str, username: str | None = None, **more: str) -> str | None:
    """Return which profile answers with a token."""
    found = resolution(home, url, username, **more)  # type: ignore[arg-type]
    return found.profile.name if found and found.credential else None


VARIABLES = {"ATLA_INSTANCE": "https://third.atlassian.net", "ATLA_EMAIL": YOU, "ATLA_TOKEN": "variable's"}


@pytest.mark.parametrize(
    ("names", "more", "expected"),
    [
        pytest.param("work", {}, "work", id="the only one"),
        pytest.param("work other", {}, None, id="one of two"),
        pytest.param("work other", {"profile_name": "other"}, "other", id="one of two, by its name"),
        pytest.param("work other", {"ATLA_PROFILE": "other"}, "other", id="one of two, by a variable's"),
        pytest.param("work other", {"profile_name": "work", "ATLA_PROFILE": "other"}, "work", id="the option comes first"),
        pytest.param("work other dc", {"ATLA_PROFILE": "dc"}, None, id="a name that is no account's here"),
        pytest.param("work dc", {"ATLA_PROFILE": "dc"}, "work", id="a name that is no account's here, and the only one"),
        pytest.param("work dc", {"profile_name": "dc"}, None, id="an option that is no account's here"),
        pytest.param("work other", {"username": YOU}, None, id="an e-mail is no profile's name"),
        pytest.param("work dc bitbucket government lower plain broken", {}, "work", id="the only one of this cloud"),
        pytest.param("work robot", {}, None, id="a service account is one, too"),
        pytest.param("work robot", {"profile_name": "robot"}, "robot", id="a service account by its name"),
        pytest.param("robot", {}, "robot", id="the only one is a service account"),
        pytest.param("work jira", {}, None, id="one with a product counts"),
        pytest.param("work jira", {"profile_name": "jira"}, None, id="one with a product does not answer"),
        pytest.param("work wiki", {}, None, id="one with a path counts"),
        pytest.param("work wiki", {"profile_name": "wiki"}, None, id="one with a path does not answer"),
        pytest.param("work gateway", {}, None, id="a gateway's address counts"),
        pytest.param("work gateway", {"profile_name": "gateway"}, None, id="a gateway's address does not answer"),
        pytest.param("work adopted", {}, "work", id="an adopted one does not count"),
        pytest.param("adopted", {}, None, id="an adopted one does not answer"),
        pytest.param("adopted", {"profile_name": "adopted"}, None, id="an adopted one does not answer to its name"),
        pytest.param("government", {"profile_name": "government"}, None, id="Government Cloud"),
        pytest.param("dc", {"profile_name": "dc"}, None, id="Data Center"),
        pytest.param("plain", {"profile_name": "plain"}, None, id="without encryption"),
        pytest.param("broken", {"profile_name": "broken"}, None, id="no address"),
        pytest.param("", VARIABLES, "third", id="the variables' is the only one"),
        pytest.param("work", VARIABLES, None, id="the variables' and a stored one"),
        pytest.param("work", {**VARIABLES, "profile_name": "third"}, "third", id="the variables' by its name"),
        pytest.param("work", {**VARIABLES, "profile_name": "work"}, "work", id="the stored one by its name"),
        pytest.param("work", {**VARIABLES, "ATLA_INSTANCE": "https://dc.example.com"}, "work", id="the variables' is no account here"),
    ],
)  # fmt: skip
def test_whose_token_goes_to_rovo_mcp(
    names: str, more: dict[str, str], expected: str | None, files: Files, home: Path
) -> None:
    have(files, *names.split())
    for path in ("", "/v1/mcp"):
        assert who(home, MCP + path, **more) == expected


def test_active_profile_is_no_account_named(files: Files, home: Path) -> None:
    have(files, "work", "other", default="work")
    assert who(home, MCP) is None


def test_among_thousands_one_is_named(files: Files, home: Path) -> None:
    sites = [f"https://site{number}.atlassian.net" for number in range(2000)]
    files(
        config="".join(profile(f"p{at}", site) for at, site in enumerate(sites)), credentials=token("p7", sites[7], "s")
    )
    assert who(home, MCP) is None
    assert who(home, MCP, ATLA_PROFILE="p7") == "p7"


@pytest.mark.parametrize(
    ("names", "more", "expected"),
    [
        pytest.param("bitbucket", {}, "bitbucket", id="the only one"),
        pytest.param("second bitbucket", {}, "bitbucket", id="the first by name"),
        pytest.param("second bitbucket", {"default": "second"}, "second", id="the active one"),
        pytest.param("second bitbucket", {"ATLA_PROFILE": "second"}, "second", id="the named one"),
        pytest.param("access bitbucket", {}, "bitbucket", id="one with an access token is passed over"),
        pytest.param("access bitbucket", {"profile_name": "access"}, None, id="also where it is named"),
        pytest.param("access bitbucket", {"ATLA_PROFILE": "access"}, "bitbucket", id="also by a variable"),
        pytest.param("git second", {}, "second", id="one with a product is passed over"),
        pytest.param("git", {"profile_name": "git"}, None, id="one with a product"),
        pytest.param("team", {"profile_name": "team"}, None, id="one with a workspace"),
        pytest.param("team bitbucket", {}, "bitbucket", id="one with a workspace is passed over"),
        pytest.param("told", {}, None, id="an adopted one"),
        pytest.param("work dc", {}, None, id="no account of Bitbucket's"),
    ],
)
@pytest.mark.parametrize("url", [CONTAINERS, NPM, f"{NPM}/team/"])
def test_whose_token_goes_to_a_registry(
    url: str, names: str, more: dict[str, str], expected: str | None, files: Files, home: Path
) -> None:
    asked = dict(more)
    have(files, *names.split(), default=asked.pop("default", ""))
    assert who(home, url, **asked) == expected


def test_variables_with_an_access_token_are_for_no_registry(home: Path) -> None:
    variables = {"ATLA_INSTANCE": BITBUCKET, "ATLA_EMAIL": YOU}
    assert answer(home, NPM, ATLA_TOKEN="ATCTTvariable", **variables) is None
    assert answer(home, NPM, ATLA_TOKEN="ATATTvariable", **variables) == (YOU, "ATATTvariable", "basic")


def requests() -> Iterable[str]:
    """Yield what a caller may say of a token at each of the hosts."""
    for scheme, host, _ in SERVICES:
        for user in ("", f"username={YOU}\n", "username=somebody\n"):
            yield f"protocol={scheme}\nhost={host}\n{user}"


@pytest.mark.parametrize("adopt", ["never", "atlassian", "any"])
@pytest.mark.parametrize("request_text", tuple(requests()))
@pytest.mark.parametrize("secret", ["ATATTbitbucket", "work's", "ATATTnew", "ATCTTnew"])
def test_store_and_erase_do_nothing(request_text: str, secret: str, adopt: str, files: Files, home: Path) -> None:
    have(files, "work", "bitbucket")
    files(helper=f'[helper]\nstorage = "file"\nadopt = "{adopt}"\n')
    before = {name: read(home, name) for name in ("config", "credentials", "helper")}
    for operation in (store, erase):
        operation(home, f"{request_text}password={secret}\n")
        assert {name: read(home, name) for name in before} == before


def test_erase_without_a_token_does_nothing_either(files: Files, home: Path) -> None:
    have(files, "bitbucket")
    erase(home, f"protocol=https\nhost=npm.apkg.io\nusername={YOU}\n")
    assert list(secrets(home).values()) == ["ATATTbitbucket"]


def why_not(home: Path, url: str, profile_name: str | None = None) -> dict[str, str]:
    message = Message()
    add_url(message, url)
    search = Search(World(Environment({"HOME": str(home)})), query_from(message), profile_name)
    return dict(passed_over(search))


HERE = "not for this address: "


@pytest.mark.parametrize(
    ("name", "url", "reason"),
    [
        ("jira", MCP, f"{HERE}it answers for jira only"),
        ("wiki", MCP, f"{HERE}it is for {OTHER}/wiki only"),
        ("adopted", MCP, f"{HERE}it was adopted, and is for its own host only"),
        ("gateway", MCP, f"{HERE}it is for https://api.atlassian.com/ex/jira/{ID} only"),
        ("government", MCP, None),
        ("dc", MCP, None),
        ("broken", MCP, None),
        ("broken", OTHER, None),
        ("work", "http://mcp.atlassian.com", f"{HERE}it is for https only"),
        ("work", f"{MCP}:8443", f"{HERE}it is for port 443 only"),
        ("git", NPM, f"{HERE}it answers for bitbucket only"),
        ("team", CONTAINERS, f"{HERE}it is for {BITBUCKET}/team only"),
        ("told", NPM, f"{HERE}it was adopted, and is for its own host only"),
        ("work", NPM, None),
        ("registry", NPM, f"{HERE}this host is nobody's instance"),
    ],
)
def test_why_a_profile_is_not_for_a_service(name: str, url: str, reason: str | None, files: Files, home: Path) -> None:
    have(files, name)
    assert why_not(home, url) == ({name: reason} if reason else {})


def test_why_one_of_several_accounts_is_not_for_rovo_mcp(files: Files, home: Path) -> None:
    have(files, "work", "other")
    reason = f"{HERE}several accounts could be meant; name one with --profile or ATLA_PROFILE"
    assert why_not(home, MCP) == {"other": reason, "work": reason}
    assert why_not(home, MCP, "work") == {"other": "not asked, because --profile names another one"}
