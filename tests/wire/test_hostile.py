"""Hostile requests: none is answered, none changes a file, none gets a byte of a token out.

A table of named requests, most of them made by small mutations of a good one; and an oracle, written from the
documentation and not from the code, that says of random requests which may be answered.
"""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.operations import erase as erasure
from atla_credential.operations import get as operations
from atla_credential.operations import store as updates
from atla_credential.operations.call import Call
from atla_credential.report.words import line_of
from conftest import snapshot

SITE, DC, GIT = "https://work.atlassian.net", "https://dc.example.com/jira", "https://bitbucket.org"
HOST = "work.atlassian.net"
CANARY = "canary-token"
Record = Callable[[str, object], None]
OPERATIONS = {"get": operations.get, "store": updates.store, "erase": erasure.erase}

HOSTS = {
    "trailing dot": f"{HOST}.", "leading dot": f".{HOST}", "two dots": "work..atlassian.net", "prefix": f"evil{HOST}",
    "subdomain": f"a.{HOST}", "suffix": f"{HOST}.evil.example", "longer suffix": f"{HOST}x", "shorter": HOST[:-1],
    "without its first letter": HOST[1:], "parent domain": "atlassian.net", "wildcard": "*.atlassian.net", "star": "*",
    "Kelvin sign": "wor\u212a.atlassian.net", "dotless i": "work.atlass\u0131an.net", "long s": "work.atla\u017fsian.net",
    "full width": "\uff57ork.atlassian.net", "full width dot": "work\uff0eatlassian.net", "ideographic dot": "work\u3002atlassian.net",
    "Cyrillic o": "w\u043erk.atlassian.net", "combining dot": "work\u0307.atlassian.net", "soft hyphen": "wo\u00adrk.atlassian.net",
    "zero width space": "work\u200b.atlassian.net", "zero width joiner": "wo\u200drk.atlassian.net", "byte order mark": f"\ufeff{HOST}",
    "right to left": f"\u202e{HOST}", "NEL": f"{HOST}\u0085", "U+2028": f"{HOST}\u2028", "no-break space": f"{HOST}\u00a0",
    "vertical tab": f"{HOST}\x0b", "form feed": f"{HOST}\x0c", "tab": f"{HOST}\t", "tab inside": "work\t.atlassian.net",
    "space before": f" {HOST}", "space behind": f"{HOST} ", "escape": f"\x1b{HOST}", "delete": f"{HOST}\x7f",
    "percent dot": "work%2eatlassian.net", "percent letter": "%77ork.atlassian.net", "percent null": f"{HOST}%00",
    "percent slash": f"{HOST}%2f.evil.example", "user info": f"you@{HOST}", "user info of another": f"{HOST}@evil.example",
    "user and password": f"you:x@{HOST}", "two at signs": f"a@b@{HOST}", "path in it": f"{HOST}/x", "slash": f"{HOST}/",
    "backslash": f"{HOST}\\", "backslash and host": f"{HOST}\\.evil.example", "query in it": f"{HOST}?x", "hash in it": f"{HOST}#x",
    "semicolon": f"{HOST};x", "comma": f"{HOST},evil.example", "two hosts": f"{HOST} evil.example", "scheme in it": f"https://{HOST}",
    "brackets": f"[{HOST}]", "open bracket": f"[{HOST}", "underscore": "work_atlassian.net", "hyphen first": f"-{HOST}",
    "hyphen last": f"{HOST}-", "hyphen at a label's end": "work-.atlassian.net", "label of 64": f"{'a' * 64}.{HOST}",
    "254 letters": f"{'a.' * 118}{HOST}", "empty port": f"{HOST}:", "port 0443": f"{HOST}:0443", "port 4_43": f"{HOST}:4_43",
    "port +443": f"{HOST}:+443", "port -443": f"{HOST}:-443", "port 443 and space": f"{HOST}: 443", "port 0": f"{HOST}:0",
    "port 80": f"{HOST}:80", "port 444": f"{HOST}:444", "port 65979": f"{HOST}:65979", "port 4294967739": f"{HOST}:4294967739",
    "port in Arabic digits": f"{HOST}:\u0664\u0664\u0663", "port in superscript": f"{HOST}:44\u00b3", "port 443x": f"{HOST}:443x",
    "port twice": f"{HOST}:443:443", "port 0x1bb": f"{HOST}:0x1bb", "port 443.0": f"{HOST}:443.0", "port 1e2": f"{HOST}:1e2",
    "star port": f"{HOST}:*", "localhost": "localhost", "ip": "127.0.0.1", "ipv6": "[::1]", "ipv6 of nothing": "[]",
    "gateway": "api.atlassian.com", "other site": "other.atlassian.net", "Data Center's parent": "example.com",
    "dash for dot": "work-atlassian.net", "plus": f"{HOST}+", "quote": f'"{HOST}"', "null word": "null", "dollar": "$HOST",
    "command": "$(id)", "very long": "a" * 100_000, "many labels": "a." * 50_000,
}  # fmt: skip
SERVICES = ("crg.apkg.io", "npm.apkg.io", "mcp.atlassian.com")
SERVICE_HOSTS = {
    "Kelvin sign": "crg.ap\u212ag.io", "long s": "mcp.atla\u017fsian.com", "full width": "\uff43rg.apkg.io", "ideographic dot": "npm\u3002apkg.io",
    "percent dot": "npm%2eapkg.io", "parent domain": "apkg.io", "registry that no page names": "maven.apkg.io", "other top level": "mcp.atlassian.net",
    "Government Cloud's": "mcp.atlassian-us-gov-mod.com", "two dots": "mcp..atlassian.com", "underscore": "mcp_atlassian.com", "dash for dot": "crg-apkg.io",
    **{f"{name} of {service}": host.replace(HOST, service) for name, host in HOSTS.items() if HOST in host for service in SERVICES},
}  # fmt: skip
PROTOCOLS = [
    "http", "ftp", "ssh", "file", "git", "ws", "wss", "http+https", "https ", " https", "https:", "https://", "httpss", "https\t",
    "https\x0b", "https\u2028", "https\u0085", "http\u017f", "\uff48ttps", "HTTP", "javascript", "data", "*", "\ufeffhttps", "https\x00x"[:5] + "\x7f",
]  # fmt: skip
PATHS = [
    "", "/", "jirax", "jir", "wiki", "Jira", "JIRA/x", "x/jira", "../jira", "jira/..", "jira/../wiki", "jira/./x", "jira/%2e%2e/x",
    "jira/%2E./x", "jira/.%2e", "jira/..;/x", "jira/..;a=b/x", "jira/%2e%2e;a", "jira/..%2fx", "jira%2f..", "jira%2fx", "jira%5cx",
    "jira\\..", "jira\\x", "jira/..\\x", "jira%00", "jira%3f/../x", "jira%23x", "jira?/../x", "jira/..?x=1", "jira/..#x", "jira/.?x", "jira/%2e.;?x", "jira%25", "jira/%252e%252e/x",
    "jira/%ff", "%2e/jira", ".jira", "jira.", "jira%20", "jira ", "jira\u200b", "j\u0131ra", "jira\u2028", "jira\x0b",
    "jira/.\t./x", "jira/.\t.", "jira/x\ty", "jira/.%09./x", "jira/.%0a./x", "jira/.%0d./x", "jira/.. ", "jira/ ../x", "jira/..%20/x", "jira/.\u00a0/x", "jira/\x7f",
]  # fmt: skip
USERS = [
    "other@example.com", "YOU@example.com", "you@example.com ", " you@example.com", "you@example.comx", "you", "you%40example.com",
    "you@example.com\x0b", "you@example.com\u200b", "y\u043eu@example.com", "*", "root", "x-token-auth", "x-bitbucket-api-token-auth", "",
]  # fmt: skip
GOOD_LINES = {"protocol": "https", "host": HOST}
URLS = {
    "no scheme": HOST, "scheme only": "https://", "relative": f"//{HOST}", "one slash": f"https:/{HOST}", "backslashes": f"https:\\\\{HOST}",
    "http": f"http://{HOST}", "user info of another host": f"https://{HOST}@evil.example/", "at sign in the path's place": f"https://{HOST}:x@evil.example",
    "percent host": "https://work%2eatlassian.net", "percent line feed": f"https://{HOST}/x%0ahost=evil.example",
    "percent carriage return": f"https://{HOST}/x%0dy", "percent null": f"https://{HOST}/%00", "percent line feed in the user": f"https://a%0ab@{HOST}",
    "another user": f"https://other@{HOST}", "port": f"https://{HOST}:8443", "empty port": f"https://{HOST}:/", "not UTF-8": f"https://{HOST}/%ff",
    "tab": f"https://{HOST}\t/", "space": f"https://{HOST} /", "query at the host": f"https://{HOST}.evil.example?x={HOST}",
    "hash at the host": f"https://evil.example#{HOST}", "backslash at the host": f"https://evil.example\\@{HOST}x", "wrapped": f"<https://{HOST}>",
    "two schemes": f"https://https://{HOST}", "mailto": "mailto:you@example.com", "empty": "", "another path": "https://dc.example.com/wiki",
    "tab in the dots": "https://dc.example.com/jira/.\t./wiki", "backslash in the user": "https://evil.example\\@work.atlassian.net",
    "tab in the user": "https://evil.example\t@work.atlassian.net", "space in the user": "https://evil.example @work.atlassian.net",
    "climbing": "https://dc.example.com/jira/../wiki", "climbing, encoded": "https://dc.example.com/jira/%2e%2e/wiki",
    "climbing, parameter": "https://dc.example.com/jira/..;/wiki", "climbing, encoded query": "https://dc.example.com/jira/..%3fx", "encoded slash": "https://dc.example.com/jira%2fx",
    "climbing, encoded question mark": "https://dc.example.com/jira%3f/../wiki",
}  # fmt: skip


