"""A proxy on this machine, through which a server of the tests has the name of a real one."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

LONGEST = 1 << 16  # bytes


class Tunnel(BaseHTTPRequestHandler):
    """One connection, which begins with the name of who is at its other end."""

    server: "Proxy"
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        header = self.headers.get("Proxy-Authorization", "")
        if header not in self.server.known:
            self.server.refused.append(header)
            self.send_response(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
            self.send_header("Proxy-Authenticate", 'Basic realm="made up"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        port = self.server.ports.get(self.path)
        if port is None:
            self.send_error(HTTPStatus.BAD_GATEWAY, "nobody here has this name")
            return
        with socket.create_connection(("127.0.0.1", port)) as there:
            self.send_response(HTTPStatus.OK)
            self.end_headers()
            back = Thread(target=pass_on, args=(there, self.connection))
            back.start()
            pass_on(self.connection, there)
            back.join()
        self.close_connection = True

    def log_message(self, *words: object) -> None:
        """Say nothing."""


class Proxy(ThreadingHTTPServer):
    """Leads from `HOST:PORT` to a port of this machine, and nowhere else.

    Args:
        ports: where each name leads.
        known: the Proxy-Authorization headers that are let in; "" stands for a request without one.
    """

    def __init__(self, ports: Mapping[str, int], known: Sequence[str]) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.ports, self.known = ports, known
        self.address = f"127.0.0.1:{self.server_port}"
        self.refused: list[str] = []


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Copy until one side has said all."""
    with suppress(OSError):  # whoever has left needs no more
        while data := source.recv(LONGEST):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(ports: Mapping[str, int], known: Sequence[str] = ("",)) -> Iterator[Proxy]:
    """Start a proxy, and stop it at the end."""
    with Proxy(ports, known) as started:
        thread = Thread(target=started.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield started
        finally:
            started.shutdown()
            thread.join()
