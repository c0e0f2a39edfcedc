"""A request in JSON, as Bazel and other build tools make it: what is read of it, and what the answer says."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.errors import MalformedRequest, NoCredential, NoMatch
from unit.test_operations import Asked

Files = Callable[..., Path]

SITE, DC, BITBUCKET = "https://work.atlassian.net", "https://dc.example.com", "https://bitbucket.org"
EMAIL = "you@example.com"


def basic(user: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"


@pytest.fixture
def all_kinds(files: Files, home: Path) -> Path:
    files(
        config=profile("work", SITE) + profile("dc", DC, "") + profile("bitbucket", BITBUCKET) + profile("empty", "https://empty.example.com", ""),
        credentials=token("work", SITE, "secret") + token("dc", DC, "pat", "") + token("bitbucket", BITBUCKET, "ATATTmade-up"),
        helper="[profiles.work]\nexpires = 2027-03-01T12:00:00Z\n",
    )  # fmt: skip
    return home


def get(home: Path, request: str | bytes, **options: Any) -> str:
    asked = Asked(home, request.encode() if isinstance(request, str) else request, **options)
    assert asked.get() == 0
    return asked.stdout.getvalue().decode()


def test_headers_and_their_end(all_kinds: Path) -> None:
    said = get(all_kinds, f'{{"uri":"{SITE}/rest/api/3/myself"}}')
    expected = {"headers": {"Authorization": [basic(EMAIL, "secret")]}, "expires": "2027-03-01T12:00:00Z"}
    assert said == json.dumps(expected, separators=(",", ":")) + "\n"


@pytest.mark.parametrize(
    ("uri", "header"),
    [
        (f"{DC}/x", "Bearer pat"),
        (f"{BITBUCKET}/team/repo/get/main.tar.gz", basic("x-bitbucket-api-token-auth", "ATATTmade-up")),
        ("https://api.bitbucket.org/2.0/user?a=b", basic(EMAIL, "ATATTmade-up")),
        ("https://npm.apkg.io/team/", basic(EMAIL, "ATATTmade-up")),
    ],
)
def test_no_end_that_is_not_known(uri: str, header: str, all_kinds: Path) -> None:
    assert get(all_kinds, json.dumps({"uri": uri})) == f'{{"headers":{{"Authorization":["{header}"]}}}}\n'


@pytest.mark.parametrize(
    "request_text",
    [
        f'{{"uri":"{DC}"}}', f' \t\n{{"uri":"{DC}"}}\n', f'\r\n\r\n{{\n\n  "uri" :\n\n "{DC}"\n\n}}\n\n', f'{{"uri":"{DC}/?a=b"}}',
        f'{{"a":{{"uri":"https://github.com"}},"uri":"{DC}","host":"github.com","b":[1,null,true]}}',
        f'{{"uri":"{DC}","uri":"{DC}"}}', '{"\\u0075ri":"https:\\/\\/dc.example.com"}', f'{{"x":"{"x" * 100_000}","uri":"{DC}"}}',
    ],
)  # fmt: skip
def test_what_is_read(request_text: str, all_kinds: Path) -> None:
    assert get(all_kinds, request_text) == '{"headers":{"Authorization":["Bearer pat"]}}\n'


@pytest.mark.parametrize("uri", ["https://github.com/x", "grpcs://dc.example.com/x", f"{DC}:8443", f"{DC}/a/../b"])
def test_nobody_answers_in_silence(uri: str, all_kinds: Path) -> None:
    asked = Asked(all_kinds, json.dumps({"uri": uri}).encode())
    assert (asked.get(), asked.lines, asked.warnings) == (4, [], [])


@pytest.mark.parametrize(
    ("request_text", "message"),
    [
        (b"{", "is not JSON"), (b"{}", "the request has no uri"), (b'{"uri":""}', "the request has no uri"), (b"{uri:1}", "is not JSON"), (b'{"uri":1}', "the uri of the request is not a text"),
        (b'{"uri":null}', "is not a text"), (b'{"uri":"https://a.example.com"} {}', "is not JSON"), (b'{"uri":"\xff"}', "is not UTF-8"),
        (b'{"uri":"https://a.example.com","uri":"https://b.example.com"}', "is not JSON"), (b'{"uri":"\\ud800"}', "is not UTF-8"),
        (b'{"uri":"https://a.example.com/\\n"}', "has a control character"), (b'{"a":' + b"[" * 100_000, "is not JSON"),
        (b'\xef\xbb\xbf{"uri":"https://dc.example.com"}', "has a line without '='"), (b'[{"uri":"https://dc.example.com"}]', "has a line without '='"), (b'{"uri":"https://dc.example.com"}\0', "is not JSON"),
        (b'{"uri":"https://dc.example.com"}\n\n{"uri":"https://a.example.com"}', "is not JSON"), (b'{"uri":"https://a.example.com","\\u0075ri":"https://dc.example.com"}', "is not JSON"),
        (b'{"x":{"a":1,"a":2},"uri":"https://dc.example.com"}', "is not JSON"), (b'{"uri":"https://dc.example.com/\t"}', "is not JSON"), (b'{"uri":"https://dc.example.com/\\udc00"}', "is not UTF-8"),
        (b'{"uri":"https://dc.example.com\\u0000"}', "this is not a url"), (b'{"x":' + b"9" * 5000 + b',"uri":"https://dc.example.com"}', "is not JSON"), (b'{"URI":"https://dc.example.com"}', "has no uri"),
        (b'{"uri":["https://dc.example.com"]}', "is not a text"), (b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b',"uri":"https://dc.example.com"}', "is not JSON"),
        (b"\x0b{}", "is not JSON"), (b" " * ((1 << 20) + 1) + b'{"uri":"https://dc.example.com"}', "longer than 1 MiB"),
        (b'{"uri":"https://a.example.com\\\\@dc.example.com"}', "this is not a url"), (b'{"a":"' + b"x" * (1 << 20), "longer than 1 MiB"),
    ],
)  # fmt: skip
def test_what_is_refused(request_text: bytes, message: str, all_kinds: Path) -> None:
    asked = Asked(all_kinds, request_text)
    with pytest.raises(MalformedRequest, match=message):
        asked.get()
    assert asked.lines == []


def test_without_a_token(all_kinds: Path) -> None:
    with pytest.raises(NoCredential):
        get(all_kinds, '{"uri":"https://empty.example.com"}')


def test_another_form_can_be_chosen(all_kinds: Path) -> None:
    assert get(all_kinds, f'{{"uri":"{DC}"}}', format="token") == "pat\n"
    assert get(all_kinds, f'{{"uri":"{DC}"}}', field="authorization") == "Bearer pat\n"
    with pytest.raises(NoMatch):
        get(all_kinds, '{"uri":"https://github.com"}', format="token")


def test_an_address_in_the_arguments_comes_first(all_kinds: Path) -> None:
    assert get(all_kinds, f'{{"uri":"{SITE}"}}', url=DC, format="token") == "pat\n"
