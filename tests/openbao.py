"""A real secret engine on loopback, for the tests that share it: OpenBao with raft, TLS, a policy, and an audit log."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stage import authority, write_authority

ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.prefix) / "real-programs" / "engine" / "bao"
FLEET = ROOT / "contrib" / "fleet"
START_S = 60  # it takes one second where nobody else does anything
SECRET = "secret/data/atlassian/work.atlassian.net"


def missing() -> str:
    """Return why there is no engine, or ""."""
    return "" if os.access(PROGRAM, os.X_OK) else "tests/real-programs has not got OpenBao"


@dataclass
class Engine:
    """One server, and what its root may do."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    root: str = ""
    key: str = ""
    seen: int = 0  # bytes of the audit log
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    def api(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:
        """Ask as its root, or with another token, and return what it says."""
        request = urllib.request.Request(  # noqa: S310 - an https address of ours
            f"{self.address}/v1/{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"X-Vault-Token": self.root if token is None else token},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=START_S, context=self.context) as answer:  # noqa: S310
            said = answer.read()
        return json.loads(said) if said else None

    def start(self) -> None:
        """Start it, and wait until it can be used; unsealed, if it has a key."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "server", f"-config={self.folder / 'server.hcl'}"], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "GOMAXPROCS": "2"}, cwd=self.folder,
            )  # fmt: skip
        self.wait(lambda: self.api("GET", "sys/seal-status"))
        if self.key:
            self.api("PUT", "sys/unseal", {"key": self.key})
            self.wait(lambda: self.api("GET", SECRET))

    def kill(self) -> None:
        """End it as a power failure does."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def wait(self, is_done: Callable[[], Any]) -> None:
        """Wait until it says yes to something."""
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            assert self.process and self.process.poll() is None, (self.folder / "log").read_text()[-3000:]
            with suppress(OSError, urllib.error.URLError):
                if is_done():
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-3000:])

    def put(self, path: str = SECRET, **fields: object) -> None:
        """Write a new version of a secret."""
        self.api("POST", path, {"data": fields})

    def asked(self) -> list[tuple[str, str]]:
        """Return what was asked for since the last time: operation and path, by the audit log."""
        with (self.folder / "audit.log").open("rb") as log:
            log.seek(self.seen)
            lines = log.read().splitlines()
            self.seen = log.tell()
        entries = [json.loads(line) for line in lines]
        found = [entry["request"] for entry in entries if entry["type"] == "request"]
        return [(each["operation"], each["path"]) for each in found]


def configure(engine: Engine) -> None:
    """Write the server's settings and its certificate."""
    shown = authority().issue_cert("127.0.0.1", "localhost")
    (engine.folder / "server.pem").write_bytes(b"".join(each.bytes() for each in shown.cert_chain_pems))
    (engine.folder / "server.key").write_bytes(shown.private_key_pem.bytes())
    (engine.folder / "raft").mkdir(mode=0o700)
    (engine.folder / "server.hcl").write_text(f"""
storage "raft" {{
  path = "{engine.folder}/raft"
  node_id = "one"
  performance_multiplier = 1
}}
listener "tcp" {{
  address = "127.0.0.1:{engine.port}"
  tls_cert_file = "{engine.folder}/server.pem"
  tls_key_file = "{engine.folder}/server.key"
}}
audit "file" "file" {{
  options = {{
    file_path = "{engine.folder}/audit.log"
  }}
}}
api_addr = "{engine.address}"
cluster_addr = "https://127.0.0.1:{engine.port + 1}"
log_level = "warn"
""")


def set_up(engine: Engine) -> None:
    """Make a store of secrets, the policies of contrib/fleet, and the roles that have them."""
    made = engine.api("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
    engine.root, engine.key = made["root_token"], made["keys_base64"][0]
    engine.api("PUT", "sys/unseal", {"key": engine.key})
    engine.wait(lambda: engine.api("GET", "sys/mounts"))
    engine.api("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
    for name in ("read-one-team", "rotate-one-team"):
        text = (FLEET / f"{name}.hcl").read_text(encoding="utf-8")
        engine.api("PUT", f"sys/policies/acl/{name}", {"policy": text})
    for method in ("approle", "cert"):
        engine.api("POST", f"sys/auth/{method}", {"type": method})
    for role, policy in (("machine", "read-one-team"), ("rotator", "rotate-one-team"), ("stranger", "default")):
        more = {"token_policies": policy, "token_ttl": "20m", "token_type": "batch"}
        engine.api("POST", f"auth/approle/role/{role}", more)
        ours = engine.folder / role
        ours.mkdir(mode=0o700)
        (ours / "role-id").write_text(engine.api("GET", f"auth/approle/role/{role}/role-id")["data"]["role_id"] + "\n")
        (ours / "secret-id").write_text(
            engine.api("POST", f"auth/approle/role/{role}/secret-id", {})["data"]["secret_id"]
        )
    mine = authority("of machines").issue_cert("machine.example.com", common_name="machine.example.com")
    (engine.folder / "machine.pem").write_bytes(b"".join(each.bytes() for each in mine.cert_chain_pems))
    (engine.folder / "machine.key").write_bytes(mine.private_key_pem.bytes())
    of_machines = authority("of machines").cert_pem.bytes().decode()
    engine.api(
        "POST",
        "auth/cert/certs/machine",
        {"certificate": of_machines, "token_policies": "read-one-team", "token_ttl": "20m"},
    )
    engine.wait(lambda: engine.api("POST", SECRET, {"data": {"token": "made-up"}}))  # which is made in the background


def free_port() -> int:
    """Return a port that nobody has, nor the one after it, which the server takes too."""
    while True:
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            second.bind(("127.0.0.1", port + 1))
            return port


@contextmanager
def openbao(folder: Path) -> Iterator[Engine]:
    """Start an engine, and end it."""
    engine = Engine(folder, free_port())
    write_authority(folder)
    engine.context.load_verify_locations(engine.authority)
    configure(engine)
    try:
        engine.start()
        set_up(engine)
        yield engine
    finally:
        if engine.process:
            engine.kill()
