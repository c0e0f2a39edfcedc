"""The headers of git's own settings: which count for a request, which of them is another token's, and where they stand."""

import os
from base64 import b64encode
from pathlib import Path

import pytest

from atla_credential.environment import Environment
from atla_credential.git.extra_header import Header, headers_in, sent, sent_to
from atla_credential.git.line_number import line_of, lines_of
from atla_credential.git.location import place_of
from atla_credential.git.urlmatch import pattern_at, resolved
from atla_credential.model import Query

ORIGIN = ("https", "git.corp.example", 443)
HERE = "https://git.corp.example"
STALE = "Authorization: Bearer made-up-stale"


def listed(*settings: tuple[str, str]) -> list[Header]:
    """Return headers as git lists them, each an address or "" and a value."""
    keys = [(f"http.{context}.extraheader" if context else "http.extraheader", value) for context, value in settings]
    return headers_in("".join(f"file:/x\0{key}\n{value}\0" for key, value in keys))


def values(headers: list[Header], path: str | None = None, username: str | None = None) -> list[str]:
    query = Query(ORIGIN, None if path is None else tuple(path.split("/")), username)
    return [each.value for each in sent(headers, query)]


@pytest.mark.parametrize(
    ("context", "counts"),
    [
        ("", True), (HERE, True), (f"{HERE}/", True), ("https://GIT.corp.example", True), (f"{HERE}:443", True),
        ("HTTPS://git.corp.example", True), ("https://*.corp.example", True), ("https://*.*.example/", True),
        ("https://git.*.example:443", True), ("https://*.*.*", True), (f"{HERE}/team", True), (f"{HERE}/team/repo.git", True),
        (f"https://jdoe@{HERE[8:]}", True), (f"https://jdoe:made-up@{HERE[8:]}/team", True), (f"{HERE}/other/../team", True),
        ("http://git.corp.example", False), (f"{HERE}:8443", False), ("https://corp.example", False),
        ("https://*.example", False), ("https://*.corp.example:8443", False), ("https://g*.corp.example", False),
        ("https://*.git.corp.example", False), ("https://git.corp.example.*", False), ("https://*.corp.example.evil", False),
        (f"https://jane@{HERE[8:]}", False), ("git.corp.example", False), ("nonsense", False), (f"{HERE}/..", False),
        ("https://[::1]", False), ("https://a b", False),
    ],
)  # fmt: skip
def test_an_address_counts_if_the_request_may_be_there(context: str, counts: bool) -> None:
    assert values(listed((context, STALE)), username="jdoe") == [STALE] * counts


@pytest.mark.parametrize(
    ("context", "path", "counts"),
    [
        (f"{HERE}/team", "team/repo.git", True), (f"{HERE}/team/", "team/repo.git", True), (f"{HERE}/t%65am", "team/repo.git", True),
        (f"{HERE}/team/./repo.git", "team/repo.git", True), (f"{HERE}/team/repo.git", "team", True),
        (f"{HERE}/tea", "team/repo.git", False), (f"{HERE}/team/repo", "team/repo.git", False),
        (f"{HERE}/other", "team/repo.git", False), (f"{HERE}/team%2Frepo.git", "team/repo.git", False),
        (f"{HERE}/TEAM", "team/repo.git", False),
    ],
)  # fmt: skip
def test_a_path_counts_at_the_end_of_a_segment(context: str, path: str, counts: bool) -> None:
    assert values(listed((context, STALE)), path) == [STALE] * counts


def test_a_request_without_a_user_may_have_any() -> None:
    """git says none with a Bearer token."""
    assert values(listed((f"https://jdoe@{HERE[8:]}", STALE))) == [STALE]
    assert values(listed((f"https://jdoe@{HERE[8:]}", STALE)), username="") == []


@pytest.mark.parametrize("name", ["x-token-auth", "x-bitbucket-api-token-auth"])
def test_beside_a_name_that_goes_with_every_token_anybody_may_be_in_the_address(name: str) -> None:
    """A clone of `https://jdoe@bitbucket.org/...` is answered with that name, and rejected with it."""
    assert values(listed((f"https://jdoe@{HERE[8:]}", STALE)), username=name) == [STALE]


