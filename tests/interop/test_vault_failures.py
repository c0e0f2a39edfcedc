"""git-credential-atla-vault and an engine that fails, refuses or says what no engine does: a made-up one, on command."""

import json
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import TIMEOUT_S
from machine import NEW, Machine, asked
from made_up_engine import LOGIN, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"
HUGE = 3 << 20  # bytes
NAME = "git-credential-atla-vault"
SOMEBODY = 12345  # a user id


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
def test_b4_no_answer(name: str, made_up: MadeUpEngine, at_made_up: Machine) -> None:
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


def own_pause(at_made_up: Machine) -> Path:
    return next(iter(at_made_up.folder.glob("*.pause")), at_made_up.folder / "none")


def test_b4_left_alone_for_a_time(made_up: MadeUpEngine, at_made_up: Machine) -> None:
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


def test_b4_without_a_folder_nothing_stands_in(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    alone = Machine({**at_made_up.variables, "XDG_RUNTIME_DIR": ""}, at_made_up.options)
    for _ in range(2):
        assert [*alone.get()] == [0, ANSWER, ""]
    assert made_up.asked() == [LOGIN, READ] * 2
    made_up.says[READ] = answer(503)
    code, answered, line = alone.get()
    assert (code, answered, line.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(("status", "code"), [(403, 1), (404, 0)])
def test_b6_a_no_is_an_answer_too(status: int, code: int, made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """Those who come while one is being told no are told the same; who comes later asks."""

    def slow(connection: socket.socket) -> None:
        time.sleep(1.5)  # the others have begun by then
        connection.sendall(answer(status, {"errors": []}))

    made_up.says[READ] = slow
    with ThreadPoolExecutor(6) as pool:
        said = [*pool.map(lambda _: at_made_up.get("--timeout=10"), range(6))]
    assert {(done.code, done.answer, done.line.count("\n")) for done in said} == {(code, "", code)}
    assert made_up.asked() == [LOGIN, READ]
    made_up.says[READ] = secret(token="made-up")
    assert [*at_made_up.get()] == [0, ANSWER, ""]


def test_b6_also_where_no_copy_is_new_enough(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """What was asked for since they began is new to everybody who waited."""

    def slow(connection: socket.socket) -> None:
        time.sleep(1)
        connection.sendall(secret(token="made-up"))

    made_up.says[READ] = slow
    with ThreadPoolExecutor(6) as pool:
        said = [*pool.map(lambda _: [*at_made_up.get(NEW, "--timeout=10")], range(6))]
    assert said == [[0, ANSWER, ""]] * 6
    assert made_up.asked().count(READ) <= 3  # one, and one for all who came while that was being told


def test_b6_who_waits_has_an_end(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """One that is stopped in the middle holds up nobody for ever."""
    at_made_up.get()
    made_up.says[READ] = lambda _: time.sleep(TIMEOUT_S)
    with subprocess.Popen(
        at_made_up.command("get", NEW, "--timeout=20"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=at_made_up.variables,
    ) as stopped:
        assert stopped.stdin
        stopped.stdin.write(asked())
        stopped.stdin.close()
        while READ not in made_up.asked():
            time.sleep(0.02)
        with ThreadPoolExecutor(3) as pool:
            said = [*pool.map(lambda _: at_made_up.get(NEW, "--timeout=0.5"), range(3))]
        stopped.kill()
    for done in said:
        assert (done.code, done.answer, done.line.count("\n")) == (0, ANSWER, 1)
