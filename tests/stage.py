"""A stage on this machine: a server that has the names of real sites, and a proxy that leads there and nowhere else.

The server speaks real TLS with certificates of an authority of the tests' own. What it answers is a script: who is asked, in
which order, and what is said. Everything that anybody sends is written down, to the byte.
"""

import json
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from threading import Lock, Thread

import trustme

NAMES = (
    "work.atlassian.net", "api.atlassian.com", "api.bitbucket.org", "jira.example.com", "new.example.com", "localhost",
    "127.0.0.1", "::1", *(f"site{number}.atlassian.net" for number in range(20)),
)  # fmt: skip
WAIT_S = 60
LONGEST = 1 << 16  # bytes


@dataclass(frozen=True)
class Slow:
    """An answer that takes its time."""

    seconds: float
    answer: bytes


Answer = bytes | Slow | Callable[[socket.socket, "Heard"], None]
Script = Sequence[tuple[str, Answer]]


def answer(status: int = 200, body: object = b"", *fields: str, kind: str = "application/json") -> bytes:
    """Return an answer as it goes over the wire; a body that is not bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} made up", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *fields]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + data


@cache
def authority(name: str = "") -> trustme.CA:
    """Make an authority, once for each name."""
    return trustme.CA(organization_name=f"the tests' own {name}")


def certificate(kind: str, folder: Path, names: Sequence[str] = NAMES) -> ssl.SSLContext:
    """Make what a server of these names shows: a good certificate, or one of the bad ones."""
    now = datetime.now(timezone.utc)
    maker, begins, ends = authority(), None, None
    if kind == "other-host":
        names = ("elsewhere.example.com",)
    elif kind == "untrusted":
        maker = authority("other")
    elif kind == "expired":
        begins, ends = now - timedelta(days=9), now - timedelta(days=2)
    elif kind == "too-early":
        begins, ends = now + timedelta(days=2), now + timedelta(days=9)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if kind == "self-signed":
        own = trustme.CA()
        own.cert_pem.write_to_path(folder / "own.pem")
        (folder / "own.key").write_bytes(own.private_key_pem.bytes())
        context.load_cert_chain(folder / "own.pem", folder / "own.key")
    else:
        maker.issue_cert(*names, not_before=begins, not_after=ends).configure_cert(context)
    return context


@dataclass
class Heard:
    """One request: which host it was for, and its head, in whose fields every word begins with a capital."""

    host: str
    path: str
    fields: dict[str, str]
    raw: bytes


@dataclass
class Stage:
    """What was sent, and where it can be sent to.

    Args:
        script: the requests that are expected, as host and path, and what is answered to each.
        any_order: whether they may come in any order, and more than once.
        most_at_once: how many requests each host had to answer at the same time; together: all hosts, at each request.
    """

    script: Script
    heard: list[Heard] = field(default_factory=list)
    proxied: list[bytes] = field(default_factory=list)  # what the proxy was sent, but for what goes through a tunnel
    port: int = 0
    proxy_port: int = 0
    any_order: bool = False
    most_at_once: dict[str, int] = field(default_factory=dict)
    together: list[int] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _at_once: dict[str, int] = field(default_factory=dict)

    def reply(self, connection: socket.socket) -> None:
        """Hear one request, and answer as the script says."""
        raw = head_of(connection)
        if not raw:
            return
        first, *lines = raw.decode("latin-1").split("\r\n")
        fields = {name.title(): value for name, value in (line.split(": ", 1) for line in lines if line)}
        host, path = fields.get("Host", ""), first.split(" ")[1]
        with self._lock:
            number = len(self.heard)
            self.heard.append(Heard(host, path, fields, raw))
            self._at_once[host] = self._at_once.get(host, 0) + 1
            self.together.append(sum(self._at_once.values()))
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._at_once[host])
        said = self.said(number, host, path)
        if isinstance(said, Slow):
            time.sleep(said.seconds)
        with self._lock:
            self._at_once[host] -= 1  # before the answer is out, after which the next request may come
        if callable(said):
            said(connection, self.heard[number])
        else:
            connection.sendall(said.answer if isinstance(said, Slow) else said)

    def said(self, number: int, host: str, path: str) -> Answer:
        """Return what is answered: what the script has in this place, if it is that which is asked."""
        where = host.partition(":")[0] if not host.startswith("[") else "::1"
        if self.any_order:
            return dict(self.script).get(f"{where}{path}", answer(500, {"message": "this is not in the script"}))
        if number < len(self.script) and self.script[number][0] == f"{where}{path}":
            return self.script[number][1]
        return answer(500, {"message": "this is not in the script"})


def head_of(connection: socket.socket) -> bytes:
    """Return a request's head."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = connection.recv(LONGEST)
        if not part:
            return b""
        raw += part
    return raw


