"""git-credential-atla-vault where several ask: what one is told is the answer of all who began before; and what is kept."""

import io
import random
import re
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import cast

import pytest

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files.file_lock import locked
from atla_credential.vault import asking, keeping
from atla_credential.vault.asked import read_asked
from atla_credential.vault.asking import Asking
from atla_credential.vault.failure import Refused, Unreachable
from atla_credential.vault.options import Options, split
from in_process import OwnProcess
from machine import NEW, asked
from made_up_engine import LOGGED_IN, LOGIN, NO, READ, MadeUpEngine, secret
from stage import answer

ANSWER = "password=made-up\n"
Begin = Callable[..., Asking]


@pytest.fixture
def lines() -> list[str]:
    """What who began is warned of."""
    return []


@pytest.fixture
def begin(at_made_up: OwnProcess, lines: list[str]) -> Begin:
    """Return a function that begins to ask, and waits then: its `answer` may be called when others were answered."""

    def start(*more: str, **request: str) -> Asking:
        options = Options(split([*at_made_up.options, *more, "get"])[0], at_made_up.variables)
        found = read_asked(cast("io.RawIOBase", io.BytesIO(asked(**request))), options)
        assert found
        return Asking(options, found, lines.append)

    return start


def value(at_made_up: OwnProcess, key: str) -> str:
    """Return what the one copy says."""
    (copy,) = at_made_up.copies()
    return dict(line.partition("=")[::2] for line in copy.read_text().splitlines())[key]


def change(at_made_up: OwnProcess, key: str, new: object) -> None:
    """Let the one copy say something else."""
    (copy,) = at_made_up.copies()
    copy.write_text(re.sub(rf"^{key}=.*$", f"{key}={new}", copy.read_text(), flags=re.MULTILINE))