def lines(**values: str) -> bytes:
    return "".join(f"{key}={value}\n" for key, value in values.items()).encode("utf-8", "surrogatepass")


def raw_rows() -> Iterator[tuple[str, bytes]]:
    good = lines(**GOOD_LINES)
    for name, inside in {"CR": b"\r", "NUL": b"\0", "CR LF": b"\r\nhost=evil.example", "LF": b"\n\n"}.items():
        yield f"{name} inside protocol", b"protocol=ht" + inside + b"tps\nhost=work.atlassian.net\n"
        yield f"{name} inside host", b"protocol=https\nhost=work.atlassian" + inside + b".net\n"
    for key in ("protocol", "host", "path", "username", "password"):
        yield f"{key} twice, different", good + f"{key}=a\n{key}=b\n".encode()
        yield f"{key} twice, one empty", good + f"{key}=a\n{key}=\n".encode()
    yield "line without equals", good + b"nonsense\n"
    yield "equals missing in host", b"protocol=https\nhost:work.atlassian.net\n"
    yield "key with a space", b"protocol=https\nhost =work.atlassian.net\n"
    yield "key in capitals", b"protocol=https\nHOST=work.atlassian.net\n"
    yield "key with brackets", b"protocol[]=https\nhost[]=work.atlassian.net\n"
    yield "key with a byte order mark", b"\xef\xbb\xbfprotocol=https\nhost=work.atlassian.net\n"
    yield "host not UTF-8", b"protocol=https\nhost=work.atlassian.net\xff\n"
    yield "username not UTF-8", good + b"username=you\xff\n"
    yield "host overlong UTF-8", b"protocol=https\nhost=work\xc0\xaeatlassian.net\n"
    yield "host surrogate", b"protocol=https\nhost=work\xed\xa0\x80.atlassian.net\n"
    yield "blank line first", b"\n" + good
    yield "blank line between", b"protocol=https\n\nhost=work.atlassian.net\n"
    yield "CR LF blank line between", b"protocol=https\r\n\r\nhost=work.atlassian.net\r\n"
    yield "nothing", b""
    yield "host only", b"host=work.atlassian.net\n"
    yield "protocol only", b"protocol=https\n"
    yield "user only", b"username=you@example.com\n"
    yield "empty host", b"protocol=https\nhost=\n"
    yield "empty protocol", b"protocol=\nhost=work.atlassian.net\n"
    yield "long line whose tail is a host", b"protocol=https\nx=" + b"a" * 102_400 + b"host=work.atlassian.net\n"
    yield "more than 1 MiB before the host", b"protocol=https\nx=" + b"a" * (1 << 20) + b"\nhost=work.atlassian.net\n"
    yield "a million short lines", b"a=\n" * 400_000 + good
    yield "url against host", b"url=https://evil.example\n" + good
    yield "url against protocol", b"url=http://work.atlassian.net\nprotocol=https\n"
    yield "two urls", b"url=https://work.atlassian.net\nurl=https://evil.example\n"


