"""What a login learns from the site, and what of it is kept."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.commands import login
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.login.learned import Learned
from atla_credential.model import Profile
from atla_credential.profiles import tables
from atla_credential.report import learning
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.outcome import Account, Outcome
from atla_credential.site.question import Subject
from atla_credential.site.questions import questions_about
from atla_credential.site.verification import NotVerified, Verification

Files = Callable[..., Path]
CLOUD = Profile("work", "https://work.atlassian.net", "you@example.com", "file")
BITBUCKET = Profile("bitbucket", "https://bitbucket.org", "you@example.com", "file")
SERVER = Profile("tracker", "https://jira.example.com/tracker", "", "file", "bearer")
MADE_UP = "11111111-2222-3333-4444-555555555555"


def found(planned: Profile, reason: str = "ok", account: Account | None = None, target: str = "") -> Verification:
    """Return a verdict: of the first question, or of one at another target."""
    steps = questions_about(Subject(planned, "made-up", None))
    assert steps is not None
    inquiry = Inquiry(steps, Subject(planned, "made-up", None), ("", ""))
    inquiry.question.target = target or inquiry.question.target
    inquiry.cloud_id = inquiry.cloud_id or (MADE_UP if target == "gateway" else None)
    return Verification(inquiry, Outcome(reason, inquiry.question, 200, account=account), 15)


def learned(planned: Profile, verdict: Verification | None, **given: str) -> Learned:
    options = Namespace(**{"cloud_id": None, "username": None, "profile": None, **given})
    return Learned(options, planned, verdict, was_asked=True)


@pytest.mark.parametrize(
    ("reason", "target", "given", "cloud_id"),
    [
        ("ok", "gateway", {}, MADE_UP),
        ("missing-scope", "gateway", {}, MADE_UP),
        ("ok", "site", {}, None),
        ("unavailable", "gateway", {}, None),
        ("ok", "gateway", {"cloud_id": ""}, None),
        ("ok", "gateway", {"cloud_id": "another"}, None),
    ],
)
def test_the_cloud_id_that_is_learned(reason: str, target: str, given: dict[str, str], cloud_id: str | None) -> None:
    one = learned(CLOUD, found(CLOUD, reason, target=target), **given)
    assert (one.cloud_id, one.profile.cloud_id) == (cloud_id, cloud_id)


def test_a_cloud_id_on_record_stays() -> None:
    known = CLOUD.but(cloud_id="known")
    one = learned(known, found(known, target="gateway"))
    assert (one.cloud_id, one.profile.cloud_id) == (None, "known")


@pytest.mark.parametrize(
    ("planned", "name", "given", "username"),
    [
        (SERVER, "jdoe", {}, "jdoe"),
        (BITBUCKET, "j.doe_1-x", {}, "j.doe_1-x"),
        (CLOUD, "jdoe", {}, None),
        (SERVER, "access-token-user/x", {}, None),
        (SERVER, "x-token-auth", {}, None),
        (SERVER, "j" * 199, {}, "j" * 199),
        (SERVER, "j" * 200, {}, None),
        (SERVER, "j doe", {}, None),
        (SERVER, "j\u00f6", {}, None),
        (SERVER, "jdoe\n", {}, None),
        (SERVER, None, {}, None),
        (SERVER, "jdoe", {"username": ""}, None),
        (SERVER.but(username="JDoe"), "jdoe", {}, "JDoe"),
        (SERVER.but(username="old"), "jdoe", {}, "jdoe"),
        (SERVER.but(username="given"), "jdoe", {"username": "given"}, "given"),
    ],
)
def test_the_user_name_that_is_learned(
    planned: Profile, name: str | None, given: dict[str, str], username: str | None
) -> None:
    verdict = found(planned, account=Account("1", username=name))
    assert learned(planned, verdict, **given).profile.username == username


def test_nothing_is_learned_of_what_is_not_verified() -> None:
    verdict = found(SERVER, "unavailable", Account("1", username="jdoe"))
    for one in (learned(SERVER, verdict), learned(SERVER, None)):
        assert (one.profile.username, one.noted, one.verified_utc) == (None, {}, None)
        assert one.as_json()["verifiedAt"] is None


@pytest.mark.parametrize(
    ("old", "name", "given", "is_refused"),
    [
        (SERVER.but(username="jdoe"), "jane", {}, True),
        (SERVER.but(username="jdoe"), "JDOE", {}, False),
        (SERVER.but(username="jdoe"), "jane", {"profile": "tracker"}, False),
        (SERVER.but(username="jdoe"), "jane", {"username": "jdoe"}, False),
        (SERVER.but(username="jdoe"), None, {}, False),
        (SERVER.but(username="jdoe"), "e@ve", {}, True),
        (SERVER.but(username="jdoe"), "access-token-user/2/11754", {}, False),
        (SERVER, "jane", {}, False),
        (None, "jane", {}, False),
    ],
)
def test_whose_token_takes_nobody_s_place(
    old: Profile | None, name: str | None, given: dict[str, str], is_refused: bool
) -> None:
    planned = SERVER.but(username=old.username if old else None)
    one = learned(planned, found(planned, account=Account("1", username=name)), **given)
    if is_refused:
        with pytest.raises(CredentialError, match="nothing was changed"):
            one.refuse_another_account(old)
    else:
        one.refuse_another_account(old)


def test_a_clock_that_is_wrong_says_not_when(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = found(CLOUD)
    verdict.checked_utc = 100
    assert learned(CLOUD, verdict).noted == {}


@pytest.mark.parametrize(
    ("verdict", "doubts"),
    [
        (None, ["the token was kept unverified: the site has no address that would tell whose it is"]),
        (found(CLOUD), []),
        (
            found(CLOUD, "timeout"),
            [
                "the token was kept unverified: work.atlassian.net did not answer within 15 s; try again, or give it longer: --timeout SECONDS"
            ],
        ),
        (
            found(CLOUD, "missing-scope"),
            [
                "work.atlassian.net knows the token, which lacks the scope to say whose it is; for that, make one with the scope to read its user; everything else works without"
            ],
        ),
    ],
    ids=["nobody to ask", "verified", "not known", "without the scope"],
)
def test_doubts(verdict: Verification | None, doubts: list[str]) -> None:
    assert list(learned(CLOUD, verdict).doubts(CLOUD)) == doubts


def test_what_a_site_calls_a_user_is_no_option() -> None:
    """The next steps are typed as they stand."""
    verdict = found(SERVER, account=Account("1", username="--no-verify"))
    with pytest.raises(CredentialError) as caught:
        learned(SERVER, verdict).refuse_another_account(SERVER.but(name="-x", username="jdoe"))
    assert caught.value.hints == (
        "for a profile of its own, add: --username=--no-verify",
        "to replace that one, add: --profile=-x",
    )


@pytest.mark.parametrize(
    ("reason", "is_rejected", "kind", "code"),
    [("anonymous", True, "rejected", 3), ("unavailable", False, "unknown", 5), ("no-site", False, "unknown", 1)],
)
def test_the_error_after_a_verdict(reason: str, is_rejected: bool, kind: str, code: int) -> None:
    verdict = found(SERVER, reason)
    assert (verdict.is_rejected, verdict.is_verified) == (is_rejected, False)
    error = NotVerified(verdict, "nothing was changed", "do it")
    assert (error.message, error.kind, error.exit_code) == (f"{verdict.message}; nothing was changed", kind, code)
    assert error.hints == (verdict.hint, "do it")
    assert error.verification == verdict.as_json()


def test_an_error_has_no_hint_that_the_verdict_has_not() -> None:
    verdict = found(SERVER)
    assert (verdict.is_verified, verdict.is_rejected, verdict.hint) == (True, False, None)
    assert NotVerified(verdict, "x").hints == ()


def test_bitbucket_without_an_e_mail() -> None:
    """A Bearer token that is none of Bitbucket's access tokens: REST would take it with the e-mail."""
    planned = BITBUCKET.but(email="", auth="bearer")
    (said,) = learned(planned, None).doubts(planned)
    assert said.endswith("only with its e-mail; give it: --email EMAIL")


