"""What a program is started with: descriptors, working folder, home, paths, locale (safety F9, X1, X3)."""

import itertools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S, Run
from crowd import ANSWER, SECRETS, UPDATES, assert_nothing_older_is_lost, contents, make_crowd, request, site

Files = Callable[..., Path]

GET = ("get", "--url", site(0))
HOSTILE = (
    "tomli", "tomllib", "tomli_w", "tomlkit", "json", "os", "re", "git", "sitecustomize", "usercustomize", "argparse", "encodings",
    "resource", "fcntl", "signal", "getpass", "atla", "keyring", "requests",
)  # fmt: skip


@pytest.mark.parametrize("limit", range(3, 16), ids="{} descriptors".format)
@pytest.mark.parametrize("word", ["get", "store", "login of a new profile"])
def test_few_descriptors(word: str, limit: int, files: Files, variables: dict[str, str]) -> None:
    """With too few even Python does not start; from there on it either works or loses nothing."""
    folder = make_crowd(files)
    arguments, stdin = (GET, b"") if word == "get" else UPDATES[word][:2]
    done = subprocess.run(
        [PROGRAM, *arguments], input=stdin, capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)),
    )  # fmt: skip
    assert SECRETS not in done.stderr
    if word == "get":
        assert done.stdout == (ANSWER if done.returncode == 0 else b"")
    assert_nothing_older_is_lost(folder, UPDATES["store"])
    assert done.returncode == 0 or limit < 12


