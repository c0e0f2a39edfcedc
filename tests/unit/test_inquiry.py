"""One inquiry, and many at once: what is told of an answer, and what becomes of those that take too long; without a network."""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from atla_credential.model import Profile
from atla_credential.site import inquiry, transport
from atla_credential.site.asking import Run, ask_all
from atla_credential.site.certificates import UnusableCertificates
from atla_credential.site.deadline import Deadline
from atla_credential.site.failure import NoReply
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.outcome import Account, Outcome
from atla_credential.site.question import Question, Subject
from atla_credential.site.questions import questions_about, questions_for_cloud_id
from atla_credential.site.reply import Reply
from atla_credential.site.turns import Turns
from atla_credential.site.verdict import REASONS
from atla_credential.site.verification import Verification
from verdict_rows import CLOUD_ID

SITE = ("https", "work.atlassian.net", 443)
CLOUD = Profile("work", "https://work.atlassian.net", "you@example.com")
OWN = Profile("work", "http://localhost:8080", "", auth="bearer", product="jira")
SECRET = "made-up-canary"
BASIC = b64encode(f"you@example.com:{SECRET}".encode()).decode()
LONG_S, SHORT_S = 100, 1

Ask = Callable[..., Reply]
Answers = Callable[..., list[tuple[Question, str | None]]]


def about(profile: Profile = CLOUD) -> Inquiry:
    subject = Subject(profile, SECRET, "file")
    steps = questions_about(subject)
    assert steps is not None
    return Inquiry(steps, subject, ("x", "/nowhere"))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Return a function: answers(replies or exceptions) lets them come in turn, and returns what was asked."""
    monkeypatch.setattr(inquiry, "context_for", lambda *names: names)

    def play(*given: Reply | Exception) -> list[tuple[Question, str | None]]:
        asked: list[tuple[Question, str | None]] = []

        def ask(question: Question, header: str | None, context: object, deadline: Deadline) -> Reply:
            assert context == (("x", "/nowhere") if question.origin[0] == "https" else None)
            asked.append((question, header))
            said = given[min(len(asked), len(given)) - 1]
            if isinstance(said, Exception):
                raise said
            return said

        monkeypatch.setattr(transport, "ask", ask)
        return asked

    return play


def outcome_of(made: Inquiry) -> Outcome:
    return made.run(Deadline(LONG_S), Turns())


def test_without_an_answer(answers: Answers) -> None:
    answers(NoReply("proxy", lacks_socks=True))
    found = outcome_of(about())
    assert (found.reason, found.lacks_socks, found.status, found.question.host) == ("proxy", True, None, SITE[1])
    answers(NoReply("dns"))
    assert outcome_of(about()).lacks_socks is False


def test_certificates_that_cannot_be_used(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, path: str) -> None:
        raise UnusableCertificates(name)

    asked = answers(Reply(200, [], b'{"key": "x"}'))
    monkeypatch.setattr(inquiry, "context_for", refuse)
    made = about()
    found = outcome_of(made)
    assert (found.reason, found.certificates, made.requests, asked) == ("tls-settings", "x", 0, [])
    assert outcome_of(about(OWN)).reason == "ok"  # over http nobody looks at them


def test_they_are_read_once(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def note(*names: str) -> tuple[str, ...]:
        read.extend(names)
        return names

    asked = answers(Reply(401, []), Reply(200, [], f'{{"cloudId": "{CLOUD_ID}"}}'.encode()), Reply(401, []))
    monkeypatch.setattr(inquiry, "context_for", note)
    assert outcome_of(about()).reason == "bad-credentials"
    assert (read, len(asked)) == (["x", "/nowhere"], 3)


@pytest.mark.parametrize(("limit_s", "is_asked"), [(0, False), (-1, False), (0.9, True)])
def test_where_there_is_no_time_nobody_is_asked(limit_s: float, is_asked: bool, answers: Answers) -> None:
    asked = answers(Reply(200, [], b'{"accountId": "x"}'))
    deadline = Deadline(LONG_S)
    deadline.left_s = lambda: limit_s  # type: ignore[method-assign]
    assert about().run(deadline, Turns()).reason == ("ok" if is_asked else "timeout")
    assert bool(asked) == is_asked


@pytest.mark.parametrize("has_subject", [True, False])
def test_a_token_that_is_at_no_place_stays_here(
    has_subject: bool, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety N1, once more, should the questions ever be wrong."""
    asked = answers(Reply(200, []))
    monkeypatch.setattr(inquiry, "place_of", lambda subject, question: None)
    made = about()
    made.subject = made.subject if has_subject else None
    with pytest.raises(RuntimeError, match="at no place of its profile"):
        outcome_of(made)
    assert asked == []


