"""A keyring of the library `keyring` that a person names, and the program that uses it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, write_keyringrc
from conftest import TIMEOUT_S, Run

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
CANARY = "canary"

BACKEND = """
import json, pathlib
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5
    path = pathlib.Path(__file__).with_name("items.json")

    def _items(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, username):
        return self._items().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._items(), f"{service} {username}": password}))

    def delete_password(self, service, username):
        items = self._items()
        del items[f"{service} {username}"]
        self.path.write_text(json.dumps(items))
"""


LOGIN = ("login", "--no-verify", "--profile", "work", "--instance", SITE, "--email", "you@example.com", "--token-stdin")


def message(secret: str) -> bytes:
    lines = ("protocol=https", "host=work.atlassian.net", "username=you@example.com", f"password={secret}", "", "")
    return "\n".join(lines).encode()


@pytest.fixture
def chosen(tmp_path: Path, home: Path) -> Path:
    """Name a backend in keyringrc.cfg, and return the folder that its module and its items are in."""
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "made_up_backend.py").write_text(BACKEND)
    write_keyringrc(home, "default-keyring=made_up_backend.Keyring", f"keyring-path={folder}")
    return folder


def items(folder: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((folder / "items.json").read_text())
    return read


def test_program_uses_the_backend_of_keyringrc(chosen: Path, run: Run, home: Path) -> None:
    assert run(*LOGIN, stdin=b"made-up\n").returncode == 0  # a keyring that can be used is the default
    assert items(chosen) == {f"atla {KEY}": "made-up"}
    assert run("get", "--url", SITE).stdout == b"username=you@example.com\npassword=made-up\n"
    assert b"made up backend Keyring" in run("status").stdout
    assert run("store", stdin=message("made-up-newer")).returncode == 0
    assert items(chosen) == {f"atla {KEY}": "made-up-newer"}
    assert run("erase", stdin=message("another")).returncode == 0
    assert items(chosen) == {f"atla {KEY}": "made-up-newer"}
    assert run("erase", stdin=message("made-up-newer")).returncode == 0
    assert items(chosen) == {f"atla {KEY}|rejected": "made-up-newer"}
    assert run("restore", "--no-verify").returncode == 0
    assert items(chosen) == {f"atla {KEY}": "made-up-newer"}
    assert not list(home.rglob("credentials.toml"))


def test_what_is_set_aside_moves_and_is_put_back(chosen: Path, run: Run, home: Path) -> None:
    run(*LOGIN, stdin=b"made-up\n")
    run("erase", stdin=message("made-up"))
    there, tokens = f"atla {KEY}|rejected", home / ".config" / "atla" / "credentials.toml"
    assert items(chosen) == {there: "made-up"}
    for kind in ("file", "keyring"):
        assert run("login", "--no-verify", "--profile", "work", "--storage", kind).returncode == 0
        assert items(chosen) == ({there: "made-up"} if kind == "keyring" else {})
        assert ("made-up" in tokens.read_text()) == (kind == "file")
    assert run("rename", "work", "acme").returncode == 0
    assert items(chosen) == {there.replace("work|", "acme|"): "made-up"}
    assert run("restore", "--no-verify", "acme").returncode == 0
    assert run("get", "--url", SITE).stdout == b"username=you@example.com\npassword=made-up\n"


def test_program_takes_the_variable_before_keyringrc(chosen: Path, files: Files, run: Run) -> None:
    files(config=profile("work", SITE, store="keyring"))
    for name, words in (
        ("keyring.backends.null.Keyring", b"keeps no secret safely"),
        ("no_such_module.Keyring", b"cannot be used"),
    ):
        done = run("get", "--url", SITE, PYTHON_KEYRING_BACKEND=name)
        assert (done.returncode, done.stdout) == (1, b"")
        assert words in done.stderr.splitlines()[0]
    assert not (chosen / "items.json").exists()


def test_empty_variable_names_nothing(chosen: Path, files: Files, run: Run) -> None:
    files(config=profile("work", SITE, store="keyring"))
    assert run("store", stdin=message("made-up"), PYTHON_KEYRING_BACKEND="").returncode == 0
    assert items(chosen) == {f"atla {KEY}": "made-up"}


def test_what_a_backend_prints_is_no_part_of_the_answer(chosen: Path, files: Files, run: Run) -> None:
    files(config=profile("work", SITE, store="keyring"))
    (chosen / "items.json").write_text(json.dumps({f"atla {KEY}": "made-up"}))
    said = "import os\nprint('host=print')\nos.write(1, b'host=write\\n')\nos.system('echo host=child')\n"
    talks = BACKEND.replace(
        "def get_password(self, service, username):\n",
        "def get_password(self, service, username):\n        print('host=later')\n",
    )
    (chosen / "made_up_backend.py").write_text(said + talks)
    assert run("get", "--url", SITE).stdout == b"username=you@example.com\npassword=made-up\n"


def test_what_the_library_logs_is_not_shown(chosen: Path, files: Files, run: Run) -> None:
    files(config=profile("work", SITE, store="keyring"))
    said = f"import logging\nlogging.getLogger('keyring').warning('{CANARY}')\n"
    (chosen / "made_up_backend.py").write_text(said + BACKEND)
    assert CANARY not in run("get", "--url", SITE).stderr.decode()


@pytest.mark.parametrize("where", ["variable", "keyring-path"])
def test_nothing_is_imported_from_the_working_directory(files: Files, run: Run, home: Path, where: str) -> None:
    files(config=profile("work", SITE, store="keyring"))
    (home / "planted.py").write_text("from pathlib import Path\nPath(__file__).with_name('was-run').touch()\n")
    lines = ("default-keyring=planted.Keyring", "keyring-path=.")
    if where == "keyring-path":
        write_keyringrc(home, *lines)
        run("get", "--url", SITE)
    else:
        (home / "python_keyring").mkdir()
        (home / "python_keyring" / "keyringrc.cfg").write_text("\n".join(["[backend]", *lines, ""]))
        run("get", "--url", SITE, XDG_CONFIG_HOME=".")
    assert not (home / "was-run").exists()


def test_process_ends_though_a_call_hangs() -> None:
    code = """