def close_all(descriptors: set[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@pytest.mark.parametrize(
    "closed", [set(which) for size in (1, 2, 3) for which in itertools.combinations(range(3), size)], ids=str
)
@pytest.mark.parametrize("word", ["get", *UPDATES])
def test_closed_streams(word: str, closed: set[int], files: Files, variables: dict[str, str], run: Run) -> None:
    """A descriptor that is free at the start would be given to the next file that is opened."""
    folder = make_crowd(files)
    arguments, stdin = (GET, b"") if word == "get" else UPDATES[word][:2]
    subprocess.run(
        [PROGRAM, *arguments], input=stdin, capture_output=True, env=variables, check=False,
        timeout=TIMEOUT_S, preexec_fn=lambda: close_all(closed),
    )  # fmt: skip
    assert_nothing_older_is_lost(folder, UPDATES.get(word, UPDATES["store"]))
    for name, data in contents(folder).items():
        assert b"atla-credential" not in data, name
    assert run("list").returncode == 0


@pytest.mark.parametrize("word", ["get", "store", "status", "list"])
def test_deleted_working_directory(word: str, files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    make_crowd(files)
    gone = tmp_path / "gone"
    gone.mkdir()
    arguments = " ".join({"get": GET}.get(word, (word,)))
    done = subprocess.run(
        ["sh", "-c", f"rmdir ../gone && exec {PROGRAM} {arguments}"], input=request(0, "canary-new"), cwd=gone,
        capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    # The shell may miss the folder itself, and of one of the crowd's tokens it is said that it is set aside.
    own = [line for line in done.stderr.splitlines() if not line.startswith(b"sh: ") and b"restore aside" not in line]
    assert (done.returncode, own) == (0, [])


@pytest.mark.parametrize("name", ["atla-credential", "git-credential-atla", "python -P -m", "python -m"])
def test_hostile_working_directory(name: str, files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    make_crowd(files)
    bad = tmp_path / "bad"
    bad.mkdir()
    # `python -m` itself looks for the package, and what that needs, in the working folder: only -P stops that
    own = (
        {"encodings", "os", "re", "sitecustomize", "usercustomize", "signal", "resource"}
        if name == "python -m"
        else set()
    )
    for module in {*HOSTILE, "atla_credential"} - (own | {"atla_credential"} if own else set()):
        (bad / f"{module}.py").write_text("import os\nos._exit(77)\n")
        (bad / module).mkdir()
        (bad / module / "__init__.py").write_text("import os\nos._exit(77)\n")
    (bad / "config.toml").write_text("schema_version = 99\n")
    folder = Path(PROGRAM).parent
    command = (
        [sys.executable, *name.split()[1:], "atla_credential"] if name.startswith("python") else [str(folder / name)]
    )
    for arguments, stdin in ((GET, b""), UPDATES["store"][:2]):
        done = subprocess.run(
            [*command, *arguments],
            input=stdin,
            capture_output=True,
            env=variables,
            cwd=bad,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("home_is", ["unset", "empty", "relative", "not UTF-8", "line feed", "missing", "a file"])
def test_odd_homes(home_is: str, variables: dict[str, str], tmp_path: Path, run: Run) -> None:
    environment: dict[bytes, bytes] = {name.encode(): value.encode() for name, value in variables.items()}
    odd = {
        "unset": None, "empty": b"", "relative": b"here", "not UTF-8": os.fsencode(tmp_path) + b"/\xff\xfe",
        "line feed": os.fsencode(tmp_path) + b"/a\nb", "missing": b"/nonexistent/home", "a file": b"/etc/passwd",
    }[home_is]  # fmt: skip
    del environment[b"HOME"]
    if odd is not None:
        environment[b"HOME"] = odd
    environment[b"XDG_CONFIG_HOME"] = (
        b"" if odd and odd.startswith(os.fsencode(tmp_path)) else os.fsencode(tmp_path / "xdg")
    )
    login = [
        "login",
        "--no-verify",
        "--instance",
        site(0),
        "--email",
        "you@example.com",
        "--storage",
        "file",
        "--token-stdin",
    ]
    if home_is in ("not UTF-8", "line feed"):
        os.mkdir(odd or b"")
    done = subprocess.run(
        [PROGRAM, *login],
        input=b"canary-old0",
        capture_output=True,
        env=environment,
        cwd=tmp_path,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2  # a line feed in a path makes no line of its own
    done = subprocess.run(
        [PROGRAM, *GET], capture_output=True, env=environment, cwd=tmp_path, check=False, timeout=TIMEOUT_S
    )
    assert done.stdout == ANSWER.rpartition(b"password_expiry")[0]
    assert not (tmp_path / "here").exists()


def test_token_that_comes_in_pieces_is_read_whole(files: Files, variables: dict[str, str]) -> None:
    """A pipe that was set not to block says "nothing now", which is not its end."""
    folder = make_crowd(files)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    process = subprocess.Popen(
        [PROGRAM, "login", "--no-verify", "--profile", "p0", "--token-stdin"], stdin=reading, env=variables
    )
    for part in (b"canary-", b"ne", b"w\n"):
        time.sleep(0.05)  # whatever it has read until then, the rest comes later
        os.write(writing, part)
    os.close(writing)
    os.close(reading)
    assert process.wait(TIMEOUT_S) == 0
    assert_nothing_older_is_lost(folder, UPDATES["login"])
    assert b'"canary-new"' in contents(folder)["credentials.toml"]


def test_full_standard_error_is_no_obstacle(files: Files, variables: dict[str, str]) -> None:
    make_crowd(files)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, *GET], stdout=subprocess.PIPE, stderr=full, timeout=TIMEOUT_S, check=False,
            env={**variables, "ATLA_CREDENTIAL_TRACE": "1"},
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ANSWER)


@pytest.mark.parametrize("operation", ["get", "store", "erase"])
def test_input_that_never_ends_is_refused(operation: str, files: Files, run: Run, variables: dict[str, str]) -> None:
    folder = make_crowd(files)
    before = contents(folder)
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(
            [PROGRAM, operation], stdin=zeros, capture_output=True, env=variables, timeout=5, check=False
        )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"longer than 1 MiB" in done.stderr
    assert contents(folder) == before


@pytest.mark.parametrize("operation", ["get", "store", "erase"])
def test_input_that_stays_open_holds_nothing_up(operation: str, files: Files, variables: dict[str, str]) -> None:
    make_crowd(files)
    process = subprocess.Popen([PROGRAM, operation], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"url={site(0)}\n\n".encode())
    process.stdin.flush()
    assert process.wait(TIMEOUT_S) == 0
    assert process.stdout.read() == (ANSWER if operation == "get" else b"")
    process.stdin.close()
    process.stdout.close()
