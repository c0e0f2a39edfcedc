"""Precedence: every order of the contract, one row each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, resolution, token
from atla_credential.answer.rules import PROFILE_RULES, claims, resolve
from atla_credential.answer.search import Search
from atla_credential.answer.sources import SECRET_SOURCES
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import NoCredential, Unavailable
from atla_credential.model import Query

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
OTHER = "https://other.atlassian.net"
DC = "https://dc.example.com"
YOU, BOT = "you@example.com", "bot@example.com"

# three accounts at one site, one elsewhere
CONFIG = "".join(
    [
        profile("b", SITE, "b@example.com"),
        profile("a", SITE, "a@example.com"),
        profile("c", SITE, "c@example.com"),
        profile("elsewhere", OTHER, YOU),
    ]
)
CREDENTIALS = "".join(
    [
        token("b", SITE, "token-b", "b@example.com"),
        token("a", SITE, "token-a", "a@example.com"),
        token("c", SITE, "token-c", "c@example.com"),
        token("elsewhere", OTHER, "token-elsewhere", YOU),
    ]
)


def default(name: str) -> str:
    return f'[default]\nprofile = "{name}"\n'


@pytest.mark.parametrize(
    ("before", "more", "name"),
    [
        pytest.param("", {}, "a", id="first by name"),
        pytest.param(default("c"), {}, "c", id="default.profile before first by name"),
        pytest.param(default("elsewhere"), {}, "a", id="a default for another site does not count"),
        pytest.param(default("gone"), {}, "a", id="a default that does not exist does not count"),
        pytest.param(default("c"), {"ATLA_PROFILE": "b"}, "b", id="ATLA_PROFILE before default.profile"),
        pytest.param("", {"ATLA_PROFILE": "elsewhere"}, "a", id="ATLA_PROFILE for another site does not count"),
        pytest.param("", {"ATLCLI_PROFILE": "b"}, "b", id="ATLCLI_PROFILE where ATLA_PROFILE is unset"),
        pytest.param("", {"ATLA_PROFILE": "", "ATLCLI_PROFILE": "b"}, "b", id="an empty ATLA_PROFILE is unset"),
        pytest.param("", {"ATLA_PROFILE": "c", "ATLCLI_PROFILE": "b"}, "c", id="ATLA_PROFILE before ATLCLI_PROFILE"),
        pytest.param(default("c"), {"ATLA_PROFILE": "b", "profile_name": "a"}, "a", id="--profile before all"),
        pytest.param(
            "", {"username": "b@example.com", "ATLA_PROFILE": "c"}, "b", id="the user asked for narrows first"
        ),
    ],
)
def test_which_profile(before: str, more: dict[str, str], name: str, files: Files, home: Path) -> None:
    files(config=before + CONFIG, credentials=CREDENTIALS)
    assert answer(home, SITE, **more) == (f"{name}@example.com", f"token-{name}", "basic")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="no profile for the site"),
        pytest.param({"ATLA_PROFILE": "elsewhere"}, id="ATLA_PROFILE is for another site"),
        pytest.param({"ATLA_PROFILE": "gone"}, id="ATLA_PROFILE is for nobody"),
        pytest.param({"profile_name": "elsewhere"}, id="--profile is for another site"),
        pytest.param({"ATLA_TOKEN": "token-variable"}, id="a token variable without a profile for the site"),
        pytest.param({"ATLA_INSTANCE": OTHER, "ATLA_EMAIL": YOU, "ATLA_TOKEN": "t"}, id="variables for another site"),
    ],
)
def test_no_answer_for_a_foreign_site(more: dict[str, str], files: Files, home: Path) -> None:
    files(config=default("elsewhere") + profile("elsewhere", OTHER), credentials=CREDENTIALS)
    assert resolution(home, SITE, **more) is None  # type: ignore[arg-type]


def test_profile_option_excludes_all_others(files: Files, home: Path) -> None:
    files(config=CONFIG, credentials=CREDENTIALS)
    assert answer(home, SITE, "b@example.com", profile_name="a") is None


@pytest.mark.parametrize(
    "more", [{"profile_name": "gone"}, {"ATLA_PROFILE": "gone"}], ids=["--profile", "ATLA_PROFILE"]
)
def test_unknown_profile_is_an_error(more: dict[str, str], files: Files, home: Path) -> None:
    files(config=CONFIG, credentials=CREDENTIALS)
    with pytest.raises(NoCredential, match="does not exist"):
        answer(home, SITE, **more)


def test_profile_that_is_named_has_to_exist_beside_that_of_the_variables(files: Files, home: Path) -> None:
    files(config=CONFIG, credentials=CREDENTIALS)
    with pytest.raises(NoCredential, match="does not exist"):
        answer(home, SITE, profile_name="gone", ATLA_INSTANCE=SITE, ATLA_EMAIL=YOU, ATLA_TOKEN="of-you")


def test_first_by_name_where_no_path_is_asked_for(files: Files, home: Path) -> None:
    """A deeper instance comes neither first nor last then."""
    for names in (("a", "b"), ("b", "a")):
        deep, root = names
        files(
            config=profile(deep, f"{DC}/jira", "") + profile(root, DC, ""),
            credentials=token(deep, f"{DC}/jira", f"token-{deep}", "") + token(root, DC, f"token-{root}", ""),
        )
        assert answer(home, DC) == ("x-token-auth", "token-a", "bearer")


def test_adopted_profile_without_a_name_says_so_only_if_it_is_named(files: Files, home: Path) -> None:
    files(
        config=profile("p", SITE, ""),
        credentials=token("p", SITE, "secret", ""),
        helper='[profiles.p]\nadopted = true\nauth = "basic"\n',
    )
    assert answer(home, SITE) is None
    with pytest.raises(NoCredential, match="e-mail"):
        answer(home, SITE, profile_name="p")


@pytest.mark.parametrize(
    ("tokens", "lacks"), [("ab", False), ("b", True), ("a", True), ("", True)], ids=["none", "first", "last", "both"]
)
def test_search_knows_whether_an_adopted_profile_lacks_its_token(
    tokens: str, lacks: bool, files: Files, home: Path
) -> None:
    """One that has a token, but no user name to go with it, does not lack it."""
    files(
        config=profile("a", SITE, "") + profile("b", SITE, ""),
        credentials="".join(token(name, SITE, "secret", "") for name in tokens),
        helper="".join(f'[profiles.{name}]\nadopted = true\nauth = "basic"\n' for name in "ab"),
    )
    search = Search(World(Environment({"HOME": str(home)})), Query(("https", "work.atlassian.net", 443)))
    assert not search.lacks_token
    assert resolve(search, pytest.fail) is None
    assert search.lacks_token == lacks


@pytest.mark.parametrize("takes_authtype", [False, True])
def test_adopted_bearer_token_is_for_callers_that_know_authtype(takes_authtype: bool, files: Files, home: Path) -> None:
    files(
        config=profile("p", DC, ""),
        credentials=token("p", DC, "secret", ""),
        helper='[profiles.p]\nadopted = true\nauth = "bearer"\n',
    )
    query = Query(("https", "dc.example.com", 443), takes_authtype=takes_authtype)
    found = resolve(Search(World(Environment({"HOME": str(home)})), query), pytest.fail)
    assert (found is not None) == takes_authtype


def test_helpers_are_not_asked_for_a_profile_of_variables(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(helper='[helper]\nhelpers = ["cache"]\n')
    monkeypatch.setattr(World, "helpers", lambda *_: pytest.fail("asked"))
    assert answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_EMAIL=YOU) is None


def test_every_claim_comes_once(files: Files, home: Path) -> None:
    """Though several rules name it."""
    files(config=default("b") + CONFIG, credentials=CREDENTIALS)
    variables = {"HOME": str(home), "ATLA_PROFILE": "b"}
    search = Search(World(Environment(variables)), Query(("https", "work.atlassian.net", 443)))
    assert [claim.profile.name for claim in claims(search)] == ["b", "a", "c"]


def test_adopted_profiles_come_last_and_of_them_what_the_request_did_not_say(files: Files, home: Path) -> None:
    own, adopted = profile("own", DC, ""), {"a": DC, "b": DC, "c": DC, "d": f"{DC}/jira"}
    files(
        config=own + "".join(profile(name, at, YOU if name == "a" else "") for name, at in adopted.items()),
        helper="".join(f"[profiles.{name}]\nadopted = true\n" for name in adopted).replace(
            "[profiles.c]\n", '[profiles.c]\nusername = "jdoe"\n'
        ),
    )
    search = Search(World(Environment({"HOME": str(home)})), Query(("https", "dc.example.com", 443)))
    assert [claim.profile.name for claim in claims(search)] == ["own", "b", "a", "c", "d"]


def test_longest_instance_path_wins(files: Files, home: Path) -> None:
    instances = {"a": DC, "b": f"{DC}/apps", "c": f"{DC}/apps/jira"}
    files(
        config="".join(profile(name, instance, "") for name, instance in instances.items()),
        credentials="".join(token(name, instance, f"token-{name}", "") for name, instance in instances.items()),
    )
    asked = {"/apps/jira/x": "c", "/apps/wiki": "b", "/appsx": "a", "/": "a", "": "a"}
    for path, name in asked.items():
        assert answer(home, DC + path) == ("x-token-auth", f"token-{name}", "bearer"), path


def test_bitbucket_user_not_on_record_answers_only_alone(files: Files, home: Path) -> None:
    one = profile("one", "https://bitbucket.org")
    two = profile("two", "https://bitbucket.org", "two@example.com")
    files(config=one, credentials=token("one", "https://bitbucket.org", "ATATTone"))
    assert answer(home, "https://bitbucket.org", "jdoe") is not None
    files(config=one + two)
    assert answer(home, "https://bitbucket.org", "jdoe") is None


def test_bitbucket_kind_of_token_chooses_the_profile(files: Files, home: Path) -> None:
    url = "https://bitbucket.org"
    files(
        config=default("user") + profile("user", url) + profile("robot", url, ""),
        credentials=token("user", url, "ATATTuser") + token("robot", url, "ATCTTrobot", ""),
    )
    assert answer(home, url) == ("x-bitbucket-api-token-auth", "ATATTuser", "basic")
    assert answer(home, url, "x-token-auth") == ("x-token-auth", "ATCTTrobot", "basic")


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        pytest.param({}, "token-stored", id="the store"),
        pytest.param({"ATLA_TOKEN": "v"}, "v", id="ATLA_TOKEN before the store"),
        pytest.param({"ATLA_API_TOKEN": "v"}, "v", id="ATLA_API_TOKEN before the store"),
        pytest.param({"ATLCLI_API_TOKEN": "v"}, "v", id="ATLCLI_API_TOKEN before the store"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_API_TOKEN": "w"}, "v", id="ATLA_TOKEN before ATLA_API_TOKEN"),
        pytest.param({"ATLA_API_TOKEN": "v", "ATLCLI_API_TOKEN": "w"}, "v", id="ATLA_API_TOKEN before ATLCLI_API_TOKEN"),
        pytest.param({"ATLA_TOKEN": "", "ATLCLI_API_TOKEN": "w"}, "w", id="an empty variable is unset"),
        pytest.param({"ATLA_TOKEN__MY_WORK_1": "v"}, "v", id="the profile's own variable before the store"),
        pytest.param({"ATLA_TOKEN__MY_WORK_1": "v", "ATLA_TOKEN": "w"}, "v", id="the profile's own before ATLA_TOKEN"),
        pytest.param({"ATLA_TOKEN__OTHER": "v"}, "token-stored", id="another profile's variable does not count"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_INSTANCE": SITE}, "v", id="bound to this instance"),
        pytest.param({"ATLA_TOKEN": "v", "ATLCLI_SITE": SITE}, "v", id="bound by ATLCLI_SITE"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_INSTANCE": "work.atlassian.net"}, "v", id="bound without a scheme"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_INSTANCE": OTHER}, "token-stored", id="bound to another instance"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_EMAIL": YOU}, "v", id="bound to this account"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_EMAIL": BOT}, "token-stored", id="bound to another account"),
        pytest.param({"ATLA_TOKEN": "v", "ATLCLI_EMAIL": BOT}, "token-stored", id="bound by ATLCLI_EMAIL"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_PROFILE": "other"}, "token-stored", id="another profile is active"),
    ],
)  # fmt: skip
def test_where_the_token_comes_from(more: dict[str, str], secret: str, files: Files, home: Path) -> None:
    files(
        config=default("my-work.1") + profile("my-work.1", SITE) + profile("other", OTHER),
        credentials=token("my-work.1", SITE, "token-stored"),
    )
    assert answer(home, SITE, **more) == (YOU, secret, "basic")
    assert answer(home, "https://foreign.atlassian.net", **more) is None


def test_token_variable_without_an_active_profile_goes_nowhere(files: Files, home: Path) -> None:
    files(config=profile("a", SITE) + profile("b", OTHER), credentials=token("a", SITE, "stored"))
    assert answer(home, SITE, ATLA_TOKEN="v") == (YOU, "stored", "basic")
    files(config=profile("a", SITE))
    assert answer(home, SITE, ATLA_TOKEN="v") == (YOU, "v", "basic")


def test_token_variable_does_not_follow_the_profile_option(files: Files, home: Path) -> None:
    files(
        config=default("a") + profile("a", SITE) + profile("b", OTHER),
        credentials=token("a", SITE, "stored-a") + token("b", OTHER, "stored-b"),
    )
    for active in ({}, {"ATLA_PROFILE": "a"}):
        assert answer(home, OTHER, profile_name="b", ATLA_TOKEN="v", **active) == (YOU, "stored-b", "basic")


def test_profile_variable_is_not_the_one_of_a_namesake_elsewhere(files: Files, home: Path) -> None:
    """The variables' profile is named after its host; a stored profile of that name has the better claim."""
    files(config=profile("work", DC, ""), credentials=token("work", DC, "stored", ""))
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": BOT, "ATLA_TOKEN__WORK": "theirs"}
    assert answer(home, SITE, **variables, ATLA_TOKEN="v") == (BOT, "v", "basic")
    assert answer(home, SITE, **variables) is None
    assert answer(home, DC, **variables) == ("x-token-auth", "theirs", "bearer")


