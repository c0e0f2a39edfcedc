"""git-credential-atla-vault and what an engine may answer on command: refusals, odd secrets, every way to log in, nonsense."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from in_process import OwnProcess
from machine import NEW
from made_up_engine import LOGGED_IN, LOGIN, NO, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"
HUGE = 3 << 20  # bytes
NAME = "git-credential-atla-vault"


@pytest.mark.parametrize(
    ("where", "status"), [(READ, 403), (READ, 401), (LOGIN, 400), (LOGIN, 401), (LOGIN, 403), (LOGIN, 404)]
)
def test_b3_refused(where: str, status: int, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    at_made_up.get()
    made_up.says[where] = answer(status, {"errors": ["made-up-words"]})
    if where == LOGIN:
        made_up.says[READ] = NO  # so that a new login is needed
    made_up.asked()
    code, answered, line = at_made_up.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert "refuses the" in line and "made-up" not in line
    assert made_up.asked() == ([READ, LOGIN, READ] if where == READ else [READ, LOGIN])
    assert at_made_up.copies() == []


def test_b7_a_kept_login_that_is_refused_leads_to_one_new_login(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
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
def test_b1_a_token_that_cannot_be_handed_out(token: str, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    at_made_up.get()
    made_up.says[READ] = secret(token=token)
    code, answered, line = at_made_up.get(NEW)
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert at_made_up.copies() == []


def test_b5_each_copy_draws_its_own_age(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    drawn = set[float]()
    for _ in range(6):
        at_made_up.get(NEW)
        drawn |= {
            float(line[6:]) for line in at_made_up.copies()[0].read_text().splitlines() if line.startswith("share=")
        }
    assert len(drawn) == 6
    assert all(0.5 <= share <= 1 for share in drawn)


def test_w_somebody_else_was_faster(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    write = READ.replace("GET", "POST")
    for said, line in (
        (
            answer(400, {"errors": ["check-and-set parameter did not match the current version"]}),
            "somebody else has written",
        ),
        (answer(400, {"errors": ["made-up-words"]}), "status 400"),
        (answer(204), "another token than the one that was written"),
        (answer(503), "status 503"),
        (answer(503, {"errors": ["check-and-set parameter did not match the current version"]}), "status 503"),
    ):
        made_up.says[write] = said
        made_up.asked()
        done = at_made_up.call("store", "--write", password="made-up-2")
        assert (done.code, done.answer, done.line.count("\n")) == (1, "", 1)
        assert line in done.line
        assert "made-up" not in done.line
        assert made_up.asked() == [LOGIN, READ, write, *([READ] if said == answer(204) else [])]
        assert made_up.bodies[2] == {"options": {"cas": 3}, "data": {"token": "made-up-2"}}


def test_b1_what_each_method_sends(made_up: MadeUpEngine, at_made_up: OwnProcess, tmp_path: Path) -> None:
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


def test_b3_what_proves_who_it_is_cannot_be_sent(made_up: MadeUpEngine, at_made_up: OwnProcess, tmp_path: Path) -> None:
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
def test_b4_a_login_that_is_none(auth: object, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    made_up.says[LOGIN] = answer(200, {"auth": auth})
    code, answered, line = at_made_up.get()
    assert (code, answered, line.count("\n")) == (1, "", 1)
    assert line.endswith(" answered with what is no answer\n")
    assert made_up.asked() == [LOGIN]
    assert not [*at_made_up.folder.glob("*.pause")]  # who logs in otherwise need not wait


def test_b3_a_new_login_that_is_refused_the_secret_is_no_reason_for_another(
    made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    made_up.says[READ] = NO
    assert at_made_up.get().code == 1
    assert made_up.asked() == [LOGIN, READ]


def test_b4_a_login_with_a_status_of_no_login(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    made_up.says[LOGIN] = LOGGED_IN.replace(b" 200 ", b" 500 ")
    assert at_made_up.get().line.endswith(" answered with status 500\n")
    assert made_up.asked() == [LOGIN]


def test_b1_a_person_s_token_is_sent_as_it_is_and_not_kept(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    person = OwnProcess({**at_made_up.variables, "BAO_TOKEN": "made-up-own"}, at_made_up.options[:1], at_made_up.memory)
    for _ in range(2):
        assert person.get(NEW).answer == ANSWER
        assert made_up.asked() == [READ]
        assert "X-Vault-Token: made-up-own" in made_up.heads[-1].split("\r\n")
    (copy,) = person.copies()
    assert "made-up-own" not in copy.read_text()


@pytest.mark.parametrize("status", [200, 204])
def test_w_it_is_there(status: int, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    write = READ.replace("GET", "POST")

    def take(connection: socket.socket) -> None:
        made_up.says[READ] = secret(token="made-up-2")
        connection.sendall(answer(status, b"" if status == 204 else {"data": {"version": 4}}))

    made_up.says[write] = take
    assert [*at_made_up.call("store", "--write", password="made-up-2")] == [0, "", ""]
    assert made_up.asked() == [LOGIN, READ, write, READ]


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ({"username": ""}, ""),
        ({"username": 5}, ""),
        ({"username": None}, ""),
        ({"expires": "2090-03-01"}, "password_expiry_utc=3792009600\n"),
        ({"expires": 5}, "password_expiry_utc=5\n"),
        ({"expire": "2090-03-01"}, ""),
    ],
)
def test_b1_what_stands_beside_the_token(
    fields: dict[str, object], more: str, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    made_up.says[READ] = secret(token="made-up", **fields)
    assert [*at_made_up.get()] == [0, ANSWER + more, ""]


@pytest.mark.parametrize(("metadata", "version"), [({}, 0), ({"version": "3"}, 0), ({"version": 7}, 7), (None, 0)])
def test_w_the_version_that_is_followed(
    metadata: object, version: int, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    made_up.says[READ] = answer(200, {"data": {"data": {"token": "made-up"}, "metadata": metadata}})
    made_up.says[READ.replace("GET", "POST")] = answer(204)
    at_made_up.call("store", "--write", password="made-up-2")
    assert made_up.bodies[2] == {"options": {"cas": version}, "data": {"token": "made-up-2"}}


@pytest.mark.parametrize("token", ["", 5, None, ["made-up"]])
def test_b2_a_field_that_holds_no_text(token: object, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    at_made_up.get()
    made_up.says[READ] = secret(token=token)
    assert [*at_made_up.get(NEW)] == [0, "", ""]
    assert at_made_up.copies() == []


def drip(connection: socket.socket) -> None:
    """Send a head that never ends, a byte at a time: no time for a single byte would notice."""
    connection.sendall(b"HTTP/1.1 200 made up\r\nX: ")
    for _ in range(100):
        time.sleep(0.1)
        connection.sendall(b"x")


def huge(connection: socket.socket) -> None:
    """Send a good answer with a lot of white space behind it."""
    body = json.dumps({"data": {"data": {"token": "made-up-2"}}}).encode() + b" " * HUGE
    connection.sendall(f"HTTP/1.1 200 made up\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def huge_head(connection: socket.socket) -> None:
    """Send a good answer with long lines before it."""
    lines = b"".join(b"X-%d: " % number + b"x" * 60000 + b"\r\n" for number in range(2))
    connection.sendall(secret(token="made-up-2").replace(b"\r\n", b"\r\n" + lines, 1))


def cut(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 made up\r\nContent-Length: 99\r\n\r\n{")


NO_ANSWER: dict[str, bytes | Callable[[socket.socket], None]] = {
    **{f"status {code}": answer(code, {"errors": ["made-up-words"]}) for code in (500, 502, 503, 429, 412, 472, 473)},
    "a secret with status 500": answer(500, {"data": {"data": {"token": "made-up-2"}}}),
    "a redirect": answer(307, b"", "Location: http://127.0.0.1:1/v1/secret"),
    "no JSON": answer(200, b"{made-up-words"),
    "deep JSON": answer(200, b"[" * 100000),
    "another version of the store": answer(200, {"data": {"token": "made-up"}}),
    "no HTTP": b"made-up-words\r\n\r\n",
    "nothing": b"",
    "cut off": cut,
    "a huge body": huge,
    "a huge head": huge_head,
    "drips": drip,
}


WORDS = {
    "a redirect": " leads elsewhere with status 307, which is not followed",
    "no JSON": " answered with no secret of a KV engine",
    "deep JSON": " answered with no secret of a KV engine",
    "another version of the store": " answered with no secret of a KV engine",
    "no HTTP": " gave an answer that is none",
    "nothing": " ",  # an empty connection, or one that is reset
    "cut off": " gave an answer that is none",
    "a huge body": " gave an answer that is too long",
    "a huge head": " gave an answer that is none",
    "drips": " did not answer within 0.5 s",
}


@pytest.mark.parametrize("name", NO_ANSWER)
def test_b4_no_answer(name: str, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    assert [*at_made_up.get()] == [0, ANSWER, ""]
    made_up.says[READ] = NO_ANSWER[name]
    for options, code, said in (((), 0, ANSWER), (("--max-stale=0",), 1, "")):
        made_up.asked()
        own_pause(at_made_up).unlink(missing_ok=True)
        began = time.monotonic()
        done = at_made_up.get(NEW, "--timeout=0.5" if name == "drips" else "--timeout=3", *options)
        assert (done.code, done.answer, done.line.count("\n")) == (code, said, 1)
        assert done.line.startswith(f"{NAME}: {'error' if code else 'warning'}: {made_up.address} ")
        assert "made-up" not in done.line
        assert WORDS.get(name, " answered with status ") in done.line
        assert made_up.asked() == [READ]  # with the login that was kept
        assert time.monotonic() - began < 5
    assert len(at_made_up.copies()) == 1


def own_pause(at_made_up: OwnProcess) -> Path:
    return next(iter(at_made_up.folder.glob("*.pause")), at_made_up.folder / "none")


def test_b4_left_alone_for_a_time(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    """All callers of this machine leave it alone, also those who want another secret."""
    at_made_up.get()
    made_up.says = {}
    made_up.says[READ] = answer(503)
    made_up.asked()
    assert at_made_up.get(NEW).code == 0
    other = at_made_up.get(host="other.example.com")
    assert (other.code, other.answer) == (1, "")
    assert "is asked again in 1 s" in other.line
    assert at_made_up.get(NEW).code == 0
    assert made_up.asked() == [READ]


def test_b4_without_a_folder_nothing_stands_in(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    alone = OwnProcess({**at_made_up.variables, "XDG_RUNTIME_DIR": ""}, at_made_up.options)
    for _ in range(2):
        assert [*alone.get()] == [0, ANSWER, ""]
    assert made_up.asked() == [LOGIN, READ] * 2
    made_up.says[READ] = answer(503)
    code, answered, line = alone.get()
    assert (code, answered, line.count("\n")) == (1, "", 1)
