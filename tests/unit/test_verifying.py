"""What the site of a profile is asked about: which token, by whose certificates, or nobody at all; without a network."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.report import verifying
from atla_credential.report.profile import known_profiles
from atla_credential.report.verified import exit_code, next_step, noted_end_warning, unasked_warning, verified_field
from atla_credential.report.verifying import (
    ask_at_terminal,
    ask_for_cloud_id,
    certificates_of,
    inquiry_of,
    subject_of,
    verify,
)
from atla_credential.site import transport
from atla_credential.site.deadline import Deadline
from atla_credential.site.failure import NoReply
from atla_credential.site.question import Question
from atla_credential.site.reply import Reply
from atla_credential.system import NO_CREDENTIAL

Files = Callable[..., Path]
SITE = "https://work.atlassian.net"
DEEP = "https://bitbucket.org/team/repo/deep"
SECRET = "made-up-canary"
VARIABLES = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "me@example.com", "ATLA_TOKEN": "made-up"}


@pytest.fixture
def search(files: Files, home: Path) -> Callable[..., Search]:
    """Return a function that looks at a profile `work`, with what is given of it."""

    def make(
        instance: str = SITE, email: str = "you@example.com", helper: str = "", secret: str = SECRET, **variables: str
    ) -> Search:
        config = profile("work", instance, email) + '[default]\nprofile = "work"\n'
        stored = token("work", instance, secret, email) if secret else ""
        files(config=config, credentials=stored, helper=f'[helper]\nstorage = "file"\n[profiles.work]\n{helper}')
        return Search(World(Environment({"HOME": str(home), **variables})))

    return make


def about(found: Search) -> tuple[str, str | None, str | None] | None:
    subject = subject_of(found, known_profiles(found)[0])
    return (subject.secret, subject.source, subject.variable) if subject else None


def test_whose_token_is_asked_about(search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch) -> None:
    assert about(search()) == (SECRET, "file", None)
    assert about(search(ATLA_TOKEN__WORK="made-up")) == ("made-up", "environment", "ATLA_TOKEN__WORK")
    assert about(search(secret="")) is None

    def refuse(*_: object) -> None:
        raise Unavailable("made up")

    monkeypatch.setattr(verifying, "find_secret", refuse)
    assert about(search()) is None


def test_one_that_is_set_aside(files: Files, search: Callable[..., Search]) -> None:
    found = search(secret="")
    key = f"work|you@example.com|{SITE}"
    aside = f'[tokens."{key}|rejected"]\ntoken = "{SECRET}"\n'
    files(credentials=aside)
    found = Search(found.world.__class__(found.world.environment))
    assert about(found) == (SECRET, "setAside", None)


@pytest.mark.parametrize(
    ("more", "host"),
    [
        ({}, "work.atlassian.net"),
        ({"secret": ""}, None),
        ({"secret": "made-up\u2028canary"}, None),
        ({"email": "", "helper": 'auth = "basic"\n'}, None),
        ({"email": "", "helper": 'auth = "bearer"\n'}, "work.atlassian.net"),
        ({"instance": DEEP}, None),
        ({"instance": "work"}, None),
    ],
)
def test_who_is_asked(more: dict[str, str], host: str | None, search: Callable[..., Search]) -> None:
    found = search(**more)
    made = inquiry_of(found, known_profiles(found)[0])
    assert (made.question.host if made else None) == host
    assert made is None or made.certificates == ("", "")
    assert made is None or (made.subject is not None and made.subject.secret == SECRET)


def test_verdicts_are_in_the_order_of_the_profiles(
    search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(question: Question, header: str | None, context: object, deadline: Deadline) -> Reply:
        if question.asks_cloud_id:
            return Reply(200, [], b'{"cloudId": "x"}')
        raise NoReply("dns")

    monkeypatch.setattr(transport, "ask", ask)
    found = search()
    stored = known_profiles(found)[0]
    verdicts = verify(found, [stored.but(name="other"), stored], 9)
    assert [each.reason.word if each else None for each in verdicts] == [None, "dns"]
    assert verify(found, [stored], 9, 0) == [None]
    assert ask_for_cloud_id(("https", "work.atlassian.net", 443), found.world, 9).cloud_id == "x"
    assert capsys.readouterr().err == ""


def test_each_host_that_is_asked_is_shown_once(search: Callable[..., Search], monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(transport, "ask", lambda *_: Reply(200, [], b'{"accountId": "x"}'))
    monkeypatch.setattr("atla_credential.report.verifying.Progress.show", lambda progress, text: shown.append(text))
    found = search()
    inquiries = [inquiry_of(found, known_profiles(found)[0]) for _ in range(2)]
    assert [each.reason.word if each else None for each in ask_at_terminal(inquiries, 9)] == ["ok", "ok"]
    assert shown[0] == "asking work.atlassian.net ..."


def test_whose_certificates_are_good(
    search: Callable[..., Search], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety F14: a file that others may have named is not used, and nothing stands in for it."""
    folder = home / ".config" / "atla"

    def certificates(helper: str, **variables: str) -> tuple[str, str]:
        found = search(helper=helper, **variables)
        return certificates_of(found.world, known_profiles(found)[0])

    assert certificates("") == ("", "")
    assert certificates("ca_file = ''\n", SSL_CERT_FILE="/x") == ("SSL_CERT_FILE", "/x")
    assert certificates("ca_file = '/own'\n", SSL_CERT_FILE="/x") == ("ca_file", "/own")
    assert certificates("ca_file = 'own'\n") == ("ca_file", str(folder / "own"))
    assert certificates("ca_file = '../own'\n") == ("ca_file", str(folder / "../own"))
    assert certificates("ca_file = '/own'\n", **VARIABLES) == ("", "")  # it is for the stored one of this name
    found = search(helper="ca_file = '/own'\n", SSL_CERT_FILE="/x")
    (folder / "helper.toml").chmod(0o666)
    warnings: list[str] = []
    monkeypatch.setattr("atla_credential.terminal.console.show_warning", warnings.append)
    assert certificates_of(found.world, known_profiles(found)[0]) == ("ca_file", os.devnull)
    assert len(warnings) == 1
    assert "ca_file is not used" in warnings[0]


def test_what_is_said_where_nobody_was_asked() -> None:
    found = {"profile": "work", "token": "file", "verdict": "ok", "verification": None, "expiresAt": None}
    assert (verified_field(found), next_step(found), noted_end_warning(found)) == ([], None, [])
    assert unasked_warning(found) == (
        'the site cannot be asked about profile "work": it has no address that would tell whose it is'
    )
    assert unasked_warning({**found, "verdict": "expiring"}) is not None
    assert unasked_warning({**found, "verdict": "missing"}) is None
    assert exit_code({**found, "verdict": "missing"}, 7) == 7
    assert exit_code({**found, "verdict": "expiring"}, 7) == 1


def test_an_end_that_was_noted() -> None:
    found = {
        "profile": "work", "token": "file", "verdict": "expired", "expiresAt": "2020-01-02T00:00:00Z",
        "verification": {"verdict": "unknown", "retryable": False},
    }  # fmt: skip
    said = ['the token of profile "work" has expired on 2020-01-02, by what was noted']
    assert noted_end_warning(found) == said
    assert noted_end_warning({**found, "verdict": "expiring"}) == []
    assert noted_end_warning({**found, "verification": None}) == []
    assert exit_code(found, 7) == 1
    assert exit_code({**found, "token": "setAside"}, 7) == NO_CREDENTIAL
