"""The situations of tests/verdict_rows.py without a network: the same answers, read from where they are written."""

import io
from http.client import HTTPException, HTTPResponse
from typing import cast

import pytest

from atla_credential.model import Profile
from atla_credential.site import transport
from atla_credential.site.deadline import Deadline
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.question import Question, Subject
from atla_credential.site.questions import questions_about, questions_for_cloud_id
from atla_credential.site.reply import Reply
from atla_credential.site.turns import Turns
from atla_credential.site.verification import Verification
from verdict_rows import CLOUD_ID, ROWS, SITE, Kind, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket


LONGEST = 64 << 10  # bytes; what is longer is none only for how long it is


class Wire:
    """What a program that speaks HTTP reads from."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.raw)


def reply_of(raw: object) -> Reply | None:
    """Read an answer; None where it is none, or takes a real wire to be what it is."""
    if not isinstance(raw, bytes) or b"Content-Encoding" in raw or len(raw) > LONGEST:
        return None
    found = HTTPResponse(cast("socket.socket", Wire(raw)))
    try:
        found.begin()
        return Reply(found.status, found.getheaders(), found.read())
    except HTTPException:
        return None


def replies_of(row: Row) -> list[Reply] | None:
    """Return the answers of a situation; None where one of them is none."""
    found = [reply_of(said) for _, said in row.script]
    is_whole = all(found) and found and not row.instance and row.shows == "good" and row.proxy == "lead"
    return cast("list[Reply]", found) if is_whole else None


READABLE = [row for row in ROWS if replies_of(row) is not None]


def profile_of(kind: Kind) -> Profile:
    helper = dict(line.split(" = ") for line in kind.helper.replace('"', "").splitlines())
    helper.pop("ca_file", None)
    return Profile("work", kind.instance, kind.email, "file", **{**helper, **kind.more})  # type: ignore[arg-type]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let nobody wait, and return for how long everybody would have."""
    found: list[float] = []
    monkeypatch.setattr("atla_credential.site.inquiry.time.sleep", found.append)
    return found


@pytest.mark.parametrize("row", READABLE, ids=lambda row: row.name)
def test_situation(row: Row, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Question, str | None]] = []

    def ask(question: Question, header: str | None, context: object, deadline: Deadline) -> Reply:
        asked.append((question, header))
        reply = reply_of(row.script[len(asked) - 1][1])
        assert reply is not None
        return reply

    monkeypatch.setattr(transport, "ask", ask)
    subject = Subject(profile_of(row.kind), f"{row.kind.start}made-up-canary", "file")
    steps = questions_about(subject)
    assert steps is not None
    inquiry = Inquiry(steps, subject, ("", ""))
    deadline = Deadline(float(row.timeout))
    found = Verification(inquiry, inquiry.run(deadline, Turns()), deadline.limit_s).as_json()
    assert found["reason"] == row.reason
    assert {key: found[key] for key in row.json} == row.json
    assert [f"{question.host}/{'/'.join(question.path)}" for question, _ in asked] == [where for where, _ in row.script]
    assert [header is None for _, header in asked] == [question.asks_cloud_id for question, _ in asked]
    assert {(header or "").partition(" ")[0] for _, header in asked} - {""} <= {"Basic", "Bearer"}
    assert found["requests"] == len(asked)
    assert len(pauses) == len(asked) - len(set(asked))


def test_most_situations_need_no_wire() -> None:
    assert len(READABLE) > 110


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "no-site"),
        (401, "no-cloud-id"),
        (403, "no-cloud-id"),
        (200, "no-cloud-id"),
        (410, "no-site"),
        (500, "unavailable"),
    ],
)
def test_a_cloud_id_that_is_not_told(status: int, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ask", lambda *_: Reply(status, []))
    inquiry = Inquiry(questions_for_cloud_id(("https", SITE, 443)), None, ("", ""))
    assert inquiry.run(Deadline(9), Turns()).reason == reason


def test_the_cloud_id_is_asked_for_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(question: Question, header: str | None, context: object, deadline: Deadline) -> Reply:
        assert (question.host, header) == (SITE, None)
        return Reply(200, [], f'{{"cloudId": "{CLOUD_ID}"}}'.encode())

    monkeypatch.setattr(transport, "ask", ask)
    inquiry = Inquiry(questions_for_cloud_id(("https", SITE, 443)), None, ("", ""))
    found = Verification(inquiry, inquiry.run(Deadline(9), Turns()), 9)
    assert (found.cloud_id, found.is_passing, inquiry.requests) == (CLOUD_ID, False, 1)
