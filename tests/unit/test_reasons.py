"""The words of every verdict: one fact and one next step, as a person sees them."""

import pytest

from atla_credential.model import Profile
from atla_credential.site.about import About, has_cloud_id, is_of_service_account, is_rotated, is_set_aside
from atla_credential.site.outcome import Account, Outcome
from atla_credential.site.question import Question, Subject
from atla_credential.site.verdict import REASONS
from verdict_rows import EXPECTED, SAID

CLOUD = Question(("https", "work.atlassian.net", 443), ("rest", "api", "3", "myself"), "site", "jira")
OWN = Question(("https", "jira.example.com", 8443), ("rest", "api", "2", "myself"), "site", "jira")
GATEWAY = Question(("https", "api.atlassian.com", 443), ("ex", "jira", "x"), "gateway", "jira", "x")
GOVERNMENT = Question(("https", "work.atlassian-us-gov-mod.net", 443), ("rest",), "site", "jira")
BITBUCKET = Question(("https", "api.bitbucket.org", 443), ("2.0", "user"), "bitbucket", "bitbucket")
WORK = Profile("work", "https://work.atlassian.net", "you@example.com")
ODD = Profile("it's", "https://work.atlassian.net", "bot@serviceaccount.atlassian.com", cloud_id="x")
LOGIN = "atla-credential login --profile work"
BACK = "atla-credential restore work --no-verify"
RENEW = f"make a new one, then run: {LOGIN}"


def about(
    reason: str, question: Question = OWN, profile: Profile | None = WORK, sends: str = "basic", **more: object
) -> About:
    source, variable = str(more.pop("source", "file")), more.pop("variable", None)
    subject = Subject(profile, "made-up", source, str(variable) if variable else None) if profile else None
    return About(subject, Outcome(reason, question, **more), 2.5, sends)  # type: ignore[arg-type]


def texts(found: About) -> tuple[str, str]:
    reason = REASONS[found.outcome.reason]
    return reason.message_for(found), reason.step_for(found)


def typed(**instead: str | None) -> str:
    """Return the command of a login as it was typed, with what is to be otherwise."""
    return " ".join(["typed", *(f"{name}={value}" for name, value in instead.items())])


def test_a_refused_login_is_typed_once_more() -> None:
    """Nothing was made of it, so there is no profile to log in to. Whatever else the site says, there is one then."""
    subject = Subject(WORK, "made-up", None, login=typed)
    outcome = Outcome("bad-credentials", OWN)
    refused = About(subject, outcome, 2.5, "bearer", is_refused=True)
    assert (refused.login, refused.renew) == ("typed", "make a new one, then run: typed")
    assert refused.login_as_basic == "typed bearer=None email=EMAIL"
    for kept in (About(subject, outcome, 2.5, "bearer", is_refused=False), About(subject, outcome, 2.5, "bearer")):
        assert (kept.login, kept.renew, kept.login_as_basic) == (LOGIN, RENEW, f"{LOGIN} --email EMAIL")
    nobody = About(None, outcome, 2.5, "", is_refused=True)
    assert (nobody.login, nobody.renew) == ("atla-credential login", "make a new one")
    assert not is_set_aside(nobody)
    assert not is_rotated(nobody)


HOST = "jira.example.com:8443"
PLAIN = {reason: tuple(text.format(h=HOST, n="2.5") for text in texts) for reason, texts in SAID.items()}


def test_every_reason_has_one_verdict_and_one_exit_code() -> None:
    assert {word: (row.verdict, row.exit_code) for word, row in REASONS.items()} == EXPECTED


@pytest.mark.parametrize("reason", REASONS)
def test_plain_case(reason: str) -> None:
    assert texts(about(reason)) == PLAIN[reason]


