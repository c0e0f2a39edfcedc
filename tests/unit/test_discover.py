"""`discover` and `doctor --network`: what they make of a verdict; without a network."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.commands import discover
from atla_credential.doctor import network
from atla_credential.doctor.network import check_sites, finding_of
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain, UsageError
from atla_credential.model import Profile
from atla_credential.site import transport
from atla_credential.site.deadline import Deadline
from atla_credential.site.failure import NoReply
from atla_credential.site.question import Question
from atla_credential.site.reply import Reply

CLOUD_ID = "11111111-2222-3333-4444-555555555555"
GOOD = Reply(200, [], f'{{"cloudId": "{CLOUD_ID}"}}'.encode())
Say = Callable[[Reply | NoReply], list[Question]]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Return a function: say(answer) gives it to whoever asks, and returns what is asked."""

    def play(said: Reply | NoReply) -> list[Question]:
        asked: list[Question] = []

        def ask(question: Question, header: str | None, context: object, deadline: Deadline) -> Reply:
            asked.append(question)
            assert deadline.limit_s == 7
            if isinstance(said, NoReply):
                raise said
            return said

        monkeypatch.setattr(transport, "ask", ask)
        return asked

    return play


@pytest.fixture
def world(home: Path) -> World:
    return World(Environment({"HOME": str(home), "SSL_CERT_FILE": "", "CURL_CA_BUNDLE": ""}))


def options(site: str, is_json: bool = False) -> Namespace:
    parser = ArgumentParser()
    discover.add_options(parser)
    found = parser.parse_args(["--site", site, "--timeout", "7"])
    found.json = is_json
    return found