def test_only_bitbucket_profile_is_the_only_one_of_all(files: Files, home: Path) -> None:
    url = "https://bitbucket.org"
    variables = {"ATLA_INSTANCE": url, "ATLA_EMAIL": BOT, "ATLA_TOKEN": "ATATTbot"}
    assert answer(home, url, "stranger", **variables) == ("x-bitbucket-api-token-auth", "ATATTbot", "basic")
    files(
        config=profile("one", url),
        credentials=token("one", url, "ATATTone"),
        helper='[profiles.one]\nusername = "jdoe"\n',
    )
    assert answer(home, url, "jdoe", **variables) == ("jdoe", "ATATTone", "basic")
    assert answer(home, url, "stranger", **variables) is None
    files(config=profile("one", url) + profile("two", url, "two@example.com"), helper="")
    assert answer(home, url, "stranger", profile_name="one") is None


@pytest.mark.parametrize(
    ("instance", "email", "secret"),
    [(SITE, BOT, "ATATTone"), ("https://bitbucket.org", YOU, "ATATTvariable"), ("https://bitbucket.org", BOT, None)],
    ids=["another site", "the same account", "another account"],
)
def test_variables_are_another_bitbucket_profile_or_not(
    instance: str, email: str, secret: str | None, files: Files, home: Path
) -> None:
    url = "https://bitbucket.org"
    files(config=profile("one", url), credentials=token("one", url, "ATATTone"))
    found = answer(home, url, "jdoe", ATLA_INSTANCE=instance, ATLA_EMAIL=email, ATLA_TOKEN="ATATTvariable")
    assert found == (("x-bitbucket-api-token-auth", secret, "basic") if secret else None)


