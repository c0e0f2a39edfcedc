"""What `status` advises."""

import pytest

from atla_credential.commands import status
from atla_credential.model import Profile
from atla_credential.report.origin import token_text
from atla_credential.report.profile import api_target
from atla_credential.report.verified import next_step, unasked_warning, verified_field


@pytest.mark.parametrize("verdict", ["expiring", "expired"])
@pytest.mark.parametrize(("token", "is_login"), [("helper", False), ("file", True), ("keyring", True)])
def test_who_has_to_make_a_new_token(verdict: str, token: str, is_login: bool) -> None:
    """No login helps where a helper gives the token: its copy here would outlive the next one."""
    found: dict[str, object] = {
        "profile": "work", "token": token, "verdict": verdict, "expiresAt": "2027-03-01T00:00:00Z",
        "expiresAtLatest": None, "problems": [], "warnings": [], "credentialStore": "file", "verification": None,
    }  # fmt: skip
    (words,) = status.warnings(found)
    assert ("atla-credential login" in words) == is_login
    assert ("the helper that gives it has to make a new one" in words) != is_login


@pytest.mark.parametrize(
    ("instance", "cloud_id", "target"),
    [
        ("https://work.atlassian.net", None, "site"),
        ("https://work.atlassian.net", "made-up-id", "gateway"),
        ("https://api.atlassian.com/ex/jira/made-up-id", None, "gateway"),
        ("https://jira.example.com", "made-up-id", "site"),
        ("https://bitbucket.org", "made-up-id", "bitbucket"),
        ("made-up", "made-up-id", "site"),
    ],
)
def test_where_rest_calls_go(instance: str, cloud_id: str | None, target: str) -> None:
    """A cloud id means nothing but at a Cloud site."""
    assert api_target(Profile("work", instance, cloud_id=cloud_id)) == target


@pytest.mark.parametrize(
    ("store", "in_keyring", "in_file", "text"),
    [
        ("keyring", True, False, "from the variable ATLA_TOKEN, which comes before the one in the keyring"),
        ("file", False, True, "from the variable ATLA_TOKEN, which comes before the one in the file"),
        ("keyring", False, True, "from the variable ATLA_TOKEN"),
        (None, False, False, "from the variable ATLA_TOKEN"),
    ],
)
def test_what_a_variable_stands_before_is_said(store: str | None, in_keyring: bool, in_file: bool, text: str) -> None:
    found = {
        "tokenVariable": "ATLA_TOKEN",
        "tokenFile": None,
        "credentialStore": store,
        "hasKeychainToken": in_keyring,
        "hasPatInConfig": in_file,
    }
    assert token_text(found) == text


@pytest.mark.parametrize(
    ("token", "verdict", "site", "retryable", "code"),
    [
        ("file", "ok", "verified", False, 0), ("file", "ok", "rejected", False, 3), ("file", "ok", "unknown", False, 1),
        ("file", "ok", "unknown", True, 5), ("file", "expired", "verified", False, 0), ("file", "expired", "unknown", True, 5),
        ("setAside", "missing", "verified", False, 3), ("setAside", "missing", "unknown", True, 3),
        ("missing", "missing", None, False, 3), ("unavailable", "unavailable", None, False, 1), ("file", "incomplete", None, False, 3),
        ("file", "ok", None, False, 1), ("file", "expired", None, False, 1),
    ],
)  # fmt: skip
def test_the_site_decides(token: str, verdict: str, site: str | None, retryable: bool, code: int) -> None:
    """But of a token that cannot be used anyway; and where it could not be asked, nobody says that all is well."""
    verification = None if site is None else {"verdict": site, "retryable": retryable}
    found = {"profile": "work", "token": token, "verdict": verdict, "verification": verification}
    assert status.code_of(found, was_asked=True, ends_count=False) == code
    assert (unasked_warning(found) is not None) == (site is None and verdict in ("ok", "expired"))
    assert status.code_of(found, was_asked=False, ends_count=False) == status.EXIT_CODES[verdict]


def verification(
    verdict: str, message: str, reason: str = "x", hint: str | None = "do it", **more: object
) -> dict[str, object]:
    return {
        "verdict": verdict,
        "reason": reason,
        "message": message,
        "hint": hint,
        "account": None,
        "apiTarget": "site",
        "cloudId": None,
        **more,
    }


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (None, []),
        (verification("verified", "verified as Jane (jdoe)", "ok", None, account={}), [("verified", "yes", "green")]),
        (verification("verified", "verified as Jane (jdoe)", "ok", None, account={"id": "x"}), [("verified", "yes, as Jane (jdoe)", "green")]),
        (verification("verified", "verified", "ok", None), [("verified", "yes", "green")]),
        (verification("verified", "h knows the token"), [("verified", "yes: h knows the token", "green")]),
        (verification("rejected", "h does not take it"), [("verified", "no: h does not take it", "red")]),
        (verification("unknown", "h is out of order"), [("verified", "not known: h is out of order", "yellow")]),
    ],
)  # fmt: skip
def test_what_is_shown_of_a_verdict(asked: dict[str, object] | None, field: list[tuple[str, str, str]]) -> None:
    assert verified_field({"verification": asked}) == field


@pytest.mark.parametrize(
    ("token", "cloud_id", "asked", "step"),
    [
        ("file", None, None, None),
        ("file", None, verification("unknown", "x"), "do it"),
        ("file", None, verification("verified", "verified", "ok", None), None),
        ("file", None, verification("verified", "x", "ok", None, apiTarget="gateway", cloudId="made-up"), "the token has scopes, and works at the gateway only; let programs know: atla-credential login --profile work --cloud-id made-up"),
        ("file", None, verification("verified", "x", "missing-scope", apiTarget="gateway", cloudId="made-up"), "the token has scopes, and works at the gateway only; let programs know: atla-credential login --profile work --cloud-id made-up"),
        ("file", "made-up", verification("verified", "x", "missing-scope", apiTarget="gateway", cloudId="made-up"), "do it"),
        ("file", None, verification("verified", "x", "ok", None, apiTarget="gateway"), None),
        ("file", None, verification("rejected", "x", apiTarget="gateway", cloudId="made-up"), "do it"),
        ("file", "made-up", verification("verified", "x", "ok", None, apiTarget="gateway", cloudId="made-up"), None),
        ("environment", None, verification("verified", "x", "ok", None, apiTarget="gateway", cloudId="made-up", host="api.atlassian.com", product="jira"), "the token has scopes, and works at the gateway only; let programs know: ATLA_INSTANCE=https://api.atlassian.com/ex/jira/made-up"),
        ("setAside", None, verification("verified", "x", "ok", None), "the token is good; run: atla-credential restore work"),
        ("setAside", None, verification("rejected", "x"), "do it"),
    ],
)  # fmt: skip
def test_the_next_step_after_a_verdict(
    token: str, cloud_id: str | None, asked: dict[str, object] | None, step: str | None
) -> None:
    store = None if token == "environment" else "file"
    known = {"profile": "work", "token": token, "credentialStore": store, "cloudId": cloud_id, "verification": asked}
    assert next_step(known) == step
