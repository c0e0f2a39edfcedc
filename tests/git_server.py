"""A real HTTPS git server on this machine: nginx, git's own http backend, and a certificate of an authority of its own."""

import os
import shutil
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("nginx", "fcgiwrap", "openssl")
WAIT_S = 20

CONFIG = """
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map_hash_bucket_size 512;
    map $http_authorization $is_known {{
        default 0;
{known}
    }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        location / {{
            if ($is_known = 0) {{ return 401; }}
            fastcgi_pass unix:{folder}/cgi;
            fastcgi_param SCRIPT_FILENAME {backend};
            fastcgi_param GIT_PROJECT_ROOT {folder}/repositories;
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param GIT_CONFIG_NOSYSTEM 1;
            fastcgi_param HOME {folder};
            fastcgi_param REMOTE_USER known;
            fastcgi_param PATH_INFO $uri;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
        }}
        add_header WWW-Authenticate 'Basic realm="made up"' always;
        add_header WWW-Authenticate 'Bearer realm="made up"' always;
    }}
}}
"""


def missing() -> list[str]:
    """Return which of the programs are not installed."""
    return [program for program in PROGRAMS if not shutil.which(program)]


class GitServer:
    """A server with one repository, `team/repo.git`, for whoever sends one of some Authorization headers.

    Args:
        folder: an empty folder.
        known: the headers.
    """

    def __init__(self, folder: Path, known: list[str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.authority = folder / "server.pem"
        make_certificate(folder)
        make_repository(folder)
        backend = Path(
            subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
        )
        (folder / "nginx.conf").write_text(
            CONFIG.format(
                folder=folder,
                port=self.port,
                backend=backend / "git-http-backend",
                known="\n".join(f'        "{header}" 1;' for header in known),
            )
        )
        self.programs = [
            subprocess.Popen(["fcgiwrap", "-s", f"unix:{folder}/cgi"], stdin=subprocess.DEVNULL),
            subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"]),
        ]
        wait_for(self.port)

    def stop(self) -> None:
        for program in self.programs:
            program.terminate()
            program.wait(WAIT_S)


@contextmanager
def git_server(folder: Path, known: list[str]) -> Iterator[GitServer]:
    """Start a server, and stop it at the end."""
    folder.mkdir()
    server = GitServer(folder, known)
    try:
        yield server
    finally:
        server.stop()


def basic(username: str, secret: str) -> str:
    """Return the header of a user name and a password."""
    return f"Basic {b64encode(f'{username}:{secret}'.encode()).decode()}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _ in range(WAIT_S * 1000):
        with socket.socket() as tried:
            tried.settimeout(WAIT_S)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        os.sched_yield()
    raise AssertionError("nginx does not start")


def make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "server.key",
            "-out", folder / "server.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def make_repository(folder: Path) -> None:
    """Make a bare repository with one commit."""
    variables = {
        **os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder), "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x",
        "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@x",
    }  # fmt: skip
    made, bare = folder / "made", folder / "repositories" / "team" / "repo.git"
    steps: tuple[list[str | Path], ...] = (
        ["init", "-q", "-b", "main", made],
        ["-C", made, "commit", "-q", "--allow-empty", "-m", "first"],
        ["clone", "-q", "--bare", made, bare],
        ["-C", bare, "config", "http.receivepack", "true"],
    )
    for words in steps:
        subprocess.run(["git", *words], env=variables, check=True)