@pytest.mark.parametrize(
    ("site", "gateway"),
    [
        ("work.atlassian.net", "https://api.atlassian.com"),
        ("https://WORK.atlassian.net/browse/ABC-1", "https://api.atlassian.com"),
        ("work.atlassian-us-gov-mod.net", "https://api.atlassian-us-gov-mod.com"),
    ],
)
def test_what_is_found(site: str, gateway: str, say: Say, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked = say(GOOD)
    addresses = [f"{gateway}/ex/{product}/{CLOUD_ID}" for product in ("jira", "confluence")]
    assert discover.run(options(site), world) == 0
    assert capsys.readouterr().out.split() == [
        "cloud",
        "id",
        CLOUD_ID,
        "jira",
        addresses[0],
        "confluence",
        addresses[1],
    ]
    assert discover.run(options(site, is_json=True), world) == 0
    host = asked[0].host
    assert json.loads(capsys.readouterr().out) == {
        "schemaVersion": 1, "site": f"https://{host}", "cloudId": CLOUD_ID,
        "jiraEndpoint": addresses[0], "confluenceEndpoint": addresses[1],
    }  # fmt: skip
    assert [(each.host, each.path, each.target) for each in asked] == [(host, ("_edge", "tenant_info"), "site")] * 2


def test_the_site_is_given() -> None:
    parser = ArgumentParser()
    discover.add_options(parser)
    for option in ("--site", "--instance"):
        assert parser.parse_args([option, "x"]) == Namespace(word=None, site="x", timeout=None)
    assert parser.parse_args(["x"]) == Namespace(word="x", site=None, timeout=None)


@pytest.mark.parametrize(
    ("words", "message"),
    [([], "a site is needed"), (["work.atlassian.net", "--site", "work.atlassian.net"], "two sites were given")],
)
def test_one_site_is_needed(words: list[str], message: str, say: Say, world: World) -> None:
    asked = say(GOOD)
    parser = ArgumentParser()
    discover.add_options(parser)
    with pytest.raises(UsageError) as caught:
        discover.run(parser.parse_args(words), world)
    assert caught.value.message == message
    assert asked == []


def test_the_site_is_a_word_as_with_login(say: Say, world: World) -> None:
    asked = say(GOOD)
    parser = ArgumentParser()
    discover.add_options(parser)
    found = parser.parse_args(["work.atlassian.net", "--timeout", "7"])
    found.json = False
    assert discover.run(found, world) == 0
    assert [each.host for each in asked] == ["work.atlassian.net"]


@pytest.mark.parametrize(
    ("said", "kind", "message", "hint"),
    [
        (Reply(404, []), CredentialError, "there is no site at work.atlassian.net, or it is switched off", "check the address"),
        (Reply(401, []), CredentialError, "work.atlassian.net does not tell its cloud id", "check the address"),
        (Reply(500, []), TryAgain, "work.atlassian.net is out of order at the moment", "try again later, see https://status.atlassian.com"),
        (NoReply("dns"), TryAgain, "the name work.atlassian.net is not known here", "check the address, and the network"),
    ],
)  # fmt: skip
def test_why_there_is_none(
    said: Reply | NoReply, kind: type[CredentialError], message: str, hint: str, say: Say, world: World
) -> None:
    say(said)
    with pytest.raises(CredentialError) as caught:
        discover.run(options("work.atlassian.net"), world)
    assert (type(caught.value), caught.value.message, list(caught.value.hints)) == (kind, message, [hint])


@pytest.mark.parametrize(
    "site", ["bitbucket.org", "jira.example.com", "http://work.atlassian.net", "work.atlassian.net:8443", "atlassian.net", "x y", ""]
)  # fmt: skip
def test_no_other_site_is_asked(site: str, say: Say, world: World) -> None:
    asked = say(GOOD)
    with pytest.raises(UsageError):
        discover.run(options(site), world)
    assert asked == []


# doctor --network


@pytest.fixture
def profiles(home: Path, files: Callable[..., Path]) -> World:
    """Return a world with two profiles that can be asked about, and two that cannot."""
    sites = {name: f"https://{name}.atlassian.net" for name in ("one", "two", "bare")} | {
        "odd": "https://bitbucket.org/a/b/c"
    }
    files(
        config="".join(profile(name, site) for name, site in sites.items()),
        credentials="".join(token(name, site, "made-up-canary") for name, site in sites.items() if name != "bare"),
        helper="[profiles.two]\nca_file = '/own'\n",
    )
    return World(Environment({"HOME": str(home)}))


def test_what_doctor_finds(profiles: World, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atla_credential.site.inquiry.context_for", lambda *names: None)
    monkeypatch.setenv("HTTPS_PROXY", "http://jdoe:made-up@proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "two.atlassian.net")
    asked = say(Reply(403, [], b'{"message": "Basic Authentication has been disabled"}'))
    found = list(check_sites(profiles, 7))
    assert [each.text for each in found] == [
        "sites are asked through the proxy proxy.example.com:3128",
        "sites are asked without a proxy",
        "sites are trusted by the certificates of the system",
        "sites are trusted by ca_file, which names /own",
        *(f'profile "{name}": {name}.atlassian.net does not take this way of signing in; the token was not looked at' for name in ("one", "two")),
    ]  # fmt: skip
    assert [each.is_wrong for each in found] == [False] * 4 + [True] * 2
    assert [bool(each.verification) for each in found] == [False] * 4 + [True] * 2
    assert found[4].hint == "log in again with --bearer: atla-credential login --profile one --bearer"
    assert sorted(each.host for each in asked) == ["one.atlassian.net", "two.atlassian.net"]


def test_what_doctor_has_no_time_for(profiles: World, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    assert network.ALL_S == 60
    asked = say(GOOD)
    monkeypatch.setattr(network, "ALL_S", 0)
    found = list(check_sites(profiles, 7))[-2:]
    assert [each.text for each in found] == [
        f'profile "{name}" was not asked about: there was no time' for name in ("one", "two")
    ]
    assert asked == []


def test_what_is_unknown_is_not_wrong() -> None:
    said = finding_of(Profile("work", "https://work.atlassian.net"), None)
    assert (said.is_wrong, said.hint) == (False, "ask about it alone: atla-credential status --verify --profile work")