@contextmanager
def listen(family: socket.AddressFamily, serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve whoever connects, and give the port."""
    listening = socket.create_server(
        ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family, backlog=64
    )
    with serving(listening, serve):
        yield listening.getsockname()[1]


@contextmanager
def serving(listening: socket.socket, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Serve whoever connects to a socket, each in a thread of its own.

    At the end nobody waits for a connection any more: one who did, by a number that another socket has by then, would take
    what is meant for that.
    """

    def one(connection: socket.socket) -> None:
        connection.settimeout(WAIT_S)
        with suppress(OSError, ValueError, IndexError), connection:
            serve(connection)

    def loop() -> None:
        with suppress(OSError):  # shut down at the end
            while True:
                Thread(target=one, args=(listening.accept()[0],), daemon=True).start()

    waiting = Thread(target=loop, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)  # which wakes who waits; to close does not
        waiting.join()
        listening.close()


def secured(stage: Stage, context: ssl.SSLContext | None) -> Callable[[socket.socket], None]:
    """Return what serves one connection, over TLS if there is a context."""

    def serve(connection: socket.socket) -> None:
        if context is None and connection.recv(1, socket.MSG_PEEK) != b"G":
            connection.sendall(answer(400))  # what a server says to TLS that speaks none
            return
        if context is None:
            stage.reply(connection)
            return
        with context.wrap_socket(connection, server_side=True) as wrapped:
            stage.reply(wrapped)

    return serve


def tunnel(stage: Stage, does: str) -> Callable[[socket.socket], None]:
    """Return what serves one connection of a proxy.

    Args:
        does: "lead", "ask" (for a password), or the status that it refuses everybody with; or "close", or "wait"; with
            "-tls" behind it, over TLS.
    """

    def serve(connection: socket.socket) -> None:
        raw = head_of(connection)
        stage.proxied.append(raw)
        known = b64encode(b"jdoe:made-up-proxy").decode()
        if does == "close":
            return
        if does == "wait":
            time.sleep(WAIT_S)
        if does.isdigit():
            connection.sendall(answer(int(does)))
            return
        if does == "ask" and f"Proxy-Authorization: Basic {known}".encode() not in raw:
            connection.sendall(answer(407, b"", 'Proxy-Authenticate: Basic realm="made up"'))
            return
        if not raw.startswith(b"CONNECT ") or raw.split()[1].decode().rpartition(":")[0] not in NAMES:
            connection.sendall(answer(502))
            return
        with socket.create_connection(("127.0.0.1", stage.port)) as there:
            connection.sendall(b"HTTP/1.1 200 made up\r\n\r\n")
            back = Thread(target=pass_on, args=(there, connection), daemon=True)
            back.start()
            pass_on(connection, there)
            back.join(WAIT_S)

    return serve


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Copy until one side has said all."""
    try:
        while data := source.recv(LONGEST):
            target.sendall(data)
    except OSError:
        pass
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def stage(
    folder: Path,
    script: Script,
    shows: str = "good",
    proxy: str = "lead",
    family: socket.AddressFamily = socket.AF_INET,
) -> Iterator[Stage]:
    """Set a stage, and take it down at the end.

    Args:
        shows: the certificate, as in `certificate`; or "nothing" (it does not speak TLS), "silence" or "reset".
        proxy: what the proxy does, as in `tunnel`.
    """
    made = Stage(script)
    if shows == "silence":
        serve: Callable[[socket.socket], None] = lambda connection: time.sleep(WAIT_S)  # noqa: E731
    elif shows == "reset":
        serve = hang_up
    else:
        serve = secured(made, None if shows == "nothing" else certificate(shows, folder))
    leads = tunnel(made, proxy.removesuffix("-tls"))
    if proxy.endswith("-tls"):
        leads = wrapped(leads, certificate("good", folder))
    with listen(family, serve) as made.port, listen(socket.AF_INET, leads) as made.proxy_port:
        yield made


def wrapped(serve: Callable[[socket.socket], None], context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Return what serves the same over TLS."""

    def serve_over_tls(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            serve(inside)

    return serve_over_tls


def hang_up(connection: socket.socket) -> None:
    """End a connection at its first byte, as something that refuses it does."""
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def write_authority(folder: Path) -> Path:
    """Write the authority's certificate into a file, and return its path."""
    authority().cert_pem.write_to_path(folder / "authority.pem")
    return folder / "authority.pem"


def surroundings(made: Stage, trusted: Path) -> Mapping[str, str]:
    """Return the variables with which a program finds the stage, and trusts it."""
    proxy = f"http://127.0.0.1:{made.proxy_port}"
    return {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(trusted), "REQUESTS_CA_BUNDLE": ""}
