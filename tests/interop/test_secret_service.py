"""Profiles in a real gnome-keyring, and what is said when it cannot be used."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from asking import profile
from atla_credential.environment import Environment
from atla_credential.stores.keyring.system import SystemKeyring
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from desktop import Desktop, missing
from faults import needs_strace, run_with
from interop.test_formats import EVERYTHING

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
ASIDE = f"{KEY}|rejected"
REFRESH = f"{KEY}|oauth_refresh_token"
REQUEST = b"protocol=https\nhost=work.atlassian.net\nusername=you@example.com\npassword=%b\n\n"
CALLS = "sendto,sendmsg,rename,renameat,renameat2"
LOGIN = ("login", "--no-verify", "--instance", SITE, "--email", "you@example.com", "--token-stdin")

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


@pytest.fixture
def work(files: Files) -> Path:
    """Make a profile whose token is in the keyring."""
    return files(config=profile("work", SITE, store="keyring"))


def files_of(keyring: Desktop) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (keyring.folder / "data").rglob("*") if path.is_file()}


def answer(run: Run, **more: str) -> bytes:
    return run("get", "--url", SITE, **more).stdout


def complaint(run: Run, *arguments: str, stdin: bytes = b"", **more: Any) -> tuple[int, str]:
    """Return the exit code and the first line on stderr."""
    done = run(*(arguments or ("get", "--url", SITE)), stdin=stdin, **more)
    return done.returncode, done.stderr.decode().partition("\n")[0].removeprefix("atla-credential: error: ")


def test_login_get_store_erase_and_status(keyring: Desktop, run: Run) -> None:
    assert run(*LOGIN, stdin=b"made-up\n").returncode == 0  # nobody said where: a keyring that works is the default
    assert keyring.secrets(KEY) == ["made-up"]
    assert keyring.call("secret-tool", "lookup", "service", "atla", "username", KEY) == "made-up"
    found = keyring.call("secret-tool", "lookup", "service", "atla", "username", KEY, "target", "default")
    assert found == "made-up"  # as the Rust crate looks for it first
    assert answer(run) == b"username=you@example.com\npassword=made-up\n"
    assert b"from the keyring (Secret Service)" in run("status").stdout
    assert run("store", stdin=REQUEST % b"newer").returncode == 0
    assert keyring.secrets(KEY) == ["newer"]
    assert run("erase", stdin=REQUEST % b"another").returncode == 0
    assert keyring.secrets(KEY) == ["newer"]
    assert run("erase", stdin=REQUEST % b"newer").returncode == 0
    assert keyring.tokens() == {ASIDE: ["newer"]}
    assert run("get", "--url", SITE).returncode == 3
    status = run("status")
    assert status.returncode == 3
    assert b"set aside, as a server has rejected it (Secret Service)" in status.stdout


def test_no_token_is_in_a_file(keyring: Desktop, run: Run, home: Path) -> None:
    run(*LOGIN, stdin=b"canary\n")
    assert not [path for path in home.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]


def test_every_item_is_updated_in_place(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "old", application="another program")
    keyring.add(KEY, "older", target="default")
    assert run("store", stdin=REQUEST % b"new").returncode == 0
    assert keyring.secrets(KEY) == ["new", "new"]
    assert run("erase", stdin=REQUEST % b"new").returncode == 0
    assert keyring.tokens() == {ASIDE: ["new", "new"]}


def test_items_in_two_collections(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "first")
    keyring.call(
        "secret-tool", "store", "--collection=session", "--label=x", "service", "atla", "username", KEY, stdin="other"
    )
    assert sorted(keyring.secrets(KEY)) == ["first", "other"]
    assert run("store", stdin=REQUEST % b"new").returncode == 0
    assert keyring.secrets(KEY) == ["new", "new"]
    assert answer(run) == b"username=you@example.com\npassword=new\n"


def test_two_items_of_one_token_are_one_answer(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "same", application="one")
    keyring.add(KEY, "same", application="two")
    assert answer(run) == b"username=you@example.com\npassword=same\n"


def test_the_rust_crate_and_we_share_one_item(keyring: Desktop, work: Path, run: Run) -> None:
    crate = "import sys, keyringrs; entry = keyringrs.Entry('atla', sys.argv[1]); {}"

    def rust(code: str) -> str:
        return keyring.call(str(Path(PROGRAM).with_name("python")), "-c", crate.format(code), KEY)

    rust("entry.set_password('theirs')")
    assert answer(run) == b"username=you@example.com\npassword=theirs\n"
    assert run("store", stdin=REQUEST % b"ours").returncode == 0
    assert rust("print(entry.get_password())") == "ours\n"
    assert keyring.secrets(KEY) == ["ours"]
    run("erase", stdin=REQUEST % b"ours")
    assert keyring.secrets(KEY) == []
    assert run("restore", "--no-verify").returncode == 0
    assert rust("print(entry.get_password())") == "ours\n"
    run(*LOGIN, "--storage", "keyring", stdin=b"made-up\n")
    rust("entry.set_password('theirs again')")
    assert keyring.secrets(KEY) == ["theirs again"]
    rust("entry.delete_credential()")
    assert keyring.secrets(KEY) == []


def test_the_python_library_reads_what_we_wrote(keyring: Desktop, run: Run) -> None:
    run(*LOGIN, stdin=b"made-up\n")
    assert keyring.call(str(Path(PROGRAM).with_name("keyring")), "get", "atla", KEY) == "made-up\n"


def test_a_token_of_any_letters(keyring: Desktop, work: Path, run: Run) -> None:
    for secret in ("größe", "a" * 5000, "\U0001f600|=", EVERYTHING):
        assert run("store", stdin=REQUEST % secret.encode()).returncode == 0
        assert keyring.secrets(KEY) == [secret]
        assert answer(run) == f"username=you@example.com\npassword={secret}\n".encode()


def test_the_same_token_writes_nothing(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    before = files_of(keyring)
    assert run("store", stdin=REQUEST % b"made-up").returncode == 0
    SystemKeyring(Environment(keyring.variables)).put({KEY: "made-up"})
    assert files_of(keyring) == before


def test_a_refresh_token_comes_and_goes_with_its_token(keyring: Desktop, work: Path, run: Run) -> None:
    request = (REQUEST % b"made-up").replace(b"\n\n", b"\noauth_refresh_token=refresh\n\n")
    assert run("store", stdin=request).returncode == 0
    assert b"oauth_refresh_token=refresh\n" in answer(run)
    assert run("store", stdin=REQUEST % b"newer").returncode == 0
    assert b"oauth_refresh_token" not in answer(run)
    assert keyring.secrets(f"{KEY}|oauth_refresh_token") == []
    run("store", stdin=request)
    run("erase", stdin=REQUEST % b"made-up")
    assert keyring.tokens() == {ASIDE: ["made-up"], f"{REFRESH}|rejected": ["refresh"]}
    assert run("restore", "--no-verify").returncode == 0
    assert keyring.tokens() == {KEY: ["made-up"], REFRESH: ["refresh"]}
    assert b"oauth_refresh_token=refresh\n" in answer(run)


def test_approving_what_is_there_leaves_everything_as_it_is(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    keyring.add(f"{KEY}|oauth_refresh_token", "of another program")
    work.chmod(0o500)
    assert run("store", stdin=REQUEST % b"made-up").returncode == 0
    work.chmod(0o700)
    assert keyring.secrets(f"{KEY}|oauth_refresh_token") == ["of another program"]
    assert sorted(path.name for path in work.iterdir()) == ["config.toml"]


def test_a_rejected_token_takes_no_other_with_it(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "good", application="one")
    keyring.add(KEY, "rejected", application="two")
    paths = {secret: path for path, secret in keyring.items(KEY).items()}
    assert run("erase", stdin=REQUEST % b"rejected").returncode == 0
    assert keyring.items(KEY) == {paths["good"]: "good"}
    assert keyring.items(ASIDE) == {paths["rejected"]: "rejected"}
    assert answer(run) == b"username=you@example.com\npassword=good\n"
    assert complaint(run, "restore") == (1, 'profile "work" has a token, so nothing was put back')
    text = run("doctor").stdout.decode()
    assert 'the keyring has a token of profile "work" that a caller\'s 401 has set aside, on ' in text
    assert f"if nobody needs it, run: atla-credential logout --key '{ASIDE}'" in text
    assert run("logout", "--key", ASIDE).stdout == b"removed the token from the keyring\n"
    assert keyring.tokens() == {KEY: ["good"]}


@pytest.mark.parametrize("more", [{}, {"target": "default"}, {"application": "another program"}], ids=repr)
def test_a_rejected_token_is_set_aside_in_place(more: dict[str, str], keyring: Desktop, work: Path, run: Run) -> None:
    """The item stays the same one, with all its other attributes: no new one is made, and so nothing is asked."""
    keyring.add(KEY, "made-up", **more)
    before = keyring.items(KEY)
    assert list(before.values()) == ["made-up"]
    assert complaint(run, "erase", stdin=REQUEST % b"made-up") == (0, "")
    assert (keyring.items(KEY), keyring.items(ASIDE)) == ({}, before)
    words = [word for pair in more.items() for word in pair]
    assert keyring.call("secret-tool", "lookup", "service", "atla", "username", ASIDE, *words) == "made-up"
    done = run("get", "--url", SITE)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"run: atla-credential restore work\n" in done.stderr
    assert run("erase", stdin=REQUEST % b"made-up").returncode == 0
    assert keyring.items(ASIDE) == before
    assert run("restore", "--dry-run").stdout == b'the token of profile "work" would be back in the keyring\n'
    assert keyring.items(ASIDE) == before
    assert run("restore", "--no-verify").stdout == b'the token of profile "work" is back in the keyring\n'
    assert (keyring.items(KEY), keyring.items(ASIDE)) == (before, {})
    assert answer(run) == b"username=you@example.com\npassword=made-up\n"
    assert complaint(run, "restore") == (1, 'profile "work" has a token, so nothing was put back')


@pytest.fixture
def aside(keyring: Desktop, work: Path, run: Run) -> dict[str, str]:
    """Set a token and its refresh token aside, and return the token's item."""
    run("store", stdin=(REQUEST % b"made-up").replace(b"\n\n", b"\noauth_refresh_token=refresh\n\n"))
    run("erase", stdin=REQUEST % b"made-up")
    assert keyring.tokens() == {ASIDE: ["made-up"], f"{REFRESH}|rejected": ["refresh"]}
    return keyring.items(ASIDE)


