"""The netrc form, read back by those who read such files: Python, curl, Go."""

import netrc
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from asking import profile
from conftest import TIMEOUT_S
from git_server import basic, make_certificate
from interop.test_formats import HOSTILE, quoted
from proxy import proxy
from unit.test_operations import Asked

Files = Callable[..., Path]
Pair = tuple[str, str]

LONGEST = 4095  # bytes of a line, with its end
USER = "j'doe@example.com"
# What every reader of netrc takes for one word.
PLAIN = {
    name: each
    for name, each in HOSTILE.items()
    if each.isascii() and not any(c.isspace() or c in '"#\\' for c in each) and len(each) < LONGEST
}
SECRETS = {
    **PLAIN, "shell": "$HOME$(id)`id`!!&&;|*?[a]{b,c}~<>()%41%PATH%'", "quotes": "'a'",
    "longest": "8" * (LONGEST - len(f"machine h00.example.com login {USER} password \n".encode())),
}  # fmt: skip
PAIRS: list[Pair] = [
    *((USER, secret) for secret in SECRETS.values()),
    *((user, "made-up") for user in SECRETS.values() if len(user) < LONGEST // 2 and ":" not in user),
]
HOSTS = {f"h{number:02}.example.com": pair for number, pair in enumerate(PAIRS)}


def test_there_are_plain_ones() -> None:
    assert {"assignment", "hyphen"} <= PLAIN.keys()
    assert PLAIN.keys().isdisjoint({"shell", "curly quotes", "beyond ASCII", "hash", "8 KiB"})


@pytest.fixture
def written(files: Files, home: Path) -> Path:
    """Write a netrc file with a line for each host, as the program gives it."""
    files(
        config="".join(profile(host, f"https://{host}", "") for host in HOSTS),
        credentials="".join(
            f'[tokens."{host}||https://{host}"]\ntoken = {quoted(secret)}\n' for host, (_, secret) in HOSTS.items()
        ),
        helper="".join(f'[profiles."{host}"]\nauth = "basic"\nusername = {quoted(user)}\n' for host, (user, _) in HOSTS.items()),
    )  # fmt: skip
    lines = b""
    for host in HOSTS:
        asked = Asked(home, url=f"https://{host}", format="netrc")
        assert asked.get() == 0
        lines += asked.stdout.getvalue()
    path = home / ".netrc"
    path.touch(0o600)
    path.write_bytes(lines)
    return path


def test_python(written: Path) -> None:
    found = netrc.netrc(written)
    assert {host: found.authenticators(host) for host in HOSTS} == {
        host: (user, "", secret) for host, (user, secret) in HOSTS.items()
    }


class Sites:
    """All the hosts on one port of this machine: nobody is let in without a header, and nothing is there."""

    def __init__(self, certificate: Path) -> None:
        seen: dict[str, str] = {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                header = self.headers.get("Authorization", "")
                if header:
                    seen[self.headers["Host"]] = header
                self.send_response(404 if header else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self.seen = seen
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_port
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "server.pem", certificate / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    make_certificate(tmp_path, "*.example.com")
    made = Sites(tmp_path)
    thread = Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def ask(words: list[str], variables: dict[str, str], home: Path, code: int) -> None:
    """Let a program ask all hosts, each only once it has got nothing from the one before."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run(words, capture_output=True, env=variables, cwd=home, timeout=6 * TIMEOUT_S, check=False)
    assert done.returncode == code, done.stderr


def expected() -> dict[str, str]:
    return {host: basic(user, secret) for host, (user, secret) in HOSTS.items()}


def test_curl(sites: Sites, written: Path, variables: dict[str, str], home: Path) -> None:
    to = ["--connect-to", f"::127.0.0.1:{sites.port}"]
    ask(["curl", "-sSkn", *to, *(f"https://{host}/" for host in HOSTS)], variables, home, 0)
    assert sites.seen == expected()


def test_go(sites: Sites, written: Path, variables: dict[str, str], home: Path, tmp_path: Path) -> None:
    """`go` reads it for the proxies that it gets modules from, and asks the next one where there is none."""
    with proxy(dict.fromkeys((f"{host}:443" for host in HOSTS), sites.port)) as made:
        more = {
            "HTTPS_PROXY": f"http://{made.address}", "SSL_CERT_FILE": str(tmp_path / "server.pem"), "GO111MODULE": "on", "GOFLAGS": "-mod=mod",
            "GOPROXY": ",".join(f"https://{host}" for host in HOSTS), "GOSUMDB": "off", "GOTOOLCHAIN": "local", "GOTELEMETRY": "off",
        }  # fmt: skip
        ask(["go", "list", "-m", "example.com/nothing@latest"], {**variables, **more}, home, 1)
    assert sites.seen == expected()
