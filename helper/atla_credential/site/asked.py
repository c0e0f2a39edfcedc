"""A reply and the question that it answers: what the rules look at."""

from atla_credential.places.table import ACCESS_TOKEN_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.site.question import Question
    from atla_credential.site.reply import Reply


class Asked:
    """A reply and what it is the reply to.

    Args:
        reply: the answer.
        question: what was asked.
        secret: the token that went along, or None.
    """

    def __init__(self, reply: "Reply", question: "Question", secret: str | None) -> None:
        self.reply, self.question, self.secret = reply, question, secret

    def at(self, *products: str) -> bool:
        """Tell whether it was one of some products that was asked."""
        return self.question.product in products

    @property
    def is_bitbucket_cloud(self) -> bool:
        """Whether Bitbucket Cloud was asked."""
        return self.question.target == "bitbucket"


def refused(asked: Asked) -> str:
    """Return what a refusal means."""
    if asked.reply.is_repeat:
        return "rate-limited"
    is_access_token = asked.is_bitbucket_cloud and (asked.secret or "").startswith(ACCESS_TOKEN_START)
    return "not-judged" if is_access_token else "bad-credentials"


def login_reasons(asked: Asked) -> list[str]:
    """Return what Atlassian's login filter says, which may stand there more than once."""
    return [each.strip().upper() for each in asked.reply.field("X-Seraph-LoginReason").split(",")]
