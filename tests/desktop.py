"""What a desktop has and a test machine lacks: a session bus and a gnome-keyring, each test's own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("dbus-daemon", "dbus-send", "gnome-keyring-daemon", "secret-tool")
WAIT_S = 10
PASSWORD = "made-up"

# A bus that starts no program by itself, so that a test decides who is there.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def missing() -> list[str]:
    """Return which of the programs are not installed."""
    return [program for program in PROGRAMS if not shutil.which(program)]


class Desktop:
    """A session bus, and the keyring on it once that is started.

    Args:
        folder: an empty folder.
        variables: the environment of whoever belongs to this desktop; the bus is added to it.
    """

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        for name in ("runtime", "data"):
            (folder / name).mkdir(mode=0o700)
        self.folder = folder
        self.variables = {
            **variables,
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "XDG_DATA_HOME": str(folder / "data"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        }
        (folder / "bus.conf").write_text(BUS.format(path=folder / "bus"))
        self.bus = self._start("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address")
        assert self.bus.stdout
        assert self.bus.stdout.readline()
        self.keyring: subprocess.Popen[bytes] | None = None

    def start_keyring(self, password: str | None = PASSWORD) -> None:
        """Start the keyring; with a password its default collection is made, or unlocked if that fits."""
        arguments = ["--foreground", "--components=secrets", *(["--unlock"] if password is not None else [])]
        self.keyring = self._start("gnome-keyring-daemon", *arguments)
        assert self.keyring.stdin
        self.keyring.stdin.write((password or "").encode())
        self.keyring.stdin.close()
        self.wait_for_keyring()

    def wait_for_keyring(self) -> None:
        """Wait until the keyring is on the bus: ask for its name until it is there."""
        for _ in range(WAIT_S * 100):
            if "org.freedesktop.secrets" in self.names():
                return
        raise AssertionError("gnome-keyring does not start")

    def names(self) -> str:
        """Return who is on the bus."""
        return self.call(
            "dbus-send",
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.ListNames",
        )

    def lock(self) -> None:
        """Lock all collections."""
        self.call(
            "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login",
        )  # fmt: skip

    def secrets(self, key: str) -> list[str]:
        """Return the secrets of all items of a key, as `secret-tool` finds them."""
        found = self.call("secret-tool", "search", "--all", "service", "atla", "username", key)
        return [line.removeprefix("secret = ") for line in found.splitlines() if line.startswith("secret = ")]

    def items(self, key: str) -> dict[str, str]:
        """Return the secrets of all items of a key, by the item's path."""
        found = self.call("secret-tool", "search", "--all", "service", "atla", "username", key)
        paths = [line.strip("[]") for line in found.splitlines() if line.startswith("[/")]
        return dict(zip(paths, self.secrets(key), strict=True))

    def tokens(self) -> dict[str, list[str]]:
        """Return the secrets of all keys, as `secret-tool` finds them: attributes on one stream, secrets on the other."""
        command = ("secret-tool", "search", "--all", "service", "atla")
        done = subprocess.run(command, capture_output=True, text=True, env=self.variables, timeout=WAIT_S, check=False)
        lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        keys, secrets = (
            [line.removeprefix(start) for line in lines if line.startswith(start)]
            for start in ("attribute.username = ", "secret = ")
        )
        found: dict[str, list[str]] = {}
        for key, secret in zip(keys, secrets, strict=True):
            found.setdefault(key, []).append(secret)
        return found

    def add(self, key: str, secret: str, **more: str) -> None:
        """Store an item as another program would."""
        words = [word for pair in {"service": "atla", "username": key, **more}.items() for word in pair]
        self.call("secret-tool", "store", "--label=made-up", *words, stdin=secret)

    def call(self, *command: str, stdin: str = "") -> str:
        """Run a program of this desktop."""
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=self.variables, timeout=WAIT_S, check=False
        )
        return done.stdout

    def end(self) -> None:
        """End what was started, also what a test has stopped."""
        for process in filter(None, (self.keyring, self.bus)):
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(WAIT_S)
            for stream in filter(None, (process.stdin, process.stdout)):
                stream.close()

    def _start(self, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command, env=self.variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )


@contextmanager
def desktop(folder: Path, variables: dict[str, str]) -> Iterator[Desktop]:
    """Give a desktop without a keyring, and end it with all that was started."""
    folder.mkdir(mode=0o700)
    made = Desktop(folder, {**variables, "PATH": variables.get("PATH", os.defpath)})
    try:
        yield made
    finally:
        made.end()
