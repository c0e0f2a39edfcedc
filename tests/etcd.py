"""A real etcd on loopback, over TLS, that knows its users by their certificates; and its own client."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openbao import free_port
from stage import authority, write_authority

FOLDER = Path(sys.prefix) / "real-programs" / "etcd"
ROOT, MACHINE, STRANGER = "root", "machine.example.com", "stranger.example.com"
START_S = 60  # it takes one second where nobody else does anything


def missing() -> str:
    """Return why there is no etcd, or ""."""
    return "" if os.access(FOLDER / "etcdctl", os.X_OK) else "tests/real-programs has not got etcd"


@dataclass
class Etcd:
    """One server, in a folder that also has NAME.pem and NAME.key of each user."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def variables(self, user: str) -> dict[str, str]:
        """Return the variables with which its client is a user, and the place where it is found."""
        return {
            "PATH": f"{FOLDER}{os.pathsep}{os.environ['PATH']}",
            "ETCDCTL_API": "3",
            "ETCDCTL_ENDPOINTS": self.address,
            "ETCDCTL_CACERT": f"{self.folder}/authority.pem",
            "ETCDCTL_CERT": f"{self.folder}/{user}.pem",
            "ETCDCTL_KEY": f"{self.folder}/{user}.key",
        }

    def ctl(self, *arguments: str, user: str = ROOT, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Let its client do something."""
        return subprocess.run(
            ["etcdctl", *arguments], input=stdin, capture_output=True, text=True, timeout=START_S, check=False,
            env=self.variables(user),
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        named = {
            "data-dir": f"{self.folder}/data",
            "listen-client-urls": self.address,
            "advertise-client-urls": self.address,
            "listen-peer-urls": f"http://127.0.0.1:{self.port + 1}",
            "cert-file": f"{self.folder}/server.pem",
            "key-file": f"{self.folder}/server.key",
            "trusted-ca-file": f"{self.folder}/authority.pem",
            "heartbeat-interval": "20",  # it is alone, so nobody has to be waited for
            "election-timeout": "200",
        }
        options = [f"--{name}={value}" for name, value in named.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [FOLDER / "etcd", "--client-cert-auth", "--logger=zap", *options], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, cwd=self.folder, env={"PATH": os.environ["PATH"], "GOMAXPROCS": "2"},
            )  # fmt: skip
        end = time.monotonic() + START_S
        while self.ctl("get", "x").returncode:
            assert time.monotonic() < end, (self.folder / "log").read_text()[-3000:]
            assert self.process.poll() is None, (self.folder / "log").read_text()[-3000:]

    def kill(self) -> None:
        """End it as a power failure does."""
        assert self.process
        self.process.kill()
        self.process.wait()


def write_certificates(folder: Path) -> None:
    """Write the authority, what the server shows, and what each user shows."""
    write_authority(folder)
    for name, hosts, common in (
        ("server", ("127.0.0.1",), None),
        *((user, (user,), user) for user in (ROOT, MACHINE, STRANGER)),
    ):
        shown = authority().issue_cert(*hosts, common_name=common)
        (folder / f"{name}.pem").write_bytes(b"".join(each.bytes() for each in shown.cert_chain_pems))
        (folder / f"{name}.key").write_bytes(shown.private_key_pem.bytes())


@contextmanager
def etcd(folder: Path) -> Iterator[Etcd]:
    """Start one that asks everybody who they are, and end it."""
    made = Etcd(folder, free_port())
    write_certificates(folder)
    try:
        made.start()
        for command in (f"user add {ROOT} --no-password", f"user grant-role {ROOT} root", "auth enable"):
            done = made.ctl(*command.split())
            assert done.returncode == 0, done.stderr
        yield made
    finally:
        if made.process:
            made.kill()