@pytest.mark.parametrize(
    ("found", "step"),
    [
        (about("missing-scope", missing_scopes=["account", "repository"]), "for that, make one with the scope account, repository; everything else works without"),
        (about("missing-scope", missing_scopes=[]), PLAIN["missing-scope"][1]),
        (about("missing-scope", missing_scopes=["x" * 150] * 9), f"for that, make one with the scope {'x' * 150}, {'x' * 48}; everything else works without"),
        (about("bad-credentials", profile=ODD), "a service account's token goes as Bearer: atla-credential login --profile 'it'\\''s' --bearer"),
        (about("bad-credentials", profile=ODD, sends="bearer"), "make a new one, then run: atla-credential login --profile 'it'\\''s'"),
        (about("bad-credentials", profile=WORK.but(cloud_id="x")), f'{RENEW}; or, where the token has no scopes: {LOGIN} --cloud-id ""'),
        (about("bad-credentials", profile=WORK.but(cloud_id="x"), sends="bearer"), RENEW),
        (about("bad-credentials", variable="ATLA_TOKEN"), "check the e-mail or the user name; or make a new one, and put it into ATLA_TOKEN"),
        (about("anonymous", source="helper"), "the helper that gives it has to make a new one"),
        (about("anonymous", profile=WORK.but(name="-x")), "make a new one, then run: atla-credential login --profile=-x"),
        (about("anonymous", source="setAside"), RENEW),
        (about("bad-credentials", source="setAside", profile=WORK.but(cloud_id="x")), f'{RENEW}; or, where the token has no scopes: {BACK}, then {LOGIN} --cloud-id ""'),
        (about("wrong-scheme", source="setAside"), f"log in again with --bearer: {LOGIN} --bearer"),
        (about("no-cloud-id", source="setAside"), f"give it: {BACK}, then {LOGIN} --cloud-id ID"),
        (about("tls-untrusted", source="setAside"), f"give your authority's certificate: {BACK}, then {LOGIN} --ca-file FILE"),
        (about("not-judged", source="setAside"), f"put it back, and try it where it belongs: {BACK}, then git ls-remote URL"),
        (about("not-judged", source="rotated"), "once it is in place, try it where it belongs: git ls-remote URL"),
        (about("no-user", source="rotated"), "once it is in place, try it at something that is not public"),
        (about("bad-credentials", source="rotated"), "check the e-mail or the user name; or make a new one, then run: atla-credential rotate work"),
        (about("anonymous", source="rotated", profile=WORK.but(name="-x")), "make a new one, then run: atla-credential rotate --profile=-x"),
        (about("no-user", source="setAside", profile=WORK.but(name="-x")), "put it back, and try it at something that is not public: atla-credential restore --profile=-x --no-verify"),
        (about("wrong-scheme", sends="bearer"), f"log in again with --email: {LOGIN} --email EMAIL"),
        (about("moved", new_address="new.example.com/x"), "log in at its new address: atla-credential login --instance new.example.com/x"),
        (about("moved", profile=None), "check the address"),
        (about("forbidden", words="no {host}"), 'it says "no {host}"; ask its admin'),
        (about("no-cloud-id", profile=None), "check the address"),
        (about("tls-untrusted", profile=None), "let SSL_CERT_FILE name the file with your authority's certificate"),
        (about("proxy", lacks_socks=True), "it speaks SOCKS, for which a library is missing: install PySocks beside this program"),
        (about("rate-limited", retry_after_s=7), "try again in 7 s"),
        (about("rate-limited", retry_after_s=0), "try again in 0 s"),
        *((about("unavailable", question), "try again later, see https://status.atlassian.com") for question in (CLOUD, GATEWAY, BITBUCKET, GOVERNMENT)),
    ],
)  # fmt: skip
def test_step_of_a_special_case(found: About, step: str) -> None:
    assert texts(found) == (REASONS[found.outcome.reason].message_for(found), step)


def test_without_a_profile() -> None:
    found = about("bad-credentials", profile=None)
    assert (found.login, found.renew, found.scopes, found.as_whom) == (
        "atla-credential login",
        "make a new one",
        "",
        "",
    )
    assert not is_of_service_account(found)
    assert not has_cloud_id(found)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (about("ok", account=Account("1", "Jane Doe", "you@example.com", "jdoe")), "verified as Jane Doe (you@example.com)"),
        (about("ok", account=Account("1", "Jane Doe", None, "jdoe")), "verified as Jane Doe (jdoe)"),
        (about("ok", account=Account("1", "Jane Doe")), "verified as Jane Doe"),
        (about("ok", account=Account("1", None, "you@example.com")), "verified as you@example.com"),
        (about("ok", account=Account("1", None, None, "jdoe")), "verified as jdoe"),
        (about("ok", account=Account("1")), "verified as 1"),
        (about("ok", account=Account()), "verified"),
        (about("no-cloud-id", CLOUD, None, ""), "work.atlassian.net does not tell its cloud id"),
        (about("no-cloud-id", CLOUD, WORK, "bearer"), "the token works at the gateway only, and the cloud id of work.atlassian.net cannot be found out"),
        (about("tls-settings", certificates="ca_file"), "the certificates of ca_file cannot be used"),
        (about("dns", CLOUD), "the name work.atlassian.net is not known here"),
    ],
)  # fmt: skip
def test_message_of_a_special_case(found: About, message: str) -> None:
    assert texts(found)[0] == message
