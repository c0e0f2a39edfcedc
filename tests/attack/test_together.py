"""Many at once: no token is lost, and the file can always be read (safety C1)."""

import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, token
from conftest import PROGRAM, TIMEOUT_S
from faults import wait_until_it_reads
from updating import read

Files = Callable[..., Path]
Record = Callable[[str, object], None]

CALLERS = 32
LOGINS = 40
STORES_BESIDE_A_LOGIN = 15


def site(number: int) -> str:
    return f"https://site{number}.atlassian.net"


def request(number: int, secret: str) -> bytes:
    return f"url={site(number)}\nusername=you@example.com\npassword={secret}\n\n".encode()


def secrets(folder: Path) -> dict[str, str]:
    document = tomllib.loads((folder / "credentials.toml").read_text(encoding="utf-8"))
    return {key.partition("|")[0]: entry["token"] for key, entry in document["tokens"].items()}


@pytest.fixture
def folder(files: Files) -> Path:
    return files(
        config="".join(profile(f"p{number}", site(number)) for number in range(CALLERS)),
        credentials="".join(token(f"p{number}", site(number), f"old{number}") for number in range(CALLERS)),
    )


def start(variables: dict[str, str], arguments: tuple[str, ...], stdin: bytes) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    return process


def start_store(variables: dict[str, str], number: int, secret: str) -> "subprocess.Popen[bytes]":
    return start(variables, ("store",), request(number, secret))


def finish(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        assert process.stderr is not None
        message = process.stderr.read()
        process.stderr.close()
        assert (process.wait(60), message) == (0, b"")


def test_parallel_stores_to_many_profiles_lose_none(
    folder: Path, variables: dict[str, str], record_property: Record
) -> None:
    torn: list[Exception] = []
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            try:
                assert len(secrets(folder)) == CALLERS
            except Exception as error:
                torn.append(error)

    reader = threading.Thread(target=poll)
    reader.start()
    finish([start_store(variables, number, f"new{number}") for number in range(CALLERS)])
    done.set()
    reader.join()
    assert torn == []
    record_property("raced", CALLERS)
    assert secrets(folder) == {f"p{number}": f"new{number}" for number in range(CALLERS)}


def test_parallel_stores_to_one_profile_leave_one_of_them(
    folder: Path, variables: dict[str, str], record_property: Record
) -> None:
    processes = [start_store(variables, 0, f"new{number}") for number in range(CALLERS)]
    for process in processes:
        assert process.stderr is not None
        message = process.stderr.read().decode()
        process.stderr.close()
        # one whose token was replaced before it looked again says so; nothing else may go wrong
        assert process.wait(60) == 0 or "another source or profile comes first" in message
    record_property("raced", CALLERS)
    found = secrets(folder)
    assert found.pop("p0") in {f"new{number}" for number in range(CALLERS)}
    assert found == {f"p{number}": f"old{number}" for number in range(1, CALLERS)}


def test_parallel_logins_leave_no_profile_without_its_token(
    files: Files, variables: dict[str, str], record_property: Record
) -> None:
    """Each login of another account takes the place of the one before it, whose token it removes."""
    folder = files(config=profile("p", site(0)))
    for attempt in range(LOGINS // 4):
        processes = []
        for number in range(4):
            email = f"user{number % 2}@example.com"
            processes.append(
                start(
                    variables,
                    ("login", "--no-verify", "--profile", "p", "--email", email, "--storage", "file", "--token-stdin"),
                    b"canary",
                )
            )
        finish(processes)
        email = tomllib.loads((folder / "config.toml").read_text())["profiles"]["p"]["email"]
        tokens = tomllib.loads((folder / "credentials.toml").read_text())["tokens"]
        assert set(tokens) == {f"p|{email}|{site(0)}"}, attempt
    record_property("raced", LOGINS)


@pytest.mark.parametrize("other", ["login", "adoption"])
def test_login_that_waits_for_its_token_takes_no_one_s_place(
    other: str, files: Files, variables: dict[str, str], tmp_path: Path
) -> None:
    """Whom a made-up name belongs to is looked at once more when the token is there."""
    folder = files(helper='[helper]\nadopt = "any"\nstorage = "file"\n')
    host = "git.example.com"
    waiting = subprocess.Popen(
        [PROGRAM, "login", "--no-verify", "--instance", host, "--email", "a@example.com", "--token-stdin"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables,
    )  # fmt: skip
    wait_until_it_reads(waiting)
    second = (
        start(
            variables,
            ("login", "--no-verify", "--instance", host, "--email", "b@example.com", "--token-stdin"),
            b"of-b",
        )
        if other == "login"
        else start(variables, ("store",), f"protocol=https\nhost={host}\nusername=b\npassword=of-b\n\n".encode())
    )
    finish([second])
    stderr = waiting.communicate(b"of-a", timeout=TIMEOUT_S)[1]
    assert waiting.returncode == 5
    assert b"was changed meanwhile" in stderr
    credentials = (folder / "credentials.toml").read_text()
    assert "of-b" in credentials
    assert "of-a" not in credentials


def test_store_beside_a_login_notes_nothing_for_the_new_account(
    files: Files, variables: dict[str, str], record_property: Record
) -> None:
    folder = files()
    for _ in range(STORES_BESIDE_A_LOGIN):
        files(config=profile("p0", site(0)), credentials=token("p0", site(0), "old0"), helper="")
        login = (
            "login",
            "--no-verify",
            "--profile",
            "p0",
            "--email",
            "other@example.com",
            "--expires",
            "2091-01-01",
            "--token-stdin",
        )
        processes = [
            start(variables, login, b"canary"),
            start_store(variables, 0, "new\npassword_expiry_utc=4000000000"),
        ]
        for process in processes:
            assert process.stderr is not None
            process.stderr.read()
            process.stderr.close()
            process.wait(60)
        assert processes[0].returncode == 0
        assert tomllib.loads((folder / "helper.toml").read_text())["profiles"]["p0"]["expires"].year == 2091
        assert "p0|other@example.com" in (folder / "credentials.toml").read_text()
    record_property("raced", 2 * STORES_BESIDE_A_LOGIN)


def test_parallel_adoptions_lose_none(files: Files, home: Path, variables: dict[str, str]) -> None:
    """16 users of one host, each approved twice at once: 16 profiles and 16 tokens."""
    folder = files(helper='[helper]\nstorage = "file"\nadopt = "any"\n')
    started = []
    for number in range(32):
        user = f"user{number // 2}"
        process = subprocess.Popen([PROGRAM, "store"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=variables)
        assert process.stdin is not None
        process.stdin.write(f"protocol=https\nhost=git.example.com\nusername={user}\npassword=of-{user}\n\n".encode())
        process.stdin.close()
        started.append(process)
    for process in started:
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(60)) == (b"", 0)
        process.stderr.close()
    assert len(read(home, "config")["profiles"]) == 16
    assert {answer(home, "https://git.example.com", f"user{number}") for number in range(16)} == {
        (f"user{number}", f"of-user{number}", "basic") for number in range(16)
    }
    assert tomllib.loads((folder / "credentials.toml").read_text()).keys() == {"tokens"}
    assert not list(folder.glob("*.tmp"))


def test_parallel_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    code = (
        "import sys; from atla_credential.files.secure_file import update;"
        "[update(sys.argv[1], lambda old: (old or b'') + sys.argv[2].encode() + b'\\n') for _ in range(5)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), f"{number}"]) for number in range(8)]
    assert [writer.wait(60) for writer in writers] == [0] * 8
    assert sorted(path.read_text().split()) == sorted(f"{number}" for number in range(8) for _ in range(5))
