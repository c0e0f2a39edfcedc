"""git-credential-atla-vault: who may say no, and what is gone then; and what no pause and no folder can do about it."""

import os
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest

from machine import NEW, Machine
from made_up_engine import LOGGED_IN, LOGIN, READ, MadeUpEngine, secret
from stage import answer, certificate, listen, write_authority

ANSWER = "password=made-up\n"
PERSON, OTHER = "you@example.com", "other.atlassian.net"
READ_OTHER = READ.replace("work.atlassian.net", OTHER)
ALERT = b"\x15\x03\x03\x00\x02\x02\x31"  # of TLS: fatal, access denied


@pytest.fixture
def busy(made_up: MadeUpEngine, at_made_up: Machine) -> Machine:
    """A machine with three copies: of one secret as git asks for it and as it says that it worked, and of another one."""
    made_up.says[READ_OTHER] = secret(token="made-up-other")
    for request in ({}, {"username": PERSON}, {"host": OTHER}):
        assert at_made_up.get(**request).code == 0
    made_up.asked()
    return at_made_up


def log_out(machine: Machine) -> None:
    """Let no login be kept."""
    for copy in machine.copies():
        copy.write_text(copy.read_text().replace("\nlogin_until=", "\nlogin_until=0\nwas="))


@pytest.mark.parametrize("how", ["the engine", "no file"])
def test_b3_who_is_locked_out_has_no_copy_left_of_anything(
    how: str, made_up: MadeUpEngine, busy: Machine, tmp_path: Path
) -> None:
    """Nor what a writer that was killed has left of one. Another role's copies are its own."""
    log_out(busy)
    made_up.says["POST /v1/auth/other/login"] = LOGGED_IN
    assert busy.get("--auth-mount=other").code == 0
    left = busy.copies()[0].with_name("0" * 32 + ".0123456789abcdef.tmp")
    left.write_bytes(next(path for path in busy.copies() if "-other" in path.read_text()).read_bytes()[:-5])
    left.chmod(0o600)
    if how == "the engine":
        made_up.says[LOGIN] = answer(400, {"errors": ["invalid role or secret ID"]})
    else:
        (tmp_path / "secret-id").unlink()
    assert busy.get(NEW).code == 1
    assert len(busy.with_secrets()) == 1
    assert busy.get("--auth-mount=other").answer == ANSWER
    made_up.says = {}  # and then it cannot be reached at all
    for request in ({}, {"username": PERSON}, {"host": OTHER}):
        assert busy.get(**request).answer == ""


@pytest.mark.parametrize(("status", "code"), [(403, 1), (404, 0)])
def test_b3_a_secret_that_is_refused_is_so_under_every_name(
    status: int, code: int, made_up: MadeUpEngine, busy: Machine
) -> None:
    made_up.says[READ] = answer(status, {"errors": []})
    assert [*busy.get(NEW, username=PERSON)][:2] == [code, ""]
    assert ["-other" in copy.read_text() for copy in busy.copies()] == [True]


def test_b2_another_ones_is_no_reason_to_forget(made_up: MadeUpEngine, busy: Machine) -> None:
    made_up.says[READ] = secret(token="made-up", username=PERSON)
    assert [*busy.get(NEW, username="jdoe")] == [0, "", ""]
    assert len(busy.copies()) == 3


def test_b8_a_rejected_one_goes_under_every_name(made_up: MadeUpEngine, busy: Machine) -> None:
    """Also the copy of a name that git did not say; and none of another secret."""
    assert [*busy.call("erase", password="made-up")] == [0, "", ""]
    assert ["-other" in copy.read_text() for copy in busy.copies()] == [True]
    for request in ({}, {"username": PERSON}):
        assert busy.get(**request).answer == ANSWER
    made_up.says[READ] = secret(token="made-up-2")
    assert [*busy.call("store", "--write", password="made-up-2")] == [0, "", ""]
    assert ["-other" in copy.read_text() for copy in busy.copies()] == [True]


