"""Other programs that hand out a token, each with a made-up one in the place where it keeps them."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks import service
from benchmarks.case import Case, Place

TOKEN = "made-up-".ljust(192, "x")
USER = "someone"
SITE = "https://example.com"

Environment = Mapping[str, str]


class Peer(NamedTuple):
    """A program to compare with.

    Args:
        name: the row.
        programs: what must be installed for it.
        prepare: puts the token where the peer finds it, given the place and the environment; returns its case.
        wants_service: whether it asks the Secret Service.
    """

    name: str
    programs: tuple[str, ...]
    prepare: Callable[[Place, Environment, ExitStack], Case]
    wants_service: bool = False


def tell(command: list[str], environment: Environment, stdin: str = "") -> None:
    """Run a command that prepares a peer; what it prints is of interest only where it fails."""
    done = subprocess.run(
        command, env=environment, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)


def found(program: str) -> str:
    return shutil.which(program) or program


def keyring(tool: str) -> Callable[[Place, Environment, ExitStack], Case]:
    """Return what prepares PyPI's keyring, installed as this program."""

    def prepare(place: Place, environment: Environment, stack: ExitStack) -> Case:
        tell([tool, "set", SITE, USER], environment, TOKEN)
        return Case(
            "keyring get", "peer", (tool, "get", SITE, USER), environment, answer=frozenset({TOKEN}), rival=True
        )

    return prepare


def secret_tool(place: Place, environment: Environment, stack: ExitStack) -> Case:
    attributes = ("site", SITE, "user", USER)
    tool = found("secret-tool")
    tell([tool, "store", "--label=benchmark", *attributes], environment, TOKEN)
    # secret-tool ends its answer with a newline only on a terminal, which makes no difference to the lines.
    return Case("secret-tool lookup", "peer", (tool, "lookup", *attributes), environment, answer=frozenset({TOKEN}))


def docker(place: Place, environment: Environment, stack: ExitStack) -> Case:
    tool = found("docker-credential-secretservice")
    entry = {"ServerURL": SITE, "Username": USER, "Secret": TOKEN}
    tell([tool, "store"], environment, json.dumps(entry))
    asked = place.write("requests/docker", SITE + "\n")
    said = frozenset({json.dumps(entry, separators=(",", ":"))})
    return Case("docker-credential-secretservice get", "peer", (tool, "get"), environment, asked, said, rival=True)


def github(place: Place, environment: Environment, stack: ExitStack) -> Case:
    hosts = place.write("gh/hosts.yml", f"github.com:\n    user: {USER}\n    oauth_token: {TOKEN}\n")
    environment = {**environment, "GH_CONFIG_DIR": str(hosts.parent), "GH_NO_UPDATE_NOTIFIER": "1"}
    arguments = (found("gh"), "auth", "token", "--hostname", "github.com")
    return Case("gh auth token", "peer", arguments, environment, answer=frozenset({TOKEN}), rival=True)


def password_store(place: Place, environment: Environment, stack: ExitStack) -> Case:
    home = str(place.new_folder("gnupg"))
    environment = {**environment, "GNUPGHOME": home, "PASSWORD_STORE_DIR": str(place.folder / "password-store")}
    key = "benchmark@example.com"
    tool = found("pass")
    # gpg leaves an agent behind, and may keep the agent's sockets outside of its home.
    stack.callback(tell, ["gpgconf", "--remove-socketdir"], environment)
    stack.callback(tell, ["gpgconf", "--kill", "all"], environment)
    tell(
        ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", key, "default", "default", "never"], environment
    )
    tell([tool, "init", key], environment)
    tell([tool, "insert", "--echo", "token"], environment, TOKEN + "\n")
    return Case("pass show", "peer", (tool, "show", "token"), environment, answer=frozenset({TOKEN}), rival=True)


def peers(tools: Path) -> tuple[Peer, ...]:
    """Return the peers, with the one that has been installed beside the benchmark."""
    tool = str(tools / "bin/keyring")
    return (
        Peer("keyring get", (tool,), keyring(tool), wants_service=True),
        Peer("secret-tool lookup", ("secret-tool",), secret_tool, wants_service=True),
        Peer("docker-credential-secretservice get", ("docker-credential-secretservice",), docker, wants_service=True),
        Peer("gh auth token", ("gh",), github),
        Peer("pass show", ("pass", "gpg", "gpgconf"), password_store),
    )


def peer_cases(place: Place, tools: Path, session: Environment | None, stack: ExitStack) -> Iterator[Case | str]:
    """Yield the case of each peer, or why it is skipped.

    Args:
        place: where the peers' files are.
        tools: the virtual environment of the benchmark.
        session: the environment of who asks the Secret Service; None where that cannot be had.
        stack: is told how to end what the peers have started.
    """
    for peer in peers(tools):
        needed = (*service.PROGRAMS, *peer.programs) if peer.wants_service else peer.programs
        missing = [program for program in needed if not shutil.which(program)]
        if missing:
            yield f"skipped: {peer.name} (not installed: {', '.join(missing)})"
            continue
        environment = session if session and peer.wants_service else place.environment
        yield peer.prepare(place, environment, stack)
