"""An engine that is none: it says whatever a test wants, over http on this machine, and counts what it was asked."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from stage import answer, listen

Said = bytes | Callable[[socket.socket], None]
LOGIN, READ = "POST /v1/auth/approle/login", "GET /v1/secret/data/atlassian/work.atlassian.net"
NO = answer(403, {"errors": ["permission denied"]})
LOGGED_IN = answer(200, {"auth": {"client_token": "made-up-login", "lease_duration": 1200}})


def secret(**fields: object) -> bytes:
    """Return the answer that holds a secret."""
    return answer(200, {"data": {"data": fields, "metadata": {"version": 3}}})


@dataclass
class MadeUpEngine:
    """What it says to what, and what it was asked, with the bodies.

    Args:
        says: an answer for each method and path; what is not among them is status 404.
    """

    says: dict[str, Said] = field(default_factory=lambda: {LOGIN: LOGGED_IN, READ: secret(token="made-up")})
    heard: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    bodies: list[object] = field(default_factory=list)
    port: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Hear one request, with its body, and answer."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += connection.recv(1 << 16) or exit_quietly()
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(line[16:]) for line in lines if line.lower().startswith("content-length: ")), 0)
        while len(body) < length:
            body += connection.recv(1 << 16) or exit_quietly()
        what = lines[0].removesuffix(" HTTP/1.1")
        with self._lock:
            self.heard.append(what)
            self.heads.append(head.decode("latin-1"))
            self.bodies.append(json.loads(body) if body else None)
        said = self.says.get(what, answer(404, {"errors": []}))
        if callable(said):
            said(connection)
        else:
            connection.sendall(said)

    def asked(self) -> list[str]:
        """Return what was asked since the last time."""
        found, self.heard = self.heard, []
        return found


def exit_quietly() -> bytes:
    """End a connection whose other side has gone."""
    raise OSError


@contextmanager
def made_up_engine() -> Iterator[MadeUpEngine]:
    """Start one, and end it."""
    made = MadeUpEngine()
    with listen(socket.AF_INET, made.serve) as made.port:
        yield made
