"""The words of every verdict: one fact and one next step, as a person sees them."""

import pytest

from atla_credential.model import Profile
from atla_credential.site.about import About, has_cloud_id, is_of_service_account
from atla_credential.site.outcome import Account, Outcome
from atla_credential.site.question import Question, Subject
from atla_credential.site.verdict import REASONS

CLOUD = Question(("https", "work.atlassian.net", 443), ("rest", "api", "3", "myself"), "site", "jira")
OWN = Question(("https", "jira.example.com", 8443), ("rest", "api", "2", "myself"), "site", "jira")
GATEWAY = Question(("https", "api.atlassian.com", 443), ("ex", "jira", "x"), "gateway", "jira", "x")
BITBUCKET = Question(("https", "api.bitbucket.org", 443), ("2.0", "user"), "bitbucket", "bitbucket")
WORK = Profile("work", "https://work.atlassian.net", "you@example.com")
ODD = Profile("it's", "https://work.atlassian.net", "bot@serviceaccount.atlassian.com", cloud_id="x")
LOGIN = "atla-credential login --profile work"
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


HOST = "jira.example.com:8443"
CHECK = "check the instance of profile work"
PLAIN = {
    "ok": ("verified", ""),
    "missing-scope": (f"{HOST} knows the token, which lacks the scope to say whose it is", "for that, make one with the scope to read its user; everything else works without"),
    "bad-credentials": (f"{HOST} does not take this token for this account", f"check the e-mail or the user name; or {RENEW}"),
    "anonymous": (f"{HOST} answers as to a stranger, so the token is of no use there", RENEW),
    "wrong-scheme": (f"{HOST} does not take this way of signing in; the token was not looked at", f"log in again with --bearer: {LOGIN} --bearer"),
    "captcha": (f"{HOST} wants a captcha solved before it looks at any token", "log in there with a browser once, then ask again"),
    "login-page": (f"{HOST} answers with a page to sign in, not with an account", "ask whoever runs it to let tokens through to /rest"),
    "moved": (f"{HOST} has moved", CHECK),
    "insecure-redirect": (f"{HOST} wants to go on without encryption", CHECK),
    "redirect-loop": (f"{HOST} leads back to the same address", CHECK),
    "blocked": (f"something in front of {HOST} refuses the request; the token was not judged", "ask your network's admin, or the site's"),
    "ip-not-allowed": (f"{HOST} does not take requests from this network", "use an allowed network, or ask the site's admin"),
    "forbidden": (f"{HOST} refuses, and does not say that it is for the token", "ask its admin"),
    "no-product-access": (f"{HOST} refuses the account or the token, and does not say which", "check with a browser whether the account may use Confluence"),
    "not-judged": (f"{HOST} does not say whether the token is bad or has no user", "try it where it belongs: git ls-remote URL"),
    "no-user": (f"{HOST} answers, and does not say whom", "try the token at something that is not public"),
    "no-cloud-id": (f"{HOST} refuses the token, which may be one with scopes, and its cloud id cannot be found out", f"give it: {LOGIN} --cloud-id ID"),
    "no-site": (f"there is no site at {HOST}, or it is switched off", CHECK),
    "not-found": ("neither Jira nor Confluence nor Bitbucket answers at this address", f"check the context path, for example https://{HOST}/jira"),
    "unreadable": (f"what {HOST} answers makes no sense", "check that the instance is an Atlassian one"),
    "tls-untrusted": (f"nobody trusted on this machine vouches for {HOST}", f"give your authority's certificate: {LOGIN} --ca-file FILE"),
    "tls-expired": (f"the certificate of {HOST} is not valid at this time", "check this machine's clock, then tell the site's admin"),
    "tls-host": (f"the certificate is for another host than {HOST}", CHECK),
    "tls": (f"no encrypted connection to {HOST} comes about", "check the address and its port"),
    "tls-settings": ("the certificates of  cannot be used", "correct or unset it"),
    "proxy-auth": ("the proxy wants a user and a password", "write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT"),
    "proxy-refused": (f"the proxy lets nobody through to {HOST}", "ask your network's admin"),
    "proxy": (f"the proxy cannot be reached, or cannot reach {HOST}", "check HTTPS_PROXY and NO_PROXY"),
    "dns": (f"the name {HOST} is not known here", "check the address, and the network"),
    "connect": (f"{HOST} cannot be reached", "check the address, and the network"),
    "timeout": (f"{HOST} did not answer within 2.5 s", "try again, or give it longer: --timeout SECONDS"),
    "cut-off": (f"the answer of {HOST} broke off", "try again"),
    "rate-limited": (f"{HOST} has been asked too often", "try again later"),
    "unavailable": (f"{HOST} is out of order at the moment", "try again later"),
}  # fmt: skip


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
        (about("wrong-scheme", sends="bearer"), f"log in again with --email: {LOGIN} --email EMAIL"),
        (about("moved", new_address="new.example.com/x"), "log in at its new address: atla-credential login --instance new.example.com/x"),
        (about("moved", profile=None), "check the address"),
        (about("forbidden", words="no {host}"), 'it says "no {host}"; ask its admin'),
        (about("no-cloud-id", profile=None), "check the address"),
        (about("tls-untrusted", profile=None), "let SSL_CERT_FILE name the file with your authority's certificate"),
        (about("proxy", lacks_socks=True), "it speaks SOCKS, for which a library is missing: install PySocks beside this program"),
        (about("rate-limited", retry_after_s=7), "try again in 7 s"),
        (about("rate-limited", retry_after_s=0), "try again in 0 s"),
        *((about("unavailable", question), "try again later, see https://status.atlassian.com") for question in (CLOUD, GATEWAY, BITBUCKET)),
    ],
)  # fmt: skip
def test_step_of_a_special_case(found: About, step: str) -> None:
    assert texts(found) == (REASONS[found.outcome.reason].message_for(found), step)


def test_without_a_profile() -> None:
    found = about("bad-credentials", profile=None)
    assert (found.login, found.renew, found.scopes, found.as_whom) == ("atla-credential login", "make a new one", "", "")
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
