"""git-credential-atla-vault's connection: whose certificate is taken, and what is said where none comes about."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import trustme

from atla_credential import __version__
from atla_credential.vault.connection import Connection, Reply, context_for
from atla_credential.vault.failure import NotTrusted, Refused, Unreachable
from atla_credential.vault.options import Options
from made_up_engine import READ, MadeUpEngine
from openbao import free_port
from stage import answer, authority, certificate, listen, write_authority

PATH = READ.removeprefix("GET /v1/")
At = Callable[..., Options]
Serve = Callable[[ssl.SSLContext], AbstractContextManager[int]]


@pytest.fixture
def at(tmp_path: Path) -> At:
    """Return a function that makes options for a port of this machine, at which our authority is trusted."""
    trusted = str(write_authority(tmp_path))

    def make(port: int, address: str = "https://127.0.0.1", **given: str) -> Options:
        named = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
        return Options({"--address": f"{address}:{port}", "--path": "a/{host}", "--ca-file": trusted, **named}, {})

    return make


@pytest.fixture
def serve(made_up: MadeUpEngine) -> Serve:
    """Return what lets the engine answer over TLS."""

    @contextmanager
    def over_tls(context: ssl.SSLContext) -> Iterator[int]:
        def one(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as wrapped:
                made_up.serve(wrapped)

        with listen(socket.AF_INET, one) as port:
            yield port

    return over_tls


def ask(options: Options) -> Reply:
    connection = Connection(options)
    try:
        return connection.ask("GET", PATH)
    finally:
        connection.close()


def test_b3_a_certificate_that_is_good(at: At, serve: Serve, made_up: MadeUpEngine, tmp_path: Path) -> None:
    with serve(certificate("good", tmp_path)) as port:
        for name in ("127.0.0.1", "localhost"):
            reply = ask(at(port, f"https://{name}"))
            assert (reply.status, reply.at("data", "data")) == (200, {"token": "made-up"})
    assert made_up.heads[0].split("\r\n") == [
        f"GET /v1/{PATH} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: identity",
        f"User-Agent: atla-credential/{__version__}", "Accept: application/json", "X-Vault-Request: true",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["untrusted", "expired", "too-early", "other-host", "self-signed"])
def test_b3_a_certificate_that_is_not(kind: str, at: At, serve: Serve, made_up: MadeUpEngine, tmp_path: Path) -> None:
    with serve(certificate(kind, tmp_path)) as port, pytest.raises(NotTrusted) as raised:
        ask(at(port))
    said = f"the certificate of https://127.0.0.1:{port} is not good: name its authority with --ca-file"
    assert raised.value.message == said
    assert made_up.asked() == []


def test_b3_the_system_s_certificates(at: At, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They count where nobody is named, and only there."""
    monkeypatch.setenv("SSL_CERT_FILE", str(write_authority(tmp_path)))
    with serve(certificate("good", tmp_path)) as port:
        assert ask(at(port, ca_file="")).status == 200
        authority("other").cert_pem.write_to_path(tmp_path / "other.pem")
        with pytest.raises(NotTrusted):
            ask(at(port, ca_file=str(tmp_path / "other.pem")))


def test_what_a_connection_is_made_with(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))  # which would show a token to whoever reads it
    context = context_for(at(1))
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.keylog_filename is None
    (tmp_path / "none.pem").write_text("made-up")
    for path in (f"{tmp_path}/none.pem", f"{tmp_path}/not-there", "/\0"):
        with pytest.raises(NotTrusted, match="^--ca-file has no certificates that can be read$"):
            context_for(at(1, ca_file=path) if "\0" not in path else with_value(at(1), "--ca-file", path))


def with_value(options: Options, name: str, value: str) -> Options:
    options.values[name] = value
    return options


def of_machine(folder: Path, maker: trustme.CA) -> tuple[str, str]:
    """Write a machine's certificate and its key into two files, and return their paths."""
    shown = maker.issue_cert("machine.example.com")
    (folder / "machine.pem").write_bytes(b"".join(each.bytes() for each in shown.cert_chain_pems))
    (folder / "machine.key").write_bytes(shown.private_key_pem.bytes())
    return str(folder / "machine.pem"), str(folder / "machine.key")


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_b3_a_certificate_of_ours(newest: ssl.TLSVersion, at: At, serve: Serve, tmp_path: Path) -> None:
    context = certificate("good", tmp_path)
    context.maximum_version = newest
    context.verify_mode = ssl.CERT_REQUIRED
    authority("of machines").configure_trust(context)
    with serve(context) as port:
        cert, key = of_machine(tmp_path, authority("of machines"))
        assert ask(at(port, client_cert=cert, client_key=key)).status == 200
        (tmp_path / "both.pem").write_text(Path(key).read_text() + Path(cert).read_text())
        assert ask(at(port, client_cert=f"{tmp_path}/both.pem")).status == 200
        cert, key = of_machine(tmp_path, authority("other"))
        # In TLS 1.2 the no comes before the engine has shown who it is: anybody's. In TLS 1.3 it comes after our first
        # request, and is lost where the connection ends before that is out.
        with pytest.raises(Unreachable if newest == ssl.TLSVersion.TLSv1_2 else (Refused, Unreachable)) as raised:
            ask(at(port, client_cert=cert, client_key=key))
        if raised.type is Refused:
            said = f"https://127.0.0.1:{port} does not take the certificate of --client-cert"
            assert raised.value.message == said
        for given in (
            {"client_cert": cert},
            {"client_cert": f"{tmp_path}/none"},
            {"client_cert": cert, "client_key": cert},
        ):
            with pytest.raises(Refused, match="^--client-cert or --client-key cannot be read$"):
                ask(at(port, **given))


