"""What `status` advises."""

import pytest

from atla_credential.commands import status


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
