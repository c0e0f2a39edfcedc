"""What an answer means: what can never come of it, whatever a server says; tests/interop/test_verdicts.py has what does come of it."""

import json
from itertools import product

import pytest

from atla_credential.site.answer import RULES, reason_for
from atla_credential.site.asked import Asked
from atla_credential.site.named import account_of
from atla_credential.site.outcome import Account, Outcome
from atla_credential.site.question import Question
from atla_credential.site.refusal import scopes_of
from atla_credential.site.reply import Reply, texts_of
from atla_credential.site.verdict import REASONS, REJECTED, UNKNOWN, VERIFIED

SITE = ("https", "work.atlassian.net", 443)
QUESTIONS = {
    "the cloud id": Question(SITE, ("_edge", "tenant_info"), "site", None),
    "Jira": Question(SITE, ("rest", "api", "3", "myself"), "site", "jira"),
    "Confluence": Question(SITE, ("wiki", "rest", "api", "user", "current"), "site", "confluence"),
    "the gateway": Question(("https", "api.atlassian.com", 443), ("ex", "jira", "x", "rest"), "gateway", "jira", "x"),
    "Bitbucket": Question(("https", "api.bitbucket.org", 443), ("2.0", "user"), "bitbucket", "bitbucket"),
    "one's own": Question(("https", "git.example.com", 443), ("rest", "api", "1.0"), "site", "bitbucket"),
}
STATUSES = [
    100,
    103,
    200,
    201,
    204,
    206,
    300,
    302,
    304,
    307,
    400,
    401,
    402,
    403,
    404,
    405,
    407,
    410,
    418,
    421,
    429,
    451,
    500,
    503,
    599,
]
FIELDS: list[list[tuple[str, str]]] = [
    [], [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")], [("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")],
    [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")], [("WWW-Authenticate", "Negotiate")], [("X-AUSERNAME", "jdoe")],
    [("Location", "/login")], [("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE")],
]  # fmt: skip
BODIES = [
    b"", b"<html>", b"[]", b"{}", b"{", b"\xff", b"null", b'{"type": "anonymous"}', b'{"type": "anonymous", "accountId": "x"}',
    b'{"accountId": "x"}', b'{"key": "x"}', b'{"cloudId": "x"}', b'{"version": "9"}', b'{"message": "scope does not match"}',
    b'{"message": "Basic Authentication has been disabled"}', b'{"error": {"detail": {"granted": []}}}',
    b'{"errorMessage": "Site temporarily unavailable"}', b'{"is_private": true}',
]  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_whatever_is_answered(name: str) -> None:
    question = QUESTIONS[name]
    for status, fields, body, is_repeat in product(STATUSES, FIELDS, BODIES, (False, True)):
        reason = reason_for(Asked(Reply(status, fields, body, is_repeat), question, "made-up"))
        verdict = REASONS[reason].verdict
        case = (status, fields, body, is_repeat, reason)
        if question.asks_cloud_id:
            assert verdict == UNKNOWN or (reason == "ok" and (status, body) == (200, b'{"cloudId": "x"}')), case
        elif verdict == VERIFIED:
            assert status in (200, 401, 403), case
            assert status == 200 or reason == "missing-scope", case
            assert ("X-Seraph-LoginReason", "AUTHENTICATED_FAILED") not in fields or status != 200, case
            assert b"anonymous" not in body or status != 200, case
            assert name != "one's own" or b"version" in body or status != 200, case
        elif verdict == REJECTED:
            assert status in (200, 401, 403), case
            assert status == 403 or not is_repeat or reason == "anonymous", case


def test_a_rule_that_is_named_gives_reasons_of_the_table() -> None:
    assert len(set(RULES)) == len(RULES)
    assert all((rule.__doc__ or "")[:1].isupper() or (rule.__doc__ or "")[:1].isdigit() for rule in RULES)


@pytest.mark.parametrize(
    "body",
    [
        b'{"accountId": "x", "accountId": "x"}', b'{"a": {"b": 1, "b": 1}, "accountId": "x"}', b'{"accountId": NaN}', b'["accountId"]',
        b'{"accountId": "x"} {}', b'{"accountId": "x", "n": ' + b"9" * 5000 + b"}", b'{"a":' * 100_000,
        json.dumps({"accountId": "x"}).encode("utf-16"), b'\xef\xbb\xbf\xef\xbb\xbf{"accountId": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_object(body: bytes) -> None:
    assert Reply(200, [], body).object is None


def test_an_error_s_texts_are_found_inside() -> None:
    said = Reply(
        400, [], b'{"errorMessages": ["a", ["IP ADDRESS"]], "errors": {"x": {"y": "not on the Allowed List"}}}'
    )
    assert said.says("IP address", "allowed list")
    assert not said.says("ip address", "nothing of the kind")
    assert Reply(400, [], b'{"displayName": "ip address allowed list"}').errors == ()


OWN = ("https", "git.example.com", 443)
MORE_QUESTIONS = {
    **QUESTIONS,
    "a workspace": Question(("https", "api.bitbucket.org", 443), ("2.0", "repositories", "x"), "bitbucket", "bitbucket"),
    "one's own repositories": Question(OWN, ("x", "repositories", "rest"), "site", "bitbucket"),
    "one's own Jira below repositories": Question(OWN, ("x", "repositories", "rest"), "site", "jira"),
    "one's own Confluence": Question(OWN, ("rest", "api", "user", "current"), "site", "confluence"),
    "Confluence's gateway": Question(("https", "api.atlassian.com", 443), ("ex", "confluence"), "gateway", "confluence", "x"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status", "fields", "body", "reason"),
    [
        ("Jira", 403, [], b'{"message": "this project is not on the allowed list"}', "forbidden"),
        ("Jira", 403, [], b'{"message": "your IP address was logged"}', "forbidden"),
        ("Jira", 403, [], b'{"message": "IP address: not on the allowlist"}', "ip-not-allowed"),
        ("Jira", 403, [], b'{"message": "IP address: see the allow list"}', "ip-not-allowed"),
        ("Jira", 404, [], b'{"message": "temporarily unavailable"}', "not-found"),
        ("Jira", 503, [], b'{"errorMessage": "Site temporarily unavailable"}', "unavailable"),
        ("Jira", 200, [("X-Seraph-LoginReason", "OK")], b'{"accountId": "x"}', "ok"),
        ("Jira", 200, [("X-Seraph-LoginReason", "NOT_AUTHENTICATED_FAILED")], b'{"accountId": "x"}', "ok"),
        ("Jira", 200, [("x-seraph-loginreason", "authenticated_failed")], b'{"accountId": "x"}', "bad-credentials"),
        ("Jira", 200, [("X-Authentication-Denied-Reason", "made up")], b'{"accountId": "x"}', "ok"),
        ("Jira", 401, [("WWW-Authenticate", 'OAuth realm="a, Negotiate"')], b"", "bad-credentials"),
        ("Jira", 401, [("WWW-Authenticate", "NEGOTIATE, ntlm")], b"", "login-page"),
        ("Jira", 401, [("WWW-Authenticate", "Negotiate YII=")], b"", "login-page"),
        ("Jira", 200, [], b'{"version": "9"}', "unreadable"),
        ("Jira", 200, [], b"\xef\xbb\xbf<html>", "login-page"),
        ("Jira", 200, [], b"{<", "unreadable"),
        ("Jira", 404, [], b'{"errorMessages": ["Site temporarily", " unavailable"]}', "not-found"),
        ("the gateway", 401, [], b'{"message": "Unauthorized; scope does not match"}', "missing-scope"),
        ("the gateway", 401, [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")], b"", "missing-scope"),
        ("the gateway", 401, [("X-Failure-Category", "FAILURE_CLIENT_AUTH_MISMATCH")], b'{"message": "scope"}', "bad-credentials"),
        ("Jira", 403, [], b'{"message": "Connect Session Auth Token"}', "wrong-scheme"),
        ("Jira", 403, [], b"", "blocked"),
        ("Confluence", 403, [], b'{"message": "no"}', "no-product-access"),
        ("Confluence", 403, [], b"<html>", "blocked"),
        ("the gateway", 403, [], b'{"message": "no"}', "forbidden"),
        ("Bitbucket", 403, [], b'{"error": {"detail": {"required": ["x"]}}}', "forbidden"),
        ("Bitbucket", 403, [], b'{"error": {"detail": "granted"}}', "forbidden"),
        ("Jira", 403, [], b'{"error": {"detail": {"granted": []}}}', "forbidden"),
        ("one's own", 200, [("X-AUSERNAME", "jdoe")], b'{"version": 9}', "unreadable"),
        ("one's own", 200, [("X-AUSERNAME", "jdoe")], b"<html>", "login-page"),
        ("one's own", 200, [("X-AUSERNAME", " ")], b'{"version": "9"}', "no-user"),
        ("the cloud id", 200, [], b'{"cloudId": "' + b"a" * 64 + b'"}', "ok"),
        ("the cloud id", 200, [], b'{"cloudId": "' + b"a" * 65 + b'"}', "no-cloud-id"),
        ("the cloud id", 404, [], b'{"errorMessage": "Site temporarily unavailable"}', "no-cloud-id"),
        ("the cloud id", 429, [], b"", "rate-limited"),
        ("Jira", 401, [("X-Authentication-Denied-Reason", "CAPTCH")], b"", "bad-credentials"),
        ("Jira", 403, [], b'{"message": "IP address: not on the allowlis"}', "forbidden"),
        ("Jira", 300, [("Location", "/login")], b"", "login-page"),
        ("Jira", 399, [("Location", "/login")], b"", "login-page"),
        ("Jira", 299, [("Location", "/login")], b"", "unreadable"),
        ("Jira", 400, [("Location", "/login")], b"", "unreadable"),
        ("Jira", 599, [], b"", "unavailable"),
        ("Jira", 600, [], b"", "unreadable"),
        ("a workspace", 404, [], b"", "not-judged"),
        ("one's own repositories", 404, [], b"", "not-found"),
        ("one's own", 401, [], b"", "bad-credentials"),
        ("Bitbucket", 401, [], b"", "not-judged"),
        ("Bitbucket", 200, [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")], b'{"account_id": "x"}', "not-judged"),
        ("Jira", 401, [("WWW-Authenticate", "Negotiat")], b"", "bad-credentials"),
        ("Jira", 401, [("WWW-Authenticate", 'NTLM, OAuth realm="x"')], b"", "bad-credentials"),
        ("Jira", 401, [("WWW-Authenticate", ' , NTLM realm="a, b", x=y, ')], b"", "login-page"),
        ("Jira", 403, [("WWW-Authenticate", "NTLM")], b"", "blocked"),
        ("Jira", 401, [("WWW-Authenticate", 'NTLM realm="a", OAuth realm="b"')], b"", "bad-credentials"),
        ("Jira", 401, [("WWW-Authenticate", 'NTLM, "OAuth"')], b"", "login-page"),
        ("Jira", 401, [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHEC")], b"", "bad-credentials"),
        ("one's own Jira below repositories", 200, [], b'{"key": "x", "is_private": false}', "ok"),
        ("Jira", 403, [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")], b'{"message": "scope does not match"}', "forbidden"),
        ("Bitbucket", 401, [], b'{"error": {"detail": {"granted": []}}}', "not-judged"),
        ("Bitbucket", 403, [], b'{"error": {"detail": {"granted": []}}}', "missing-scope"),
        ("Jira", 401, [], b'{"message": "Basic Authentication has been disabled"}', "bad-credentials"),
        ("Confluence", 403, [], b'{"message": "Basic Authentication has been disabled"}', "wrong-scheme"),
        ("Jira", 403, [], b'{"message": "Connect Session Auth"}', "forbidden"),
        ("one's own Confluence", 403, [], b'{"message": "no"}', "forbidden"),
        ("Confluence's gateway", 403, [], b'{"message": "no"}', "forbidden"),
        ("a workspace", 200, [], b'{"values": [{"is_private": false}, 7, {"is_private": true}]}', "ok"),
        ("a workspace", 200, [], b'{"values": [{"is_private": "true"}], "is_private": 1}', "not-judged"),
        ("a workspace", 200, [], b'{"values": {"is_private": true}}', "not-judged"),
        ("a workspace", 200, [], b'{"value": [{"is_private": true}]}', "not-judged"),
        ("a workspace", 200, [], b'{"account_id": "x"}', "not-judged"),
        ("a workspace", 200, [], b"<html>", "login-page"),
        ("a workspace", 200, [], b"[]", "unreadable"),
        ("one's own repositories", 200, [], b'{"is_private": true, "version": "9"}', "no-user"),
        ("Bitbucket", 200, [], b'{"is_private": true}', "unreadable"),
        ("Bitbucket", 200, [("X-AUSERNAME", "jdoe")], b'{"version": "9"}', "unreadable"),
        ("Jira", 201, [], b'{"accountId": "x"}', "unreadable"),
        ("Jira", 201, [], b'{"type": "anonymous"}', "unreadable"),
        ("Jira", 201, [], b"<html>", "unreadable"),
        ("one's own", 201, [("X-AUSERNAME", "jdoe")], b'{"version": "9"}', "unreadable"),
        ("a workspace", 201, [], b'{"is_private": true}', "unreadable"),
        ("the cloud id", 201, [], b'{"cloudId": "x"}', "unreadable"),
        ("the cloud id", 403, [], b'{"cloudId": "x"}', "no-cloud-id"),
        ("the cloud id", 401, [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")], b"", "no-cloud-id"),
        ("the cloud id", 403, [("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE")], b"", "captcha"),
        ("the cloud id", 405, [], b"", "unreadable"),
        ("the cloud id", 410, [], b"", "no-site"),
    ],
)  # fmt: skip
def test_what_is_like_something_else(
    name: str, status: int, fields: list[tuple[str, str]], body: bytes, reason: str
) -> None:
    secret = "ATCTTmade-up" if reason == "not-judged" or name == "one's own" else "made-up"
    assert reason_for(Asked(Reply(status, fields, body), MORE_QUESTIONS[name], secret)) == reason


@pytest.mark.parametrize(
    "fields", [[], [("WWW-Authenticate", "Negotiate")], [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")]]
)
def test_a_second_try_s_401_says_nothing(fields: list[tuple[str, str]]) -> None:
    for question in QUESTIONS.values():
        reason = reason_for(Asked(Reply(401, fields, b"", is_repeat=True), question, "ATCTTmade-up"))
        assert reason == ("no-cloud-id" if question.asks_cloud_id else "rate-limited")


def test_without_a_token_nothing_looks_like_one() -> None:
    assert reason_for(Asked(Reply(401, []), QUESTIONS["Bitbucket"], None)) == "bad-credentials"


def test_texts_are_found_however_deep_they_are() -> None:
    """json takes more depth than Python's own calls, from 3.13 on."""
    deep: object = "x"
    for _ in range(50_000):
        deep = [deep, {"a": []}]
    assert list(texts_of(["a", deep, {"b": ["b", 7, None, ["c"]], "d": "d"}])) == ["a", "x", "b", "c", "d"]
    reply = Reply(403, [], b'{"message":' + b"[" * 9000 + b'"x"' + b"]" * 9000 + b"}")
    assert reply.errors in ((), ("x",))


@pytest.mark.parametrize(
    ("name", "fields", "body", "account"),
    [
        ("Jira", [], {"accountId": "a", "account_id": "b", "displayName": "c", "emailAddress": "d", "name": "e"}, ("a", "c", "d", "e")),
        ("Jira", [], {"accountId": "", "account_id": "b", "displayName": 7, "publicName": "c", "email": "d"}, ("b", "c", "d", None)),
        ("Bitbucket", [], {"account_id": "b", "display_name": "c", "username": "e", "name": "f"}, ("b", "c", None, "e")),
        ("Confluence", [], {"userKey": "a", "key": "b"}, ("a", None, None, None)),
        ("Jira", [], {"key": "b"}, ("b", None, None, None)),
        ("Jira", [], {"id": "b", "displayName": "c"}, None),
        ("one's own", [("x-ausername", " j%20doe%2F1 ")], {"version": "9"}, ("j doe/1", None, None, "j doe/1")),
        ("one's own", [], {"version": "9", "key": "b"}, None),
        ("one's own", [("X-AUSERNAME", "jdoe")], {"key": "b"}, None),
        ("Bitbucket", [("X-AUSERNAME", "jdoe")], {"version": "9"}, None),
    ],
)  # fmt: skip
def test_whom_an_answer_names(
    name: str, fields: list[tuple[str, str]], body: dict[str, object], account: tuple[str | None, ...] | None
) -> None:
    found = account_of(Reply(200, fields, json.dumps(body).encode()), QUESTIONS[name])
    assert (tuple(found.as_json().values()) if found else None) == account


def test_for_another_reason_all_else_stays() -> None:
    more = {
        "account": Account("x"), "cloud_id": "c", "words": "w", "missing_scopes": ["m"], "granted_scopes": ["g"],
        "retry_after_s": 7, "new_address": "n", "certificates": "f", "lacks_socks": True,
    }  # fmt: skip
    found = Outcome("not-found", QUESTIONS["Jira"], 404, **more).because("no-site")  # type: ignore[arg-type]
    assert (found.reason, found.question, found.status) == ("no-site", QUESTIONS["Jira"], 404)
    assert {name: getattr(found, name) for name in more} == more


@pytest.mark.parametrize("key", ["errorMessages", "errorMessage", "message", "errors", "error", "detail", "reason"])
def test_where_an_error_s_words_stand(key: str) -> None:
    assert Reply(400, [], json.dumps({"made up": "x", key: "y"}).encode()).errors == ("y",)


def test_what_nobody_reads_is_empty() -> None:
    assert Reply(302, []).body == b""


def test_scopes_are_texts() -> None:
    reply = Reply(403, [], b'{"error": {"detail": {"granted": ["a", 7, null, "b"], "required": "c"}}}')
    assert (scopes_of(reply, "granted"), scopes_of(reply, "required"), scopes_of(reply, "other")) == (
        ["a", "b"],
        None,
        None,
    )
