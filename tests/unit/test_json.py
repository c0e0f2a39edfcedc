"""Our own JSON: what Python's `json` reads is what was written, whatever stands in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.formats.json import iso_time, render, render_error
from atla_credential.input.date import as_time
from atla_credential.model import LAST_SECOND, Credential, Profile, Resolution
from atla_credential.text import is_unfit

# Each as likely as all others together: what is escaped, and what is next to it.
HOSTILE = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        '"\\/\b\f\n\r\t\0\x1f \x7e\x7f\x80\x9f\xa0\u2027\u2028\u2029\u202e\ufeff\uffff\U00010000\U0010ffff'
    ),
)
SURROGATE = st.characters(categories=["Cs"])


@given(st.text(HOSTILE), st.text(HOSTILE), st.integers(0, LAST_SECOND))
def test_an_answer_is_read_as_it_was_meant(name: str, secret: str, end: int) -> None:
    profile = Profile(name, "https://work.atlassian.net", "you@example.com", "file", "basic")
    line = render(
        Resolution(profile, Credential(secret, name, "bearer", end), "file", "https://work.atlassian.net"), None, {}
    ).decode()
    assert json.loads(line) == {
        "schemaVersion": 1, "profile": name, "instance": "https://work.atlassian.net", "apiBaseUrl": "https://work.atlassian.net", "username": name, "password": secret,
        "authType": "bearer", "authorization": f"Bearer {secret}", "expiresAt": as_time(end).strftime("%Y-%m-%dT%H:%M:%SZ"), "source": "file",
    }  # fmt: skip
    assert line.endswith("}\n")
    assert not any(map(is_unfit, line[:-1]))


@given(st.text(st.one_of(HOSTILE, SURROGATE)), st.lists(st.text(HOSTILE)))
def test_an_error_is_written_as_python_writes_it(message: str, hints: list[str]) -> None:
    written = render_error(CredentialError(message, *hints))
    error = {"kind": "failed", "message": message, "hint": "\n".join(hints) or None, "retryable": False}
    assert written == json.dumps({"schemaVersion": 1, "error": error}) + "\n"


def test_who_may_try_again_is_told() -> None:
    assert json.loads(render_error(TryAgain("busy")))["error"]["retryable"] is True


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1803902400, "2027-03-01T12:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (LAST_SECOND, "9999-12-31T23:59:59Z"),
        (None, None),
    ],
)
def test_times_are_written_in_utc(seconds: int | None, text: str | None) -> None:
    assert iso_time(seconds) == text
