"""git-credential-atla-vault and those who wait for another one: with a made-up engine that takes its time, on command."""

import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import TIMEOUT_S
from machine import NEW, Machine, asked
from made_up_engine import LOGIN, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"


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