@pytest.mark.parametrize(
    ("username", "exact_user", "names"),
    [(YOU, False, ["one"]), (YOU, True, ["one"]), ("jdoe", False, ["one", "two"]), ("jdoe", True, ["two"])],
)
def test_bitbucket_user_that_has_to_be_exact(
    username: str, exact_user: bool, names: list[str], files: Files, home: Path
) -> None:
    url = "https://bitbucket.org"
    files(
        config=profile("one", url) + profile("two", url, ""),
        helper='[profiles.two]\nadopted = true\nusername = "jdoe"\n',
    )
    query = Query(("https", "bitbucket.org", 443), username=username)
    search = Search(World(Environment({"HOME": str(home)})), query, exact_user=exact_user)
    assert [claim.profile.name for claim in search.claims()] == names


def test_rejected_variables_do_not_hide_a_stored_namesake(files: Files, home: Path) -> None:
    url = "https://bitbucket.org"
    files(config=profile("bitbucket", url, ""), credentials=token("bitbucket", url, "ATCTTrobot", ""))
    variables = {"ATLA_INSTANCE": url, "ATLA_EMAIL": BOT, "ATLA_TOKEN": "ATATTbot"}
    assert answer(home, url, "x-token-auth", **variables) == ("x-token-auth", "ATCTTrobot", "basic")


