"""--profile comes last and wins, whatever the variables say; and it moves no variable's token (safety O3)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, token
from atla_credential import system
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import NoCredential, NoHome
from atla_credential.operations.erase import erase as erase_with
from atla_credential.operations.store import store as store_with
from atla_credential.report.profile import active_among, chosen_profile, known_profiles, report
from updating import call, secrets

Files = Callable[..., Path]
Variables = dict[str, str]

SITE, OTHER, DC = "https://work.atlassian.net", "https://other.atlassian.net", "https://dc.example.com"
YOU, BOT = "you@example.com", "bot@example.com"
OF_SHELL = {"ATLCLI_SITE": SITE, "ATLCLI_EMAIL": BOT, "ATLCLI_API_TOKEN": "v"}
STORED = (YOU, "stored", "basic")


@pytest.fixture
def work(files: Files, home: Path) -> Path:
    files(
        config='[default]\nprofile = "other"\n' + profile("work", SITE) + profile("other", OTHER),
        credentials=token("work", SITE, "stored") + token("other", OTHER, "stored-other"),
    )
    return home


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param(OF_SHELL, STORED, id="another account at the same site"),
        pytest.param({**OF_SHELL, "ATLCLI_SITE": OTHER}, STORED, id="another site"),
        pytest.param({**OF_SHELL, "ATLCLI_SITE": "https://work.evil.example"}, STORED, id="a host like it"),
        pytest.param({**OF_SHELL, "ATLA_PROFILE": "work"}, STORED, id="ATLA_PROFILE gives the variables its name"),
        pytest.param({**OF_SHELL, "ATLCLI_SITE": OTHER, "ATLA_PROFILE": "work"}, STORED, id="its name, and another site"),
        pytest.param({**OF_SHELL, "ATLCLI_EMAIL": YOU}, (YOU, "v", "basic"), id="the very account"),
        pytest.param({"ATLA_INSTANCE": SITE, "ATLA_TOKEN": "v"}, STORED, id="an account without a name"),
        pytest.param({"ATLA_INSTANCE": SITE, "ATLA_TOKEN": "v", "ATLA_PROFILE": "work"}, STORED, id="without, and its name"),
        pytest.param({"ATLA_TOKEN": "v"}, STORED, id="no instance: that of the active profile"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_PROFILE": "other"}, STORED, id="no instance: that of ATLA_PROFILE"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_PROFILE": "work"}, (YOU, "v", "basic"), id="no instance, and it is meant"),
        pytest.param({"ATLA_TOKEN": "v", "ATLA_PROFILE": "work", "ATLA_EMAIL": BOT}, STORED, id="no instance, another account"),
        pytest.param({**OF_SHELL, "ATLA_TOKEN__WORK": "w"}, (YOU, "w", "basic"), id="the variable of its name"),
        pytest.param({**OF_SHELL, "ATLA_TOKEN__OTHER": "w"}, STORED, id="the variable of another name"),
    ],
)  # fmt: skip
def test_the_stored_profile_answers_with_its_own_account(
    variables: Variables, expected: tuple[str, str, str], work: Path
) -> None:
    for url in (SITE, f"{SITE}/rest", None):
        assert answer(work, url, profile_name="work", **variables) == expected
    for url in (OTHER, "https://work.evil.example", DC):
        assert answer(work, url, profile_name="work", **variables) is None
    assert answer(work, SITE, BOT, profile_name="work", **variables) is None


def test_two_access_tokens_at_one_host_are_told_apart(files: Files, home: Path) -> None:
    """Without an e-mail nothing says whose token a variable has."""
    files(config=profile("dc", DC, ""), credentials=token("dc", DC, "stored", ""))
    variables = {"ATLA_INSTANCE": DC, "ATLA_TOKEN": "v"}
    assert answer(home, DC, **variables) == ("x-token-auth", "v", "bearer")
    assert answer(home, DC, profile_name="dc", **variables) == ("x-token-auth", "stored", "bearer")
    files(credentials="")
    assert answer(home, DC, profile_name="dc", **variables) is None


def test_a_name_that_nothing_stored_has_may_be_that_of_the_variables(work: Path) -> None:
    ci = {**OF_SHELL, "ATLCLI_SITE": "https://ci.atlassian.net"}
    assert answer(work, "https://ci.atlassian.net", profile_name="ci", **ci) == (BOT, "v", "basic")
    assert answer(work, SITE, profile_name="mine", **OF_SHELL, ATLA_PROFILE="mine") == (BOT, "v", "basic")
    with pytest.raises(NoCredential, match='profile "mine" does not exist'):
        answer(work, SITE, profile_name="mine", **OF_SHELL)


def test_without_a_home_no_profile_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "home_of_user", lambda: None)
    nowhere = Path("nowhere")
    assert answer(nowhere, SITE, profile_name="work", **OF_SHELL) == (BOT, "v", "basic")
    with pytest.raises(NoHome):
        answer(nowhere, SITE, profile_name="work", **OF_SHELL | {"ATLCLI_API_TOKEN": ""})


@pytest.mark.parametrize(
    ("variables", "is_aside"),
    [
        pytest.param(OF_SHELL, True, id="another account's variables did not answer"),
        pytest.param({"ATLA_INSTANCE": SITE, "ATLA_TOKEN": "v"}, True, id="nor did an account without a name"),
        pytest.param({**OF_SHELL, "ATLCLI_EMAIL": YOU}, False, id="the account's own did"),
        pytest.param({**OF_SHELL, "ATLA_TOKEN__WORK": "w"}, False, id="the variable of its name did"),
    ],
)
def test_a_rejection_is_that_of_the_token_that_answered(variables: Variables, is_aside: bool, work: Path) -> None:
    """git starts `atla --profile work`, and tells it without a password that the server refused."""
    rejection = call(work, "protocol=https\nhost=work.atlassian.net\n", **variables)
    rejection.options["--profile"] = "work"
    assert erase_with(rejection) == 0
    key = f"work|{YOU}|{SITE}"
    assert (f"{key}|rejected" in secrets(work), key in secrets(work)) == (is_aside, not is_aside)


def test_a_variables_token_is_not_stored_under_the_name(work: Path) -> None:
    before = secrets(work)
    given = call(work, f"protocol=https\nhost=work.atlassian.net\nusername={YOU}\npassword=v\n", **OF_SHELL)
    given.options["--profile"] = "work"
    assert store_with(given) == 0
    assert secrets(work) == before


def test_status_is_about_the_stored_one(work: Path) -> None:
    world = World(Environment({"HOME": str(work), **OF_SHELL}))
    named, free = Search(world, profile_name="work"), Search(world)
    chosen = chosen_profile(named)
    assert chosen is not None
    said, _ = report(named, chosen)
    assert (said["email"], said["token"], said["tokenVariable"]) == (YOU, "file", None)
    active = active_among(free, known_profiles(free))
    assert active is not None
    assert (active.name, active.email, active.store) == ("work", BOT, None)


@pytest.mark.parametrize("text", ["www.bitbucket.org", "https://api.bitbucket.org/2.0", "bitbucket.org/team"])
def test_variables_and_options_mean_the_same_bitbucket(text: str, home: Path) -> None:
    variables = {"ATLA_INSTANCE": text, "ATLA_TOKEN": "ATATTv"}
    assert answer(home, "https://bitbucket.org", **variables) == ("x-bitbucket-api-token-auth", "ATATTv", "basic")
    assert answer(home, "https://www.bitbucket.org", **variables) is None