def rows() -> Iterator[tuple[str, bytes]]:
    for name, host in HOSTS.items():
        yield f"host: {name}", lines(protocol="https", host=host)
    for number, protocol in enumerate(PROTOCOLS):
        yield f"protocol {number}: {protocol!a}", lines(protocol=protocol, host=HOST)
    for name, host in SERVICE_HOSTS.items():
        yield f"service: {name}", lines(protocol="https", host=host)
    for service in SERVICES:
        yield f"service: {service} without encryption", lines(protocol="http", host=service)
        yield f"service: {service} for another user", lines(protocol="https", host=service, username="other")
        yield f"service: climbing at {service}", lines(protocol="https", host=service, path="v1/../x")
        yield f"service: hidden climbing at {service}", lines(protocol="https", host=service, path="v1/x%2f..%2fy")
    for path in PATHS:
        yield f"path: {path!a}", lines(protocol="https", host="dc.example.com", path=path)
    for user in USERS:
        yield f"user: {user!a}", lines(**GOOD_LINES, username=user)
    for name, url in URLS.items():
        yield f"url: {name}", lines(url=url)
    yield from raw_rows()


ROWS = dict(rows())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    folder = home / ".config" / "atla"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(profile("work", SITE) + profile("dc", DC, "") + profile("git", GIT))
    tokens = token("work", SITE, CANARY) + token("dc", DC, CANARY, "") + token("git", GIT, CANARY)
    (folder / "credentials.toml").write_text(tokens)
    return home


