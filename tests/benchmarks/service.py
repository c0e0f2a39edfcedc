"""A real Secret Service for those that ask one: gnome-keyring on a session bus of its own, unlocked."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.case import BenchmarkError, Place

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon", "secret-tool")

# The session lives as long as its standard input, and so not longer than the benchmark, however that ends.
SESSION = """
printf %s made-up | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat
"""


def is_installed() -> bool:
    return all(map(shutil.which, PROGRAMS))


@contextmanager
def secret_service(place: Place, others: int = 0) -> Iterator[Mapping[str, str]]:
    """Start the service, give the environment of its clients, and end it.

    Args:
        others: how many items of other programs are in it.

    Raises:
        BenchmarkError: it does not start.
    """
    environment = {
        **place.environment,
        "XDG_RUNTIME_DIR": str(place.new_folder(f"runtime-{others}")),
        "XDG_DATA_HOME": str(place.new_folder(f"data-{others}")),
    }
    command = ["dbus-run-session", "--", "sh", "-c", SESSION]
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # gnome-keyring speaks of desktop parts that are not there
        text=True,
    ) as session:
        assert session.stdout
        address = session.stdout.readline().strip()
        if not address:
            raise BenchmarkError("gnome-keyring does not start on a session bus of its own")
        environment = {**environment, "DBUS_SESSION_BUS_ADDRESS": address}
        for number in range(others):
            command = ["secret-tool", "store", "--label=made-up", "site", f"https://p{number}.example.com", "user", "u"]
            subprocess.run(command, env=environment, input="made-up", text=True, check=True, timeout=60)
        yield environment
