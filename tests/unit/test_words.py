"""The words of a server, as far as they may be told; and the form that a redirect's address is shown in."""

import pytest

from atla_credential.site.question import Question
from atla_credential.site.redirect import Redirect
from atla_credential.site.reply import Reply
from atla_credential.site.words import MOST, Words

SECRET, BASIC = "made-up+secret/x", "eW91QGV4YW1wbGUuY29tOm1hZGUtdXA="


@pytest.mark.parametrize(
    "text",
    [
        SECRET, f"your token {SECRET} is bad", f"Basic {BASIC}", SECRET.upper(), "made-up%2Bsecret%2Fx", "made-\nup+secr\tet/x",
        f"{'x' * 300}{SECRET}", f"a{BASIC}b",
    ],
)  # fmt: skip
def test_a_word_that_holds_the_token_is_not_told(text: str) -> None:
    assert Words((SECRET, f"Basic {BASIC}", BASIC)).told(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no", "no"),
        ("", None),
        (None, None),
        (" \n", None),
        ("a\r\n  b\tc", "a b c"),
        ("x" * 999, "x" * MOST),
        ("made-up", "made-up"),
    ],
)
def test_what_is_told(text: str | None, told: str | None) -> None:
    assert Words((SECRET, "")).told(text) == told


LONG = f"/{'x' * 38}/{'x' * 40}/{'x' * 40}/{'x' * 40}/{'x' * 20}"  # with "new.example.com" and "/y", 200 characters
OWN = Question(("https", "jira.example.com", 443), ("tracker", "rest", "api", "2", "myself"), "site", "jira")


@pytest.mark.parametrize(
    ("location", "reason", "address"),
    [
        ("https://new.example.com/rest/api/2/myself", "moved", "new.example.com"),
        ("//new.example.com/rest/api/2/myself?a=b#c", "moved", "new.example.com"),
        ("https://new.example.com:8443/a/b/rest/api/2/myself", "moved", "new.example.com:8443/a/b"),
        ("https://NEW.example.com/tracker/rest/api/2/myself", "moved", "new.example.com/tracker"),
        (" https://new-one.example.com/rest/api/2/myself ", "moved", "new-one.example.com"),
        (f"https://new.example.com{LONG}/y/rest/api/2/myself", "moved", f"new.example.com{LONG}/y"),
        (f"https://new.example.com{LONG}/yy/rest/api/2/myself", "moved", None),
        ("https://new.example.com", "login-page", None),
        ("https://new.example.com/%2e%2e/rest/api/2/myself", "moved", None),
        ("https://new.example.com/a b/rest/api/2/myself", "moved", None),
        ("https://[2001:db8::1]/rest/api/2/myself", "moved", None),
        ("https://jdoe@new.example.com/rest/api/2/myself", "login-page", None),
        ("https://new.example.com\\@x/rest/api/2/myself", "login-page", None),
        ("ftp://new.example.com/rest/api/2/myself", "login-page", None),
        ("https://new.example.com/other", "login-page", None),
        ("rest/api/2/myself", "login-page", None),
        ("http://jira.example.com/tracker/rest/api/2/myself", "insecure-redirect", None),
        ("https://jira.example.com:443/tracker/rest/api/2/myself", "redirect-loop", None),
        ("", "login-page", None),
    ],
)
def test_where_a_redirect_leads(location: str, reason: str, address: str | None) -> None:
    found = Redirect(Reply(302, [("Location", location)]), OWN)
    assert (found.reason, found.new_address) == (reason, address)


def test_a_gateway_has_no_other_address() -> None:
    """It is not what anybody logs in at."""
    asked = Question(("https", "api.atlassian.com", 443), ("ex", "jira", "x", "rest", "api"), "gateway", "jira", "x")
    found = Redirect(Reply(301, [("Location", "https://new.example.com/ex/jira/x/rest/api")]), asked)
    assert (found.reason, found.new_address) == ("moved", None)


@pytest.mark.parametrize(
    "path", [("_edge", "tenant_info"), ("wiki", "rest", "api", "user", "current"), ("rest", "api", "3", "myself")]
)
def test_a_cloud_site_has_no_context(path: tuple[str, ...]) -> None:
    asked = Question(("https", "old.atlassian.net", 443), path, "site", "jira")
    found = Redirect(Reply(301, [("Location", f"https://new.atlassian.net/{'/'.join(path)}")]), asked)
    assert (found.reason, found.new_address) == ("moved", "new.atlassian.net")


def test_from_http_to_https() -> None:
    asked = Question(("http", "localhost", 8080), ("rest", "api", "2", "myself"), "site", "jira")
    found = Redirect(Reply(301, [("Location", "https://localhost:8443/rest/api/2/myself")]), asked)
    assert (found.reason, found.new_address) == ("moved", "localhost:8443")
