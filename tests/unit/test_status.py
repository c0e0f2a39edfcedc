"""What `status` advises."""

import pytest

from atla_credential.commands import status
from atla_credential.model import Profile
from atla_credential.report.profile import api_target


@pytest.mark.parametrize("verdict", ["expiring", "expired"])
@pytest.mark.parametrize(("token", "is_login"), [("helper", False), ("file", True), ("keyring", True)])
def test_who_has_to_make_a_new_token(verdict: str, token: str, is_login: bool) -> None:
    """No login helps where a helper gives the token: its copy here would outlive the next one."""
    found = {
        "profile": "work", "token": token, "verdict": verdict, "expiresAt": "2027-03-01T00:00:00Z", "problems": [],
        "warnings": [], "credentialStore": "file",
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
        "credentialStore": store,
        "hasKeychainToken": in_keyring,
        "hasPatInConfig": in_file,
    }
    assert status.token_text(found) == text
