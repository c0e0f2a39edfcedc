"""The verdict on a token, and what led to it: the object `verification` of the JSON forms."""

from time import time

from atla_credential.errors import CredentialError
from atla_credential.formats.json import iso_time
from atla_credential.site.about import About
from atla_credential.site.verdict import REASONS, REJECTED, UNKNOWN, VERIFIED
from atla_credential.system import TRY_AGAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.site.inquiry import Inquiry
    from atla_credential.site.outcome import Account, Outcome

# Reasons without a verdict that only the product itself can give: anybody in front of it can give the others.
OF_THE_PRODUCT = ("captcha", "forbidden", "no-product-access", "not-judged", "no-user")


class NotVerified(CredentialError):
    """A command wanted a token that the site recognises, and this is none as far as it says.

    Args:
        found: what it said.
        consequence: what therefore did not happen, or stays as it is.
        hints: what to do next, beside what the verdict says.
    """

    def __init__(self, found: "Verification", consequence: str, *hints: str) -> None:
        super().__init__(f"{found.message}; {consequence}", *filter(None, [found.hint]), *hints)
        self.kind, self.exit_code = found.reason.verdict, found.reason.exit_code
        self.verification = found.as_json()


class Verification:
    """A verdict.

    Args:
        inquiry: what was asked.
        outcome: what decided.
        limit_s: how long it might have taken.
    """

    def __init__(self, inquiry: "Inquiry", outcome: "Outcome", limit_s: float) -> None:
        self.reason, self.outcome = REASONS[outcome.reason], outcome
        about = About(inquiry.subject, outcome, limit_s, inquiry.sends, self.is_rejected)
        self.message = self.reason.message_for(about)
        self.hint = self.reason.step_for(about) or None
        self.as_whom = about.as_whom
        self.requests, self.cloud_id = inquiry.requests, inquiry.cloud_id
        self.target = inquiry.question.target
        has_answered = self.reason.verdict != UNKNOWN or outcome.reason in OF_THE_PRODUCT
        self.product = outcome.question.product if has_answered else None
        if self.product is None and inquiry.subject is not None:
            self.product = inquiry.subject.profile.product
        self.checked_utc = int(time())

    @property
    def is_verified(self) -> bool:
        """Whether the site has recognised the token."""
        return self.reason.verdict == VERIFIED

    @property
    def is_rejected(self) -> bool:
        """Whether who judges tokens there has refused it."""
        return self.reason.verdict == REJECTED

    @property
    def account(self) -> "Account | None":
        """Who the site says that we are, where it said so."""
        return self.outcome.account

    @property
    def is_passing(self) -> bool:
        """Whether another try may bring more."""
        return self.reason.exit_code == TRY_AGAIN

    def as_json(self) -> "dict[str, Any]":
        """Return it as an object of the JSON form. Every key is always there."""
        outcome = self.outcome
        return {
            "verdict": self.reason.verdict,
            "reason": self.reason.word,
            "message": self.message,
            "hint": self.hint,
            "retryable": self.is_passing,
            "retryAfterSeconds": outcome.retry_after_s,
            "httpStatus": outcome.status,
            "host": outcome.question.host,
            "apiTarget": self.target,
            "cloudId": self.cloud_id,
            "product": self.product,
            "account": outcome.account.as_json() if outcome.account else None,
            "missingScopes": outcome.missing_scopes,
            "grantedScopes": outcome.granted_scopes,
            "serverMessage": outcome.words,
            "requests": self.requests,
            "checkedAt": iso_time(self.checked_utc),
        }
