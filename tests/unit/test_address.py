"""Addresses at their edges: what is just one, and what is just none any more."""

import pytest

from atla_credential.places.address import canonical_origin, is_loopback, percent_decode, split_url, with_scheme

Origin = tuple[str, str, int]
LABEL = "a" * 63
LONGEST = f"{LABEL}.{LABEL}.{LABEL}.{'a' * 61}"  # 253 letters


@pytest.mark.parametrize(
    ("protocol", "host", "origin"),
    [
        ("https", "my-site.atlassian.net", ("https", "my-site.atlassian.net", 443)),
        ("HTTPS", "My-Site.Atlassian.NET", ("https", "my-site.atlassian.net", 443)),
        ("http", "h", ("http", "h", 80)),
        ("http", "h:443", ("http", "h", 443)),
        ("https", "h:1", ("https", "h", 1)),
        ("https", "h:9999", ("https", "h", 9999)),
        ("https", "h:65535", ("https", "h", 65535)),
        ("https", "h:65536", None),
        ("https", "h:0", None),
        ("https", "h:01", None),
        ("https", f"h:{'1' * 5000}", None),
        ("https", LONGEST, ("https", LONGEST, 443)),
        ("https", f"{LONGEST}a", None),
        ("https", f"{LABEL}.net", ("https", f"{LABEL}.net", 443)),
        ("https", f"{LABEL}a.net", None),
        ("https", "a", ("https", "a", 443)),
        ("https", "-a", None),
        ("https", "a-", None),
        ("https", "a..b", None),
        ("https", "", None),
        ("https", "[::1]", ("https", "[::1]", 443)),
        ("https", "[::1]:8443", ("https", "[::1]", 8443)),
        ("https", "[FE80::A]", ("https", "[fe80::a]", 443)),
        ("https", "[::ffff:1.2.3.4]", ("https", "[::ffff:1.2.3.4]", 443)),
        ("https", "[::]", ("https", "[::]", 443)),
        ("https", "[1:2]", None),
        ("https", "[::g]", None),
        ("https", "[::1", None),
        ("https", "[::1:80", None),
        ("https", "[::1]x", None),
        ("https", "::1]", None),
    ],
)
def test_origin(protocol: str, host: str, origin: Origin | None) -> None:
    assert canonical_origin(protocol, host) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "h", "https:", "https:/h", "://h", "https://h\\x", "https://h\\@x", "https://a b", "https://a\tb", "https://\x7f",
        "https://\u2028h", "https://%ff@h", "https://u:%ff@h", "https://h/%ff", "https://h/\udc80%41",
    ],
)  # fmt: skip
def test_no_url(text: str) -> None:
    assert split_url(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://h", ("https", "h", None, None, None)),
        ("https://h/", ("https", "h", None, None, None)),
        ("https://", ("https", "", None, None, None)),
        ("https:///a", ("https", "", None, None, "a")),
        ("a://h/b://c", ("a", "h", None, None, "b://c")),
        ("https://h/a b\\c", ("https", "h", None, None, "a b\\c")),
        ("https://h//a//", ("https", "h", None, None, "a")),
        ("https://h?a@b/c", ("https", "h", None, None, None)),
        ("https://h#a@b/c", ("https", "h", None, None, None)),
        ("https://h/a?b/?c#d", ("https", "h", None, None, "a")),
        ("https://h/a#b/#c?d", ("https", "h", None, None, "a")),
        ("https://h/a?b#c?d", ("https", "h", None, None, "a")),
        ("https://u:p:q@h:1/a", ("https", "h:1", "u", "p:q", "a")),
        ("https://u%40:%3A@h", ("https", "h", "u@", ":", None)),
        ("https://:@h", ("https", "h", "", "", None)),
        ("https://u@h@i", ("https", "h@i", "u", None, None)),
        ("https://h%2ei", ("https", "h%2ei", None, None, None)),
    ],
)
def test_url(text: str, parts: tuple[str | None, ...]) -> None:
    url = split_url(text)
    assert url is not None
    assert (url.protocol, url.host, url.username, url.password, url.path) == parts


@pytest.mark.parametrize(
    ("text", "decoded"),
    [("", ""), ("%", "%"), ("%4", "%4"), ("%41", "A"), ("%410", "A0"), ("%%41", "%A"), ("%4g", "%4g"), ("é%c3%A9", "éé"),
     ("%é1", "%é1"), ("a%", "a%"), ("%41%42", "AB")],
)  # fmt: skip
def test_percent(text: str, decoded: str) -> None:
    assert percent_decode(text) == decoded


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("localhost", True), ("[::1]", True), ("127.0.0.1", True), ("127.1", True), ("1270.0.0.1", False), ("127.0.0.1.example.com", False),
        ("128.0.0.1", False), ("1127.0.0.1", False), ("127a", False), ("[::2]", False), ("localhost.example.com", False),
    ],
)  # fmt: skip
def test_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) == is_one


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("work.atlassian.net", "https://work.atlassian.net"),
        ("localhost:8080/x", "https://localhost:8080/x"),
        ("jdoe@bitbucket.org/team", "https://jdoe@bitbucket.org/team"),
        ("http://h", "http://h"),
        ("://h", "://h"),
        ("h/x?next=https://other", "https://h/x?next=https://other"),
        ("h/https://other", "https://h/https://other"),
        ("h?https://other", "https://h?https://other"),
        ("h#https://other", "https://h#https://other"),
    ],
)
def test_scheme_is_added_where_it_is_missing(text: str, address: str) -> None:
    assert with_scheme(text) == address
