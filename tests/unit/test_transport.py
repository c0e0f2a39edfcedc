"""One request, as the library is told to make it, and what is taken of the answer; without a network."""

import http.client
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from urllib3 import HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection

from atla_credential import __version__
from atla_credential.site.certificates import context_for
from atla_credential.site.deadline import Deadline
from atla_credential.site.failure import LEADING, REACHING, READING, SECURING, NoReply
from atla_credential.site.head import ShortAnswer
from atla_credential.site.question import Question
from atla_credential.site.transport import Adapter, ask, proxy_for, url_of

CLOUD = Question(("https", "work.atlassian.net", 443), ("rest", "api", "3", "myself"), "site", "jira")
OWN = Question(("http", "localhost", 8080), ("rest",), "site", "jira")
MIB = 1 << 20


class Given:
    """What the library gives back: the answer, and the body in parts."""

    def __init__(self, status: int = 200, parts: tuple[bytes, ...] = (b"{", b"}"), **fields: str) -> None:
        self.status_code, self.parts, self.raw = status, list(parts), self
        self.headers = HTTPHeaderDict({"Location": "/a"}, **fields)
        self.headers.add("Location", "/b")
        self.is_closed = False
        self.request: requests.PreparedRequest | None = None
        self.told: dict[str, object] = {}

    def read(self, size: int, decode_content: bool) -> bytes:
        assert (size, decode_content) == (65536, True)
        return self.parts.pop(0) if self.parts else b""

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[Given]:
    """Return what is answered, and note what was sent."""
    found = Given()

    def send(adapter: Adapter, request: requests.PreparedRequest, **told: object) -> Given:
        found.request, found.told = request, told
        return found

    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    closed: list[Adapter] = []
    monkeypatch.setattr(Adapter, "send", send)
    monkeypatch.setattr(Adapter, "close", lambda adapter: closed.append(adapter))
    yield found
    assert found.is_closed
    assert bool(closed) == bool(found.request)


