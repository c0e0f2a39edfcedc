"""What an instance says: whose it is, what its profile is called, and what is left of one that was pasted."""

import pytest

from atla_credential.places.instance import (
    complete_instance,
    default_name,
    is_atlassian_hosted,
    parse_instance,
    same_site,
)

# What is no instance: it says nothing of anything, and is like nothing, not even itself.
NONE = [
    "nonsense",
    "",
    "ftp://h",
    "https://h:0",
    "https://you@h",
    "https://h/..",
    "https://h/?x",
    "https://h/#x",
    "https://h|x",
]


@pytest.mark.parametrize(
    ("text", "instance"),
    [
        ("https://h", (("https", "h", 443), ())),
        ("HTTP://H:8080/a/b/", (("http", "h", 8080), ("a", "b"))),
        *((text, None) for text in NONE),
    ],
)
def test_instance(text: str, instance: object) -> None:
    assert parse_instance(text) == instance
    assert same_site(text, text) == (instance is not None)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://h", "HTTPS://H:443/", True),
        ("https://h", "http://h", False),
        ("https://h/a", "https://h", False),
        ("https://h", "nonsense", False),
    ],
)
def test_same_site(one: str, other: str, is_same: bool) -> None:
    assert same_site(one, other) == same_site(other, one) == is_same


@pytest.mark.parametrize(
    ("instance", "is_hosted"),
    [
        ("https://work.atlassian.net", True),
        ("https://bitbucket.org", True),
        ("https://api.atlassian.com/ex/jira/id", True),
        ("https://dc.example.com", False),
        ("http://work.atlassian.net:443", False),
        *((text, False) for text in NONE),
    ],
)
def test_where_people_sign_in_with_an_email(instance: str, is_hosted: bool) -> None:
    assert is_atlassian_hosted(instance) == is_hosted


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("https://work.atlassian.net", "work"),
        ("https://bitbucket.org", "bitbucket"),
        ("https://jira.example.com/jira", "jira.example.com"),
        ("https://jira.example.com:8443", "jira.example.com-8443"),
        ("https://[::1]:8443", "1-8443"),
        ("https://[fe80::a]", "fe80--a"),
        ("nonsense", "default"),
    ],
)
def test_default_name(instance: str, name: str) -> None:
    assert default_name(instance) == name


@pytest.mark.parametrize(
    ("text", "instance"),
    [
        ("work.atlassian.net", "https://work.atlassian.net"),
        (" https://work.atlassian.net/wiki/x ", "https://work.atlassian.net"),
        ("bitbucket.org/team/repo", "https://bitbucket.org"),
        ("https://api.bitbucket.org/2.0", "https://bitbucket.org"),
        ("dc.example.com/jira", "https://dc.example.com/jira"),
        ("http://dc.example.com/jira", "http://dc.example.com/jira"),
        ("dc.example.com:/jira", "https://dc.example.com:/jira"),
        ("work.atlassian.net/?x", "https://work.atlassian.net/?x"),
    ],
)
def test_what_people_leave_out_or_paste_too_much_of(text: str, instance: str) -> None:
    assert complete_instance(text) == instance