@pytest.mark.parametrize(
    ("reason", "is_ours"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", True), ("SSLV3_ALERT_BAD_CERTIFICATE", True), ("SSLV3_ALERT_CERTIFICATE_REVOKED", True),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", True), ("SSLV3_ALERT_CERTIFICATE_UNKNOWN", True), ("SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", True),
        ("TLSV1_ALERT_UNKNOWN_CA", True), ("TLSV1_ALERT_ACCESS_DENIED", True), ("SSLV3_ALERT_HANDSHAKE_FAILURE", False),
        ("TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE", False), ("WRONG_VERSION_NUMBER", False), (None, False),
    ],
)  # fmt: skip
def test_b3_what_openssl_calls_a_refusal_of_our_certificate(
    reason: str | None, is_ours: bool, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ssl.SSLError()
    error.reason = reason  # type: ignore[assignment]
    connection = Connection(at(1))

    def request(*given: object) -> None:
        raise error

    monkeypatch.setattr(connection, "_exchange", request)
    with pytest.raises(Refused if is_ours else Unreachable):
        connection.ask("GET", PATH)


def test_b3_a_key_with_a_password_is_not_asked_for(at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL would ask at the terminal, for which git waits."""
    given: list[object] = []

    def load(*paths: object, password: object = None) -> None:
        given.append(password)
        raise ssl.SSLError

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", lambda context, *paths, **more: load(*paths, **more))
    with pytest.raises(Refused):
        context_for(at(1, client_cert=str(tmp_path / "made-up")))
    assert given == [""]


def test_b4_no_encrypted_connection(at: At) -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(answer(400))

    with listen(socket.AF_INET, plain) as port, pytest.raises(Unreachable) as raised:
        ask(at(port))
    assert raised.value.message == f"https://127.0.0.1:{port} makes no encrypted connection"


def test_b4_nobody_is_there(at: At) -> None:
    port = free_port()
    with pytest.raises(Unreachable) as raised:
        ask(at(port))
    assert raised.value.message == f"https://127.0.0.1:{port} cannot be reached: connection refused"


def test_b4_each_part_of_an_answer_has_its_time(at: At, made_up: MadeUpEngine) -> None:
    """`asking` sees to the time for all of it; this ends the thread that it leaves behind."""
    made_up.says[READ] = lambda connection: [connection.recv(1)].clear()
    with pytest.raises(Unreachable) as raised:
        ask(at(made_up.port, "http://127.0.0.1", timeout="0.1"))
    assert raised.value.message == f"http://127.0.0.1:{made_up.port} did not answer in time"


def test_an_address_of_six_groups(at: At, made_up: MadeUpEngine) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with listen(socket.AF_INET6, made_up.serve) as port:
        assert ask(at(port, "http://[::1]")).status == 200
    assert f"Host: [::1]:{port}" in made_up.heads[0].split("\r\n")


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, None)])
def test_b4_the_largest_answer(more: int, status: int | None, at: At, made_up: MadeUpEngine) -> None:
    body = b"{}".ljust((1 << 20) + more)
    made_up.says[READ] = b"HTTP/1.1 200 made up\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    options = at(made_up.port, "http://127.0.0.1")
    if status:
        assert (ask(options).status, ask(options).body) == (status, {})
    else:
        with pytest.raises(Unreachable, match=" gave an answer that is too long$"):
            ask(options)


@pytest.mark.parametrize("says", [1, 1 << 20, (1 << 20) + 5])
def test_b4_an_answer_that_is_cut_off(says: int, at: At, made_up: MadeUpEngine) -> None:
    body = b"{}".ljust(says - 1 if says <= 1 << 20 else 1 << 20)[: says - 1]
    made_up.says[READ] = b"HTTP/1.1 200 made up\r\nContent-Length: %d\r\n\r\n%b" % (says, body)
    with pytest.raises(Unreachable, match=" gave an answer that is none$"):
        ask(at(made_up.port, "http://127.0.0.1"))


@pytest.mark.parametrize(("status", "is_elsewhere"), [(299, False), (300, True), (399, True), (400, False)])
def test_b4_what_leads_elsewhere(status: int, is_elsewhere: bool, at: At, made_up: MadeUpEngine) -> None:
    made_up.says[READ] = b"HTTP/1.1 %d made up\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n" % status
    options = at(made_up.port, "http://127.0.0.1")
    if not is_elsewhere:
        assert (ask(options).status, ask(options).body) == (status, None)
    else:
        with pytest.raises(Unreachable, match=f" leads elsewhere with status {status}, which is not followed$"):
            ask(options)
        assert len(made_up.asked()) == 1