WORSE, SAME, BETTER = ("", "a"), (HERE, "b"), (f"{HERE}/team", "c")


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ((WORSE, SAME), "ab"), ((SAME, WORSE), "b"), ((SAME, SAME), "bb"), ((WORSE, WORSE), "aa"),
        ((WORSE, SAME, BETTER), "abc"), ((BETTER, SAME, WORSE), "c"), ((BETTER, SAME, BETTER), "cc"),
        (((f"https://jdoe@{HERE[8:]}/team", "u"), BETTER), "u"), ((BETTER, (f"https://jdoe@{HERE[8:]}", "u")), "c"),
        ((("https://*.corp.example/team", "g"), SAME), "gb"), ((SAME, ("https://*.corp.example/team", "g")), "b"),
        ((("https://git.*.example", "g"), ("https://*.corp.example", "h")), "gh"),
        ((("https://*.corp.example", "h"), ("https://git.*.example", "g")), "h"),
        ((WORSE, ("", ""), ("", "d")), "d"), ((WORSE, (HERE, "")), ""), ((SAME, ("", "")), "b"),
        ((WORSE, (f"{HERE}/other", "")), "a"), ((WORSE, (f"{HERE}/team", "")), ""), ((WORSE, SAME, (HERE, "")), ""),
    ],
)  # fmt: skip
def test_what_fits_worse_than_one_before_it_does_not_count(settings: tuple[tuple[str, str], ...], found: str) -> None:
    placed = [(each, header) for header in listed(*settings) if (each := pattern_at(header.context, ORIGIN))]
    assert "".join(each.value for each in sent_to(placed, ("team", "repo.git"), "jdoe")) == found


def test_the_path_is_not_known() -> None:
    """What is cleared at one address below is not at another; and what is added at one may have been sent."""
    assert values(listed(("", STALE), (f"{HERE}/team", ""))) == [STALE]
    assert values(listed(("", STALE), (HERE, ""))) == []
    assert values(listed((HERE, ""), (f"{HERE}/team", STALE))) == [STALE]
    assert values(listed((f"{HERE}/team", STALE)), "other") == []
    assert sent(listed(("", STALE)), Query(None)) == []


def test_paths_as_git_compares_them() -> None:
    assert resolved("a/./b/../c") == ("a", "c")
    assert resolved("a/%2e%2e") == ()
    assert resolved("../a") is None
    assert resolved("") == ()


SECRET = "made-up-jdoe"  # a token of the tests
IN_BASE64 = b64encode(f"jdoe:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("value", "name", "holds"),
    [
        (f"Authorization: Bearer {SECRET}", "Authorization", True), (f"authorization:{SECRET}", "authorization", True),
        (f"AUTHORIZATION: Basic {IN_BASE64}", "AUTHORIZATION", True), (f"Authorization: Basic  {IN_BASE64} ", "Authorization", True),
        (STALE, "Authorization", False), (f"Authorization: Bearer {SECRET}x", "Authorization", False),
        (f"Authorization: Basic {b64encode(SECRET.encode()).decode()}", "Authorization", False),
        ("Authorization: Basic jdoe", "Authorization", False), ("Authorization: Basic /+8=", "Authorization", False),
        ("Authorization:", "Authorization", False), ("Authorization;", "Authorization", False),
        (f"X-Token: {SECRET}", None, False), (f"Authorization : {SECRET}", None, False), ("Authorization", None, False),
        (f"Proxy-Authorization: Bearer {SECRET}", None, False), ("Authorization-Not: x", None, False),
    ],
)  # fmt: skip
def test_an_authorization_and_what_it_holds(value: str, name: str | None, holds: bool) -> None:
    """Without anything behind it, it takes the place of ours all the same."""
    header = Header("file:/x", "http.extraheader", value, 0)
    assert header.authorization == name
    assert header.holds(SECRET) is holds
    assert not header.holds(None)


def test_what_git_lists() -> None:
    text = "file:/a\0http.extraheader\nx\ny\0file:/a\0http.extraheader\0file:/a\0http.extraheader\nz\0command line:\0http.https://h.x/.extraheader\n\0"
    found = headers_in(text)
    assert [(each.path, each.context, each.value, each.number) for each in found] == [
        ("/a", "", "x\ny", 0), ("/a", "", "z", 2), (None, "https://h.x/", "", 0),
    ]  # fmt: skip
    assert headers_in("") == []


