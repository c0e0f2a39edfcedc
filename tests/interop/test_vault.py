"""git-credential-atla-vault and a real engine: OpenBao on this machine, with TLS, roles, policies and an audit log.

The clauses B1 to B11 and W are sentences in docs/reference/vault.md. What an engine does not do on command, a made-up one
does in test_vault_failures.py.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import TIMEOUT_S
from machine import NEW, PATH, Machine
from openbao import SECRET, Engine

LOGIN, READ = ("update", "auth/approle/login"), ("read", SECRET)
ANSWER = "username=you@example.com\npassword=made-up\n"
CALLERS = 20


def test_b1_one_login_and_one_read_and_nothing_else(engine: Engine, own: Machine) -> None:
    assert [*own.get()] == [0, ANSWER, ""]
    assert engine.asked() == [LOGIN, READ]
    for expires, said in (
        ("2999-01-01", 32472144000),
        ("2999-01-01T00:00:00Z", 32472144000),
        (32472144000, 32472144000),
    ):
        engine.put(token="made-up", expires=expires)
        assert own.get(NEW).answer == f"password=made-up\npassword_expiry_utc={said}\n"
    engine.put(token="made-up", expires="soon")
    assert own.get(NEW).answer == "password=made-up\n"


def test_b1_a_control_character_is_never_printed(engine: Engine, own: Machine) -> None:
    own.get()
    for fields in ({"token": "made\nup"}, {"token": "made-up", "username": "you\u2028"}):
        engine.put(**fields)
        code, answer, line = own.get(NEW)
        assert (code, answer, line.count("\n")) == (1, "", 1)
        assert "control character" in line
        assert own.copies() == []


def test_b1_by_certificate(engine: Engine, own: Machine) -> None:
    ours = engine.folder
    of_machine = (f"--client-cert={ours}/machine.pem", f"--client-key={ours}/machine.key", "--role=machine")
    assert [*own.get("--auth=cert", *of_machine)] == [0, ANSWER, ""]
    assert engine.asked() == [("update", "auth/cert/login"), READ]


def test_b1_as_a_person_who_has_logged_in(engine: Engine, own: Machine) -> None:
    token = engine.api("POST", "auth/token/create", {"policies": ["read-one-team"], "ttl": "20m"})["auth"][
        "client_token"
    ]
    (Path(own.variables["HOME"]) / ".vault-token").write_text(token + "\n")
    person = Machine({**own.variables, "VAULT_TOKEN": ""}, [PATH], own.memory)
    engine.asked()
    assert [*person.get()] == [0, ANSWER, ""]
    assert engine.asked() == [READ]
    assert token not in "".join(path.read_text() for path in person.copies())  # it stands where the person has put it
    (Path(own.variables["HOME"]) / ".vault-token").unlink()
    line = "~/.vault-token cannot be read: no such file or directory; log in with: bao login"
    assert [*person.get(NEW)] == [1, "", f"git-credential-atla-vault: error: {line}\n"]


def test_b2_not_here(engine: Engine, own: Machine) -> None:
    assert own.get().code == 0
    engine.put(other="field")
    assert [*own.get(NEW)] == [0, "", ""]
    assert own.copies() == []
    engine.put(token="made-up", username="you@example.com")
    assert own.get().answer
    engine.api("DELETE", SECRET)
    assert [*own.get(NEW)] == [0, "", ""]
    assert own.copies() == []
    engine.put(token="made-up", username="you@example.com")
    assert [*own.get(username="jdoe")] == [0, "", ""]  # it is another one's
    assert own.get(username="you@example.com").answer == ANSWER
    assert [*own.get(host="other.atlassian.net")] == [0, "", ""]


def test_b2_nobody_is_asked(engine: Engine, own: Machine) -> None:
    for request in (
        {"protocol": "http"},
        {"protocol": ""},
        {"host": ""},
        {"host": ".."},
        {"host": "a/../b"},
        {"host": "a%2fb"},
    ):
        assert [*own.get(**request)] == [0, "", ""], request
    assert [*own.get("--host=other.atlassian.net")] == [0, "", ""]
    named = own.get(f"--path={SECRET}", "--host=WORK.atlassian.net:443")
    assert named.answer == ANSWER
    engine.asked()
    for request in ({}, {"host": "github.com"}, {"protocol": ""}):
        code, answer, line = own.get(f"--path={SECRET}", **request)
        assert (code, answer, line.count("\n")) == (1, "", 1)
    assert engine.asked() == []


def test_b3_a_machine_that_is_locked_out_has_no_copy_left(engine: Engine, own: Machine, tmp_path: Path) -> None:
    own.get()
    assert len(own.copies()) == 1
    policy = engine.api("GET", "sys/policies/acl/read-one-team")["data"]["policy"]
    try:
        engine.api(
            "PUT", "sys/policies/acl/read-one-team", {"policy": 'path "secret/data/other" { capabilities = ["read"] }'}
        )
        engine.asked()
        code, answer, line = own.get(NEW)
        assert (code, answer, line.count("\n")) == (1, "", 1)
        assert engine.asked() == [READ, LOGIN, READ]  # the login that was kept may have been the reason
        assert own.copies() == []
    finally:
        engine.api("PUT", "sys/policies/acl/read-one-team", {"policy": policy})
    assert own.get().code == 0
    (tmp_path / "secret-id").write_text("00000000-0000-0000-0000-000000000000")
    wrong = Machine(own.variables, [*own.options, f"--secret-id-file={tmp_path}/secret-id"], own.memory)
    assert wrong.get().code == 1  # 400 at login
    gone = Machine(own.variables, [*own.options, f"--secret-id-file={tmp_path}/gone"], own.memory)
    assert (
        gone.get().line
        == "git-credential-atla-vault: error: --secret-id-file cannot be read: no such file or directory\n"
    )


def test_b3_a_certificate_of_another_authority(engine: Engine, own: Machine) -> None:
    own.get()
    engine.asked()
    strange = Machine({**own.variables, "BAO_CACERT": str(engine.folder / "machine.pem")}, own.options, own.memory)
    code, answer, line = strange.get(NEW)
    assert (code, answer, line.count("\n")) == (1, "", 1)
    assert "--ca-file" in line
    assert engine.asked() == []
    assert len(own.copies()) == 1  # nobody has refused anything


def test_b4_killed_and_back(engine: Engine, own: Machine) -> None:
    own.get()
    engine.kill()
    try:
        for _ in range(2):  # the second time nobody is asked
            code, answer, line = own.get(NEW)
            assert (code, answer, line.count("\n")) == (0, ANSWER, 1)
            assert "the answer is a copy" in line
        code, answer, line = own.get(NEW, "--max-stale=0")
        assert (code, answer, line.count("\n")) == (1, "", 1)
        assert own.get().line == ""  # it is fresh: nobody need be asked
    finally:
        engine.start()
    end = time.monotonic() + TIMEOUT_S
    while (said := own.get(NEW)).line and time.monotonic() < end:
        time.sleep(0.2)
    assert [*said] == [0, ANSWER, ""]


def test_b5_and_b7_a_copy_and_a_login(engine: Engine, own: Machine) -> None:
    own.get()
    engine.put(token="made-up-2", username="you@example.com")
    engine.asked()
    assert own.get().answer == ANSWER
    assert engine.asked() == []
    assert own.get(NEW).answer == ANSWER.replace("made-up", "made-up-2")
    assert engine.asked() == [READ]


def test_b6_one_of_many_asks(engine: Engine, own: Machine) -> None:
    with ThreadPoolExecutor(CALLERS) as pool:
        said = [*pool.map(lambda _: [*own.get()], range(CALLERS))]
    assert said == [[0, ANSWER, ""]] * CALLERS
    assert engine.asked() == [LOGIN, READ]


def test_b8_erase(engine: Engine, own: Machine) -> None:
    own.get()
    own.get(username="you@example.com")
    engine.put(token="made-up-2", username="you@example.com")
    engine.asked()
    assert [*own.call("erase", username="you@example.com", password="another")] == [0, "", ""]
    assert [*own.call("erase", username="you@example.com")] == [0, "", ""]
    assert own.get().answer == ANSWER
    assert [*own.call("erase", username="you@example.com", password="made-up")] == [0, "", ""]
    assert own.copies() == []  # also not as git had asked, without a name
    assert engine.asked() == []
    assert "made-up-2" in own.get().answer
