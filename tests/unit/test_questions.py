"""What is asked of whom, in which order, whatever is answered; without a network."""

from collections.abc import Iterator
from itertools import product

import pytest

from atla_credential.model import Profile
from atla_credential.places import table
from atla_credential.places.instance import GATEWAYS, SERVICES, parse_instance
from atla_credential.settings.config import PRODUCTS
from atla_credential.site.outcome import Outcome
from atla_credential.site.question import Question, Subject
from atla_credential.site.questions import QUESTIONS, gateway_s_address, place_of, questions_about
from atla_credential.site.verdict import REASONS, REJECTED, UNKNOWN, VERIFIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.places.instance import Instance

CLOUD_ID = "11111111-2222-3333-4444-555555555555"
PROFILES = {
    "a Cloud site": Profile("work", "https://work.atlassian.net", "you@example.com"),
    "its Jira": Profile("work", "https://work.atlassian.net", "you@example.com", product="jira"),
    "its Confluence": Profile("work", "https://work.atlassian.net", "you@example.com", product="confluence"),
    "one with a cloud id": Profile("work", "https://work.atlassian.net", "you@example.com", cloud_id=CLOUD_ID),
    "a service account": Profile("work", "https://work.atlassian.net", "", auth="bearer"),
    "one with a cloud id, too": Profile("work", "https://work.atlassian.net", "", auth="bearer", cloud_id=CLOUD_ID),
    "the gateway": Profile("work", f"https://api.atlassian.com/ex/confluence/{CLOUD_ID}", "you@example.com"),
    "a Government site": Profile("work", "https://work.atlassian-us-gov-mod.net", "you@example.com"),
    "its gateway": Profile("work", "https://work.atlassian-us-gov-mod.net", "", auth="bearer", cloud_id=CLOUD_ID),
    "Bitbucket": Profile("work", "https://bitbucket.org", "you@example.com"),
    "a repository": Profile("work", "https://bitbucket.org/team/repo", "you@example.com"),
    "one's own": Profile("work", "https://jira.example.com:8443/tracker", "", auth="bearer"),
    "one's own Bitbucket": Profile("work", "https://git.example.com", "", auth="bearer", product="bitbucket"),
    "one's own with a cloud id": Profile("work", "https://jira.example.com", "", auth="bearer", cloud_id=CLOUD_ID),
    "one without encryption": Profile("work", "http://localhost:8080", "", auth="bearer"),
}
MOST = {
    "a Cloud site": 5,
    "a Government site": 5,
    "its Jira": 3,
    "its Confluence": 3,
    "a service account": 3,
}  # requests; 3 elsewhere
TOKEN = "made-up"


def ask(profile: Profile, answers: tuple[str, ...], secret: str = TOKEN) -> tuple[list[Question], Outcome]:
    """Ask, and answer with these reasons, the last one over and over."""
    subject = Subject(profile, secret, "file")
    steps = questions_about(subject)
    assert steps is not None
    asked = [next(steps)]
    while True:
        reason = answers[min(len(asked), len(answers)) - 1]
        if asked[-1].asks_cloud_id and REASONS[reason].verdict != UNKNOWN and reason != "ok":
            reason = "no-cloud-id"  # see test_answer: nothing else can come of this question
        is_told = asked[-1].asks_cloud_id and reason == "ok"
        outcome = Outcome(reason, asked[-1], 200, cloud_id=CLOUD_ID if is_told else None)
        try:
            asked.append(steps.send(outcome))
        except StopIteration as end:
            return asked, end.value


INTERESTING = (
    "ok",
    "bad-credentials",
    "anonymous",
    "no-product-access",
    "missing-scope",
    "not-found",
    "no-cloud-id",
    "timeout",
    "forbidden",
)


def answers_for(kind: str) -> Iterator[tuple[str, ...]]:
    """Yield all that can be answered to as many questions as there can be; the last one is answered as that before it."""
    return product(INTERESTING, repeat=MOST.get(kind, 3) - 1)