@pytest.mark.parametrize("last", [429, 503])
def test_six_requests_are_the_most(last: int, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once more is asked once for each verdict: the second one that is busy has the last word."""
    pauses: list[float] = []
    monkeypatch.setattr("atla_credential.site.inquiry.time.sleep", pauses.append)
    cloud_id = Reply(200, [], f'{{"cloudId": "{CLOUD_ID}"}}'.encode())
    scope = Reply(401, [], b'{"message": "Unauthorized; scope does not match"}')
    asked = answers(
        Reply(429, []), Reply(404, []), Reply(403, [], b"{}"), cloud_id, Reply(404, []), Reply(last, []), scope
    )  # fmt: skip
    made = about()
    assert outcome_of(made).reason == {429: "rate-limited", 503: "unavailable"}[last]
    assert (len(asked), made.requests, pauses) == (6, 6, [1])
    assert [header is None for _, header in asked] == [False] * 3 + [True] + [False] * 2


def test_each_question_waits_for_its_turn(answers: Answers) -> None:
    answers(Reply(200, [], b'{"accountId": "x"}'))
    taken = []

    class Noted(Turns):
        @contextmanager
        def turn(self, host: str, deadline: Deadline) -> Iterator[None]:
            taken.append((host, deadline))
            yield

    deadline = Deadline(LONG_S)
    assert about().run(deadline, Noted()).reason == "ok"
    assert taken == [(SITE[1], deadline)]


ID = f'"cloudId": "{CLOUD_ID}"'
BUSY = [("Retry-After", "77")]
NEW = [("Location", "https://new.atlassian.net/rest/api/3/myself")]
FAR = [("Location", f"https://{'.'.join(['a' * 60] * 4)}/rest/api/3/myself")]  # a name as long as one can be


@pytest.mark.parametrize(
    ("reply", "reason", "told"),
    [
        (Reply(200, NEW, f'{{"accountId": "x", {ID}, "message": "hello"}}'.encode()), "ok", {}),
        (Reply(403, BUSY, b'{"accountId": "x", "message": "no"}'), "forbidden", {"words": "no"}),
        (Reply(429, BUSY), "rate-limited", {"retry_after_s": 77}),
        (Reply(503, BUSY), "unavailable", {}),
        (Reply(302, NEW), "moved", {"new_address": "new.atlassian.net"}),
        (Reply(302, FAR), "moved", {}),
        (Reply(302, [("Location", f"https://{SECRET}.example.com/rest/api/3/myself")]), "moved", {}),
        (Reply(302, [("Location", "https://new.atlassian.net/login")]), "login-page", {}),
        (Reply(403, [], b'{"error": {"detail": {"required": ["a", "", "made-up-canary"], "granted": ["b"]}}}'), "forbidden",
            {"missing_scopes": ["a"], "granted_scopes": ["b"], "words": None}),
    ],
)  # fmt: skip
def test_what_is_told_of_an_answer(reply: Reply, reason: str, told: dict[str, object], answers: Answers) -> None:
    answers(reply)
    found = outcome_of(about())
    assert found.reason == reason
    names = ("words", "cloud_id", "retry_after_s", "new_address", "missing_scopes", "granted_scopes")
    assert {name: value for name in names if (value := getattr(found, name)) is not None} == {
        name: value for name, value in told.items() if value is not None
    }
    assert (found.account is not None) == (reason == "ok")


@pytest.mark.parametrize("text", [SECRET, BASIC, f"Basic {BASIC}", f"{SECRET[:7]}\n{SECRET[7:]}"])
@pytest.mark.parametrize("body", ['{"message": "no", "errors": ["%s"]}', '{"message": ["%s"], "errors": ["no"]}'])
def test_words_of_which_some_hold_the_token_are_not_told(text: str, body: str, answers: Answers) -> None:
    answers(Reply(403, [], (body % text).replace("\n", '", "').encode()))
    found = outcome_of(about())
    assert (found.reason, found.words) == ("forbidden", None)


def test_the_first_word_that_says_anything_is_told(answers: Answers) -> None:
    answers(Reply(403, [], b'{"errorMessages": ["", " ", {"a": "one"}], "message": "two"}'))
    assert outcome_of(about()).words == "one"


def test_a_cloud_id_is_told_by_its_own_place_alone(answers: Answers) -> None:
    answers(Reply(200, [], f'{{"accountId": "x", {ID}}}'.encode()))
    made = about()
    assert (outcome_of(made).cloud_id, made.cloud_id) == (None, None)
    answers(Reply(401, [], f"{{{ID}}}".encode()))
    made = Inquiry(questions_for_cloud_id(SITE), None, ("x", "/nowhere"))
    assert (outcome_of(made).cloud_id, made.cloud_id, made.sends) == (None, None, "")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(404, []), "no-site"),
        (Reply(404, [("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE")]), "captcha"),
        (Reply(403, []), "no-cloud-id"),
        (Reply(302, [("Location", "/login")]), "login-page"),
    ],
)
def test_a_site_that_tells_no_cloud_id(reply: Reply, reason: str, answers: Answers) -> None:
    answers(reply)
    assert outcome_of(Inquiry(questions_for_cloud_id(SITE), None, ("x", "/nowhere"))).reason == reason


OF_THE_PRODUCT = {"captcha", "forbidden", "no-product-access", "not-judged", "no-user"}


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", [None, "confluence"])
def test_the_object_of_a_verdict(reason: str, product: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which product it was is told where it has answered itself, and nobody in front of it."""
    monkeypatch.setattr("atla_credential.site.verification.time", lambda: 1_795_939_200.9)
    made = about(CLOUD.but(product=product))
    made.requests = 3
    question = Question(SITE, ("rest",), "site", "jira")
    row = REASONS[reason]
    found = Verification(made, Outcome(reason, question, 418, account=Account("x", "Jane", "j@example.com", "jdoe")), 9)
    has_answered = row.verdict != "unknown" or reason in OF_THE_PRODUCT
    assert found.as_json() == {
        "verdict": row.verdict, "reason": reason, "message": found.message, "hint": found.hint, "retryable": row.exit_code == 5,
        "retryAfterSeconds": None, "httpStatus": 418, "host": SITE[1], "apiTarget": "site", "cloudId": None,
        "product": "jira" if has_answered else product,
        "account": {"id": "x", "name": "Jane", "email": "j@example.com", "username": "jdoe"}, "missingScopes": None,
        "grantedScopes": None, "serverMessage": None, "requests": 3, "checkedAt": "2026-11-29T08:00:00Z",
    }  # fmt: skip
    assert (found.hint is None) == (reason == "ok")


# Many at once.


class Made:
    """An inquiry that does what a test says."""

    def __init__(self, does: Callable[["Made", Deadline, Turns], Outcome]) -> None:
        self.question = Question(SITE, ("rest",), "site", "jira")
        self.subject, self.sends, self.requests, self.cloud_id = None, "", 1, None
        self.sure: Outcome | None = None
        self.does = does

    def run(self, deadline: Deadline, turns: Turns) -> Outcome:
        return self.does(self, deadline, turns)


def good(made: Made, deadline: Deadline, turns: Turns) -> Outcome:
    assert threading.current_thread().daemon  # which nobody has to wait for
    return Outcome("ok", made.question, 200)


def asked_all(*made: Made | None, limit_s: float = LONG_S, **more: float) -> list[str | None]:
    found = ask_all(cast("list[Inquiry | None]", list(made)), limit_s, lambda running: None, **more)
    return [each.reason.word if each else None for each in found]


def test_verdicts_come_in_the_order_of_the_inquiries() -> None:
    assert asked_all() == []
    assert asked_all(None, Made(good), None, Made(lambda made, *_: Outcome("dns", made.question)), all_s=LONG_S) == [
        None, "ok", None, "dns"
    ]  # fmt: skip


def test_at_most_eight_are_under_way() -> None:
    go = threading.Event()
    seen: list[int] = []

    def wait(made: Made, deadline: Deadline, turns: Turns) -> Outcome:
        go.wait(LONG_S)
        return good(made, deadline, turns)

    def waiting(running: list[Inquiry]) -> None:
        seen.append(len(running))
        go.set()

    found = ask_all(cast("list[Inquiry | None]", [Made(wait) for _ in range(20)]), LONG_S, waiting)
    assert [each and each.reason.word for each in found] == ["ok"] * 20
    assert seen[0] == max(seen) == 8


@pytest.mark.parametrize("error", [ValueError("made up"), KeyboardInterrupt()])
def test_what_goes_wrong_in_a_thread_comes_out(error: BaseException) -> None:
    def fail(*_: object) -> Outcome:
        raise error

    with pytest.raises(type(error)):
        asked_all(Made(fail))


def test_who_waits_is_woken() -> None:
    go, ended = threading.Event(), threading.Condition()

    def wait(made: Made, deadline: Deadline, turns: Turns) -> Outcome:
        go.wait(LONG_S)
        return good(made, deadline, turns)

    run = Run(cast("Inquiry", Made(wait)), LONG_S, Turns(), ended)
    with ended:
        go.set()
        assert ended.wait(LONG_S)
    assert run.is_over


def test_one_that_takes_too_long_gives_its_host_free() -> None:
    end = threading.Event()

    def hang(made: Made, deadline: Deadline, turns: Turns) -> Outcome:
        with turns.turn("a", deadline):
            end.wait(LONG_S)
        return good(made, deadline, turns)

    def wait(made: Made, deadline: Deadline, turns: Turns) -> Outcome:
        with deadline.halted():
            while not turns._asking:
                pass
        with turns.turn("a", deadline):
            return good(made, deadline, turns)

    seen: list[int] = []
    made = cast("list[Inquiry | None]", [Made(hang), Made(wait)])
    found = ask_all(made, SHORT_S, lambda running: seen.append(len(running)))
    end.set()
    assert [each and each.reason.word for each in found] == ["timeout", "ok"]
    assert 2 <= len(seen) <= 40  # meanwhile it looks now and then, and not all the time


def test_a_host_is_asked_one_thing_at_a_time() -> None:
    turns, waits, came = Turns(), threading.Event(), threading.Event()
    wait = turns._changed.wait
    turns._changed.wait = lambda *more: (waits.set(), wait(*more))[1]  # type: ignore[method-assign, func-returns-value]

    def ask() -> None:
        with turns.turn("a", Deadline(LONG_S)):
            came.set()

    asking = threading.Thread(target=ask, daemon=True)
    with turns.turn("a", Deadline(LONG_S)):
        asking.start()
        assert waits.wait(10)
        assert not came.is_set()
    assert came.wait(10)
    asking.join()


def test_what_there_is_no_time_for_at_all_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atla_credential.site.asking.time.monotonic", lambda: 100.0)
    assert asked_all(Made(good), all_s=0) == [None]
    assert asked_all(Made(good), all_s=-1) == [None]


def test_for_what_is_over_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atla_credential.site.asking.SLICE_S", LONG_S)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: thread.run())
    monkeypatch.setattr(threading.Condition, "wait", lambda *_: pytest.fail("it waits"))
    assert asked_all(Made(lambda made, *_: Outcome("ok", made.question))) == ["ok"]


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return an inquiry whose thread never comes to its end."""
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    return Run(cast("Inquiry", Made(good)), LONG_S, Turns(), threading.Condition())


def test_when_there_is_nothing_to_wait_for(under_way: Run) -> None:
    assert not under_way.is_over
    question = under_way.inquiry.question
    for name, value in (("outcome", Outcome("ok", question)), ("failure", ValueError()), ("deadline", Deadline(0))):
        before = getattr(under_way, name)
        setattr(under_way, name, value)
        assert under_way.is_over
        setattr(under_way, name, before)
    for left_s, is_over in ((0.9, False), (0, True), (-1, True)):
        under_way.deadline.left_s = lambda left_s=left_s: left_s  # type: ignore[method-assign, misc]
        assert under_way.is_over == is_over


def test_what_nobody_waits_for_any_more(under_way: Run) -> None:
    found = under_way.verification()
    assert (found.reason.word, found.message) == ("timeout", f"{SITE[1]} did not answer within {LONG_S} s")


def test_a_scope_that_is_missing_is_known_whoever_hangs_after_that(under_way: Run, answers: Answers) -> None:
    """The first gateway knows the token: what the second one does not say takes nothing from that."""
    scope = Reply(401, [("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")])
    made = about(CLOUD.but(cloud_id=CLOUD_ID))
    seen: list[Outcome | None] = []

    class Noted(Turns):
        @contextmanager
        def turn(self, host: str, deadline: Deadline) -> Iterator[None]:
            seen.append(made.sure)
            yield

    answers(scope, Reply(500, []))
    outcome = made.run(Deadline(LONG_S), Noted())
    assert (outcome.reason, seen[0], seen[1]) == ("missing-scope", None, outcome)
    under_way.inquiry.sure = outcome
    assert under_way.verification().reason.word == "missing-scope"


def test_what_is_sure_is_the_last_answer_alone(answers: Answers) -> None:
    answers(Reply(200, [], b'{"accountId": "x"}'))
    made = about()
    assert made.sure is None
    assert Verification(made, outcome_of(made), 1).reason.word == "ok"
    assert made.sure is None
