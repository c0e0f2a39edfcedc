"""What `get` would refuse and `login` would not take is called so wherever a token is looked at, and nothing shows it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.commands import doctor
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.report.profile import known_profiles, report

SITE, BITBUCKET, OWN = "https://work.atlassian.net", "https://bitbucket.org", "https://jira.example.com"
APP_PASSWORD = "ATBB" + "madeup" * 5
Files = Callable[..., Path]


def judged(home: Path, **variables: str) -> list[tuple[str, list[str], list[str]]]:
    """Return verdict, problems and warnings of each profile."""
    search = Search(World(Environment({"HOME": str(home), **variables})))
    found = [report(search, each)[0] for each in known_profiles(search)]
    return [(each["verdict"], each["problems"], each["warnings"]) for each in found]


BAD = [
    pytest.param("made-up\n", "control character", id="a line end, which get refuses"),
    pytest.param("made-up\r", "control character", id="that of Windows"),
    pytest.param("made-up\u2028", "control character", id="another that ends a line"),
    pytest.param("made-up ", "white space", id="a blank behind it"),
    pytest.param("made up", "white space", id="a blank in it"),
    pytest.param("\ufeffmade-up", "odd characters", id="a byte order mark"),
    pytest.param(APP_PASSWORD, "app password", id="a dead kind"),
    pytest.param(f'"{APP_PASSWORD}"', "app password", id="a dead kind in quotation marks"),
    pytest.param(f" {APP_PASSWORD} ", "app password", id="a dead kind between blanks"),
]


@pytest.mark.parametrize(("secret", "word"), BAD)
def test_what_can_be_no_token_is_a_problem_in_a_variable(home: Path, secret: str, word: str) -> None:
    ((verdict, (problem, step), _),) = judged(
        home, ATLA_INSTANCE=SITE, ATLA_EMAIL="you@example.com", ATLCLI_API_TOKEN=secret
    )
    assert verdict == "unusable"
    assert word in problem
    assert "set ATLCLI_API_TOKEN" in step
    assert "made" not in problem + step.replace("make", "")


@pytest.mark.parametrize(("secret", "word"), BAD)
def test_what_can_be_no_token_is_a_problem_in_a_store(home: Path, files: Files, secret: str, word: str) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, json.dumps(secret)[1:-1]))
    ((verdict, (problem, step), _),) = judged(home)
    assert (verdict, word in problem) == ("unusable", True)
    assert "atla-credential login --profile work" in step


@pytest.mark.parametrize("name", ["ATLA_TOKEN__WORK", "ATLA_TOKEN", "ATLA_API_TOKEN"])
def test_the_variable_that_is_read_is_named(home: Path, files: Files, name: str) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    ((verdict, (_, step), _),) = judged(home, **{name: "made-up\n"})
    assert verdict == "unusable"
    assert step == f"set {name} without line ends"


def test_what_login_warns_of_is_a_warning(home: Path, files: Files) -> None:
    files(config=profile("work", SITE))
    ((verdict, problems, warnings),) = judged(home, ATLA_TOKEN="'made-up'")
    assert (verdict, problems) == ("ok", [])
    assert warnings == [
        "the token has quotation marks around it, which are most likely not a part of it; "
        "set ATLA_TOKEN to the right one"
    ]


@pytest.mark.parametrize("secret", ["correct horse", "ATBBcorrect", "made-up "])
def test_a_password_of_somebody_elses_host_may_be_anything(home: Path, files: Files, secret: str) -> None:
    files(
        config=profile("git.example.com", "https://git.example.com"),
        helper='[profiles."git.example.com"]\nadopted = true\n',
        credentials=token("git.example.com", "https://git.example.com", secret),
    )
    assert judged(home) == [("ok", [], [])]


def test_a_password_of_a_host_of_ones_own_may_have_a_blank(home: Path, files: Files) -> None:
    files(config=profile("dc", OWN), credentials=token("dc", OWN, "correct horse"))
    ((verdict, problems, warnings),) = judged(home)
    assert (verdict, problems) == ("ok", [])
    assert "white space" in warnings[0]


def test_a_bearer_token_is_no_password(home: Path, files: Files) -> None:
    files(config=profile("dc", OWN, email=""), credentials=token("dc", OWN, "made up", email=""))
    assert judged(home)[0][0] == "unusable"


def test_a_user_name_that_cannot_be_handed_out_is_a_problem(home: Path, files: Files) -> None:
    files(
        config=profile("dc", OWN),
        helper='[profiles.dc]\nusername = "you\\n"\n',
        credentials=token("dc", OWN, "made-up"),
    )
    ((verdict, problems, _),) = judged(home)
    assert verdict == "unusable"
    assert problems == ["the username has a control character and cannot be handed out", "set it without line ends"]


def test_a_refresh_token_that_cannot_be_handed_out_is_a_problem(home: Path, files: Files) -> None:
    key = f"bb|you@example.com|{BITBUCKET}|oauth_refresh_token"
    files(
        config=profile("bb", BITBUCKET),
        credentials=f'{token("bb", BITBUCKET, "made-up")}[tokens."{key}"]\ntoken = "made-up\\n"\n',
    )
    assert judged(home)[0][0] == "unusable"


@pytest.mark.parametrize(
    ("instance", "product", "is_answered"),
    [
        (SITE, "jira", True), (SITE, "confluence", True), (SITE, "bitbucket", False),
        (BITBUCKET, "bitbucket", True), (BITBUCKET, "jira", False),
        ("https://api.atlassian.com/ex/jira/made-up-id", "jira", True),
        ("https://api.atlassian.com/ex/jira/made-up-id", "confluence", False),
        (OWN, "bitbucket", True),
    ],
)  # fmt: skip
def test_a_product_that_is_not_there(home: Path, files: Files, instance: str, product: str, is_answered: bool) -> None:
    files(
        config=profile("one", instance),
        helper=f'[profiles.one]\nproduct = "{product}"\n',
        credentials=token("one", instance, "made-up"),
    )
    assert judged(home)[0][0] == ("ok" if is_answered else "incomplete")


def test_an_empty_user_name_is_one(home: Path, files: Files) -> None:
    files(
        config=profile("git.example.com", "https://git.example.com", email=""),
        helper='[profiles."git.example.com"]\nadopted = true\nauth = "basic"\nusername = ""\n',
        credentials=token("git.example.com", "https://git.example.com", "made-up", email=""),
    )
    assert judged(home) == [("ok", [], [])]


@pytest.mark.parametrize(("cloud_id", "is_odd"), [("made-up-id", False), ("", True)])
def test_a_service_account_without_a_cloud_id(home: Path, files: Files, cloud_id: str, is_odd: bool) -> None:
    files(
        config=profile("bot", SITE, email="", **({"cloud_id": cloud_id} if cloud_id else {})),
        credentials=token("bot", SITE, "made-up", email=""),
    )
    ((_, _, warnings),) = judged(home)
    assert any("gateway only" in each and "login --profile bot --cloud-id ID" in each for each in warnings) == is_odd


def test_the_problem_is_in_every_form(home: Path, files: Files, capfd: pytest.CaptureFixture[str]) -> None:
    files(config=profile("bb", BITBUCKET), credentials=token("bb", BITBUCKET, APP_PASSWORD))
    environment = Environment({"HOME": str(home), "PATH": ""})

    def said(word: str, *arguments: str) -> tuple[int, str]:
        parser, command = commands.parser_for(word)
        try:
            code: int = command.run(parser.parse_args(arguments), World(environment))
        except CredentialError as error:
            code = error.exit_code
        output = capfd.readouterr()
        assert "madeup" not in output.out + output.err
        return code, output.out if "--json" in arguments else output.err

    code, text = said("status")
    assert (code, "app password" in text) == (3, True)
    code, text = said("status", "--fail-within", "14d", "--json")
    assert (code, json.loads(text)["verdict"]) == (3, "unusable")
    code, text = said("list")
    assert (code, "app password" in text) == (0, True)
    code, text = said("list", "--json")
    assert "app password" in json.loads(text)["profiles"][0]["problems"][0]
    (finding,) = [each for each in doctor.all_findings(World(environment)) if "app password" in each.text]
    assert finding.is_wrong
    assert "login --profile bb" in (finding.hint or "")