def test_store_of_what_is_set_aside_puts_it_back(aside: dict[str, str], keyring: Desktop, run: Run) -> None:
    assert run("store", stdin=REQUEST % b"made-up").returncode == 0
    assert keyring.items(KEY) == aside
    assert keyring.tokens() == {KEY: ["made-up"], REFRESH: ["refresh"]}


def test_a_second_rejection_takes_the_place_of_the_first(aside: dict[str, str], keyring: Desktop, run: Run) -> None:
    """And the refresh token of the first one goes with it."""
    keyring.add(KEY, "newer")
    before = keyring.items(KEY)
    assert run("erase", stdin=REQUEST % b"newer").returncode == 0
    assert keyring.items(ASIDE) == before
    assert keyring.tokens() == {ASIDE: ["newer"]}


@pytest.mark.parametrize(
    ("arguments", "stdin", "left"),
    [
        (("store",), REQUEST % b"newer", {KEY: ["newer"]}),
        ((*LOGIN, "--profile", "work"), b"newer", {KEY: ["newer"]}),
        ((*LOGIN, "--profile", "work", "--storage", "file"), b"newer", {}),
        (("logout",), b"", {}),
        (("delete", "work", "--delete-keyring"), b"", {}),
    ],
    ids=["store of another", "login", "login into the file", "logout", "delete"],
)
def test_what_ends_a_token_that_is_set_aside(
    arguments: tuple[str, ...], stdin: bytes, left: dict[str, list[str]], aside: dict[str, str], keyring: Desktop, run: Run
) -> None:  # fmt: skip
    assert run(*arguments, stdin=stdin).returncode == 0
    assert keyring.tokens() == left