@pytest.mark.parametrize("kind", PROFILES)
def test_every_question_with_the_token_is_at_a_place_of_its_profile(kind: str) -> None:
    """Safety N1: an address that no other program would get the token for is not asked with it either."""
    profile = PROFILES[kind]
    for answers in answers_for(kind):
        asked, _ = ask(profile, answers)
        assert len(asked) <= MOST.get(kind, 3)
        assert sum(not question.asks_cloud_id for question in asked) <= 4
        for question in asked:
            if question.asks_cloud_id:
                assert (question.origin, ()) == parse_instance(profile.instance)
            else:
                known = profile.but(cloud_id=CLOUD_ID) if profile.instance.endswith(".net") else profile
                assert question.origin in {place.origin for place in table.places(known)}
                assert place_of(Subject(profile, "made-up", "file"), question) is not None
                assert question.product in PRODUCTS
                assert kind != "the gateway" or question.product == "confluence"


@pytest.mark.parametrize("kind", PROFILES)
def test_nobody_is_asked_twice(kind: str) -> None:
    for answers in answers_for(kind):
        asked, decided = ask(PROFILES[kind], answers)
        places = [(question.origin, question.path) for question in asked]
        assert len(places) == len(set(places))
        assert (decided.question.origin, decided.question.path) in places


@pytest.mark.parametrize("kind", PROFILES)
def test_a_verdict_is_somebody_s_word(kind: str) -> None:
    """Verified only where somebody has known the token, rejected only where everybody who was asked about it refused."""
    for answers in answers_for(kind):
        asked, decided = ask(PROFILES[kind], answers)
        said = [
            answers[min(number, len(answers) - 1)]
            for number, question in enumerate(asked)
            if not question.asks_cloud_id
        ]
        verdict = REASONS[decided.reason].verdict
        if verdict == VERIFIED:
            assert {"ok", "missing-scope"} & set(said)
        if verdict == REJECTED:
            refusals = ("bad-credentials", "anonymous", "no-product-access", "not-found", "forbidden")
            assert set(said) <= {*refusals}, answers
        if "ok" in said:
            assert verdict == VERIFIED


@pytest.mark.parametrize(
    ("said_by_site", "said_by_gateway", "decides"),
    [
        *((site, gateway, "the site") for site in ("anonymous", "no-product-access") for gateway in ("bad-credentials", "anonymous", "forbidden", "no-product-access")),
        *((site, gateway, "the gateway") for site in ("anonymous", "no-product-access", "bad-credentials") for gateway in ("ok", "timeout", "missing-scope", "rate-limited", "not-found")),
        *(("bad-credentials", gateway, "the gateway") for gateway in ("bad-credentials", "anonymous", "forbidden", "no-product-access")),
    ],
)  # fmt: skip
def test_who_decides(said_by_site: str, said_by_gateway: str, decides: str) -> None:
    asked, decided = ask(PROFILES["its Confluence"], (said_by_site, "ok", said_by_gateway))
    assert [each.target for each in asked] == ["site", "site", "gateway"]
    assert (decided.question is asked[0]) == (decides == "the site")
    assert decided.reason == (said_by_site if decides == "the site" else said_by_gateway)


def test_each_cloud_has_its_own_gateway() -> None:
    for name, host in (("a Cloud site", "api.atlassian.com"), ("a Government site", "api.atlassian-us-gov-mod.com")):
        asked, _ = ask(PROFILES[name], ("bad-credentials", "ok", "ok"))
        assert [each.host for each in asked if each.target == "gateway"] == [host]


