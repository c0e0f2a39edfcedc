"""What is left of an address that somebody pasted, and the account that it names."""

from argparse import Namespace

import pytest

from atla_credential.errors import UsageError
from atla_credential.input.instance import read_instance
from atla_credential.login.account import take_instance

DC, BITBUCKET, CLOUD = "https://dc.example.com", "https://bitbucket.org", "https://work.atlassian.net"


@pytest.mark.parametrize(
    ("text", "instance"),
    [
        (f"{DC}/users/x", DC),
        (f"{DC}/login.jsp", DC),
        (f"{DC}/login.action", DC),
        (f"{DC}/login", DC),
        (f"{DC}/dashboard", DC),
        (f"{DC}/browse/ABC-1", DC),
        (f"{DC}/secure/Dashboard.jspa", DC),
        (f"{DC}/dashboard.action", DC),
        (f"{DC}/display/SPACE/Some+Page", DC),
        (f"{DC}/display/SPACE/A%20page%20%2F%20more", DC),
        (f"{DC}/projects/KEY/repos/r/browse/src", DC),
        (f"{DC}/scm/p/r.git", DC),
        (f"{DC}/scm/~jdoe/r.git", DC),
        (f"{DC}/jira/users/x", f"{DC}/jira"),
        (f"{DC}/jira/login.jsp", f"{DC}/jira"),
        (f"{DC}/jira/dashboard", f"{DC}/jira"),
        (f"{DC}/git/scm/p/r.git", f"{DC}/git"),
        (f"{DC}/scm/scm/p/r.git", f"{DC}/scm"),
        (f"{DC}/a/b/browse/X-1", f"{DC}/a/b"),
        (f"{DC}//jira//browse/X-1", f"{DC}/jira"),
        ("http://localhost:2990/jira/browse/X-1", "http://localhost:2990/jira"),
        (f"{CLOUD}/jira/software/projects/X", CLOUD),
        (f"{CLOUD}/wiki/spaces/X/pages/1/A%20page", CLOUD),
        (f"{CLOUD}/browse/X-1", CLOUD),
        ("https://work.atlassian-us-gov-mod.net/browse/X-1", "https://work.atlassian-us-gov-mod.net"),
        (f"{BITBUCKET}/team/repo.git", f"{BITBUCKET}/team/repo"),
        (f"{BITBUCKET}/team/repo/src/main/README.md", f"{BITBUCKET}/team/repo"),
        (f"{BITBUCKET}/team/repo/pull-requests/1", f"{BITBUCKET}/team/repo"),
        (f"{BITBUCKET}/team/workspace/overview", f"{BITBUCKET}/team"),
        (f"{BITBUCKET}/team/workspace", f"{BITBUCKET}/team"),
        (f"{BITBUCKET}/dashboard/overview", BITBUCKET),
        (f"{BITBUCKET}/account/settings/", BITBUCKET),
        (f"{BITBUCKET}/users/x", BITBUCKET),
        ("https://www.bitbucket.org/team/repo/src", f"{BITBUCKET}/team/repo"),
        ("https://api.bitbucket.org/2.0/user", BITBUCKET),
        ("https://api.bitbucket.org/2.0/repositories/team", f"{BITBUCKET}/team"),
        ("https://api.bitbucket.org/2.0/repositories/team/repo/commits", f"{BITBUCKET}/team/repo"),
        ("https://api.bitbucket.org/2.0/workspaces/team/members", f"{BITBUCKET}/team"),
    ],
)
def test_page_or_clone_is_cut_back(text: str, instance: str) -> None:
    given = read_instance(text, allow_http=False)
    assert (given.instance, given.is_cut) == (instance, True)


@pytest.mark.parametrize(
    ("text", "instance"),
    [
        ("work.atlassian.net", CLOUD),
        (f"{CLOUD}/", CLOUD),
        (f"{DC}/jira", f"{DC}/jira"),
        (f"{DC}/issues", f"{DC}/issues"),
        (f"{DC}/scm", f"{DC}/scm"),
        (f"{DC}/a/b", f"{DC}/a/b"),
        (f"{DC}/%6aira", f"{DC}/jira"),
        (f"{BITBUCKET}/team", f"{BITBUCKET}/team"),
        (f"{BITBUCKET}/team/repo", f"{BITBUCKET}/team/repo"),
        ("www.bitbucket.org", BITBUCKET),
        ("www.bitbucket.org/team", f"{BITBUCKET}/team"),
    ],
)
def test_instance_stays_whole(text: str, instance: str) -> None:
    given = read_instance(text, allow_http=False)
    assert (given.instance, given.is_cut) == (instance, False)


