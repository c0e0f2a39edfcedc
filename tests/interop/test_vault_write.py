"""git-credential-atla-vault --write at a real engine, and the helper behind a profile, as the manual shows it."""

import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

from conftest import TIMEOUT_S, Run
from machine import NEW, Machine, asked
from openbao import ROOT, SECRET, Engine
from other_helpers import FULL, WHO, get

WHOSE = "you@example.com"
ANSWER = f"username={WHOSE}\npassword=made-up\n"
READ, WRITE = ("read", SECRET), ("update", SECRET)
LOGIN = ("update", "auth/approle/login")
With = Callable[..., Machine]


def fields(engine: Engine) -> dict[str, object]:
    found: dict[str, object] = engine.api("GET", SECRET)["data"]["data"]
    return found


def test_w_a_new_token_beside_what_else_is_there(engine: Engine, with_role: With) -> None:
    engine.put(token="made-up", username=WHOSE, expires="2999-01-01", note="ask the team")
    rotator = with_role("rotator")
    assert rotator.get().code == 0
    engine.asked()
    done = rotator.call("store", "--write", username=WHOSE, password="made-up-2", password_expiry_utc="32503680000")
    assert [*done] == [0, "", ""]
    assert engine.asked() == [LOGIN, READ, WRITE, READ]
    assert fields(engine) == {
        "token": "made-up-2",
        "username": WHOSE,
        "expires": "3000-01-01T00:00:00Z",
        "note": "ask the team",
    }
    assert rotator.copies() == []
    assert rotator.get().answer == f"username={WHOSE}\npassword=made-up-2\npassword_expiry_utc=32503680000\n"
    assert [*rotator.call("store", "--write", username=WHOSE, password="made-up-3")] == [0, "", ""]
    assert fields(engine) == {"token": "made-up-3", "username": WHOSE, "note": "ask the team"}


def test_w_the_same_token_writes_nothing(engine: Engine, with_role: With) -> None:
    assert [*with_role("rotator").call("store", "--write", username=WHOSE, password="made-up")] == [0, "", ""]
    assert engine.asked() == [LOGIN, READ]


def test_w_the_first_one_and_one_after_a_removal(engine: Engine, with_role: With) -> None:
    rotator = with_role("rotator")
    for _ in range(2):
        engine.api("DELETE", SECRET)
        assert rotator.call("store", "--write", username=WHOSE, password="made-up").code == 0
        assert fields(engine) == {"token": "made-up", "username": WHOSE}
    assert rotator.call("store", "--write", host="new.example.com", password="made-up").code == 0
    assert rotator.get(host="new.example.com").answer == "password=made-up\n"


def test_w_who_may_only_read_writes_nothing(engine: Engine, own: Machine) -> None:
    code, answer, line = own.call("store", "--write", username=WHOSE, password="made-up-2")
    assert (code, answer, line.count("\n")) == (1, "", 1)
    assert "made-up" not in line
    assert fields(engine)["token"] == "made-up"


def test_w_nothing_to_write(engine: Engine, with_role: With) -> None:
    rotator = with_role("rotator")
    assert rotator.call("store", "--write", username=WHOSE).code == 1
    assert [*rotator.call("store", "--write", "--host=other.example.com", password="made-up-2")] == [0, "", ""]
    assert engine.asked() == []


def test_the_helper_of_the_manual(
    engine: Engine, own: Machine, helpers: Callable[..., Path], run: Run, variables: dict[str, str]
) -> None:
    page = (ROOT / "docs" / "how-to" / "other-helpers.md").read_text(encoding="utf-8")
    (listed,) = [block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "atla-vault" in block]
    listed = listed.replace("https://vault.example.com:8200", engine.address)
    for name in ("role-id", "secret-id"):
        listed = listed.replace(f"/etc/atla-vault/{name}", f"{engine.folder}/machine/{name}")
    helpers(*tomllib.loads(listed)["helper"]["helpers"])
    variables.update({name: own.variables[name] for name in ("XDG_RUNTIME_DIR", "BAO_CACERT")})
    assert get(run) == (0, WHO + b"password=made-up\n", "")
    assert get(run) == (0, WHO + b"password=made-up\n", "")
    assert engine.asked() == [LOGIN, READ]
    assert run("store", stdin=FULL % b"made-up").returncode == 0
    engine.put(token="made-up-2", username=WHOSE)
    assert run("erase", stdin=FULL % b"made-up").returncode == 0
    assert get(run) == (0, WHO + b"password=made-up-2\n", "")
    assert fields(engine)["token"] == "made-up-2"
    engine.api("DELETE", SECRET)
    assert get(run, XDG_RUNTIME_DIR="")[0] == 3  # it has none, which is no failure


def test_it_is_no_secret_of_the_machine_s(engine: Engine, own: Machine) -> None:
    """What git sends to standard input is not repeated, whatever goes wrong (safety P7)."""
    for said in (own.call("get", NEW, password="made-up-9"), own.call("get", "--auth=none", password="made-up-9")):
        assert "made-up-9" not in said.line + said.answer
    assert asked().endswith(b"\n\n")


def test_b8_git_s_reject_and_then_fill(engine: Engine, own: Machine) -> None:
    helper = f"!{shlex.join(own.command('get')[:-1])}"
    git = ["git", "-c", "credential.helper=", "-c", f"credential.helper={helper}", "credential"]

    def call(word: str, request: bytes) -> str:
        done = subprocess.run(
            [*git, word], input=request, capture_output=True, env=own.variables, check=True, timeout=TIMEOUT_S
        )
        return done.stdout.decode()

    filled = call("fill", asked())
    assert ANSWER in filled
    engine.put(token="made-up-2", username="you@example.com")
    call("reject", filled.encode())
    assert "password=made-up-2\n" in call("fill", asked())


def test_b9_nothing_is_stored(engine: Engine, own: Machine) -> None:
    for operation in ("store", "capability", "unheard-of"):
        assert [*own.call(operation, username="you@example.com", password="made-up-2")] == [0, "", ""]
    assert engine.asked() == []
    assert not own.folder.exists()
