"""The real names on this machine: a network and a file system of the tests' own, in which one server has them all.

A program there needs no proxy, no patched address and no flag: the names lead to this machine in /etc/hosts, the port is 443,
and the system's certificates, Java's too, have the tests' authority beside them. No other host can be reached from there.
The server lets in who brings what the real ones want, and writes down what it was brought.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from asking import profile, token
from conftest import TIMEOUT_S
from git_server import basic
from stage import Answer, Stage, answer, certificate, secured, serving, write_authority

EMAIL = "you@example.com"
SCOPED_ID, ROBOT_ID = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
JIRA, CONFLUENCE = "api.atlassian.com/ex/jira", "api.atlassian.com/ex/confluence"
CLASSIC, SCOPED, ROBOT = basic(EMAIL, "made-up-classic"), basic(EMAIL, "made-up-scoped"), "Bearer made-up-robot"
OWN, GIT = "Bearer made-up-own", basic("x-bitbucket-api-token-auth", "ATATTmade-up-bitbucket")
BITBUCKET = basic(EMAIL, "ATATTmade-up-bitbucket")

# Below which address which Authorization is let in. Whoever brings another one, or comes to any other address, is not.
LET_IN: Mapping[str, tuple[str | None, ...]] = {
    "work.atlassian.net": (CLASSIC,),
    f"{JIRA}/{SCOPED_ID}": (SCOPED,),
    f"{CONFLUENCE}/{SCOPED_ID}": (SCOPED,),
    f"{JIRA}/{ROBOT_ID}": (ROBOT,),
    f"{CONFLUENCE}/{ROBOT_ID}": (ROBOT,),
    "jira.example.com/tracker": (OWN,),
    "bitbucket.org": (GIT,),
    "api.bitbucket.org": (BITBUCKET,),
    "crg.apkg.io": (BITBUCKET,),
    "npm.apkg.io": (BITBUCKET,),
    "mcp.atlassian.com": (CLASSIC, SCOPED, ROBOT),
}
NOBODYS = "nobody.atlassian.net"  # no profile is for it
NAMES = tuple(dict.fromkeys((*(each.partition("/")[0] for each in LET_IN), "scoped.atlassian.net", "robot.atlassian.net",
    "tokenless.atlassian.net", "play.atlassian.net", "bitbucket.example.com", NOBODYS)))  # fmt: skip
CONFIG = "".join((
    profile("work", "https://work.atlassian.net"),
    profile("scoped", "https://scoped.atlassian.net", cloud_id=SCOPED_ID),
    profile("robot", "https://robot.atlassian.net", "", cloud_id=ROBOT_ID),
    profile("own", "https://jira.example.com/tracker", ""),
    profile("bitbucket", "https://bitbucket.org"),
    profile("tokenless", "https://tokenless.atlassian.net"),
))  # fmt: skip
CREDENTIALS = "".join((
    token("work", "https://work.atlassian.net", "made-up-classic"),
    token("scoped", "https://scoped.atlassian.net", "made-up-scoped"),
    token("robot", "https://robot.atlassian.net", "made-up-robot", ""),
    token("own", "https://jira.example.com/tracker", "made-up-own", ""),
    token("bitbucket", "https://bitbucket.org", "ATATTmade-up-bitbucket"),
))  # fmt: skip
HELPER = '[profiles.robot]\nauth = "bearer"\n[profiles.own]\nauth = "bearer"\n'
PROFILES = {"config": CONFIG, "credentials": CREDENTIALS, "helper": HELPER}

JANE = answer(200, {"accountId": "712020:made-up", "displayName": "Jane Doe", "emailAddress": EMAIL})
REFUSED = answer(401, {"message": "Unauthorized"}, 'WWW-Authenticate: Basic realm="made up"')

# Where the certificates are that the programs of a system trust; of each list the first that there is.
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem")
QUIET_JAVA = "-J-XX:-UsePerfData"  # it would leave a folder in /tmp
HAS_ROOT = os.geteuid() == 0
APART = ["unshare", "--net", "--mount", *([] if HAS_ROOT else ["--map-root-user"])]
INSIDE = ["nsenter", "--net", "--mount", *([] if HAS_ROOT else ["--user", "--preserve-credentials"])]
SET_UP = """
set -e
ip link set lo up
while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done
shift
exec "$@"
"""
# Hands over the socket at port 443, and keeps the network there for as long as somebody is at the other end.
HOLDER = """
import socket, sys
told = socket.socket(fileno=int(sys.argv[1]))
listening = socket.create_server(("127.0.0.1", 443), backlog=64)
socket.send_fds(told, [b"!"], [listening.fileno()])
listening.close()
told.recv(1)
"""


class CannotBeHad(Exception):
    """There is no such world on this machine, for a reason."""


@dataclass
class Server(Stage):
    """Whoever has the names.

    Args:
        let_in: as LET_IN.
        inside: what is answered to who was let in, by host and path; the longest counts; else it is Jane's account.
    """

    let_in: dict[str, tuple[str | None, ...]] = field(default_factory=lambda: dict(LET_IN))
    inside: dict[str, Answer] = field(default_factory=dict)

    def said(self, number: int, host: str, path: str) -> Answer:
        where = host.partition(":")[0] + path.partition("?")[0]
        known = longest(self.let_in, where, ())
        if self.heard[number].fields.get("Authorization") not in known:
            return REFUSED
        return longest(self.inside, where, JANE)

    def asked(self) -> list[tuple[str, str]]:
        """Return where each request went, and the Authorization that it had, or ""; and forget them."""
        found = [(f"{each.host}{each.path}", each.fields.get("Authorization", "")) for each in self.heard]
        self.heard.clear()
        return found


T = TypeVar("T")


def longest(places: Mapping[str, T], where: str, otherwise: T) -> T:
    """Return what the longest of the places says that an address lies at or below."""
    found = [place for place in places if f"{where}/".startswith(f"{place}/")]
    return places[max(found, key=len)] if found else otherwise


@dataclass
class World:
    """A machine on which nothing but the real names can be reached.

    Args:
        server: whoever has them.
        bundle: the certificates that the programs there trust, for those that do not look where the system has them.
    """

    server: Server
    bundle: Path
    process: "subprocess.Popen[bytes]"

    def variables(self) -> dict[str, str]:
        """Return what programs need that bring certificates of their own: Node's, and Python's requests."""
        return {"NODE_EXTRA_CA_CERTS": str(self.bundle), "REQUESTS_CA_BUNDLE": str(self.bundle)}

    def command(self, *words: str | Path, cwd: Path) -> list[str | Path]:
        """Return the command that runs another one there, in a folder."""
        enter = [*INSIDE, "--target", str(self.process.pid), "--"]
        return [*enter, "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", cwd, *words]

    def run(
        self,
        *words: str | Path,
        cwd: Path,
        variables: Mapping[str, str],
        stdin: bytes = b"",
        timeout: float = TIMEOUT_S,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command there, with these variables and no others."""
        return subprocess.run(
            self.command(*words, cwd=cwd), input=stdin, capture_output=True, env=variables, timeout=timeout, check=False
        )