def ask(home: Path, operation: str, request: bytes) -> tuple[bytes, str]:
    """Return what an operation wrote to stdout, and what it said."""
    stdout, said = io.BytesIO(), list[str]()
    call = Call(
        World(Environment({"HOME": str(home)})),
        {},
        cast("io.RawIOBase", io.BytesIO(request)),
        cast("io.RawIOBase", stdout),
        said.append,
        lambda *step: said.append(line_of(*step)),
        now_utc=0,
    )
    run: Callable[[Call], int] = OPERATIONS[operation]
    try:
        run(call)
    except CredentialError as error:
        said += [error.message, *error.hints]
    return stdout.getvalue(), "\n".join(said)


@pytest.mark.parametrize("request_bytes", ROWS.values(), ids=ROWS.keys())
def test_hostile_request(request_bytes: bytes, place: Path, record_property: Record) -> None:
    before = snapshot(place)
    for operation, more in (
        ("get", b""),
        ("store", b"password=stolen\n"),
        ("erase", b""),
        ("erase", b"password=canary-token\n"),
    ):
        stdout, said = ask(
            place, operation, request_bytes.removesuffix(b"\n") + b"\n" + more + b"\n" if request_bytes else b""
        )
        assert stdout == b"", operation
        assert CANARY not in said
        assert snapshot(place) == before, operation
    record_property("requests", 4)


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) >= 200


def test_the_good_request_is_answered(place: Path) -> None:
    assert ask(place, "get", lines(**GOOD_LINES) + b"\n")[0] == b"username=you@example.com\npassword=canary-token\n"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("more", ["", "path=v1/mcp\n", "username=you@example.com\n"])