@pytest.mark.parametrize(
    ("text", "instance", "username", "option"),
    [
        ("https://jdoe@bitbucket.org/team/repo.git", f"{BITBUCKET}/team/repo", "jdoe", "username"),
        ("jdoe@bitbucket.org/team/repo.git", f"{BITBUCKET}/team/repo", "jdoe", "username"),
        ("https://jdoe@dc.example.com/scm/p/r.git", DC, "jdoe", "username"),
        ("https://jdoe%40example.com@bitbucket.org/team", f"{BITBUCKET}/team", "jdoe@example.com", "email"),
        ("https://x-token-auth@bitbucket.org/team/repo.git", f"{BITBUCKET}/team/repo", None, "username"),
        ("https://x-bitbucket-api-token-auth@bitbucket.org", BITBUCKET, None, "username"),
        ("https://@bitbucket.org", BITBUCKET, None, "username"),
    ],
)
def test_account_in_an_address(text: str, instance: str, username: str | None, option: str) -> None:
    """A name that goes with every token tells no account."""
    given = read_instance(text, allow_http=False)
    assert (given.instance, given.username, given.option) == (instance, username, option)
    options = Namespace(instance=text, username=None, email=None)
    assert take_instance(options, text, allow_http=False) == instance
    assert (options.username, options.email) == ((username, None) if option == "username" else (None, username))


def test_account_that_is_given_as_an_option_comes_first() -> None:
    options = Namespace(instance=None, username="", email="me@example.com")
    take_instance(options, "https://jdoe@bitbucket.org", allow_http=False)
    take_instance(options, "https://jdoe%40example.com@bitbucket.org", allow_http=False)
    assert options == Namespace(instance=None, username="", email="me@example.com")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("https://jdoe:made-up@bitbucket.org/team/repo.git", "the address has a password in it"),
        ("https://:made-up@dc.example.com", "the address has a password in it"),
        ("https://jdoe:@dc.example.com", "the address has a password in it"),
        ("https://jdoe:made-up@dc.example.com/?x", "the address has a password in it"),
        (f"https://made-up{'x' * 26}@bitbucket.org/team/repo.git", "may be a token"),
        (f"{DC}/login.jsp?os_destination=%2F", "no query and no fragment"),
        (f"{DC}/browse/X-1#comment", "no query and no fragment"),
        (f"{DC}?x", "no query and no fragment"),
        (f"{DC}/a%2Fb", "no percent sign"),
        (f"{DC}/a|b", r"no \|"),
        (f"{BITBUCKET}/te|am/repo", r"no \|"),
        (f"{DC}/jira/../browse", "not an instance's address"),
        ("https://api.atlassian.com/ex/jira/id", "the gateway is not an instance"),
        ("https://api.atlassian-us-gov-mod.com/ex/jira/id", "the gateway is not an instance"),
        ("crg.apkg.io", "a package registry is not an instance"),
        ("https://npm.apkg.io/team/", "a package registry is not an instance"),
        ("https://mcp.atlassian.com/v1/mcp", "this is a host of Atlassian's, but not a site"),
        ("https://atlassian-us-gov-mod.net", "a host of Atlassian's, but not a site"),
        ("git@bitbucket.org:team/repo.git", "not an instance's address"),
        ("ssh://git@bitbucket.org/team/repo.git", "not an instance's address"),
    ],
)
def test_address_is_refused(text: str, fact: str) -> None:
    with pytest.raises(UsageError, match=fact) as caught:
        read_instance(text, allow_http=False)
    assert "made-up" not in " ".join((caught.value.message, *caught.value.hints))


WORDS = "account admin browse display issues pages plugins profile projects repos rest secure servicedesk spaces users"
WORDS_OF_BITBUCKET = "account admin blog dashboard login product repo site snippets socialauth support users workspaces"


def test_words_that_begin_a_page() -> None:
    """One of a Data Center that stands alone may be a context; one of Bitbucket's is no workspace either way."""
    for word in WORDS.split():
        assert read_instance(f"{DC}/jira/{word}/x", allow_http=False).instance == f"{DC}/jira"
        assert read_instance(f"{DC}/{word}", allow_http=False).instance == f"{DC}/{word}"
    for word in WORDS_OF_BITBUCKET.split():
        assert read_instance(f"{BITBUCKET}/{word}/x", allow_http=False).instance == BITBUCKET
        assert read_instance(f"{BITBUCKET}/{word}", allow_http=False).instance == BITBUCKET
