"""What `status` advises."""

import pytest

from atla_credential.commands import status
from atla_credential.report.verified import unasked_warning


@pytest.mark.parametrize("verdict", ["expiring", "expired"])
@pytest.mark.parametrize(("token", "is_login"), [("helper", False), ("file", True), ("keyring", True)])
def test_who_has_to_make_a_new_token(verdict: str, token: str, is_login: bool) -> None:
    """No login helps where a helper gives the token: its copy here would outlive the next one."""
    found: dict[str, object] = {
        "profile": "work", "token": token, "verdict": verdict, "expiresAt": "2027-03-01T00:00:00Z", "problems": [],
        "warnings": [], "credentialStore": "file", "verification": None,
    }  # fmt: skip
    (words,) = status.warnings(found)
    assert ("atla-credential login" in words) == is_login
    assert ("the helper that gives it has to make a new one" in words) != is_login


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