def test_where_config_toml_cannot_be_written_the_token_is_kept_without_its_cloud_id(
    home: Path, files: Files, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without it, the file says all of the profile already (safety F13)."""
    folder = files(
        config=profile("work", CLOUD.instance) + '[default]\nprofile = "work"\n',
        credentials=token("work", CLOUD.instance, "old"),
    )
    before = (folder / "config.toml").read_bytes()

    def refuse(*arguments: Any, **more: Any) -> None:
        change = arguments[1]
        change({"profiles": {"work": {"instance": CLOUD.instance, "email": CLOUD.email, "credential_store": "file"}}})
        raise CredentialError("cannot write config.toml")

    def learn(*arguments: Any) -> Learned:
        return Learned(arguments[0], arguments[2], found(CLOUD, target="gateway"), was_asked=True)

    monkeypatch.setattr(tables, "edit_config", refuse)
    monkeypatch.setattr(learning, "learn", learn)
    options = commands.parser_for("login")[0].parse_args(["--profile", "work", "--token", "new"])
    assert login.run(options, World(Environment({"HOME": str(home)}))) == 0
    shown = capfd.readouterr()
    assert "which the profile now knows" not in shown.out
    assert f"when it can: atla-credential login --profile work --cloud-id {MADE_UP}\n" in shown.err
    assert 'token = "new"' in (folder / "credentials.toml").read_text()
    assert (folder / "config.toml").read_bytes() == before