def test_what_is_sent(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    found = ask(CLOUD, "Basic made-up", None, Deadline(60))
    assert given.request is not None
    assert (given.request.method, given.request.url, given.request.body) == ("GET", url_of(CLOUD), None)
    assert dict(given.request.headers) == {
        "User-Agent": f"atla-credential/{__version__}", "Accept": "application/json", "Authorization": b"Basic made-up",
    }  # fmt: skip
    assert given.told["stream"] is True
    assert given.told["proxies"] == {"https": "http://127.0.0.1:1"}
    assert (found.status, found.body, found.field("location")) == (200, b"{}", "/a, /b")


def test_without_a_token_there_is_no_field_for_it(given: Given) -> None:
    ask(CLOUD, None, None, Deadline(60))
    assert given.request is not None
    assert "Authorization" not in given.request.headers


@pytest.mark.parametrize(("limit_s", "connect_s", "read_s"), [(60, 5, 60), (3, 3, 3), (-9, 0.01, 0.01)])
def test_how_long_it_may_take(limit_s: float, connect_s: float, read_s: float, given: Given) -> None:
    if limit_s > 0:
        ask(CLOUD, None, None, Deadline(limit_s))
    else:
        with pytest.raises(NoReply):
            ask(CLOUD, None, None, Deadline(limit_s))
    assert given.told["timeout"] == pytest.approx((connect_s, read_s), abs=1)
    assert min(given.told["timeout"]) > 0  # type: ignore[call-overload]


@pytest.mark.parametrize(("status", "is_read"), [(299, True), (300, False), (302, False), (399, False), (400, True)])
def test_a_redirect_s_body_is_not_read(status: int, is_read: bool, given: Given) -> None:
    given.status_code = status
    assert ask(CLOUD, None, None, Deadline(60)).body == (b"{}" if is_read else b"")
    assert bool(given.parts) != is_read


def test_a_body_of_1_mib(given: Given) -> None:
    given.parts = [b"x" * MIB]
    assert len(ask(CLOUD, None, None, Deadline(60)).body) == MIB


def test_of_a_longer_one_no_more_is_read(given: Given) -> None:
    given.parts = [b"x" * MIB, b"x", b"x"]
    with pytest.raises(NoReply) as caught:
        ask(CLOUD, None, None, Deadline(60))
    assert (caught.value.reason, given.parts) == ("unreadable", [b"x"])


def test_a_body_that_is_late(given: Given) -> None:
    deadline = Deadline(60)
    deadline.left_s = lambda: 0  # type: ignore[method-assign]
    with pytest.raises(NoReply) as caught:
        ask(CLOUD, None, None, deadline)
    assert (caught.value.reason, given.parts) == ("timeout", [b"}"])


def test_a_body_that_is_nearly_late(given: Given) -> None:
    deadline = Deadline(60)
    deadline.left_s = lambda: 0.1  # type: ignore[method-assign]
    assert ask(CLOUD, None, None, deadline).body == b"{}"


@pytest.mark.parametrize(
    "error", [requests.ConnectionError(), ssl.SSLError(), http.client.HTTPException(), ValueError()]
)
def test_no_exception_of_a_library_comes_out(error: Exception, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(size: int, decode_content: bool) -> bytes:
        raise error

    monkeypatch.setattr(given, "read", read)
    with pytest.raises(NoReply) as caught:
        ask(CLOUD, None, None, Deadline(60))
    assert caught.value.reason == "connect"  # as far as anybody knows here
    assert caught.value.__suppress_context__


def test_which_proxy(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    given.is_closed = True
    assert proxy_for(CLOUD) is None
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert proxy_for(CLOUD) == "http://all:1"
    monkeypatch.setenv("HTTPS_PROXY", "http://one:1")
    monkeypatch.setenv("HTTP_PROXY", "http://other:1")
    assert (proxy_for(CLOUD), proxy_for(OWN)) == ("http://one:1", None)
    monkeypatch.setenv("https_proxy", "http://lower:1")
    assert proxy_for(CLOUD) == "http://lower:1"
    monkeypatch.setenv("NO_PROXY", "atlassian.net")
    assert proxy_for(CLOUD) is None


def test_signs_that_stand_in_a_path_as_they_are() -> None:
    path = ("aB0-._~", "!$&'()*+,;=:@")
    assert url_of(Question(CLOUD.origin, path, "site", "jira")).endswith("/aB0-._~/!$&'()*+,;=:@")


class Connected:
    """A socket that is connected to nothing."""

    limit_s = 0.0

    def settimeout(self, limit_s: float) -> None:
        self.limit_s = limit_s


@pytest.mark.parametrize(("limit_s", "least_s"), [(60, 50), (-1, 0.01)])
def test_how_far_a_request_has_come(limit_s: float, least_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong is told by that; and all after connecting has what is left of the time."""
    adapter = Adapter(context_for("", ""), Deadline(limit_s))
    seen = [adapter.phase]

    def connect(connection: HTTPSConnection) -> None:
        made = connection._new_conn()
        assert isinstance(made, Connected)
        assert least_s <= made.limit_s <= max(limit_s, least_s)
        seen.append(adapter.phase)
        if connection.proxy_is_tunneling:
            connection._tunnel()
            seen.append(adapter.phase)

    monkeypatch.setattr(HTTPConnection, "_new_conn", lambda connection: Connected())
    monkeypatch.setattr(HTTPConnection, "_tunnel", lambda connection: None, raising=False)
    monkeypatch.setattr(HTTPSConnection, "connect", connect)
    pools = adapter.poolmanager.pool_classes_by_scheme
    direct = pools["https"]("work.atlassian.net").ConnectionCls("work.atlassian.net")
    direct.connect()
    assert [*seen, adapter.phase] == [REACHING, SECURING, READING]
    seen.clear()
    direct.set_tunnel("work.atlassian.net")
    direct.connect()
    assert [*seen, adapter.phase] == [LEADING, SECURING, READING]
    adapter.phase = REACHING
    plain = pools["http"]("localhost").ConnectionCls("localhost")
    assert least_s <= plain._new_conn().limit_s <= max(limit_s, least_s)
    assert adapter.phase == READING
    assert {direct.response_class, plain.response_class} == {ShortAnswer}


def test_a_proxy_is_trusted_by_the_same_certificates() -> None:
    adapter = Adapter(context_for("", ""), Deadline(9))
    manager: Any = adapter.proxy_manager_for("http://jdoe:made-up@127.0.0.1:1")
    assert manager.connection_pool_kw["ssl_context"] is adapter.context
    assert manager.proxy_config.ssl_context is adapter.context
    assert [pool.ConnectionCls.response_class for pool in manager.pool_classes_by_scheme.values()] == [ShortAnswer] * 2
