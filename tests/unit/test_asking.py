"""Parts of asking a site, each by itself: time, turns, pauses, trust, failures."""

import socket
import ssl
import time
from datetime import datetime, timezone
from email.utils import formatdate
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path

import pytest
import truststore
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from requests.exceptions import InvalidProxyURL, InvalidSchema
from urllib3.exceptions import (
    DecodeError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from atla_credential.doctor.network import finding_of, shown_proxy
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable, UsageError
from atla_credential.input.timeout import parse_timeout
from atla_credential.model import Profile
from atla_credential.site.asking import ask_all
from atla_credential.site.certificates import UnusableCertificates, context_for, trust
from atla_credential.site.deadline import Deadline
from atla_credential.site.failure import LEADING, REACHING, READING, SECURING, NoReply, chain, no_reply
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.pause import pause_before_repeat, wish_of
from atla_credential.site.question import Question
from atla_credential.site.questions import questions_for_cloud_id
from atla_credential.site.reply import Reply
from atla_credential.site.transport import Adapter, proxies_for, url_of
from atla_credential.site.turns import Turns
from atla_credential.terminal.progress import Progress
from stage import authority

POOL = None


def behind(error: BaseException) -> Exception:
    """Return an exception as the libraries wrap it."""
    return ConnectionError(MaxRetryError(POOL, "/made-up-token", error))  # type: ignore[arg-type]


def bad_certificate(code: int) -> Exception:
    error = ssl.SSLCertVerificationError("made up")
    error.verify_code = code
    return SSLError(error)


NOT_KNOWN = NameResolutionError("x", None, socket.gaierror())  # type: ignore[arg-type]
LATE = ReadTimeoutError(POOL, "/", "made up")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "phase", "reason"),
    [
        (bad_certificate(10), SECURING, "tls-expired"), (bad_certificate(9), SECURING, "tls-expired"),
        (bad_certificate(62), SECURING, "tls-host"), (bad_certificate(64), SECURING, "tls-host"),
        (bad_certificate(-67818), SECURING, "tls-expired"),
        (bad_certificate(-67602), SECURING, "tls-host"),
        (bad_certificate(0x800B0101), SECURING, "tls-expired"),
        (bad_certificate(0x800B010F), SECURING, "tls-host"),
        (bad_certificate(-67843), SECURING, "tls-untrusted"),
        (bad_certificate(18), SECURING, "tls-untrusted"), (bad_certificate(20), SECURING, "tls-untrusted"),
        (SSLError(ssl.SSLError("made up")), SECURING, "tls"), (ConnectionResetError(), SECURING, "tls"),
        (ssl.SSLEOFError(), READING, "cut-off"), (ConnectionResetError(), READING, "cut-off"),
        (NOT_KNOWN, REACHING, "dns"), (ConnectionRefusedError(), REACHING, "connect"), (TimeoutError(), REACHING, "connect"),
        (LATE, SECURING, "timeout"), (LATE, READING, "timeout"), (TimeoutError(), LEADING, "timeout"), (LATE, LEADING, "timeout"),
        (OSError("Tunnel connection failed: 407 x"), LEADING, "proxy-auth"), (OSError("Tunnel connection failed: 403 x"), LEADING, "proxy-refused"),
        (OSError("Tunnel connection failed: 405 x"), LEADING, "proxy-refused"), (OSError("Tunnel connection failed: 502 x"), LEADING, "proxy"),
        (RemoteDisconnected("x"), LEADING, "proxy"), (ProxyError("x", OSError()), REACHING, "proxy"), (ProxyError("x", NOT_KNOWN), REACHING, "proxy"),
        (ProxyError("x", OSError()), READING, "cut-off"), (InvalidProxyURL(), REACHING, "proxy"), (InvalidSchema("x"), REACHING, "proxy"),
        (RemoteDisconnected("x"), READING, "cut-off"), (IncompleteRead(b""), READING, "cut-off"), (ProtocolError("x"), READING, "cut-off"),
        (BadStatusLine("x"), READING, "unreadable"), (HTTPException("x"), READING, "unreadable"), (DecodeError("x"), READING, "unreadable"),
        (InvalidHeader("x"), READING, "unreadable"), (ValueError("Tunnel connection failed: 407"), LEADING, "proxy"),
    ],
)  # fmt: skip
def test_why_there_is_no_answer(error: Exception, phase: int, reason: str) -> None:
    for each in (error, behind(error)):
        found = no_reply(each, phase)
        assert (found.reason, found.lacks_socks) == (reason, False)
        assert "made-up-token" not in str(found)


