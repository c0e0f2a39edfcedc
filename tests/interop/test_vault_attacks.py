"""git-credential-atla-vault under attack: hostile requests, what others have put in its way, and kills."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from conftest import TIMEOUT_S
from machine import NEW, Machine, asked
from made_up_engine import LOGGED_IN, LOGIN, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"
SOMEBODY = 12345  # a user id


@pytest.fixture
def engine(made_up: MadeUpEngine) -> MadeUpEngine:
    return made_up


@pytest.fixture
def own(at_made_up: Machine) -> Machine:
    return at_made_up


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
        assert copy.read_text().endswith("password=made-up\nend\n")
        assert [*own.get(NEW)] == [0, ANSWER, ""]
    left = own.with_secrets()[0].with_name(f"{own.copies()[0].name}.0123456789abcdef.tmp")
    left.write_text("password=made-up\n")  # as one who is killed between two calls leaves it
    engine.says[READ] = answer(403)
    assert own.get(NEW).code == 1
    assert own.with_secrets() == []