@pytest.mark.parametrize("instance", [f" {SITE} ", "work.atlassian.net/jira/software", f"{SITE}/wiki/"])
def test_instance_of_the_variables_may_be_pasted(instance: str, home: Path) -> None:
    assert answer(home, SITE, ATLA_INSTANCE=instance, ATLA_EMAIL=BOT, ATLA_TOKEN="v") == (BOT, "v", "basic")


def test_variable_that_fits_two_profiles_is_not_used(files: Files, home: Path) -> None:
    files(config=profile("a-b", SITE) + profile("a.b", OTHER), credentials=token("a-b", SITE, "stored"))
    warnings: list[str] = []
    found = resolution(home, SITE, warnings=warnings, ATLA_TOKEN__A_B="v")
    assert found is not None
    assert found.credential is not None
    assert found.credential.secret == "stored"
    assert warnings == ["ATLA_TOKEN__A_B fits more than one profile, so it is not used"]


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        pytest.param({"ATLA_EMAIL": YOU}, SITE, (YOU, "v", "basic"), id="cloud"),
        pytest.param({"ATLCLI_EMAIL": YOU}, SITE, (YOU, "v", "basic"), id="cloud by ATLCLI_EMAIL"),
        pytest.param({"ATLA_EMAIL": YOU, "ATLA_INSTANCE": DC}, DC, (YOU, "v", "basic"), id="data center with an e-mail"),
        pytest.param({"ATLA_INSTANCE": DC}, DC, ("x-token-auth", "v", "bearer"), id="data center without"),
        pytest.param({"ATLA_INSTANCE": DC, "ATLA_EMAIL": YOU, "ATLA_AUTH": "bearer"}, DC, ("x-token-auth", "v", "bearer"), id="ATLA_AUTH"),
        pytest.param({"ATLA_INSTANCE": "https://bitbucket.org"}, "https://bitbucket.org", ("x-bitbucket-api-token-auth", "v", "basic"), id="bitbucket git needs no e-mail"),
        pytest.param({"ATLA_EMAIL": YOU}, OTHER, None, id="another site"),
        pytest.param({"ATLA_EMAIL": YOU, "ATLA_INSTANCE": f"{DC}/jira"}, f"{DC}/wiki", None, id="another context path"),
    ],
)  # fmt: skip
def test_profile_of_variables_alone(
    variables: dict[str, str], url: str, expected: tuple[str, str, str] | None, home: Path
) -> None:
    assert answer(home, url, **{"ATLA_INSTANCE": SITE, "ATLA_TOKEN": "v", **variables}) == expected