@contextmanager
def real_names(folder: Path) -> Iterator[World]:
    """Make such a world, with its files in an empty folder.

    Raises:
        CannotBeHad: if there can be none.
    """
    trusted = write_authority(folder)
    bundle = folder / "bundle.pem"
    pairs = [(write_hosts(folder), Path("/etc/hosts"))]
    theirs = next((path for path in map(Path, BUNDLES) if path.exists()), None)
    if theirs is None:
        raise CannotBeHad("the system has no certificates")
    bundle.write_bytes(theirs.read_bytes() + trusted.read_bytes())
    pairs.append((bundle, theirs.resolve()))
    if java := store_of_java():
        pairs.append((write_store(folder, java, trusted), java))
    ours, holders = socket.socketpair()
    with ours:
        with holders:
            process = apart(pairs, holders)
        try:
            sent, sockets, *_ = socket.recv_fds(ours, 1, 1)
            if not sent:
                _, said = process.communicate(timeout=TIMEOUT_S)
                raise CannotBeHad(f"nobody here may make a network with names of his own: {said.decode().strip()}")
            server = Server(())
            serve = secured(server, certificate("good", folder, NAMES))
            with socket.socket(fileno=sockets[0]) as listening, serving(listening, serve):
                yield World(server, bundle, process)
        finally:
            ours.close()
            process.communicate(timeout=TIMEOUT_S)


def apart(pairs: Sequence[tuple[Path, Path]], holders: socket.socket) -> "subprocess.Popen[bytes]":
    """Start who holds the network, with each first file in the place of the second."""
    words: list[str | Path] = [*APART, "sh", "-c", SET_UP, "sh", *(path for pair in pairs for path in pair)]
    python = ["--", sys.executable, "-I", "-c", HOLDER, str(holders.fileno())]
    try:
        return subprocess.Popen(
            [*words, *python], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            pass_fds=[holders.fileno()],
        )  # fmt: skip
    except FileNotFoundError as error:
        raise CannotBeHad(f"not installed: {error.filename}") from error


def write_hosts(folder: Path) -> Path:
    path = folder / "hosts"
    path.write_text(f"127.0.0.1 localhost {' '.join(NAMES)}\n")
    return path


def store_of_java() -> Path | None:
    """Return the file of the certificates that Java trusts."""
    java = shutil.which("java")
    store = (
        Path(java).resolve().parents[1] / "lib" / "security" / "cacerts" if java and shutil.which("keytool") else None
    )
    return store.resolve() if store and store.exists() else None


def write_store(folder: Path, store: Path, trusted: Path) -> Path:
    made = folder / "cacerts"
    made.write_bytes(store.read_bytes())
    words = [QUIET_JAVA, "-importcert", "-noprompt", "-alias", "tests", "-storepass", "changeit"]
    subprocess.run(["keytool", *words, "-keystore", made, "-file", trusted], check=True, capture_output=True)
    return made
