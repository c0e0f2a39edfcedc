"""git-credential-atla-vault under attack: what others can see of it, and kills. What needs no program is among tests/unit."""

import signal
import socket
import subprocess
import time
from pathlib import Path

from conftest import TIMEOUT_S
from machine import NEW, Machine, asked
from made_up_engine import LOGGED_IN, NO, READ, MadeUpEngine, secret

ANSWER = "password=made-up\n"


def test_b10_private_and_under_a_name_that_tells_nothing(
    made_up: MadeUpEngine, at_made_up: Machine, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["sh", "-c", f"umask 0777; exec {' '.join(at_made_up.command('get'))}"], input=asked(), capture_output=True, env=at_made_up.variables,
        check=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    assert done.stdout.decode() == ANSWER
    assert at_made_up.folder.stat().st_mode & 0o777 == 0o700
    (copy,) = at_made_up.copies()
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in at_made_up.folder.iterdir())
    assert len(copy.name) == 32 and set(copy.name) <= set("0123456789abcdef")
    at_made_up.get()
    (tmp_path / "other-id").write_text("made-up")
    for options in (
        ["--namespace=team"], ["--field=other"], ["--role=other"], [f"--secret-id-file={tmp_path}/other-id"], ["--auth-mount=other"],
    ):  # fmt: skip
        made_up.says["POST /v1/auth/other/login"] = LOGGED_IN
        made_up.says[READ] = secret(token="made-up", other="made-up")
        made_up.asked()
        assert at_made_up.get(*options).code == 0
        assert READ in made_up.asked(), options
    assert len(at_made_up.copies()) == 6


def test_b11_no_secret_anywhere_but_in_the_copy(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """What proves who we are is sent without the white space around it, and stands nowhere."""
    seen = list[str]()
    process = -1

    def look(connection: socket.socket) -> None:
        seen.append(Path(f"/proc/{process}/cmdline").read_text() + Path(f"/proc/{process}/environ").read_text())
        connection.sendall(secret(token="made-up"))

    made_up.says[READ] = look
    with subprocess.Popen(
        at_made_up.command("get"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=at_made_up.variables
    ) as started:
        process = started.pid
        assert started.communicate(asked(), TIMEOUT_S)[0].decode() == ANSWER
    assert len(seen) == 1 and "made-up" not in seen[0]
    assert made_up.bodies[0] == {"role_id": "made-up-role-id", "secret_id": "made-up-secret-id"}
    kept = {path: path.read_text() for path in at_made_up.folder.iterdir()}
    assert not any("made-up-role-id" in text or "made-up-secret-id" in text for text in kept.values())
    assert [path for path, text in kept.items() if "made-up" in text] == at_made_up.copies()


def test_b6_killed_at_any_moment(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """No copy is broken by it, and no lock stays: the next one is answered at once."""
    at_made_up.get()
    for number in range(16):
        with subprocess.Popen(
            at_made_up.command("get", NEW), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=at_made_up.variables
        ) as started:
            assert started.stdin
            started.stdin.write(asked())
            started.stdin.close()
            time.sleep(0.004 * number)
            started.send_signal(signal.SIGKILL)
        (copy,) = at_made_up.copies()
        assert copy.read_text().endswith("password=made-up\nend\n")
        assert [*at_made_up.get(NEW)] == [0, ANSWER, ""]
    left = at_made_up.with_secrets()[0].with_name(f"{at_made_up.copies()[0].name}.0123456789abcdef.tmp")
    left.write_text("password=made-up\n")  # as one who is killed between two calls leaves it
    made_up.says[READ] = NO
    assert at_made_up.get(NEW).code == 1
    assert at_made_up.with_secrets() == []
