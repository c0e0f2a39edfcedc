"""git-credential-atla-vault and what an engine may answer on command: refusals, odd secrets, every way to log in."""

import time
from pathlib import Path

import pytest

from machine import NEW, Machine
from made_up_engine import LOGGED_IN, LOGIN, NO, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"


@pytest.mark.parametrize(("where", "status"), [(READ, 403), (LOGIN, 400), (LOGIN, 403)])
def test_b3_refused(where: str, status: int, made_up: MadeUpEngine, at_made_up: Machine) -> None:
    at_made_up.get()
    made_up.says[where] = answer(status, {"errors": ["made-up-words"]})
    made_up.says[READ] = NO  # so that a new login is needed
    made_up.asked()
    code, answered, line = at_made_up.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert "refuses the" in line and "made-up" not in line
    assert made_up.asked() == ([READ, LOGIN, READ] if where == READ else [READ, LOGIN])
    assert at_made_up.copies() == []


def test_b7_a_kept_login_that_is_refused_leads_to_one_new_login(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    at_made_up.get()
    made_up.says[READ] = lambda connection: connection.sendall(
        secret(token="made-up-2") if "made-up-login-2" in made_up.heads[-1] else NO
    )
    made_up.says[LOGIN] = LOGGED_IN.replace(b"made-up-login", b"made-up-login-2").replace(b": 58", b": 60")
    made_up.says[LOGIN] = answer(200, {"auth": {"client_token": "made-up-login-2", "lease_duration": 1}})
    made_up.asked()
    assert at_made_up.get(NEW).answer == "password=made-up-2\n"
    assert made_up.asked() == [READ, LOGIN, READ]
    time.sleep(0.9)  # more than 80 % of its life
    assert at_made_up.get(NEW).answer == "password=made-up-2\n"
    assert made_up.asked() == [LOGIN, READ]


@pytest.mark.parametrize("token", ["made\nup", "made\rup", "made\0up", "made\x85up", "made\u2028up", "\ud800"])
def test_b1_a_token_that_cannot_be_handed_out(token: str, made_up: MadeUpEngine, at_made_up: Machine) -> None:
    at_made_up.get()
    made_up.says[READ] = secret(token=token)
    code, answered, line = at_made_up.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert at_made_up.copies() == []


def test_b5_each_copy_draws_its_own_age(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    drawn = set[float]()
    for _ in range(6):
        at_made_up.get(NEW)
        drawn |= {
            float(line[6:]) for line in at_made_up.copies()[0].read_text().splitlines() if line.startswith("share=")
        }
    assert len(drawn) == 6
    assert all(0.5 <= share <= 1 for share in drawn)


def test_w_somebody_else_was_faster(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    write = READ.replace("GET", "POST")
    for said, line in (
        (
            answer(400, {"errors": ["check-and-set parameter did not match the current version"]}),
            "somebody else has written",
        ),
        (answer(400, {"errors": ["made-up-words"]}), "status 400"),
        (answer(204), "another token than the one that was written"),
        (answer(503), "status 503"),
    ):
        made_up.says[write] = said
        made_up.asked()
        done = at_made_up.call("store", "--write", password="made-up-2")
        assert (done.code, done.answer, done.line.count("\n")) == (1, "", 1)
        assert line in done.line
        assert "made-up" not in done.line
        assert made_up.asked() == [LOGIN, READ, write, *([READ] if said == answer(204) else [])]
        assert made_up.bodies[2] == {"options": {"cas": 3}, "data": {"token": "made-up-2"}}


def test_b1_what_each_method_sends(made_up: MadeUpEngine, at_made_up: Machine, tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("made.up.jwt\n")
    jwt = f"--jwt-file={tmp_path}/jwt"
    for options, mount, sent in (
        (["--auth=jwt", jwt], "jwt", {"jwt": "made.up.jwt"}),
        (
            ["--auth=jwt", "--auth-mount=/ci/pipelines/", "--role=build", jwt],
            "ci/pipelines",
            {"role": "build", "jwt": "made.up.jwt"},
        ),
        (["--auth=kubernetes", "--role=build", jwt], "kubernetes", {"role": "build", "jwt": "made.up.jwt"}),
        ([f"--role-id-file={tmp_path}/role-id", "--secret-id-file="], "approle", {"role_id": "made-up-role-id"}),
    ):
        made_up.says[f"POST /v1/auth/{mount}/login"] = LOGGED_IN
        made_up.bodies.clear()
        assert at_made_up.get(*options, "--namespace=team/größe").answer == ANSWER
        assert made_up.bodies == [sent, None]
        assert f"X-Vault-Namespace: {'team/größe'.encode().decode('latin-1')}\r" in made_up.heads[-1] + "\r"
        assert "X-Vault-Token: made-up-login" in made_up.heads[-1]


def test_b3_what_proves_who_it_is_cannot_be_sent(made_up: MadeUpEngine, at_made_up: Machine, tmp_path: Path) -> None:
    at_made_up.get()
    made_up.asked()
    made_up.says[READ] = NO
    for content in (b"", b" \n", b"made\nup", b"made-\xff", b"made-up" * 20000):
        (tmp_path / "secret-id").write_bytes(content)
        code, answered, line = at_made_up.get(NEW)
        assert (code, answered, line.count("\n")) == (1, "", 1)
        assert "--secret-id-file" in line and "made" not in line
        assert at_made_up.copies() == []
    assert made_up.asked() == [READ]  # once, with the login that was kept
    (tmp_path / "secret-id").unlink()
    (tmp_path / "secret-id").mkdir()
    assert "no regular file" in at_made_up.get(NEW).line
    unread = at_made_up.get("--client-cert=/there/is/none", "--address=https://127.0.0.1:1")
    assert (unread.code, unread.line.count("\n")) == (1, 1)
    assert "--client-cert" in unread.line
    assert at_made_up.get("--ca-file=/there/is/none", "--address=https://127.0.0.1:1").line.endswith(
        "--ca-file has no certificates that can be read\n"
    )


@pytest.mark.parametrize(
    "auth",
    [{"client_token": "made\nup"}, {"client_token": ""}, {"client_token": 1}, {"client_token": "ü"}, {}, None, "x"],
)
def test_b4_a_login_that_is_none(auth: object, made_up: MadeUpEngine, at_made_up: Machine) -> None:
    made_up.says[LOGIN] = answer(200, {"auth": auth})
    code, answered, line = at_made_up.get()
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert line.endswith(" answered with what is no answer\n")
    assert made_up.asked() == [LOGIN]
    assert not [*at_made_up.folder.glob("*.pause")]  # who logs in otherwise need not wait