@pytest.mark.parametrize(("where", "status"), [(READ, 403), (READ, 404), (LOGIN, 400), (LOGIN, 403), (LOGIN, 404)])
def test_b4_a_no_of_what_stands_before_the_engine(
    where: str, status: int, made_up: MadeUpEngine, busy: Machine
) -> None:
    """As a balancer says it that has lost its engines. The engine's own is in JSON."""
    log_out(busy)
    made_up.says[where] = answer(status, b"<html>no such page</html>")
    code, answered, line = busy.get(NEW)
    assert (code, answered, line.count("\n")) == (0, ANSWER, 1)
    assert f"answered with status {status}; the answer is a copy" in line
    assert len(busy.copies()) == 3


def test_b4_a_question_that_is_none_is_no_outage(made_up: MadeUpEngine, busy: Machine) -> None:
    """Nobody else waits because one asks what cannot be answered."""
    for said in (answer(400, {"errors": ["made-up-words"]}), answer(200, {"data": {"token": "of version 1"}})):
        made_up.says[READ] = said
        assert busy.get(NEW).line.endswith("; the answer is a copy\n")
        assert [*busy.get(NEW, host=OTHER)] == [0, "password=made-up-other\n", ""]
    made_up.asked()
    by_name = Machine(busy.variables, [*busy.options, "--path=secret/data/{host}/{username}"], busy.memory)
    assert [*by_name.get(username="u" * 40000)] == [0, "", ""]
    assert made_up.asked() == []


def test_b4_a_connection_that_is_closed_without_a_word(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    made_up.says[LOGIN] = LOGGED_IN.replace(b"Connection: close\r\n", b"")
    assert [*at_made_up.get()] == [0, ANSWER, ""]
    assert made_up.asked() == [LOGIN, READ]


def test_b7_how_long_a_login_may_be_said_to_last(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    for lasts, is_kept in (("1" + "0" * 400, True), ("-1" + "0" * 400, False), ('"1200"', False), ("null", False)):
        auth = f'{{"auth": {{"client_token": "made-up-login", "lease_duration": {lasts}}}}}'
        made_up.says[LOGIN] = answer(200, auth)
        assert [*at_made_up.get(NEW)] == [0, ANSWER, ""]
        (copy,) = at_made_up.copies()
        assert ("made-up-login" in copy.read_text()) is is_kept
        copy.unlink()


@pytest.mark.parametrize("said", ["in the clear", "by the engine"])
def test_b3_who_says_that_our_certificate_is_not_good(said: str, at_made_up: Machine, tmp_path: Path) -> None:
    """Before it has shown who it is, anybody on the way can say so, and nothing may be forgotten for it."""
    context = certificate("good", tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3

    def serve(connection: socket.socket) -> None:
        if said == "in the clear":
            connection.recv(1 << 16)
            connection.sendall(ALERT)
            return
        with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
            with suppress(ssl.SSLError):
                secured.do_handshake()
            time.sleep(1)  # what is sent to a closed connection fails before anything that it has said is read

    with listen(socket.AF_INET, serve) as port:
        at = (f"--address=https://localhost:{port}", f"--ca-file={write_authority(tmp_path)}")
        code, answered, line = at_made_up.get(*at)
    assert (code, answered) == (1, "")
    words = "does not take the certificate" if said == "by the engine" else "makes no encrypted connection"
    assert words in line


@pytest.mark.parametrize("end", ["/", "/.", "//./"])
def test_b10_a_folder_that_is_a_link_under_another_name(end: str, at_made_up: Machine, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert [*at_made_up.get(f"--cache-dir={tmp_path}/link{end}")] == [0, ANSWER, ""]
    assert [*(tmp_path / "elsewhere").iterdir()] == []
    assert at_made_up.get(f"--cache-dir={tmp_path}/elsewhere{end}").answer == ANSWER
    assert [*(tmp_path / "elsewhere").iterdir()] != []


def test_b6_where_something_else_has_the_name_of_a_lock(made_up: MadeUpEngine, at_made_up: Machine) -> None:
    """The answer matters, and not that it is asked for once."""
    at_made_up.get()
    made_up.says[READ] = answer(503)
    at_made_up.get(NEW)
    locks = [*at_made_up.folder.glob("*.lock")]
    assert len(locks) == 2
    for lock in locks:
        lock.unlink()
        os.mkfifo(lock, 0o600)
    assert at_made_up.get(NEW).answer == ANSWER