def test_a_service_is_answered_and_changes_nothing(service: str, more: str, place: Path) -> None:
    request = lines(protocol="https", host=service) + more.encode()
    assert ask(place, "get", request + b"\n")[0] == b"username=you@example.com\npassword=canary-token\n"
    before = snapshot(place)
    for secret in (b"", b"password=canary-token\n", b"password=stolen\n"):
        for operation in ("store", "erase"):
            assert ask(place, operation, request + secret + b"\n") == (b"", "")
            assert snapshot(place) == before


# The oracle.

SINGLE = ("protocol", "host", "path", "username", "password")
LINES = [
    b"protocol=https", b"protocol=HTTPS", b"protocol=http", b"protocol=", b"host=work.atlassian.net", b"host=WORK.Atlassian.net",
    b"host=work.atlassian.net:443", b"host=work.atlassian.net:444", b"host=work.atlassian.net.", b"host=dc.example.com",
    b"host=wor\xe2\x84\xaa.atlassian.net", b"host=", b"path=jira", b"path=/jira/x/", b"path=jirax", b"path=jira/../x", b"path=", b"path=x",
    b"username=you@example.com", b"username=x-token-auth", b"username=", b"username=other", b"password=x", b"password=", b"x=y", b"=",
    b"capability[]=authtype", b"capability[]=", b"nonsense", b"host=a\rb", b"host=a\0b", b"x=a\rb", b"username=\xff", b"x=\xff", b"",
]  # fmt: skip


def may_be_answered(request: bytes) -> bool:
    """Tell whether docs/reference allows an answer to a request without `url=`."""
    values: dict[str, str] = {}
    for each in request.split(b"\n"):
        line = re.sub(rb"\r\Z", b"", each)
        if line == b"":
            break
        if re.search(rb"[\r\0]", line) or b"=" not in line:
            return False
        key, value = line.split(b"=", 1)
        if key.decode("latin-1") not in SINGLE:
            continue
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return False
        if values.setdefault(key.decode(), text) != text:
            return False
    if not re.fullmatch("(?ai:https)", values.get("protocol", "")):
        return False
    user, path = values.get("username"), values.get("path")
    if re.fullmatch(r"(?ai:work\.atlassian\.net)(:443)?", values.get("host", "")):
        return user in (None, "you@example.com") and ".." not in (path or "")
    if re.fullmatch(r"(?ai:dc\.example\.com)(:443)?", values.get("host", "")):
        inside = path is None or re.fullmatch(r"/*jira(/.*)?", path) is not None
        return user in (None, "x-token-auth") and inside and ".." not in (path or "")
    return False


GOOD = [
    [b"protocol=https", b"host=work.atlassian.net"],
    [b"protocol=https", b"host=dc.example.com"],
    [b"protocol=https", b"host=dc.example.com", b"path=jira/x"],
    [b"protocol=https", b"host=work.atlassian.net:443", b"username=you@example.com"],
]
RANDOM_REQUESTS = 3000
any_lines = st.lists(st.sampled_from(LINES), max_size=7)
good_lines_and_more = st.tuples(st.sampled_from(GOOD), st.lists(st.sampled_from(LINES), max_size=2)).flatmap(
    lambda parts: st.permutations([*parts[0], *parts[1]])
)


def test_random_requests_are_answered_as_the_reference_says(place: Path, record_property: Record) -> None:
    tried = 0

    @settings(max_examples=RANDOM_REQUESTS)
    @given(chosen=st.one_of(any_lines, good_lines_and_more), end=st.sampled_from([b"\n", b"\r\n"]), ended=st.booleans())
    def put_to_all_operations(chosen: list[bytes], end: bytes, ended: bool) -> None:
        nonlocal tried
        tried += 1
        request = end.join(chosen) + (end + end if ended else b"")
        allowed = may_be_answered(request)
        stdout, said = ask(place, "get", request)
        assert bool(stdout) == allowed
        assert (CANARY.encode() in stdout) == bool(stdout)
        assert CANARY not in said
        if not allowed:
            before = snapshot(place)
            for operation in ("store", "erase"):
                stdout, said = ask(place, operation, b"password=stolen\n" + request)
                assert (stdout, CANARY in said) == (b"", False)
                assert snapshot(place) == before

    put_to_all_operations()
    record_property("requests", tried)
