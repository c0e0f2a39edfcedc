"""A fleet of machines at one secret engine, and callers that ask on them. Times are seconds of one clock."""

import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from asking import profile
from conftest import BIN, PROGRAM
from openbao import Engine
from other_helpers import SITE

MAX_AGE_S = 5.0  # shorter than 30, so that the run is


class Call(NamedTuple):
    """One `get`: on which machine, from when to when, the exit code, the token, and whether there was a line."""

    home: int
    began: float
    ended: float
    code: int
    token: str
    has_line: bool


class Fleet:
    """The machines.

    Args:
        folder: takes a folder for each.
        keeps_copies: whether each has a folder in memory.
    """

    def __init__(self, folder: Path, engine: Engine, homes: int, keeps_copies: bool) -> None:
        self.folder, self.homes, self.keeps_copies = folder, homes, keeps_copies
        proof = " ".join(f"--{name}-file={engine.folder}/machine/{name}" for name in ("role-id", "secret-id"))
        entry = f"atla-vault --path=secret/data/atlassian/{{host}} --auth=approle {proof} --max-age={MAX_AGE_S}"
        for number in range(homes):
            own = folder / str(number)
            (own / "memory").mkdir(mode=0o700, parents=True)
            settings = own / ".config" / "atla"
            settings.mkdir(mode=0o700, parents=True)
            helper = f"[helper]\nhelpers = ['{entry}']\n[profiles.work]\nstorage = \"helper\"\n"
            for name, text in (("config", profile("work", SITE)), ("helper", helper)):
                (settings / f"{name}.toml").write_text(text)
                (settings / f"{name}.toml").chmod(0o600)
        self.variables = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "BAO_ADDR": engine.address,
            "BAO_CACERT": str(engine.authority),
        }

    def get(self, home: int) -> Call:
        """Ask on one machine."""
        own = self.folder / str(home)
        memory = str(own / "memory") if self.keeps_copies else ""
        variables = {**self.variables, "HOME": str(own), "XDG_RUNTIME_DIR": memory}
        began = time.monotonic()
        done = subprocess.run(
            [PROGRAM, "get", "--url", SITE], capture_output=True, text=True, env=variables, check=False
        )
        secret = done.stdout.partition("password=")[2].partition("\n")[0]
        return Call(home, began, time.monotonic(), done.returncode, secret, bool(done.stderr))

    def left(self) -> Counter[str]:
        """Return what lies in the folders in memory, by what a name ends with."""
        found = (path for path in self.folder.glob("*/memory/**/*") if path.is_file())
        return Counter(path.suffix or "copy" for path in found)


@contextmanager
def in_use(fleet: Fleet, callers: int) -> Iterator[list[Call]]:
    """Let callers ask on machines that they choose at random; the list grows meanwhile."""
    calls: list[Call] = []
    is_over = threading.Event()

    def ask(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - nothing secret
        while not is_over.is_set():
            calls.append(fleet.get(chance.randrange(fleet.homes)))

    with ThreadPoolExecutor(callers) as pool:
        asking = [pool.submit(ask, seed) for seed in range(callers)]
        try:
            yield calls
        finally:
            is_over.set()
    for each in asking:
        each.result()
