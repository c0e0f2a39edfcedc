"""A profile whose token a secret engine has: a person rotates it with one command, and `doctor` looks for the engine."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

from asking import profile
from conftest import Run, snapshot
from machine import Machine
from made_up_engine import MadeUpEngine
from openbao import SECRET, Engine, free_port
from other_helpers import SITE, get
from stage import Heard, Stage, answer
from verdict_rows import BAD, ID, JANE, JIRA_GATEWAY, MYSELF, PLAIN_401, TENANT

OLD, NEW = "made-up", "made-up-2"
LOGIN, READ, WRITE = ("update", "auth/approle/login"), ("read", SECRET), ("update", SECRET)
REFUSED = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)]
With = Callable[..., Machine]


def entry_of(own: Machine, *more: str) -> str:
    """Return how a machine's helper stands in a list of helpers."""
    options = (f"--address={own.variables['BAO_ADDR']}", *own.command("get", *more)[1:-1])
    return " ".join(["atla-vault", *options])


def rotates(own: Machine, files: Callable[..., Path], variables: dict[str, str], *more: str) -> None:
    """Make a profile whose token this helper alone has, as somebody who may rotate it does."""
    variables.update({name: own.variables[name] for name in ("XDG_RUNTIME_DIR", "BAO_CACERT")})
    helper = f"[helper]\nhelpers = ['{entry_of(own, *more)}']\n[profiles.work]\nstorage = \"helper\"\n"
    files(config=profile("work", SITE), helper=helper)


def rotate(run: Run, *more: str) -> tuple[int, str, str]:
    done = run("rotate", "work", "--token-stdin", *more, stdin=NEW.encode())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def fields(engine: Engine) -> tuple[dict[str, object], int]:
    """Return the secret, and the number of its version."""
    found = engine.api("GET", SECRET)["data"]
    return found["data"], found["metadata"]["version"]


def test_rotate_asks_the_site_writes_and_reads_back(
    engine: Engine, with_role: With, files: Callable[..., Path], run: Run, variables: dict[str, str],
    set_stage: Callable[..., Stage],
) -> None:  # fmt: skip
    engine.put(token=OLD, username="you@example.com", note="ask the team")
    made = set_stage([(MYSELF, JANE)])
    rotates(with_role("rotator"), files, variables, "--write")
    assert get(run)[1] == b"username=you@example.com\npassword=made-up\n"
    engine.asked()
    code, shown, said = rotate(run, "--expires", "2090-02-02")
    place, whom = "helper 1 of helper.toml", "verified as Jane Doe (you@example.com)"
    assert shown.splitlines()[0] == f'rotated: profile "work", new token in {place}, {whom}'
    assert (code, "does not keep" in said, len(made.heard)) == (0, False, 1)
    asked = engine.asked()
    assert asked[-6:] == [LOGIN, READ, WRITE, READ, LOGIN, READ]  # the last two for us, whom it tells what it has now
    assert set(asked[:-6]) == {READ}  # what is there before, and once more after the site was asked
    wanted = {"token": NEW, "username": "you@example.com", "note": "ask the team", "expires": "2090-02-02T00:00:00Z"}
    assert fields(engine)[0] == wanted
    assert b"password=made-up-2\npassword_expiry_utc=" in get(run)[1]


def test_a_token_that_the_site_refuses_is_not_written(
    engine: Engine, with_role: With, files: Callable[..., Path], run: Run, variables: dict[str, str], home: Path,
    set_stage: Callable[..., Stage],
) -> None:  # fmt: skip
    set_stage(REFUSED)
    rotates(with_role("rotator"), files, variables, "--write")
    before, kept = fields(engine), snapshot(home / ".config")
    code, shown, said = rotate(run)
    assert (code, shown) == (3, "")
    assert "; the old token stays" in said
    assert (fields(engine), snapshot(home / ".config")) == (before, kept)


def test_two_who_rotate_at_once_lose_no_token(
    engine: Engine, with_role: With, files: Callable[..., Path], run: Run, variables: dict[str, str],
    set_stage: Callable[..., Stage],
) -> None:  # fmt: skip
    def meanwhile(connection: socket.socket, heard: Heard) -> None:
        engine.put(token="made-up-3", username="you@example.com")
        connection.sendall(JANE)

    set_stage([(MYSELF, meanwhile)])
    rotates(with_role("rotator"), files, variables, "--write")
    code, shown, _ = rotate(run)
    assert (code, shown) == (5, "")
    assert fields(engine)[0]["token"] == "made-up-3"


def test_who_may_only_read_is_told_so(
    engine: Engine, own: Machine, files: Callable[..., Path], run: Run, variables: dict[str, str],
    set_stage: Callable[..., Stage],
) -> None:  # fmt: skip
    set_stage([(MYSELF, JANE), (MYSELF, JANE)])
    before = fields(engine)
    for more, said in ((["--write"], "refuses the secret"), ([], "still gives the old one")):
        rotates(own, files, variables, *more)
        code, shown, lines = rotate(run)
        assert (code in (1, 5), shown) == (True, "")
        assert said in lines
        assert NEW not in lines
    assert fields(engine) == before


def test_doctor_looks_for_the_engine(
    engine: Engine, own: Machine, files: Callable[..., Path], run: Run, variables: dict[str, str]
) -> None:
    """It asks for no login and no secret, and says which engine is none."""
    nowhere = f"https://127.0.0.1:{free_port()}"
    variables["XDG_RUNTIME_DIR"] = own.variables["XDG_RUNTIME_DIR"]
    trusting = entry_of(own, f"--ca-file={engine.authority}")
    entries = [trusting, trusting, entry_of(own), entry_of(own, f"--address={nowhere}")]
    files(config="schema_version = 2\n", helper=f"[helper]\nhelpers = {entries}\n")
    done = run("doctor", "--network", "--json")
    found = [each for each in json.loads(done.stdout)["findings"] if each["text"].startswith("helper ")]
    assert [(each["text"], each["wrong"]) for each in found] == [
        (f"helper 1 in helper.toml reaches {engine.address}", False),
        (
            f"helper 3 in helper.toml: the certificate of {engine.address} is not good: name its authority with --ca-file",
            True,
        ),
        (f"helper 4 in helper.toml: {nowhere} cannot be reached: connection refused", True),
    ]
    assert done.returncode == 1
    assert engine.asked() == []


def test_doctor_takes_no_balancer_for_the_engine(
    made_up: MadeUpEngine, at_made_up: Machine, files: Callable[..., Path], run: Run
) -> None:
    files(config="schema_version = 2\n", helper=f"[helper]\nhelpers = {[entry_of(at_made_up)]}\n")
    page = "answers with status {}, and not as an engine does"
    for said, words in (
        (answer(503, b"<html>no engine left</html>"), page.format(503)),
        (answer(200, b"<html>log in first</html>"), page.format(200)),
        (answer(503, {"sealed": True}), "is sealed"),
    ):
        made_up.says["GET /v1/sys/health"] = said
        assert f"helper 1 in helper.toml: {made_up.address} {words}\n" in run("doctor", "--network").stdout.decode()
