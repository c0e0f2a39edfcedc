"""A real HTTPS git server on this machine: nginx, git's own http backend, and a certificate of an authority of its own."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPSConnection
from itertools import islice
from pathlib import Path

from git_server_config import SERVER, Place, location

PROGRAMS = ("nginx", "fcgiwrap", "openssl")
WAIT_S = 20


def missing() -> list[str]:
    """Return which of the programs are not installed."""
    return [program for program in PROGRAMS if not shutil.which(program)]


class GitServer:
    """A server with a repository `team/repo.git` below every place, and a second one beside it, on another host and port.

    Args:
        folder: an empty folder.
        places: the places of the server.
        second: those of the second one.
        bitbucket: those of the first one for whoever calls it bitbucket.org.
    """

    def __init__(
        self, folder: Path, places: Sequence[Place], second: Sequence[Place] = (), bitbucket: Sequence[Place] = ()
    ) -> None:
        self.folder = folder
        self.port, self.second_port = free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.second_url = f"https://127.0.0.1:{self.second_port}"
        self.authority = folder / "server.pem"
        make_certificate(folder)
        self.add_repository("repo")
        programs = git("--exec-path", home=folder, program=newest_git())
        locations = [
            location(number, place, folder, programs, self.second_url)
            for number, place in enumerate([*places, *second, *bitbucket])
        ]
        texts = (text for _, text in locations)
        (folder / "nginx.conf").write_text(
            SERVER.format(
                folder=folder, port=self.port, second_port=self.second_port,
                maps="".join(known for known, _ in locations),
                locations="".join(islice(texts, len(places))),
                second_locations="".join(islice(texts, len(second))),
                bitbucket_locations="".join(texts),
            )
        )  # fmt: skip
        self.programs = [
            subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)
            for words in (
                ["fcgiwrap", "-s", f"unix:{folder}/cgi"],
                ["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"],
            )
        ]
        wait_for(self.port)

    def stop(self) -> None:
        for program in self.programs:
            program.terminate()
            program.wait(WAIT_S)
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)  # what it has started may be slower to end

    def add_repository(
        self, name: str, files: dict[str, str] | None = None, modules: dict[str, str] | None = None
    ) -> str:
        """Make a bare repository `team/NAME.git` with one commit, and return that commit.

        Args:
            files: path -> content.
            modules: path -> the commit of a submodule there; `.gitmodules` is one of the files.
        """
        made, bare = self.folder / "made" / name, self.folder / "repositories" / "team" / f"{name}.git"
        git("init", "-q", "-b", "main", made, home=self.folder)
        for path, content in (files or {}).items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_text(content)
        git("-C", made, "add", ".", home=self.folder)
        for path, commit in (modules or {}).items():
            git("-C", made, "update-index", "--add", "--cacheinfo", f"160000,{commit},{path}", home=self.folder)
        git("-C", made, "commit", "-q", "--allow-empty", "-m", "first", home=self.folder)
        git("clone", "-q", "--bare", made, bare, home=self.folder)
        for service in ("http.receivepack", "http.uploadarchive"):
            git("-C", bare, "config", service, "true", home=self.folder)
        return git("-C", bare, "rev-parse", "HEAD", home=self.folder)

    def requests(self, second: bool = False) -> list[tuple[str, int, str]]:
        """Return (path, status, Authorization header or "") of every request so far, and forget them.

        nginx writes a line when it is done with a request, which may be after the answer has come. Its only process
        does one thing after the other: when it answers a request of ours, it is done with all before.
        """
        connection = HTTPSConnection(
            "localhost", self.port, context=ssl.create_default_context(cafile=self.authority), timeout=WAIT_S
        )
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
        log = self.folder / ("second.log" if second else "first.log")
        lines = [line.split("\t") for line in log.read_text().splitlines()]
        os.truncate(log, 0)  # nginx appends
        return [(path, int(status), "" if header == "-" else header) for path, status, header in lines if path != "/"]


@contextmanager
def git_server(
    folder: Path, places: Sequence[Place], second: Sequence[Place] = (), bitbucket: Sequence[Place] = ()
) -> Iterator[GitServer]:
    """Start a server, and stop it at the end."""
    folder.mkdir()
    server = GitServer(folder, places, second, bitbucket)
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
    raise AssertionError("the server does not start")


def make_certificate(folder: Path, *more: str) -> None:
    names = ",".join(f"DNS:{name}" for name in ("localhost", "bitbucket.org", "crg.apkg.io", *more))
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
            "-subj", "/CN=localhost", "-addext", f"subjectAltName=IP:127.0.0.1,{names}",
            "-keyout", folder / "server.key", "-out", folder / "server.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def newest_git() -> str:
    """Return the git whose part of a server is used: an old one does not know all that a newer client may ask."""
    folder = os.environ.get("NEWER_GIT")
    return f"{folder}/git" if folder else "git"


def git(*words: str | Path, home: Path, program: str = "git") -> str:
    """Run git as whoever fills the server with repositories."""
    who = {f"GIT_{role}_{key}": "x@x" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    variables = {**os.environ, **who, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(home)}
    return subprocess.run([program, *words], env=variables, check=True, capture_output=True, text=True).stdout.strip()