def test_b6_who_waited_has_the_answer_of_another_one(
    begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = begin(NEW)
    at_made_up.get(NEW)
    later = begin(NEW)
    made_up.asked()
    found = waited.answer()
    assert found and found.secret == "made-up"
    assert made_up.asked() == []
    assert later.answer()
    assert made_up.asked() == [READ]
    waited.began_utc = float(value(at_made_up, "fetched"))  # at the same moment
    assert waited.answer()
    assert made_up.asked() == lines == []
    with monkeypatch.context() as patched:
        moment = SimpleNamespace(time=lambda: waited.began_utc)
        patched.setattr(asking, "time", moment)
        assert waited.answer()
    assert made_up.asked() == []
    change(at_made_up, "fetched", time.time() + 100)  # by a clock that was wrong
    assert waited.answer()
    assert made_up.asked() == [READ]


def test_b5_who_waited_takes_a_copy_that_is_new_enough(
    begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    at_made_up.get()
    made_up.asked()
    assert begin("--max-age=60").answer()
    assert made_up.asked() == []


@pytest.mark.parametrize("status", [403, 404])
def test_b6_who_waited_is_told_the_same_no(
    status: int, begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    at_made_up.get()
    waited = begin(NEW)
    made_up.says[READ] = answer(status, {"errors": []})
    done = at_made_up.get(NEW)
    assert (done.code, at_made_up.copies()) == (int(status == 403), [])
    made_up.asked()
    if status == 403:
        with pytest.raises(Refused, match=" refuses the secret$"):
            waited.answer()
    else:
        assert waited.answer() is None
    assert made_up.asked() == []
    assert at_made_up.get(NEW).code == done.code
    assert made_up.asked()[-1:] == [READ]  # who comes later asks
    denials = [*at_made_up.folder.glob("*.denial")]
    assert [len(each.stem) for each in denials] == [32, 32]  # beside the copy, and for all of that secret


@pytest.mark.parametrize(
    ("refused", "how", "code"),
    [
        ({"host": "other.atlassian.net"}, {LOGIN: NO}, 1),
        ({"username": "jdoe"}, {READ: NO}, 1),
        ({"username": "jdoe"}, {READ: answer(404, {"errors": []})}, 0),
    ],
    ids=["the machine", "the secret", "there is none"],
)
def test_b3_what_was_on_its_way_when_another_one_was_told_no_is_not_kept(
    refused: dict[str, str], how: dict[str, bytes], code: int, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    """It was not there yet to be removed. Who has asked for it has it: that was before."""

    def late(connection: socket.socket) -> None:
        made_up.says.update(how)
        assert at_made_up.get(NEW, **refused).code == code
        connection.sendall(secret(token="made-up"))

    made_up.says[READ] = late
    assert [*at_made_up.get(NEW)] == [0, ANSWER, ""]
    assert at_made_up.with_secrets() == []
    made_up.says = {LOGIN: LOGGED_IN, READ: secret(token="made-up")}
    assert at_made_up.get(NEW).answer == ANSWER
    assert len(at_made_up.copies()) == 1


def test_b3_a_no_is_noted_before_anything_is_looked_for(
    made_up: MadeUpEngine, at_made_up: OwnProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after the look is not seen by it, and would not know."""
    noted: list[bool] = []
    real = keeping.drop_marked

    def look(folder: str, mark: str) -> None:
        noted.append((at_made_up.folder / f"{mark}.denial").exists())
        real(folder, mark)

    monkeypatch.setattr(asking, "drop_marked", look)
    made_up.says[READ] = NO
    assert at_made_up.get().code == 1
    assert noted == [True]


def test_b3_who_notes_the_same_no_is_not_waited_for(
    made_up: MadeUpEngine, at_made_up: OwnProcess, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LOCK_S", 0.02)
    made_up.says[LOGIN] = NO
    who = at_made_up.folder / begin().who
    with locked(f"{who}.denial"):
        assert at_made_up.get().line.endswith(" refuses the login\n")
    assert not who.with_suffix(".denial").exists()


def test_b4_the_pause_ends_when_somebody_was_reached(
    begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess, lines: list[str]
) -> None:
    made_up.says[READ] = answer(503)
    with pytest.raises(Unreachable, match=" answered with status 503$"):
        begin(NEW).answer()
    (pause,) = at_made_up.folder.glob("*.pause")
    with pytest.raises(Unreachable, match=" could not be reached, and is asked again in 1 s$"):
        begin(NEW).answer()
    made_up.says[READ] = secret(token="made-up")
    pause.write_text("until=1\npause=1\n")
    made_up.asked()
    assert begin(NEW).answer()
    assert made_up.asked() == [LOGIN, READ]
    assert not pause.exists()
    pause.write_text(f"until={time.time() + 4.5}\npause=8\n")
    pause.chmod(0o600)
    found = begin(NEW).answer()
    assert found and found.secret == "made-up"
    assert made_up.asked() == []
    assert lines == [f"{made_up.address} could not be reached, and is asked again in 5 s; the answer is a copy"]


def test_b4_a_pause_is_of_one_engine(begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    made_up.says[READ] = answer(503)
    other = made_up.address.replace("127.0.0.1", "localhost")
    for address in (made_up.address, other):
        with pytest.raises(Unreachable, match=" answered with status 503$"):
            begin(NEW, f"--address={address}").answer()
    assert len([*at_made_up.folder.glob("*.pause")]) == 2


def test_b6_a_lock_that_another_one_keeps(
    begin: Begin, at_made_up: OwnProcess, made_up: MadeUpEngine, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy stands in; and the lock is waited for a little longer than the one who has it may ask."""
    waited: list[tuple[str, float]] = []

    def alone(path: str, wait_s: float) -> AbstractContextManager[None]:
        waited.append((path, wait_s))
        raise TryAgain("another process has it")

    without = begin(NEW, "--timeout=2")
    monkeypatch.setattr(asking, "alone", alone)
    with pytest.raises(Unreachable, match="^another process has it$"):
        without.answer()
    monkeypatch.setattr(asking, "alone", lambda path, wait_s: nullcontext())
    at_made_up.get()
    monkeypatch.setattr(asking, "alone", alone)
    made_up.asked()
    found = without.answer()
    assert found and found.secret == "made-up"
    assert made_up.asked() == []
    assert lines == ["another process has it; the answer is a copy"]
    assert waited == [(without.path, 3.0)] * 2
    with pytest.raises(TryAgain):
        asking.forget(without.options, without.asked, without.folder, "made-up")
    assert waited[2:] == [(without.path, 3.0)]  # only the copy is of that secret


def test_b4_a_system_without_threads(
    begin: Begin, at_made_up: OwnProcess, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def within(limit_s: float, call: object) -> None:
        assert limit_s == 2
        raise RuntimeError("can't start new thread")

    at_made_up.get()
    monkeypatch.setattr(asking, "within", within)
    found = begin(NEW, "--timeout=2").answer()
    assert found and found.secret == "made-up"
    (line,) = lines
    assert line.endswith(" cannot be asked: the system refuses; the answer is a copy")


@pytest.mark.parametrize("stale_s", [0, 100])
def test_b4_for_how_long_a_copy_stands_in(
    stale_s: int, begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    at_made_up.get()
    made_up.says[READ] = answer(503)
    change(at_made_up, "fetched", time.time() - 50)
    waiting = begin(NEW, f"--max-stale={stale_s}")
    if stale_s:
        assert waiting.answer()
    else:
        with pytest.raises(Unreachable):
            waiting.answer()
    assert len(at_made_up.copies()) == 1


def test_b7_a_login_keeps_its_end(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    """To use it makes it live no longer."""
    before = time.time()
    at_made_up.get()
    until = float(value(at_made_up, "login_until"))
    assert before + 0.8 * 1200 <= until <= time.time() + 0.8 * 1200
    at_made_up.get(NEW)
    assert float(value(at_made_up, "login_until")) == until
    change(at_made_up, "login_until", time.time() - 1)
    made_up.says[LOGIN] = answer(200, {"auth": {"client_token": "made-up-login-2", "lease_duration": 2000}})
    made_up.asked()
    at_made_up.get(NEW)
    assert made_up.asked() == [LOGIN, READ]
    assert float(value(at_made_up, "login_until")) > until


@pytest.mark.parametrize("lease_s", [0, -5, None, "1200"])
def test_b7_a_login_of_no_known_length_is_not_kept(
    lease_s: object, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    made_up.says[LOGIN] = answer(200, {"auth": {"client_token": "made-up-login", "lease_duration": lease_s}})
    for _ in range(2):
        assert at_made_up.get(NEW).answer == ANSWER
        assert made_up.asked() == [LOGIN, READ]
    (copy,) = at_made_up.copies()
    assert "login" not in copy.read_text()


def test_b5_what_a_copy_draws(at_made_up: OwnProcess, made_up: MadeUpEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return 0.75

    monkeypatch.setattr(random, "uniform", uniform)
    at_made_up.get()
    assert (drawn, value(at_made_up, "share")) == ([(0.5, 1)], "0.75")


@pytest.mark.parametrize(
    ("wanted", "has", "is_answered"),
    [("", "", True), ("", "you", True), ("you", "you", True), ("you", "", True), ("you", "another", False)],
)
def test_b2_a_secret_of_another_user(
    wanted: str, has: str, is_answered: bool, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    made_up.says[READ] = secret(token="made-up", **({"username": has} if has else {}))
    lines = f"username={has}\n{ANSWER}" if has else ANSWER
    assert [*at_made_up.get(username=wanted)] == [0, lines if is_answered else "", ""]
    assert len(at_made_up.copies()) == int(is_answered)


def test_b1_what_cannot_be_handed_out_is_not_where_no_copy_is_kept_either(
    made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    alone = OwnProcess({**at_made_up.variables, "XDG_RUNTIME_DIR": ""}, at_made_up.options)
    for fields in ({"token": "made\nup"}, {"token": "made-up", "username": "you\x85"}):
        made_up.says[READ] = secret(**fields)
        code, answered, line = alone.get()
        assert (code, answered) == (1, "")
        assert line.endswith(": the secret has a control character and cannot be handed out; write it anew\n")
    made_up.says[READ] = answer(404, {"errors": []})
    assert [*alone.get()] == [0, "", ""]


def test_b6_who_waited_is_told_of_a_secret_that_cannot_be_handed_out(
    begin: Begin, made_up: MadeUpEngine, at_made_up: OwnProcess
) -> None:
    at_made_up.get()
    made_up.says[READ] = secret(token="made\nup")
    with pytest.raises(CredentialError, match="control character"):
        begin(NEW).answer()
    assert at_made_up.copies() == []


def test_b8_erase_knows_the_copy_by_its_password(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    for username in ("", "you"):  # who asks without a name gets it answered, and git says it afterwards
        made_up.says[READ] = secret(token="made-up", username="you")
        at_made_up.get(username=username)
        for request in (
            {"password": "another"},
            {"password": ""},
            {"password": "made-up", "host": "other.example.com"},
        ):
            assert [*at_made_up.call("erase", **request)] == [0, "", ""]
        assert [*at_made_up.call("erase", protocol="http", password="made-up")] == [0, "", ""]
        (copy,) = at_made_up.copies()
        whole = copy.read_bytes()
        copy.write_bytes(whole[:-4])  # a disk was full
        assert [*at_made_up.call("erase", username="you", password="made-up")] == [0, "", ""]
        copy.write_bytes(whole)
        assert [*at_made_up.call("erase", username="you", password="made-up")] == [0, "", ""]
        assert at_made_up.copies() == []
    at_made_up.get()
    assert [*at_made_up.call("erase", authtype="Basic", credential="made-up")] == [0, "", ""]
    assert at_made_up.copies() == []


def test_w_what_was_written_leaves_no_copy(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    made_up.says[READ] = secret(token="made-up", username="you")
    at_made_up.get()
    at_made_up.get(username="you")
    assert len(at_made_up.copies()) == 2
    assert [*at_made_up.call("store", "--write", username="you", password="made-up")] == [0, "", ""]
    assert at_made_up.copies() == []
    made_up.asked()
    for operation, options in (("store", ()), ("approve", ()), ("capability", ("--write",))):
        assert [*at_made_up.call(operation, *options, password="new")] == [0, "", ""]
    assert [*at_made_up.call("store", "--write", password="new", protocol="http")] == [0, "", ""]
    done = at_made_up.call("store", "--write")
    assert (done.code, done.line) == (1, "git-credential-atla-vault: error: the request has no token to write\n")
    assert made_up.asked() == []