def test_complete_variables_come_before_the_files(files: Files, home: Path) -> None:
    files(config="not TOML [")
    assert answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_EMAIL=BOT, ATLA_TOKEN="v") == (BOT, "v", "basic")


def test_variables_without_a_token_leave_it_to_the_files(files: Files, home: Path) -> None:
    files(config=profile("a", SITE), credentials=token("a", SITE, "stored"))
    assert answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_EMAIL=YOU) == (YOU, "stored", "basic")


def test_variables_without_an_email_say_so(home: Path) -> None:
    with pytest.raises(NoCredential, match="no e-mail") as caught:
        answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_TOKEN="v")
    assert caught.value.hints == ("set ATLA_EMAIL",)


def test_variables_token_is_not_paired_with_another_account(files: Files, home: Path) -> None:
    files(config=profile("a", SITE), credentials=token("a", SITE, "stored"))
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": BOT, "ATLA_TOKEN": "v"}
    assert answer(home, SITE, YOU, **variables) == (YOU, "stored", "basic")
    assert answer(home, SITE, BOT, **variables) == (BOT, "v", "basic")


def test_without_a_host_the_named_profile_answers(files: Files, home: Path) -> None:
    files(config=CONFIG, credentials=CREDENTIALS)
    assert answer(home, None, profile_name="elsewhere") == (YOU, "token-elsewhere", "basic")