KEY, KEY_HERE = "http.extraheader", f"http.{HERE}.extraheader"


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        ("[http]\n\textraHeader = a\n", KEY, [2]), ("[HTTP] EXTRAHEADER=a\r\n extraheader = b\r\n", KEY, [1, 2]),
        (f'[http "{HERE}"]\n\textraHeader = a\n[http]\nextraHeader = b', KEY, [4]),
        (f'[http "{HERE}"]\n\textraHeader = a\n[http]\nextraHeader = b', KEY_HERE, [2]),
        (f"[http.{HERE}]\nextraHeader\n", KEY_HERE, [2]), (f'[http "{HERE}/X"]\nextraHeader = a', f"http.{HERE}/X.extraheader", [2]),
        ('[http "a\\"b\\\\c"]\nextraHeader = a', 'http.a"b\\c.extraheader', [2]),
        ("# [http]\n; extraHeader = a\n[http] # extraHeader = a\n# extraHeader = a \\\nextraHeader = b", KEY, [5]),
        ("[http]\nproxy = a \\\nextraHeader = b\nextraHeader = c", KEY, [4]),
        ("[http]\nproxy = a \\\r\nextraHeader = b\r\nextraHeader = c", KEY, [4]),
        ("[http]\nproxy = a # b \\\nextraHeader = c", KEY, [3]), ('[http]\nproxy = "a # b" \\\nextraHeader = c\nextraHeader = d', KEY, [4]),
        ('[http]\nproxy = "a \\\nextraHeader = b"\nextraHeader = c', KEY, [4]), ('[http]\nproxy = "\\"" ; "\nextraHeader = c', KEY, [3]),
        ("[http]\nproxy = extraHeader = a\n[core]\nextraHeader = b\n[httpx]\nextraHeader = b\n", KEY, []), ("", KEY, []),
    ],
)  # fmt: skip
def test_the_line_of_a_setting(text: str, key: str, lines: list[int]) -> None:
    assert lines_of(text, key) == lines


def test_the_line_of_one_among_several(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[http]\nextraHeader = a\nextraHeader = b\n")
    assert [line_of(str(path), KEY, number) for number in range(3)] == [2, 3, 2]  # it can have been read twice
    assert line_of(str(path), KEY_HERE, 0) is None
    assert line_of(str(tmp_path / "not there"), KEY, 0) is None
    assert line_of(str(tmp_path), KEY, 0) is None


def place(header: Header, **variables: str) -> tuple[str, str]:
    return place_of(header, Environment(variables))


def test_where_it_stands_and_how_it_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "my config"
    path.write_text(f'[http]\nextraHeader = {STALE}\n[http "https://me:made-up@h.x/a"]\nextraHeader = {STALE}\n')
    assert place(Header(f"file:{path}", KEY, STALE, 0)) == (
        f"http.extraHeader in {path}, line 2",
        f"if it is old, run: git config --file '{path}' --unset-all http.extraHeader '^Authorization[:;]'",
    )
    assert place(Header(f"file:{path}", "http.https://me:made-up@h.x/a.extraheader", STALE, 0)) == (
        f"http.https://h.x/a.extraHeader in {path}, line 4",
        "if it is old, take it out there",
    )
    assert place(Header("file:gone", KEY, "authorization;", 0)) == (
        "http.extraHeader in gone",
        "if it is old, run: git config --file gone --unset-all http.extraHeader '^authorization[:;]'",
    )


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_root_takes_nothing_out_of_another_user_s_file(tmp_path: Path) -> None:
    """git makes a new file, which would be root's."""
    path = tmp_path / "config"
    path.write_text(f"[http]\nextraHeader = {STALE}\n")
    os.chown(path, 12345, 12345)
    assert place(Header(f"file:{path}", KEY, STALE, 0))[1] == "if it is old, take it out there, as 12345"


def test_a_variable_is_named() -> None:
    header = Header("command line:", KEY_HERE, STALE, 0)
    numbered = {
        "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": STALE,
        "GIT_CONFIG_KEY_1": f"http.{HERE}.extraHeader", "GIT_CONFIG_VALUE_1": "X-Other: a",
        "GIT_CONFIG_KEY_12": f"HTTP.{HERE}.ExtraHeader", "GIT_CONFIG_VALUE_12": STALE,
    }  # fmt: skip
    assert place(header, **numbered) == (
        f"http.{HERE}.extraHeader in GIT_CONFIG_VALUE_12",
        "if it is old, correct GIT_CONFIG_VALUE_12, or unset GIT_CONFIG_COUNT",
    )
    assert place(header) == (
        f"http.{HERE}.extraHeader of git -c, in GIT_CONFIG_PARAMETERS",
        "if it is old, leave it out there",
    )
