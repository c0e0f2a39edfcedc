"""git-credential-atla-vault and an engine that fails, refuses or says what no engine does: a made-up one, on command."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import TIMEOUT_S
from machine import NEW, Machine, asked, machine
from made_up_engine import LOGGED_IN, LOGIN, READ, MadeUpEngine, made_up_engine, secret
from stage import answer

ANSWER = "password=made-up\n"
HUGE = 3 << 20  # bytes
NAME = "git-credential-atla-vault"
SOMEBODY = 12345  # a user id


@pytest.fixture
def engine() -> Iterator[MadeUpEngine]:
    with made_up_engine() as made:
        yield made


@pytest.fixture
def own(engine: MadeUpEngine, tmp_path: Path) -> Machine:
    for name in ("role-id", "secret-id"):
        (tmp_path / name).write_text(f"  made-up-{name}\n")
    proof = [f"--{name}-file={tmp_path}/{name}" for name in ("role-id", "secret-id")]
    return machine(tmp_path, engine.address, "--auth=approle", *proof)


def drip(connection: socket.socket) -> None:
    """Send a head that never ends, a byte at a time: no time for a single byte would notice."""
    connection.sendall(b"HTTP/1.1 200 made up\r\nX: ")
    for _ in range(100):
        time.sleep(0.1)
        connection.sendall(b"x")


def huge(connection: socket.socket) -> None:
    connection.sendall(f"HTTP/1.1 200 made up\r\nContent-Length: {HUGE}\r\n\r\n".encode() + b" " * HUGE)


def endless_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 made up\r\n" + b"X: " + b"x" * 60000 + b"\r\nY: " + b"y" * 60000 + b"\r\n\r\n")


def cut(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 made up\r\nContent-Length: 99\r\n\r\n{")


NO_ANSWER: dict[str, bytes | Callable[[socket.socket], None]] = {
    **{f"status {code}": answer(code, {"errors": ["made-up-words"]}) for code in (500, 502, 503, 429, 412, 472, 473)},
    "a redirect": answer(307, b"", "Location: http://127.0.0.1:1/v1/secret"),
    "no JSON": answer(200, b"{made-up-words"),
    "deep JSON": answer(200, b"[" * 100000),
    "another version of the store": answer(200, {"data": {"token": "made-up"}}),
    "no HTTP": b"made-up-words\r\n\r\n",
    "nothing": b"",
    "cut off": cut,
    "a huge body": huge,
    "a huge head": endless_head,
    "drips": drip,
}


@pytest.mark.parametrize("name", NO_ANSWER)
def test_b4_no_answer(name: str, engine: MadeUpEngine, own: Machine) -> None:
    assert [*own.get()] == [0, ANSWER, ""]
    engine.says[READ] = NO_ANSWER[name]
    for options, code, said in (((), 0, ANSWER), (("--max-stale=0",), 1, "")):
        engine.asked()
        own_pause(own).unlink(missing_ok=True)
        began = time.monotonic()
        done = own.get(NEW, "--timeout=0.5" if name == "drips" else "--timeout=3", *options)
        assert (done.code, done.answer, done.line.count("\n")) == (code, said, 1)
        assert done.line.startswith(f"{NAME}: {'error' if code else 'warning'}: {engine.address} ")
        assert "made-up" not in done.line
        assert engine.asked() == [READ]  # with the login that was kept
        assert time.monotonic() - began < 5
    assert len(own.copies()) == 1


def own_pause(own: Machine) -> Path:
    return next(iter(own.folder.glob("*.pause")), own.folder / "none")


def test_b4_left_alone_for_a_time(engine: MadeUpEngine, own: Machine) -> None:
    """All callers of this machine leave it alone, also those who want another secret."""
    own.get()
    engine.says = {}
    engine.says[READ] = answer(503)
    engine.asked()
    assert own.get(NEW).code == 0
    other = own.get(host="other.example.com")
    assert (other.code, other.answer) == (1, "")
    assert "is asked again in 1 s" in other.line
    assert own.get(NEW).code == 0
    assert engine.asked() == [READ]


def test_b4_without_a_folder_nothing_stands_in(engine: MadeUpEngine, own: Machine) -> None:
    alone = Machine({**own.variables, "XDG_RUNTIME_DIR": ""}, own.options)
    for _ in range(2):
        assert [*alone.get()] == [0, ANSWER, ""]
    assert engine.asked() == [LOGIN, READ] * 2
    engine.says[READ] = answer(503)
    code, answered, line = alone.get()
    assert (code, answered, line.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(("where", "status"), [(READ, 403), (LOGIN, 400), (LOGIN, 403)])
def test_b3_refused(where: str, status: int, engine: MadeUpEngine, own: Machine) -> None:
    own.get()
    engine.says[where] = answer(status, {"errors": ["made-up-words"]})
    engine.says[READ] = answer(403)  # so that a new login is needed
    engine.asked()
    code, answered, line = own.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert "refuses the" in line and "made-up" not in line
    assert engine.asked() == ([READ, LOGIN, READ] if where == READ else [READ, LOGIN])
    assert own.copies() == []


def test_b7_a_kept_login_that_is_refused_leads_to_one_new_login(engine: MadeUpEngine, own: Machine) -> None:
    own.get()
    engine.says[READ] = lambda connection: connection.sendall(
        secret(token="made-up-2") if "made-up-login-2" in engine.heads[-1] else answer(403)
    )
    engine.says[LOGIN] = LOGGED_IN.replace(b"made-up-login", b"made-up-login-2").replace(b": 58", b": 60")
    engine.says[LOGIN] = answer(200, {"auth": {"client_token": "made-up-login-2", "lease_duration": 1}})
    engine.asked()
    assert own.get(NEW).answer == "password=made-up-2\n"
    assert engine.asked() == [READ, LOGIN, READ]
    time.sleep(0.9)  # more than 80 % of its life
    assert own.get(NEW).answer == "password=made-up-2\n"
    assert engine.asked() == [LOGIN, READ]


@pytest.mark.parametrize("token", ["made\nup", "made\rup", "made\0up", "made\x85up", "made\u2028up", "\ud800"])
def test_b1_a_token_that_cannot_be_handed_out(token: str, engine: MadeUpEngine, own: Machine) -> None:
    own.get()
    engine.says[READ] = secret(token=token)
    code, answered, line = own.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert own.copies() == []


def test_b2_the_secret_of_another_host_is_never_asked_for(engine: MadeUpEngine, own: Machine) -> None:
    """Whatever a host or a name looks like, it does not lead to another place in the engine."""
    for host in (
        "..",
        ".",
        "a/b",
        "../other",
        "%2e%2e",
        "a%2fb",
        "a\\b",
        "a b",
        "work.atlassian.net/..",
        "ä.example.com",
        "a?b",
        "a#b",
    ):
        assert [*own.get(host=host)] == [0, "", ""], host
    assert engine.asked() == []
    by_name = Machine(own.variables, [*own.options, "--path=secret/data/people/{username}"], own.memory)
    both = Machine(own.variables, [*own.options, "--path=secret/data/{host}/{username}"], own.memory)
    assert by_name.get(username="jdoe").code == 1  # the path has no host, so nobody knows for whom it would be
    for username in ("", "..", "."):
        assert [*both.get(username=username)] == [0, "", ""], username
    assert engine.asked() == []
    for username, segment in (
        ("../../x", ".._.._x"),
        ("a%2fb", "a_2fb"),
        ("you@example.com", "you@example.com"),
        ("größe", "gr__e"),
    ):
        assert both.get(username=username).code == 0
        assert engine.asked()[-1] == f"GET /v1/secret/data/work.atlassian.net/{segment}"


def test_b10_private_and_under_a_name_that_tells_nothing(engine: MadeUpEngine, own: Machine, tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"umask 0777; exec {' '.join(own.command('get'))}"], input=asked(), capture_output=True, env=own.variables,
        check=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    assert done.stdout.decode() == ANSWER
    assert own.folder.stat().st_mode & 0o777 == 0o700
    (copy,) = own.copies()
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in own.folder.iterdir())
    assert len(copy.name) == 32 and set(copy.name) <= set("0123456789abcdef")
    own.get()
    (tmp_path / "other-id").write_text("made-up")
    for options in (
        ["--namespace=team"], ["--field=other"], ["--role=other"], [f"--secret-id-file={tmp_path}/other-id"], ["--auth-mount=other"],
    ):  # fmt: skip
        engine.says["POST /v1/auth/other/login"] = LOGGED_IN
        engine.says[READ] = secret(token="made-up", other="made-up")
        engine.asked()
        assert own.get(*options).code == 0
        assert READ in engine.asked(), options
    assert len(own.copies()) == 6


@pytest.mark.parametrize("kind", ["link", "wide", "another's", "file", "above is another's"])
def test_b10_a_folder_that_is_not_used(kind: str, engine: MadeUpEngine, own: Machine, tmp_path: Path) -> None:
    if "another's" in kind and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    if kind == "link":
        own.folder.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        own.folder.write_text("")
    elif kind != "above is another's":
        own.folder.mkdir()
        own.folder.chmod(0o777 if kind == "wide" else 0o700)
    if "another's" in kind:
        os.chown(own.folder if kind == "another's" else own.memory, SOMEBODY, SOMEBODY)
    for _ in range(2):
        assert [*own.get()] == [0, ANSWER, ""]
    assert engine.asked() == [LOGIN, READ] * 2
    assert not own.folder.is_dir() or [*own.folder.iterdir()] == []
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_b10_what_is_planted_in_the_folder_is_not_followed(engine: MadeUpEngine, own: Machine, tmp_path: Path) -> None:
    own.get()
    (copy,) = own.copies()
    text = copy.read_text().replace("made-up", "planted")
    for plant in ("link", "wide", "fifo", "folder"):
        copy.unlink(missing_ok=True)
        (tmp_path / "planted").write_text(text)
        (tmp_path / "planted").chmod(0o600)
        if plant == "link":
            copy.symlink_to(tmp_path / "planted")
        elif plant == "wide":
            copy.write_text(text)
            copy.chmod(0o644)
        elif plant == "fifo":
            os.mkfifo(copy, 0o600)
        else:
            copy.mkdir(0o700)
        assert [*own.get()] == [0, ANSWER, ""], plant
        assert "planted" in (tmp_path / "planted").read_text()


def test_b11_no_secret_anywhere_but_in_the_copy(engine: MadeUpEngine, own: Machine) -> None:
    """What proves who we are is sent without the white space around it, and stands nowhere."""
    seen = list[str]()
    process = -1

    def look(connection: socket.socket) -> None:
        seen.append(Path(f"/proc/{process}/cmdline").read_text() + Path(f"/proc/{process}/environ").read_text())
        connection.sendall(secret(token="made-up"))

    engine.says[READ] = look
    with subprocess.Popen(
        own.command("get"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own.variables
    ) as started:
        process = started.pid
        assert started.communicate(asked(), TIMEOUT_S)[0].decode() == ANSWER
    assert len(seen) == 1 and "made-up" not in seen[0]
    assert engine.bodies[0] == {"role_id": "made-up-role-id", "secret_id": "made-up-secret-id"}
    kept = {path: path.read_text() for path in own.folder.iterdir()}
    assert not any("made-up-role-id" in text or "made-up-secret-id" in text for text in kept.values())
    assert [path for path, text in kept.items() if "made-up" in text] == own.copies()


def test_b6_killed_at_any_moment(engine: MadeUpEngine, own: Machine) -> None:
    """No copy is broken by it, and no lock stays: the next one is answered at once."""
    own.get()
    for number in range(16):
        with subprocess.Popen(
            own.command("get", NEW), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own.variables
        ) as started:
            assert started.stdin
            started.stdin.write(asked())
            started.stdin.close()
            time.sleep(0.004 * number)
            started.send_signal(signal.SIGKILL)
        (copy,) = own.copies()
        assert copy.read_text().endswith("password=made-up\n")
        assert [*own.get(NEW)] == [0, ANSWER, ""]
    left = own.with_secrets()[0].with_name(f"{own.copies()[0].name}.0123456789abcdef.tmp")
    left.write_text("password=made-up\n")  # as one who is killed between two calls leaves it
    engine.says[READ] = answer(403)
    assert own.get(NEW).code == 1
    assert own.with_secrets() == []


def test_b6_who_waits_has_an_end(engine: MadeUpEngine, own: Machine) -> None:
    """One that is stopped in the middle holds up nobody for ever."""
    own.get()
    engine.says[READ] = lambda _: time.sleep(TIMEOUT_S)
    with subprocess.Popen(
        own.command("get", NEW, "--timeout=20"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own.variables
    ) as stopped:
        assert stopped.stdin
        stopped.stdin.write(asked())
        stopped.stdin.close()
        while READ not in engine.asked():
            time.sleep(0.02)
        with ThreadPoolExecutor(3) as pool:
            said = [*pool.map(lambda _: own.get(NEW, "--timeout=0.5"), range(3))]
        stopped.kill()
    for done in said:
        assert (done.code, done.answer, done.line.count("\n")) == (0, ANSWER, 1)