def test_a_library_that_is_missing() -> None:
    missing = InvalidSchema("Missing dependencies for SOCKS support.")
    for error in (missing, behind(missing)):
        assert no_reply(error, REACHING).lacks_socks
    assert not no_reply(InvalidSchema("Not supported proxy scheme SOCK"), REACHING).lacks_socks
    assert not no_reply(ValueError("SOCKS"), REACHING).lacks_socks


def test_a_reason_that_is_known_stays() -> None:
    known = NoReply("made-up")
    assert no_reply(known, READING) is known
    assert (str(known), known.reason, known.lacks_socks) == ("made-up", "made-up", False)


def test_a_ring_of_exceptions_ends() -> None:
    one, other = ValueError(), ValueError()
    third, fourth = OSError(), OSError()
    one.__cause__, other.args = other, (one, third)
    third.original_error = fourth  # type: ignore[attr-defined]
    assert list(chain(one)) == [one, other, third, fourth]


@pytest.mark.parametrize(
    ("text", "wish_s"),
    [
        ("0", 0), ("7", 7), ("007", 7), ("3600", 3600), ("9" * 400, 1_000_000_000), ("1" * 9, 111_111_111), ("0" * 500, 0), ("", None), ("soon", None), ("-1", None), (" 7 ", 7),
        ("1.5", None), ("\u0663", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 99 Oct 2015", None), ("Fri, 31 Dec 9999 23:59:59 GMT", 1_000_000_000),
    ],
)  # fmt: skip
def test_what_a_server_wishes(text: str, wish_s: int | None) -> None:
    assert wish_of(Reply(429, [("Retry-After", text)])) == wish_s


def test_a_wish_for_a_date() -> None:
    wish_s = wish_of(Reply(429, [("Retry-After", formatdate(time.time() + 600, usegmt=True))]))
    assert wish_s is not None
    assert 500 < wish_s <= 600


@pytest.mark.parametrize(
    ("status", "text", "limit_s", "pause_s"),
    [
        (429, "", 15, 1), (503, "0", 15, 1), (429, "7", 15, 7), (429, "30", 60, 30), (429, "31", 60, None), (429, "15", 15, None),
        (429, "", 1.4, None), (500, "1", 15, None), (401, "1", 15, None), (200, "1", 15, None), (502, "", 15, None), (504, "", 15, None),
    ],
)  # fmt: skip
def test_the_pause_before_a_repeat(status: int, text: str, limit_s: float, pause_s: float | None) -> None:
    assert pause_before_repeat(Reply(status, [("Retry-After", text)]), Deadline(limit_s)) == pause_s


def test_time_stands_still_while_somebody_else_is_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr("atla_credential.site.deadline.time.monotonic", lambda: now_s[0])
    deadline = Deadline(5)
    now_s[0] += 2
    assert deadline.left_s() == 3
    with deadline.halted():
        now_s[0] += 60
        assert deadline.left_s() == 3
    assert deadline.left_s() == 3
    now_s[0] += 4
    assert deadline.left_s() == -1


def test_a_turn_is_given_free() -> None:
    turns, one, other = Turns(), Deadline(5), Deadline(5)
    with pytest.raises(ValueError, match="x"), turns.turn("a", one):
        raise ValueError("x")
    with turns.turn("a", one), turns.turn("b", other):
        turns.leave(one)  # it took too long
        assert set(turns._asking) == {"b"}
        with turns.turn("a", other):
            pass


def test_no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    inquiry = Inquiry(questions_for_cloud_id(("https", "work.atlassian.net", 443)), None, ("", ""))
    with pytest.raises(Unavailable) as caught:
        ask_all([inquiry], 5, lambda running: None)
    assert caught.value.message == "no site can be asked: the system refuses"


def test_which_certificates() -> None:
    variables = {"REQUESTS_CA_BUNDLE": "/r", "CURL_CA_BUNDLE": "/c", "SSL_CERT_FILE": "/s"}
    assert trust(Environment(variables), "/own") == ("ca_file", "/own")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        assert trust(Environment(variables), None) == (name, variables.pop(name))
    assert trust(Environment({"SSL_CERT_FILE": ""}), "") == ("", "")


def test_contexts_check_certificates_and_names(tmp_path: Path) -> None:
    authority().cert_pem.write_to_path(tmp_path / "a.pem")
    (tmp_path / "hashed").mkdir()
    authority().cert_pem.write_to_path(tmp_path / "hashed" / "01234567.10")
    for path in ("", str(tmp_path / "a.pem"), str(tmp_path / "hashed")):
        context = context_for("x", path)
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_no_old_tls_where_python_leaves_that_to_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    class Debians(truststore.SSLContext):
        def __init__(self, protocol: int) -> None:
            super().__init__(protocol)
            self.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED

    monkeypatch.setattr(truststore, "SSLContext", Debians)
    assert context_for("", "").minimum_version == ssl.TLSVersion.TLSv1_2


def test_certificates_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    authority().cert_pem.write_to_path(tmp_path / "relative")
    (tmp_path / "hashed").mkdir()
    authority().cert_pem.write_to_path(tmp_path / "hashed" / "one.pem")  # which OpenSSL would not find
    write_revocations(tmp_path / "revoked")
    good = authority().cert_pem.bytes()
    (tmp_path / "half").write_bytes(good + good[:-40])
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("made up")
    (tmp_path / "nothing").write_text("")
    for path in (
        "relative",
        *(
            str(tmp_path / name)
            for name in ("missing", "empty", "hashed", "text", "nothing", "revoked", "half", "text/below", "nul\0l")
        ),
    ):
        with pytest.raises(UnusableCertificates) as caught:
            context_for("x", path)
        assert (caught.value.name, str(caught.value)) == ("x", "x")


def write_revocations(path: Path) -> None:
    """Write a list of certificates that are no longer good: OpenSSL reads it, and there is nobody in it to trust."""
    key, name, day = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime(2026, 1, 1, tzinfo=timezone.utc)
    made = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(day).next_update(day)
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))