IN_FILE = {ASIDE: "made-up", f"{REFRESH}|rejected": "refresh"}


def in_file(work: Path) -> dict[str, str]:
    path = work / "credentials.toml"
    tokens = tomllib.loads(path.read_text()).get("tokens", {}) if path.exists() else {}
    return {key: table["token"] for key, table in tokens.items()}


def test_what_is_set_aside_moves_without_a_token(aside: dict[str, str], keyring: Desktop, work: Path, run: Run) -> None:
    """And back; it stays set aside, with its refresh token and its time, and can be put back there."""
    rejected = tomllib.loads((work / "helper.toml").read_text())["profiles"]["work"]["rejected"]
    done = run("login", "--no-verify", "--profile", "work", "--storage", "file", "--dry-run")
    assert done.stdout.startswith(b'profile "work" would be updated; what is set aside would move from the keyring to ')
    assert (in_file(work), keyring.items(ASIDE)) == ({}, aside)
    done = run("login", "--no-verify", "--profile", "work", "--storage", "file")
    assert (done.returncode, b"it stays set aside" in done.stdout) == (0, True)
    assert b"run: atla-credential restore work\n" in done.stderr
    assert (in_file(work), keyring.tokens()) == (IN_FILE, {})
    assert run("get", "--url", SITE).returncode == 3
    assert run("login", "--no-verify", "--profile", "work", "--storage", "keyring").returncode == 0
    assert (in_file(work), keyring.tokens()) == ({}, {key: [secret] for key, secret in IN_FILE.items()})
    assert tomllib.loads((work / "helper.toml").read_text())["profiles"]["work"]["rejected"] == rejected
    assert run("restore", "--no-verify").returncode == 0
    assert answer(run) == b"username=you@example.com\npassword=made-up\noauth_refresh_token=refresh\n"


def test_what_is_set_aside_moves_once_more_after_a_kill(
    aside: dict[str, str], keyring: Desktop, work: Path, run: Run
) -> None:
    """Killed when it stands in both."""
    text = "".join(f'[tokens."{key}"]\ntoken = "{secret}"\n' for key, secret in IN_FILE.items())
    (work / "credentials.toml").write_text(text)
    assert run("login", "--no-verify", "--profile", "work", "--storage", "file").returncode == 0
    assert (in_file(work), keyring.tokens()) == (IN_FILE, {})


def test_another_one_that_is_set_aside_there_is_not_lost(
    aside: dict[str, str], keyring: Desktop, work: Path, run: Run
) -> None:
    (work / "credentials.toml").write_text(f'[tokens."{ASIDE}"]\ntoken = "of before"\n')
    before = snapshot(work), keyring.items(ASIDE)
    code, said = complaint(run, "login", "--no-verify", "--profile", "work", "--storage", "file")
    assert (code, said) == (1, 'several tokens of profile "work" are set aside, and only one can be moved')
    assert (snapshot(work), keyring.items(ASIDE)) == before


def test_a_person_may_give_a_token_instead(
    aside: dict[str, str], keyring: Desktop, work: Path, variables: dict[str, str]
) -> None:
    """At a terminal somebody is asked, and what is set aside moves only where nothing is typed."""
    at_terminal = {name: value for name, value in variables.items() if name != "GIT_TERMINAL_PROMPT"}
    words = ["login", "--no-verify", "--profile", "work", "--storage", "file"]
    with pexpect.spawn(PROGRAM, words, env=at_terminal, timeout=TIMEOUT_S) as terminal:
        terminal.expect("empty keeps the old one")
        terminal.sendline("newer")
        terminal.expect(pexpect.EOF)
    assert (in_file(work), keyring.tokens()) == ({KEY: "newer"}, {})


def test_delete_that_leaves_the_keyring_alone_names_both_keys(
    aside: dict[str, str], keyring: Desktop, run: Run, variables: dict[str, str]
) -> None:
    said = run("delete", "work").stderr.decode()
    commands = [line.partition("run: ")[2] for line in said.splitlines() if "run: " in line]
    assert commands == [f"atla-credential logout --key '{key}'" for key in (KEY, ASIDE)]
    assert keyring.items(ASIDE) == aside
    for command in commands:
        subprocess.run(["sh", "-c", command], env=variables, check=True)
    assert keyring.secrets(ASIDE) == []


def test_rename_takes_along_what_is_set_aside(aside: dict[str, str], keyring: Desktop, run: Run) -> None:
    assert run("rename", "work", "acme").returncode == 0
    key = KEY.replace("work", "acme", 1)
    assert keyring.tokens() == {f"{key}|rejected": ["made-up"], f"{key}|oauth_refresh_token|rejected": ["refresh"]}
    assert run("restore", "--no-verify", "acme").returncode == 0
    assert keyring.tokens() == {key: ["made-up"], f"{key}|oauth_refresh_token": ["refresh"]}


def test_a_move_takes_along_what_is_set_aside(aside: dict[str, str], keyring: Desktop, run: Run, home: Path) -> None:
    keyring.add(KEY, "newer")
    assert run("login", "--no-verify", "--profile", "work", "--storage", "file").returncode == 0
    assert keyring.tokens() == {}
    moved = {KEY: "newer", ASIDE: "made-up", f"{REFRESH}|rejected": "refresh"}
    document = tomllib.loads((home / ".config/atla/credentials.toml").read_text())
    assert {key: entry["token"] for key, entry in document["tokens"].items()} == moved
    assert run("login", "--no-verify", "--profile", "work", "--storage", "keyring").returncode == 0
    assert keyring.tokens() == {key: [token] for key, token in moved.items()}


