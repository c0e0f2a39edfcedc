"""A machine of a fleet that asks a secret engine: a private home, a folder in memory, and the options of its helper."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conftest import FROM_ENGINE, TIMEOUT_S

HOST = "work.atlassian.net"
PATH = "--path=secret/data/atlassian/{host}"
NEW = "--max-age=0"  # no copy is new enough


@dataclass
class Said:
    """What one call came to."""

    code: int
    answer: str
    line: str

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter((self.code, self.answer, self.line))


@dataclass
class Machine:
    """One machine, or one person at it.

    Args:
        options: of the helper, as git's settings or helper.toml have them.
        variables: its own.
    """

    variables: Mapping[str, str]
    options: list[str] = field(default_factory=list)
    memory: Path = Path()

    def call(self, operation: str, *options: str, **request: str) -> Said:
        """Call the helper; the request is of the host, over https, unless it says something else."""
        done = subprocess.run(
            self.command(operation, *options), input=asked(**request), capture_output=True, env=self.variables, check=False,
            timeout=TIMEOUT_S, cwd=self.variables["HOME"],
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self, operation: str, *options: str) -> list[str]:
        return [FROM_ENGINE, *self.options, *options, operation]

    def get(self, *options: str, **request: str) -> Said:
        return self.call("get", *options, **request)

    @property
    def folder(self) -> Path:
        return self.memory / "atla-vault"

    def copies(self) -> list[Path]:
        """Return the copies that there are; not what keeps order beside them."""
        return [path for path in self.with_secrets() if path.suffix != ".tmp"]

    def with_secrets(self) -> list[Path]:
        """Return the files that hold a secret, be they whole or what a writer that was killed has left."""
        return [path for path in self.folder.glob("*") if "password=" in path.read_text()]


def asked(**request: str) -> bytes:
    """Return a request; without a key whose value is empty."""
    lines = {"protocol": "https", "host": HOST, **request}
    return "".join(f"{key}={value}\n" for key, value in lines.items() if value).encode() + b"\n"


def machine(folder: Path, address: str, *options: str, **variables: str) -> Machine:
    """Make a machine with a folder in memory.

    Args:
        address: of the engine.
    """
    home, memory = folder / "machine", folder / "memory"
    for each in (home, memory):
        each.mkdir(mode=0o700, exist_ok=True)
    own = {"HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(memory), "BAO_ADDR": address}
    return Machine({**own, **variables}, [PATH, *options], memory)


def by_approle(folder: Path, address: str) -> Machine:
    """Make a machine with what proves to a made-up engine who it is."""
    proof = [folder / name for name in ("role-id", "secret-id")]
    for path in proof:
        path.write_text(f"  made-up-{path.name}\n")
    return machine(folder, address, "--auth=approle", *(f"--{path.name}-file={path}" for path in proof))
