"""What an answer means: a list of rules, of which the first that fits gives the reason.

Each rule's docstring is the sentence that docs/reference/verdicts.md prints. A rule looks at a reply and its question,
and returns a word of the table of reasons, or None where it does not fit.

Source: Atlassian's documentation, and public threads on what its products answer. docs/decisions/0026-three-verdicts.md
says what was chosen where that is ambiguous.
"""

from atla_credential.site.asked import Asked, login_reasons
from atla_credential.site.redirect import Redirect
from atla_credential.site.refusal import (
    blocked,
    confluence_s_403,
    false_401,
    forbidden,
    proxy_s_401,
    refusal,
    scope_of_401,
    scope_of_403,
    wrong_scheme,
)
from atla_credential.site.success import (
    account,
    anonymous,
    bitbucket_data_center,
    cloud_id,
    failed_with_200,
    page,
    repository,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[[Asked], str | None]


def captcha(asked: Asked) -> str | None:
    """Whatever the status, CAPTCHA in `X-Authentication-Denied-Reason`, or AUTHENTICATION_DENIED in the login reason"""
    reply = asked.reply
    denied = "CAPTCHA" in reply.field("X-Authentication-Denied-Reason").upper()
    return "captcha" if denied or "AUTHENTICATION_DENIED" in login_reasons(asked) else None


def ip_not_allowed(asked: Asked) -> str | None:
    """Whatever the status, an error in JSON form that speaks of the IP address and an allowed list"""
    reply = asked.reply
    speaks = reply.says("ip address") and any(map(reply.says, ("allowed list", "allowlist", "allow list")))
    return "ip-not-allowed" if speaks else None


def redirect(asked: Asked) -> str | None:
    """3xx: from https to http; to itself; to the same path at another origin or in another context; else to sign in"""
    if not 300 <= asked.reply.status < 400:
        return None
    return Redirect(asked.reply, asked.question).reason


def gone(asked: Asked) -> str | None:
    """410, or 404 with the words `Site temporarily unavailable`"""
    is_off = asked.reply.status == 404 and asked.reply.says("site temporarily unavailable")
    return "no-site" if asked.reply.status == 410 or is_off else None


def not_found(asked: Asked) -> str | None:
    """Any other 404; of what is asked one after the other, the next one is asked"""
    if asked.reply.status != 404:
        return None
    return "not-judged" if asked.question.path[1:2] == ("repositories",) and asked.is_bitbucket_cloud else "not-found"


def busy(asked: Asked) -> str | None:
    """429"""
    return "rate-limited" if asked.reply.status == 429 else None


def unavailable(asked: Asked) -> str | None:
    """5xx"""
    return "unavailable" if 500 <= asked.reply.status < 600 else None


RULES: "tuple[Rule, ...]" = (
    captcha, ip_not_allowed, cloud_id, failed_with_200, anonymous, bitbucket_data_center, repository, account, page,
    redirect, false_401, proxy_s_401, scope_of_401, refusal, scope_of_403, blocked, wrong_scheme, confluence_s_403,
    forbidden, gone, not_found, busy, unavailable,
)  # fmt: skip


def reason_for(asked: Asked) -> str:
    """Return the reason that the first fitting rule gives; what fits none makes no sense."""
    return next((reason for rule in RULES if (reason := rule(asked))), "unreadable")