@pytest.mark.parametrize("own", ["keyring", "file"])
def test_what_is_set_aside_goes_along_to_the_store_that_has_the_token(
    own: str, keyring: Desktop, run: Run, files: Files, home: Path
) -> None:
    """As doctor says where the token is in the other store than the profile's own."""
    other = "file" if own == "keyring" else "keyring"
    run(*LOGIN, "--storage", own, stdin=b"made-up")
    run("erase", stdin=REQUEST % b"made-up")
    if other == "file":
        files(credentials=f'[tokens."{KEY}"]\ntoken = "newer"\n')
    else:
        keyring.add(KEY, "newer")
    assert run("login", "--no-verify", "--profile", "work", "--storage", other).returncode == 0
    assert answer(run) == b"username=you@example.com\npassword=newer\n"
    document = tomllib.loads((home / ".config/atla/credentials.toml").read_text())
    in_file = {key: entry["token"] for key, entry in document.get("tokens", {}).items()}
    in_keyring = {key: token for key, (token,) in keyring.tokens().items()}
    both = {KEY: "newer", ASIDE: "made-up"}
    assert (in_file, in_keyring) == ((both, {}) if other == "file" else ({}, both))


def test_a_locked_keyring_sets_nothing_aside_and_puts_nothing_back(
    aside: dict[str, str], keyring: Desktop, work: Path, run: Run
) -> None:
    keyring.add(KEY, "newer")
    keyring.lock()
    before, noted = files_of(keyring), snapshot(work)
    expected = (1, "failed to access system keyring: it is locked")
    assert complaint(run, "erase", stdin=REQUEST % b"newer") == expected
    assert complaint(run, "restore") == expected
    assert files_of(keyring) == before
    assert snapshot(work) == noted


def test_what_a_locked_keyring_has_aside_is_told_by_the_note(aside: dict[str, str], keyring: Desktop, run: Run) -> None:
    """A locked item is found, but not read; one that is not there is as little there while all is locked."""
    keyring.lock()
    status = run("status")
    assert b"set aside, as a server has rejected it" in status.stdout
    assert b"if it is good, run: atla-credential restore work" in status.stderr
    deleted = run("delete", "work")
    assert deleted.returncode == 0
    assert f"atla-credential logout --key '{KEY}'".encode() in deleted.stderr
    assert f"atla-credential logout --key '{ASIDE}'".encode() in deleted.stderr