import sys, threading
from keyring.backend import KeyringBackend
from atla_credential.errors import Unavailable
from atla_credential.stores.keyring.library import LibraryKeyring
from atla_credential.stores.keyring.patience import Patience

class Hanging(KeyringBackend):
    priority = 5
    def get_password(self, service, username):
        threading.Event().wait()
    def set_password(self, service, username, password):
        pass

try:
    LibraryKeyring(Hanging(), Patience(limit_s=0.05)).get("key")
except Unavailable as error:
    sys.exit(error.message)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 1
    assert b"it does not answer" in done.stderr


def test_what_a_backend_starts_is_given_no_token(files: Files, run: Run, chosen: Path, home: Path) -> None:
    """As what we start ourselves is not; but the command of `exec` has all that there was."""
    files(config=profile("work", SITE, store="keyring"))
    backend = chosen / "made_up_backend.py"
    starting = f'__import__("subprocess").run("env >>{home}/env", shell=True, check=True)'
    backend.write_text(BACKEND.replace("    def _items(self):\n", f"    def _items(self):\n        {starting}\n"))
    (chosen / "items.json").write_text(json.dumps({f"atla {KEY}": "made-up"}))
    names = ("ATLA_TOKEN__OTHER", "ATLA_TOKEN", "ATLA_API_TOKEN", "ATLA_PASSWORD", "ATLA_AUTHORIZATION")
    more = {**dict.fromkeys(names, CANARY), "ATLA_INSTANCE": "https://x.example", "SHOWN": "shown"}
    found = run("exec", "--url", SITE, "--", "env", **more).stdout.decode().splitlines()
    assert {"ATLA_PASSWORD=made-up", "ATLA_TOKEN=canary", "ATLA_TOKEN__OTHER=canary"} <= set(found)
    seen = (home / "env").read_text()
    assert "SHOWN=shown" in seen
    assert CANARY not in seen
