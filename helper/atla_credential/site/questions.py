"""What is asked, and in which order: a row for each kind of place, beside the rows of places/table.

A row says to which profiles it applies, and yields one question after the other; each is answered with its outcome.
What it returns is the outcome that decides. Each docstring is the sentence that docs/reference/verdicts.md prints.

Every question that carries the token is at a place of the profile, as places/table has it (safety N1).
"""

from atla_credential.model import Query
from atla_credential.places import table
from atla_credential.places.instance import BITBUCKET, BITBUCKET_API, GATEWAYS, gateway_of, is_cloud, parse_instance
from atla_credential.site.question import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from atla_credential.places.instance import Instance
    from atla_credential.places.place import Place
    from atla_credential.site.outcome import Outcome
    from atla_credential.site.question import Origin, Subject

    Steps = Generator[Question, Outcome, Outcome]
    Row = Callable[[Subject, Instance], "Steps | None"]

CLOUD_PATHS = {"jira": ("rest", "api", "3", "myself"), "confluence": ("wiki", "rest", "api", "user", "current")}
OWN_PATHS = {
    "jira": ("rest", "api", "2", "myself"),
    "confluence": ("rest", "api", "user", "current"),
    "bitbucket": ("rest", "api", "1.0", "application-properties"),
}
CLOUD_ID_PATH = ("_edge", "tenant_info")
BITBUCKET_TOKEN_START = "BBDC-"  # how the HTTP access tokens of Bitbucket Data Center begin
# With these a site answers as well where a token has scopes, which works at the gateway only.
MAY_HAVE_SCOPES = ("bad-credentials", "anonymous", "no-product-access")
REFUSALS = ("bad-credentials", "anonymous", "forbidden", "no-product-access")


def cloud_with_id(subject: "Subject", instance: "Instance") -> "Steps | None":
    """Of a Cloud site whose cloud id is on record, the gateway alone is asked."""
    cloud_id = subject.profile.cloud_id
    return at_gateway(subject, instance[0], cloud_id) if is_cloud(instance[0]) and cloud_id else None


def cloud_with_bearer(subject: "Subject", instance: "Instance") -> "Steps | None":
    """Of a Cloud site with a Bearer token, the cloud id is asked for, and the gateway; the site gets no token."""
    is_bearer = is_cloud(instance[0]) and subject.profile.auth == "bearer"
    return by_cloud_id(subject, instance[0]) if is_bearer else None


def cloud(subject: "Subject", instance: "Instance") -> "Steps | None":
    """A Cloud site is asked itself; where it does not know the token, which may have scopes, the gateway is, too."""
    return at_site_then_gateway(subject, instance[0]) if is_cloud(instance[0]) else None


def gateway_s_address(subject: "Subject", instance: "Instance") -> "Steps | None":
    """An instance that is a product's address at the gateway is asked there."""
    origin, root = instance
    if origin not in GATEWAYS or root[1:2] not in (("jira",), ("confluence",)):
        return None
    return in_order([Question(origin, root + CLOUD_PATHS[root[1]], "gateway", root[1])])


def bitbucket_cloud(subject: "Subject", instance: "Instance") -> "Steps | None":
    """Of Bitbucket Cloud, its REST host is asked for the user, or for the workspace or repository of the profile."""
    if instance[0] != BITBUCKET:
        return None
    path = ("2.0", "repositories", *instance[1]) if instance[1] else ("2.0", "user")
    return in_order([Question(BITBUCKET_API, path, "bitbucket", "bitbucket")])


def any_other(subject: "Subject", instance: "Instance") -> "Steps | None":
    """Any other instance is asked as Jira, as Confluence and as Bitbucket, until one is there."""
    origin, root = instance
    if subject.profile.product:
        products = [subject.profile.product]
    else:
        products = sorted(OWN_PATHS, key=lambda each: is_foreign(each, subject.secret))
    return in_order([Question(origin, root + OWN_PATHS[each], "site", each) for each in products])


QUESTIONS: "tuple[Row, ...]" = (
    cloud_with_id,
    cloud_with_bearer,
    cloud,
    gateway_s_address,
    bitbucket_cloud,
    any_other,
)


def questions_about(subject: "Subject") -> "Steps | None":
    """Return the questions about a token: those of the first row that applies; None where there is nobody to ask."""
    instance = parse_instance(subject.profile.instance)
    if instance is None or not table.places(subject.profile):
        return None
    if is_cloud(instance[0]) and subject.profile.product == "bitbucket":
        return None  # which no Cloud site has
    return next((steps for row in QUESTIONS if (steps := row(subject, instance)) is not None), None)


def questions_for_cloud_id(origin: "Origin") -> "Steps":
    """Return the one question for a Cloud site's cloud id. Where nobody answers to it, there is no site."""
    told = yield Question(origin, CLOUD_ID_PATH, "site", None)
    return told.because("no-site") if told.status == 404 and told.reason == "no-cloud-id" else told


def place_of(subject: "Subject", question: Question) -> "Place | None":
    """Return the place of the profile where a question is asked: where there is none, no token goes (safety N1)."""
    profile = subject.profile
    if question.cloud_id:
        profile = profile.but(cloud_id=question.cloud_id)
    return table.find_place(profile, Query(question.origin, question.path))


def is_foreign(product: str, secret: str) -> bool:
    """Tell whether a token looks like another product's."""
    return secret.startswith(BITBUCKET_TOKEN_START) and product != "bitbucket"


def in_order(questions: "list[Question]") -> "Steps":
    """Ask one after the other until one is found."""
    for question in questions[:-1]:
        outcome = yield question
        if outcome.reason != "not-found":
            return outcome
    return (yield questions[-1])


def at_site_then_gateway(subject: "Subject", origin: "Origin") -> "Steps":
    """Ask a Cloud site, and if need be the gateway."""
    wanted = ("confluence",) if subject.profile.product == "confluence" else ("jira", "confluence")
    products = wanted[:1] if subject.profile.product else wanted
    found = yield from in_order([Question(origin, CLOUD_PATHS[each], "site", each) for each in products])
    if found.reason == "not-found":
        return found.because("no-site")
    if found.reason not in MAY_HAVE_SCOPES:
        return found
    at_last = yield from by_cloud_id(subject, origin)
    if at_last.reason in REFUSALS and found.reason != "bad-credentials":
        return found  # it said more than the gateway's plain refusal does
    return at_last


def by_cloud_id(subject: "Subject", origin: "Origin") -> "Steps":
    """Ask for the cloud id, and then the gateway."""
    told = yield Question(origin, CLOUD_ID_PATH, "site", None)
    if told.cloud_id is None:
        return told
    return (yield from at_gateway(subject, origin, told.cloud_id))


def at_gateway(subject: "Subject", origin: "Origin", cloud_id: str) -> "Steps":
    """Ask the gateway of a site as Jira; as Confluence where its products or the token's scopes are not Jira's."""
    product = subject.profile.product
    first, *others = [product] if product in CLOUD_PATHS else list(CLOUD_PATHS)
    found = yield gateway_question(origin, first, cloud_id)
    if others and found.reason in ("missing-scope", "not-found"):
        second = yield gateway_question(origin, others[0], cloud_id)
        if found.reason != "missing-scope" or second.reason == "ok":
            return second
    return found


def gateway_question(origin: "Origin", product: str, cloud_id: str) -> Question:
    """Return the question for a site at one product's gateway."""
    path = ("ex", product, cloud_id, *CLOUD_PATHS[product])
    return Question(gateway_of(origin), path, "gateway", product, cloud_id)