def test_addresses() -> None:
    path = ("a b", "c%d", "e?f", "g#h", "i;j", "k")
    assert (
        url_of(Question(("https", "x.example.com", 443), path, "site", "jira"))
        == "https://x.example.com/a%20b/c%25d/e%3Ff/g%23h/i;j/k"
    )
    assert url_of(Question(("https", "[::1]", 8443), ("x",), "site", "jira")) == "https://[::1]:8443/x"
    assert url_of(Question(("http", "localhost", 80), ("x",), "site", "jira")) == "http://localhost/x"


def test_the_library_adds_no_certificates_of_its_own() -> None:
    """What is trusted is in the context alone."""
    adapter = Adapter(context_for("", ""), Deadline(9))
    pool = adapter.poolmanager.connection_from_url("https://work.atlassian.net")
    adapter.cert_verify(pool, "https://work.atlassian.net", True, None)
    assert (pool.ca_certs, pool.ca_cert_dir) == (None, None)
    assert pool.conn_kw["ssl_context"] is adapter.context
    assert adapter.max_retries.total == 0


def test_without_encryption_there_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert proxies_for("http://jira.example.com/") == {}
    assert proxies_for("https://jira.example.com/")["https"] == "http://127.0.0.1:1"


@pytest.mark.parametrize(("text", "limit_s"), [(None, 15), ("1", 1), ("120", 120), ("2.5", 2.5), ("119.99", 119.99)])
def test_a_timeout(text: str | None, limit_s: float) -> None:
    assert parse_timeout(text) == limit_s


@pytest.mark.parametrize(
    "text", ["0.99", "120.1", "0", "-5", "", ".", "1.", ".5", "5s", "1e2", "nan", "\u0665", "1_0", " 5"]
)
def test_a_timeout_that_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_timeout(text)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://jdoe:made-up@proxy.example.com:3128", "proxy.example.com:3128"), ("proxy.example.com:3128", "proxy.example.com:3128"),
        ("http://", "in the settings, whose address makes no sense"), ("socks5h://[::1]:1080/x?y#z", "[::1]:1080"),
        *((f"{scheme}jdoe:{password}@proxy:1", "proxy:1") for scheme in ("", "http://", "//", "http:/") for password in ("ma de-up", "made@up", "made/up", "made?up", "made#up", "made://up", "made%40up", "")),
    ],
)  # fmt: skip
def test_a_proxy_is_shown_without_its_password(address: str, shown: str) -> None:
    assert shown_proxy(address) == shown


def test_what_there_was_no_time_for() -> None:
    found = finding_of(Profile("a b", "https://work.atlassian.net"), None)
    assert (found.is_wrong, found.verification) == (False, None)
    assert found.text == 'profile "a b" was not asked about: there was no time'
    assert found.hint == "ask about it alone: atla-credential status --verify --profile 'a b'"


def test_no_line_without_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.show("asking made-up")
    assert capfd.readouterr().err == ""