def test_store_that_cannot_be_looked_into_is_an_error(files: Files, home: Path) -> None:
    files(config=profile("a", SITE, store="keyring"))
    with pytest.raises(Unavailable, match="failed to access system keyring"):
        answer(home, SITE)
    assert answer(home, SITE, ATLA_TOKEN="v") == (YOU, "v", "basic")


@pytest.mark.parametrize(
    ("more", "source"), [({}, "file"), ({"ATLA_TOKEN": "v"}, "environment")], ids=["file", "environment"]
)
def test_the_answer_says_where_it_comes_from(more: dict[str, str], source: str, files: Files, home: Path) -> None:
    files(
        config=profile("a", SITE),
        credentials=token("a", SITE, "stored"),
        helper="[profiles.a]\nexpires = 2027-03-01\n",
    )
    found = resolution(home, SITE, **more)  # type: ignore[arg-type]
    assert found is not None
    assert found.credential is not None
    assert found.source == source
    # what is on record is the end of the stored token, not of the variable's
    assert found.credential.expires_utc == (1803859200 if source == "file" else None)


@pytest.mark.parametrize(
    ("fields", "url", "base"),
    [
        pytest.param({"instance": SITE}, SITE, SITE, id="site"),
        pytest.param({"instance": SITE, "cloud_id": "id"}, SITE, "https://api.atlassian.com/ex/jira/id", id="scoped"),
        pytest.param(
            {"instance": SITE, "cloud_id": "id"},
            "https://api.atlassian.com/ex/confluence/id/x",
            "https://api.atlassian.com/ex/confluence/id",
            id="scoped, confluence",
        ),
        pytest.param(
            {"instance": "https://bitbucket.org"}, "https://bitbucket.org", "https://api.bitbucket.org", id="bitbucket"
        ),
        pytest.param({"instance": f"{DC}/jira/"}, f"{DC}/jira", f"{DC}/jira", id="data center"),
    ],
)
def test_api_base_url(fields: dict[str, str], url: str, base: str, files: Files, home: Path) -> None:
    files(config=profile("a", **fields), credentials=token("a", fields["instance"], "stored"))
    found = resolution(home, url)
    assert found is not None
    assert found.api_base_url == base


@pytest.mark.parametrize("entry", [*PROFILE_RULES, *SECRET_SOURCES], ids=lambda entry: entry.__name__)
def test_every_rule_and_source_is_a_sentence_of_the_manual(entry: Callable[..., object]) -> None:
    manual = Path(__file__).parents[2] / "docs" / "explanation" / "precedence.md"
    sentence = (entry.__doc__ or "").removesuffix(".")
    assert sentence in manual.read_text(encoding="utf-8").replace("\n   ", " ")


def test_own_variable_of_a_profile_is_not_for_another_account(files: Files, home: Path) -> None:
    files(config=profile("work", SITE))
    assert answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_EMAIL="other@example.com", ATLA_TOKEN__WORK="of-you") == (
        YOU,
        "of-you",
        "basic",
    )
    found = answer(home, SITE, ATLA_INSTANCE=SITE, ATLA_EMAIL=YOU, ATLA_TOKEN__WORK="of-you")
    assert found == (YOU, "of-you", "basic")


def test_longest_path_wins_even_with_the_other_kind_of_token(files: Files, home: Path) -> None:
    root, deep = "https://bitbucket.org", "https://bitbucket.org/team"
    files(
        config=profile("root", root) + profile("deep", deep),
        credentials=token("root", root, "ATATTroot") + token("deep", deep, "ATCTTdeep"),
    )
    assert answer(home, f"{deep}/repo.git", "x-bitbucket-api-token-auth") is None