def test_delete_names_what_was_set_aside_while_it_waited(
    keyring: Desktop, work: Path, home: Path, variables: dict[str, str]
) -> None:
    keyring.add(KEY, "made-up")
    with (home / ".config/atla/profiles.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen([PROGRAM, "delete", "work"], stderr=subprocess.PIPE, env=variables) as deleting:
            with pytest.raises(subprocess.TimeoutExpired):
                deleting.wait(1)  # it has looked by now
            keyring.add(ASIDE, "made-up")
            fcntl.flock(lock, fcntl.LOCK_UN)
            _, said = deleting.communicate(timeout=TIMEOUT_S)
    assert deleting.returncode == 0
    assert f"atla-credential logout --key '{ASIDE}'".encode() in said


@pytest.mark.parametrize("there", ["keyring", "file"])
def test_login_moves_the_token_between_stores(there: str, keyring: Desktop, run: Run, home: Path) -> None:
    back = {"keyring": "file", "file": "keyring"}[there]
    run(*LOGIN, "--storage", back, "--expires", "2999-01-01", stdin=b"made-up\n")
    assert run("login", "--no-verify", "--profile", "work", "--storage", there).returncode == 0
    in_file = (home / ".config/atla/credentials.toml").read_text() if there == "file" or back == "file" else ""
    assert keyring.secrets(KEY) == (["made-up"] if there == "keyring" else [])
    assert ("made-up" in in_file) == (there == "file")
    assert answer(run).startswith(b"username=you@example.com\npassword=made-up\n")
    assert b"2999-01-01" in run("status").stdout


@pytest.mark.parametrize("there", ["keyring", "file"])
def test_a_token_that_comes_while_another_is_moved_is_not_lost(
    there: str, keyring: Desktop, run: Run, home: Path, variables: dict[str, str]
) -> None:
    run(*LOGIN, "--storage", {"keyring": "file", "file": "keyring"}[there], stdin=b"older\n")
    with (home / ".config/atla/profiles.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(
            [PROGRAM, "login", "--no-verify", "--profile", "work", "--storage", there], env=variables
        ) as moving:
            with pytest.raises(subprocess.TimeoutExpired):
                moving.wait(1)  # it has looked at the token by now
            with subprocess.Popen([PROGRAM, "store"], stdin=subprocess.PIPE, env=variables) as storing:
                assert storing.stdin
                storing.stdin.write(REQUEST % b"newer")
                storing.stdin.close()
                fcntl.flock(lock, fcntl.LOCK_UN)
                assert (moving.wait(TIMEOUT_S), storing.wait(TIMEOUT_S)) == (0, 0)
    assert answer(run) == b"username=you@example.com\npassword=newer\n"
    assert keyring.secrets(KEY) == (["newer"] if there == "keyring" else [])


def test_a_move_that_cannot_read_the_old_place_changes_nothing(keyring: Desktop, run: Run, home: Path) -> None:
    run(*LOGIN, stdin=b"made-up\n")
    keyring.lock()
    code, message = complaint(run, "login", "--no-verify", "--profile", "work", "--storage", "file")
    assert (code, message) == (1, "failed to access system keyring: it is locked")
    assert not (home / ".config/atla/credentials.toml").exists()
    assert 'credential_store = "keyring"' in (home / ".config/atla/config.toml").read_text()


NO_BUS = "there is no session bus, so no keyring can be asked"
NOBODY = "nobody answers at the address of the session bus in DBUS_SESSION_BUS_ADDRESS"
STRANGE = "DBUS_SESSION_BUS_ADDRESS has no address of a Unix socket, so no keyring can be asked"
NOWHERE = (
    ("DBUS_SESSION_BUS_ADDRESS", "", NO_BUS),
    ("XDG_RUNTIME_DIR", "/nonexistent", NO_BUS),
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", NOBODY),
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere;unix:path=/dev/null", NOBODY),
    ("DBUS_SESSION_BUS_ADDRESS", f"unix:path=/{'long' * 30}", NOBODY),
    ("DBUS_SESSION_BUS_ADDRESS", "disabled:", STRANGE),
    ("DBUS_SESSION_BUS_ADDRESS", "/dev/null", STRANGE),
    ("DBUS_SESSION_BUS_ADDRESS", "tcp:host=localhost,port=1", STRANGE),
)


def test_no_bus(work: Path, run: Run) -> None:
    for variable, value, message in NOWHERE:
        address: Any = {variable: value}
        expected = (1, f"failed to access system keyring: {message}")
        assert complaint(run, **address) == expected
        assert complaint(run, "store", stdin=REQUEST % b"made-up", **address) == expected


def test_the_bus_in_the_runtime_folder(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    (keyring.folder / "runtime/bus").symlink_to(keyring.folder / "bus")
    assert answer(run, DBUS_SESSION_BUS_ADDRESS="") == b"username=you@example.com\npassword=made-up\n"
    assert run("store", stdin=REQUEST % b"newer", DBUS_SESSION_BUS_ADDRESS="").returncode == 0
    assert keyring.secrets(KEY) == ["newer"]


def test_no_service(bus: Desktop, work: Path, run: Run) -> None:
    expected = (1, "failed to access system keyring: no program on the session bus keeps secrets")
    assert complaint(run) == expected
    assert complaint(run, "erase", stdin=REQUEST % b"made-up") == expected


def test_killed_keyring(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    assert keyring.keyring
    keyring.keyring.kill()
    keyring.keyring.wait()
    assert complaint(run) == (1, "failed to access system keyring: no program on the session bus keeps secrets")


def test_no_collection(bus: Desktop, run: Run, work: Path) -> None:
    bus.start_keyring(password=None)
    assert run("get", "--url", SITE).returncode == 3  # nowhere to look is "not here"
    expected = (1, "failed to access system keyring: it has no default collection to keep a token in")
    assert complaint(run, "store", stdin=REQUEST % b"made-up") == expected
    assert complaint(run, *LOGIN, "--profile", "other", stdin=b"made-up\n") == expected


def test_locked(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    keyring.lock()
    expected = (1, "failed to access system keyring: it is locked")
    assert complaint(run) == expected
    assert complaint(run, "store", stdin=REQUEST % b"newer") == expected
    assert complaint(run, "erase", stdin=REQUEST % b"made-up") == expected
    assert complaint(run, *LOGIN, stdin=b"newer\n") == expected
    status = run("status")
    assert status.returncode == 1
    assert b"not known" in status.stdout
    assert b"it is locked" in status.stderr


def test_nothing_is_adopted_where_it_cannot_be_kept(keyring: Desktop, run: Run, files: Files) -> None:
    folder = files(helper='[helper]\nadopt = "any"\n')
    keyring.lock()
    assert complaint(run, "store", stdin=REQUEST % b"made-up") == (1, "failed to access system keyring: it is locked")
    assert not (folder / "config.toml").exists()


def test_a_variable_answers_for_a_locked_keyring(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    keyring.lock()
    done = run("get", "--url", SITE, ATLA_TOKEN="from the variable")
    assert done.stdout == b"username=you@example.com\npassword=from the variable\n"


def test_a_dialog_that_nobody_can_see_ends_in_words(keyring: Desktop, work: Path, variables: dict[str, str]) -> None:
    keyring.add(KEY, "made-up")
    keyring.lock()
    at_terminal = {name: value for name, value in variables.items() if name != "GIT_TERMINAL_PROMPT"}
    person = pexpect.spawn(PROGRAM, ["status"], env=at_terminal, timeout=TIMEOUT_S, encoding="utf-8")
    person.expect(pexpect.EOF)
    person.close()
    assert "the dialog to unlock it was closed or cannot be shown" in (person.before or "")
    assert person.exitstatus == 1


def test_hung_keyring(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    assert keyring.keyring
    keyring.keyring.send_signal(signal.SIGSTOP)
    expected = (1, "failed to access system keyring: it does not answer; gave up after 3 s")
    assert complaint(run) == expected
    assert complaint(run, "store", stdin=REQUEST % b"newer") == expected
    keyring.keyring.send_signal(signal.SIGCONT)
    assert keyring.secrets(KEY) == ["made-up"]


def test_hung_bus(bus: Desktop, work: Path, run: Run) -> None:
    bus.bus.send_signal(signal.SIGSTOP)
    assert complaint(run) == (1, "failed to access system keyring: it does not answer; gave up after 3 s")


def test_login_never_takes_the_file_by_itself(work: Path, run: Run, home: Path) -> None:
    code, message = complaint(run, *LOGIN, "--profile", "other", stdin=b"made-up\n")
    assert code == 1
    assert "there is no session bus" in message
    assert not (home / ".config/atla/credentials.toml").exists()


@pytest.mark.parametrize(("reply", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_login_asks_whether_the_file_will_do(reply: str, code: int, variables: dict[str, str], home: Path) -> None:
    at_terminal = {name: value for name, value in variables.items() if name != "GIT_TERMINAL_PROMPT"}
    command = ["login", "--no-verify", "--instance", SITE, "--email", "you@example.com"]
    person = pexpect.spawn(PROGRAM, command, env=at_terminal, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8")
    person.expect_exact("there is no session bus")
    person.expect_exact("which only you can read? (y/n/always): ")
    person.sendline(reply)
    if code == 0:
        person.expect_exact("API token (not shown): ")
        person.waitnoecho()
        person.sendline("made-up")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == code
    assert (home / ".config/atla/credentials.toml").exists() == (code == 0)
    if code == 0:
        assert 'credential_store = "file"' in (home / ".config/atla/config.toml").read_text()


def test_parallel_stores_leave_one_item(keyring: Desktop, work: Path, variables: dict[str, str]) -> None:
    def start(number: int) -> "subprocess.Popen[bytes]":
        started = subprocess.Popen([PROGRAM, "store"], stdin=subprocess.PIPE, env=variables)
        assert started.stdin
        started.stdin.write(REQUEST % f"made-up-{number}".encode())
        started.stdin.close()
        return started

    stores = [start(number) for number in range(8)]
    assert [store.wait(TIMEOUT_S * 2) for store in stores] == [0] * 8
    assert len(keyring.secrets(KEY)) == 1


def run_killed(number: int, folder: Path, arguments: tuple[str, ...], stdin: bytes, variables: dict[str, str]) -> Any:
    """Run the program, and kill it at that many messages and renames."""
    inject = f"inject={CALLS}:signal=SIGKILL:when={number}"
    return run_with(["strace", "-f", "-qq", "-o", str(folder / "log"), "-e", inject], arguments, stdin, variables)


@needs_strace
@pytest.mark.parametrize(
    "arguments", [(*LOGIN,), ("login", "--no-verify", "--profile", "work", "--storage", "file")], ids=["login", "move"]
)
def test_killed_at_every_message_or_rename(
    arguments: tuple[str, ...], keyring: Desktop, run: Run, home: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    """The token is written, then the profile, and only then what they replace is removed (safety C4)."""
    for number in range(1, 200):
        run(*LOGIN, "--profile", "work", "--storage", "keyring", stdin=b"old\n")
        done = run_killed(number, tmp_path, arguments, b"new\n", variables)
        assert answer(run) in (b"username=you@example.com\npassword=%b\n" % token for token in (b"old", b"new"))
        if done.returncode == 0:
            break
    assert number > 10


@needs_strace
@pytest.mark.parametrize("arguments", [("erase",), ("restore", "--no-verify")], ids=" ".join)
def test_killed_while_a_token_is_set_aside_or_put_back(
    arguments: tuple[str, ...], keyring: Desktop, work: Path, run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    """It stands in the one place or in the other, and each command can be given again."""
    for number in range(1, 200):
        keyring.call("secret-tool", "clear", "service", "atla")
        run("store", stdin=(REQUEST % b"made-up").replace(b"\n\n", b"\noauth_refresh_token=refresh\n\n"))
        if "restore" in arguments:
            run("erase", stdin=REQUEST % b"made-up")
        done = run_killed(number, tmp_path, arguments, REQUEST % b"made-up", variables)
        assert keyring.tokens().keys() in ({KEY, REFRESH}, {ASIDE, REFRESH}, {ASIDE, f"{REFRESH}|rejected"})
        if done.returncode == 0:
            break
        run("restore", "--no-verify")
        assert answer(run) == b"username=you@example.com\npassword=made-up\noauth_refresh_token=refresh\n"
    assert number > 10


@needs_strace
@pytest.mark.parametrize("there", ["file", "keyring"])
def test_killed_while_what_is_set_aside_moves(
    there: str, keyring: Desktop, files: Files, run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    """It can be moved once more, and put back there."""
    move = ("login", "--no-verify", "--profile", "work", "--storage", there)
    text = "".join(f'[tokens."{key}"]\ntoken = "{secret}"\n' for key, secret in IN_FILE.items())
    for number in range(1, 200):
        keyring.call("secret-tool", "clear", "service", "atla")
        for key, secret in IN_FILE.items() if there == "file" else ():
            keyring.add(key, secret)
        files(
            config=profile("work", SITE, store="keyring" if there == "file" else "file"),
            credentials="" if there == "file" else text,
            helper="",
        )
        done = run_killed(number, tmp_path, move, b"", variables)
        if done.returncode != 0:
            assert run(*move).returncode in (0, 2)  # 2: it was done, and nothing else was given
        assert run("restore", "--no-verify").returncode == 0
        assert b"password=made-up\noauth_refresh_token=refresh\n" in answer(run)
        if done.returncode == 0:
            break
    assert number > 10


def test_others_never_touch_the_bus(files: Files, run: Run, tmp_path: Path) -> None:
    files(
        config=profile("work", SITE) + profile("other", "https://other.atlassian.net", store="keyring"),
        credentials=f'[tokens."{KEY}"]\ntoken = "made-up"\n',
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        bus.setblocking(False)
        address = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus"}
        assert run("get", "--url", SITE, **address).returncode == 0
        assert run("store", stdin=REQUEST % b"newer", **address).returncode == 0
        assert run("erase", stdin=REQUEST % b"newer", **address).returncode == 0
        assert (
            run(
                "get",
                "--url",
                "https://x.atlassian.net",
                ATLA_INSTANCE="https://x.atlassian.net",
                ATLA_EMAIL="e@x",
                ATLA_TOKEN="t",
                **address,
            ).returncode
            == 0
        )
        assert run("get", "--url", "https://nobody.example", **address).returncode == 4
        with pytest.raises(BlockingIOError):
            bus.accept()


@needs_strace
@pytest.mark.parametrize(
    ("arguments", "codes"),
    [(("rename", "work", "renamed"), {0}), (("delete", "work", "--delete-keyring"), {0, 3, 4})],
    ids=["rename", "delete"],
)
def test_killed_while_the_profile_changes(
    arguments: tuple[str, ...],
    codes: set[int],
    keyring: Desktop,
    run: Run,
    home: Path,
    variables: dict[str, str],
    tmp_path: Path,
) -> None:
    for number in range(1, 200):
        shutil.rmtree(home / ".config", ignore_errors=True)
        run(*LOGIN, "--storage", "keyring", stdin=b"old\n")
        done = run_killed(number, tmp_path, arguments, b"", variables)
        found = run("get", "--url", SITE)
        assert found.returncode in codes
        assert found.stdout in (b"", b"username=you@example.com\npassword=old\n")
        if done.returncode == 0:
            break
        assert run(*arguments).returncode in (0, 3)  # it can be given again, and nothing is in the way
    assert number > 10


def test_rename_and_delete(keyring: Desktop, run: Run) -> None:
    run(*LOGIN, stdin=b"made-up\n")
    assert run("rename", "work", "acme").returncode == 0
    assert (keyring.secrets(KEY), keyring.secrets(KEY.replace("work", "acme", 1))) == ([], ["made-up"])
    assert answer(run) == b"username=you@example.com\npassword=made-up\n"
    done = run("delete", "acme")
    assert b"a token in the keyring stays there" in done.stderr
    assert keyring.secrets(KEY.replace("work", "acme", 1)) == ["made-up"]
    run(*LOGIN, stdin=b"made-up\n")
    assert run("logout").returncode == 0
    assert keyring.secrets(KEY) == []
    run(*LOGIN, stdin=b"made-up\n")
    assert run("delete", "work", "--delete-keychain").returncode == 0
    assert keyring.secrets(KEY) == []


@needs_strace
def test_the_file_needs_no_library_of_keyrings(files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    files(config=profile("work", SITE), credentials=f'[tokens."{KEY}"]\ntoken = "made-up"\n')
    for arguments, stdin in ((("get", "--url", SITE), b""), (("store",), REQUEST % b"newer"), (("status",), b"")):
        assert (
            run_with(["strace", "-f", "-qq", "-o", str(tmp_path / "log")], arguments, stdin, variables).returncode == 0
        )
        opened = (tmp_path / "log").read_text()
        assert "config.toml" in opened
        assert not [name for name in ("keyring/", "secretstorage", "jeepney", "system_keyring") if name in opened]


# Binds a name, and listens there as another user: that is whose it is then. Prints whatever anybody says.
PLANTED = """
import os, socket, sys
bus = socket.socket(socket.AF_UNIX)
bus.bind(os.fsencode(sys.argv[1]).replace(b"@", bytes(1)))
os.setuid(65534)
bus.listen()
print("ready", flush=True)
while connected := bus.accept()[0]:
    print(connected.recv(100), flush=True)
"""
SPELLINGS = {
    "plain": "unix:path={}/bus", "escaped": "unix:path={}/b%75s", "list that ends": "unix:path={}/bus;",
    "second of a list": "unix:path=/nowhere;unix:path={}/bus", "before another": "unix:path={}/bus;unix:path=/nowhere",
    "behind another kind": "tcp:host=localhost,port=1;unix:path={}/bus", "guid": "unix:guid=0123456789abcdef,path={}/bus",
    "abstract": "unix:abstract={}/bus", "abstract and escaped": "unix:abstract={}/%62us;", "runtime": "unix:runtime=yes",
    "none": "",
}  # fmt: skip
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user too")


@needs_root
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_bus_of_another_user_is_not_asked(spelling: str, work: Path, run: Run, tmp_path: Path) -> None:
    name = f"{'@' if 'abstract' in spelling else ''}{tmp_path}/bus"
    variables: Any = {
        "DBUS_SESSION_BUS_ADDRESS": SPELLINGS[spelling].format(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path),
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", PLANTED, name], stdout=subprocess.PIPE) as planted:
        assert planted.stdout
        planted.stdout.readline()
        try:
            seen = [
                complaint(run, **variables),
                complaint(run, "store", stdin=REQUEST % b"made-up", **variables),
                complaint(run, "erase", stdin=REQUEST % b"made-up", **variables),
                complaint(run, *LOGIN, stdin=b"made-up\n", **variables),
                complaint(run, *LOGIN, "--profile", "new", stdin=b"made-up\n", **variables),
            ]
        finally:
            planted.kill()
        expected = (1, "failed to access system keyring: the session bus belongs to another user")
        assert seen == [expected] * 5
        assert set(planted.stdout.read().splitlines()) <= {b"b''"}


ELSEWHERE = {  # {folder} has a program that leaves a trace, and a socket that is the bus
    "unixexec:path={folder}/program": None,
    "unixexec:path={folder}/program;": None,
    "tcp:host=127.0.0.1,port={port}": None,
    "tcp:host=127.0.0.1,port={port};unix:path=/nowhere": "nobody answers at the address of the session bus",
    "nonce-tcp:host=127.0.0.1,port={port},noncefile=/dev/null": None,
    "autolaunch:": None,
    "autolaunch:scope=*user": None,
    "unix:path=bus": None,  # below the working folder
    "unix:path={folder}/bus%": None,
    "unix:path={folder}/bus,abstract=x": None,
}


@pytest.mark.parametrize("address", ELSEWHERE)
def test_where_nobody_can_be_told_nobody_is_asked(
    address: str, keyring: Desktop, work: Path, run: Run, home: Path
) -> None:
    program = keyring.folder / "program"
    program.write_text(f"#!/bin/sh\necho > {home}/started\n")
    program.chmod(0o755)
    (home / "bus").symlink_to(keyring.folder / "bus")
    keyring.add(KEY, "made-up")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.setblocking(False)
        where: Any = {
            "DBUS_SESSION_BUS_ADDRESS": address.format(folder=keyring.folder, port=other.getsockname()[1]),
            "XDG_RUNTIME_DIR": "",
        }
        expected = ELSEWHERE[address] or "DBUS_SESSION_BUS_ADDRESS has no address of a Unix socket"
        for code, message in (
            complaint(run, **where),
            complaint(run, "store", stdin=REQUEST % b"newer", **where),
            complaint(run, *LOGIN, "--profile", "new", stdin=b"newer\n", **where),
        ):
            assert code == 1
            assert message.startswith(f"failed to access system keyring: {expected}")
        with pytest.raises(BlockingIOError):
            other.accept()
    assert not (home / "started").exists()
    assert keyring.secrets(KEY) == ["made-up"]


@pytest.mark.parametrize(
    "address",
    [
        "unix:path={}/bus;", ";;unix:path={}/bus", "unix:path={}/b%75s", "unix:path={}%2fb%75%73,guid=0123456789abcdef",
        "unix:path=/nowhere;tcp:host=localhost,port=1;unix:path={}/bus;unix:path=/nowhere", "unix:runtime=yes",
        "unix:path=/%zz;unix:path={}/bus", "unix:more=%00,path={}/bus",
    ],
)  # fmt: skip
def test_an_address_is_read_as_the_specification_says(address: str, keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    (keyring.folder / "runtime/bus").symlink_to(keyring.folder / "bus")
    where: Any = {
        "DBUS_SESSION_BUS_ADDRESS": address.format(keyring.folder), "XDG_RUNTIME_DIR": str(keyring.folder / "runtime")
    }  # fmt: skip
    assert answer(run, **where) == b"username=you@example.com\npassword=made-up\n"
    assert run("store", stdin=REQUEST % b"newer", **where).returncode == 0
    assert keyring.secrets(KEY) == ["newer"]
    assert run(*LOGIN, stdin=b"newest\n", **where).returncode == 0
    assert keyring.secrets(KEY) == ["newest"]


def test_a_runtime_folder_of_any_name(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add(KEY, "made-up")
    folder = keyring.folder / "50%25; a=b, c"
    folder.mkdir()
    (folder / "bus").symlink_to(keyring.folder / "bus")
    where: Any = {"DBUS_SESSION_BUS_ADDRESS": "", "XDG_RUNTIME_DIR": str(folder)}
    assert answer(run, **where) == b"username=you@example.com\npassword=made-up\n"
    assert run("store", stdin=REQUEST % b"newer", **where).returncode == 0
    assert keyring.secrets(KEY) == ["newer"]


def test_an_ended_get_leaves_no_process(keyring: Desktop, work: Path, variables: dict[str, str]) -> None:
    assert keyring.keyring
    keyring.keyring.send_signal(signal.SIGSTOP)
    with subprocess.Popen(
        [PROGRAM, "get", "--url", SITE],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as started:
        assert started.wait(TIMEOUT_S) == 1
        with pytest.raises(ProcessLookupError):
            os.killpg(started.pid, 0)


def test_doctor_finds_what_no_profile_uses_and_what_is_there_twice(keyring: Desktop, work: Path, run: Run) -> None:
    gone = "gone|you@example.com|https://gone.atlassian.net"
    keyring.add(KEY, "one", application="one")
    keyring.add(KEY, "two", application="two")
    keyring.add(gone, "made-up")
    text = run("doctor").stdout.decode()
    assert f'a token in the keyring that no profile uses: "{gone}"' in text
    assert f"atla-credential logout --key '{gone}'" in text
    assert 'the keyring has 2 tokens for profile "work"' in text
    assert "made-up" not in text
    assert run("logout", "--key", gone).stdout == b"removed the token from the keyring\n"
    assert keyring.secrets(gone) == []
    assert sorted(keyring.secrets(KEY)) == ["one", "two"]
    assert "no profile uses" not in run("doctor").stdout.decode()
    assert run("logout", "--key", KEY).returncode == 2
    assert run("logout", "work").returncode == 0
    assert keyring.secrets(KEY) == []


def test_what_delete_leaves_in_the_keyring_is_removed_by_the_command_it_prints(
    keyring: Desktop, work: Path, run: Run, variables: dict[str, str]
) -> None:
    keyring.add(KEY, "made-up")
    (command,) = [
        line.partition("run: ")[2] for line in run("delete", "work").stderr.decode().splitlines() if "run: " in line
    ]
    assert keyring.secrets(KEY) == ["made-up"]
    subprocess.run(["sh", "-c", command], env=variables, check=True)
    assert keyring.secrets(KEY) == []


def test_a_stale_copy_in_the_file_goes_alone(keyring: Desktop, work: Path, run: Run, files: Files) -> None:
    keyring.add(KEY, "made-up")
    files(credentials=f'[tokens."{KEY}"]\ntoken = "stale"\n')
    text = run("doctor").stdout.decode()
    assert 'the file has a token of profile "work", whose own store is the keyring, which has one too' in text
    assert f"run: atla-credential logout --key '{KEY}'" in text
    assert run("logout", "--key", KEY, "--dry-run").stdout == b"would remove the token from the file\n"
    assert run("logout", "--key", KEY).stdout == b"removed the token from the file\n"
    assert keyring.secrets(KEY) == ["made-up"]


@pytest.mark.parametrize("own", ["keyring", "file"])
def test_the_only_token_stays_wherever_it_is_and_can_be_used_there(
    own: str, keyring: Desktop, run: Run, files: Files
) -> None:
    other = "file" if own == "keyring" else "keyring"
    files(
        config=f'schema_version = 2\n[profiles.work]\ninstance = "{SITE}"\nemail = "you@example.com"\n'
        f'credential_store = "{own}"\n'
    )
    if other == "file":
        files(credentials=f'[tokens."{KEY}"]\ntoken = "made-up"\n')
    else:
        keyring.add(KEY, "made-up")
    text = run("doctor").stdout.decode()
    assert f'the {other} has a token of profile "work", whose own store is the {own}, which has none' in text
    assert "logout --key" not in text
    refused = run("logout", "--key", KEY)
    assert (refused.returncode, b"has no other token than this one" in refused.stderr) == (2, True)
    command = f"atla-credential login --profile work --storage {other}"
    assert f"run: {command}\n" in text
    assert command.encode() in refused.stderr
    assert run(*command.split()[1:]).returncode == 0
    assert b"password=made-up" in run("get", "--url", SITE).stdout
    assert "whose own store" not in run("doctor").stdout.decode()


def test_a_locked_keyring_loses_no_only_copy(keyring: Desktop, work: Path, run: Run, files: Files) -> None:
    keyring.add(KEY, "made-up")
    keyring.lock()
    credentials = files(credentials=f'[tokens."{KEY}"]\ntoken = "other"\n') / "credentials.toml"
    before = credentials.read_bytes()
    text = run("doctor").stdout.decode()
    assert "that one cannot be looked into" in text
    assert "logout --key" not in text
    assert run("logout", "--key", KEY).returncode == 1
    assert run("delete", "work", "--delete-keyring").returncode == 1
    assert credentials.read_bytes() == before


def test_a_locked_keyring_loses_no_unused_token(keyring: Desktop, work: Path, run: Run) -> None:
    keyring.add("gone|a|b", "made-up")
    keyring.lock()
    assert run("logout", "--key", "gone|a|b").returncode == 1
    assert "locked" in run("doctor").stdout.decode()
