"""A real Secret Service for the peers that ask one: gnome-keyring on a session bus of its own, unlocked."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.case import BenchmarkError, Place

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")

# The session lives as long as its standard input, and so not longer than the benchmark, however that ends.
SESSION = """
printf %s made-up | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat
"""


def is_installed() -> bool:
    return all(map(shutil.which, PROGRAMS))


@contextmanager
def secret_service(place: Place) -> Iterator[Mapping[str, str]]:
    """Start the service, give the environment of its clients, and end it.

    Raises:
        BenchmarkError: it does not start.
    """
    environment = {
        **place.environment,
        "XDG_RUNTIME_DIR": str(place.new_folder("runtime")),
        "XDG_DATA_HOME": str(place.new_folder("data")),
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
        yield {**environment, "DBUS_SESSION_BUS_ADDRESS": address}