def test_elsewhere_no_token_goes() -> None:
    subject = Subject(PROFILES["a Cloud site"], "made-up", "file")
    for origin, path in (
        (("https", "evil.atlassian.net", 443), ("rest", "api", "3", "myself")),
        (("http", "work.atlassian.net", 80), ("rest", "api", "3", "myself")),
        (("https", "work.atlassian.net", 8443), ("rest", "api", "3", "myself")),
        (GATEWAYS[0], ("ex", "jira", "another", "rest", "api", "3", "myself")),
    ):
        assert place_of(subject, Question(origin, path, "site", "jira")) is None
    at_gateway = Question(GATEWAYS[0], ("ex", "jira", CLOUD_ID, "rest"), "gateway", "jira", "another")
    assert place_of(subject, at_gateway) is None
    known = Subject(PROFILES["one with a cloud id"], "made-up", "file")
    for cloud_id in (None, CLOUD_ID):
        assert place_of(known, Question(GATEWAYS[0], at_gateway.path, "gateway", "jira", cloud_id)) is not None
    assert place_of(known, at_gateway) is None


@pytest.mark.parametrize("kind", PROFILES)
def test_a_service_is_never_asked(kind: str) -> None:
    """Though a `get` gives the token for it: a refusal there says nothing that could be told of the token."""
    for service in SERVICES:
        question = Question(service, (), "site", "jira")
        assert place_of(Subject(PROFILES[kind], "made-up", "file"), question) is None


def test_what_cannot_be_asked() -> None:
    for profile in (
        Profile("work", "work.atlassian.net", "you@example.com"),
        Profile("work", "https://work.atlassian.net", "you@example.com", product="bitbucket"),
        Profile("work", "https://api.bitbucket.org", "you@example.com"),
        Profile("work", "https://api.atlassian.com", "you@example.com"),
    ):
        assert questions_about(Subject(profile, "made-up", "file")) is None


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("a Cloud site", "cloud"), ("one with a cloud id", "cloud_with_id"), ("a service account", "cloud_with_bearer"),
        ("one with a cloud id, too", "cloud_with_id"), ("the gateway", "gateway_s_address"), ("Bitbucket", "bitbucket_cloud"),
        ("one's own", "any_other"), ("one's own with a cloud id", "any_other"),
    ],
)  # fmt: skip
def test_which_row_applies(kind: str, row: str) -> None:
    profile = PROFILES[kind]
    subject = Subject(profile, "made-up", "file")
    instance = parse_instance(profile.instance)
    assert instance is not None
    assert next(each for each in QUESTIONS if each(subject, instance) is not None).__name__ == row


def test_the_order_of_one_s_own() -> None:
    for secret, order in (
        ("made-up", ["jira", "confluence", "bitbucket"]),
        ("BBDC-made-up", ["bitbucket", "jira", "confluence"]),
        ("BBDCmade-up", ["jira", "confluence", "bitbucket"]),
    ):
        asked, decided = ask(PROFILES["one's own"], ("not-found",), secret)
        assert [question.product for question in asked] == order
        assert decided.reason == "not-found"


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_is_asked_about_as_that_one_alone(product: str) -> None:
    asked, decided = ask(PROFILES["one's own"].but(product=product), ("not-found",), "BBDC-made-up")
    assert ([question.product for question in asked], decided.reason) == ([product], "not-found")


@pytest.mark.parametrize(
    ("instance", "applies"),
    [
        ((GATEWAYS[0], ("ex", "jira", "x")), True),
        ((GATEWAYS[1], ("ex", "confluence", "x")), True),
        ((GATEWAYS[0], ("ex", "bitbucket", "x")), False),
        ((("https", "jira.example.com", 443), ("ex", "jira", "x")), False),
        ((("https", "jira.example.com", 443), ()), False),
    ],
)
def test_what_is_an_address_at_the_gateway(instance: "Instance", applies: bool) -> None:
    subject = Subject(PROFILES["the gateway"], TOKEN, "file")
    assert (gateway_s_address(subject, instance) is not None) == applies


def test_nothing_that_holds_a_secret_prints_it() -> None:
    assert "made-up" not in repr(Subject(PROFILES["Bitbucket"], "made-up", "file"))
