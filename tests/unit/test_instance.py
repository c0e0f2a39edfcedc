"""What an instance says: whose it is, what its profile is called, and what is left of one that was pasted."""

import pytest

from atla_credential.input.instance import complete_instance
from atla_credential.places.instance import default_name, is_atlassian_hosted, is_whole, parse_instance, same_site

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
        ("https://h/a/b.git", (("https", "h", 443), ("a", "b.git"))),
        ("https://bitbucket.org/a/b.git", (("https", "bitbucket.org", 443), ("a", "b"))),
        ("https://bitbucket.org/a/b.git.git", (("https", "bitbucket.org", 443), ("a", "b.git"))),
        ("https://bitbucket.org/a.git", (("https", "bitbucket.org", 443), ("a.git",))),
        ("https://bitbucket.org/a/.git", (("https", "bitbucket.org", 443), ("a", ".git"))),
        ("https://bitbucket.org/a/b.git/c.git", (("https", "bitbucket.org", 443), ("a", "b", "c.git"))),
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
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b.git/", True),
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a", False),
    ],
)
def test_same_site(one: str, other: str, is_same: bool) -> None:
    assert same_site(one, other) == same_site(other, one) == is_same


@pytest.mark.parametrize(
    ("instance", "is_hosted"),
    [
        ("https://work.atlassian.net", True),
        ("https://bitbucket.org", True),
        ("https://bitbucket.org/team/repo", True),
        ("https://work.atlassian-us-gov-mod.net", True),
        ("https://api.atlassian.com/ex/jira/id", True),
        ("https://api.atlassian-us-gov-mod.com/ex/jira/id", True),
        ("https://work.atlassian-us-gov.net", False),
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
        ("https://work.atlassian-us-gov-mod.net", "work-gov"),
        ("https://a.atlassian-us-gov-mod.net.atlassian.net", "a.atlassian-us-gov-mod.net"),
        ("https://bitbucket.org", "bitbucket"),
        ("https://bitbucket.org/team", "bitbucket-team"),
        ("https://bitbucket.org/team/repo.git", "bitbucket-team-repo"),
        ("https://bitbucket.org/team/repo.git/info/lfs", "bitbucket-team-repo"),
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
        ("bitbucket.org/team/repo", "https://bitbucket.org/team/repo"),
        ("www.bitbucket.org", "https://bitbucket.org"),
        ("https://www.bitbucket.org", "https://bitbucket.org"),
        ("https://api.bitbucket.org/2.0", "https://bitbucket.org"),
        ("https://api.bitbucket.org", "https://bitbucket.org"),
        ("dc.example.com/jira", "https://dc.example.com/jira"),
        ("dc.example.com/jira/browse/A-1", "https://dc.example.com/jira"),
        ("http://dc.example.com/jira", "http://dc.example.com/jira"),
        # what login refuses stays as it is, and a request belongs to none of it, but for the gateway's
        ("dc.example.com:/jira", "https://dc.example.com:/jira"),
        ("work.atlassian.net/?x", "https://work.atlassian.net/?x"),
        ("https://you:made-up@dc.example.com", "https://you:made-up@dc.example.com"),
        ("https://api.atlassian.com/ex/jira/id", "https://api.atlassian.com/ex/jira/id"),
        (" work ", "https://work"),
    ],
)
def test_instance_of_a_variable(text: str, instance: str) -> None:
    assert complete_instance(text) == (instance, None)


def test_account_in_the_address_of_a_variable() -> None:
    """An e-mail is none: it has a variable of its own."""
    assert complete_instance("https://jdoe@bitbucket.org/a/b.git") == ("https://bitbucket.org/a/b", "jdoe")
    assert complete_instance("https://jdoe%40example.com@bitbucket.org") == ("https://bitbucket.org", None)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://work.atlassian.net", True),
        ("https://dc.example.com", True),
        ("https://bitbucket.org", True),
        ("https://dc.example.com:8443", False),
        ("https://dc.example.com/", False),
        ("https://dc.example.com/jira", False),
        ("HTTPS://dc.example.com", False),
        ("https://DC.example.com", False),
        (" https://dc.example.com", False),
        ("http://dc.example.com", False),
        ("dc.example.com", False),
        ("https://jdoe@dc.example.com", False),
        ("https://www.bitbucket.org", False),
        ("https://api.bitbucket.org", False),
        ("", False),
    ],
)
def test_instance_that_needs_no_reading(text: str, is_one: bool) -> None:
    """It is what reading it would make of it."""
    assert is_whole(text) == is_one
    assert not is_one or complete_instance(text) == (text, None)
