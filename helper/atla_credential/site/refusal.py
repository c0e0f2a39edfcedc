"""The rules for 401 and 403: who refuses, and whether that is for the token."""

import re

from atla_credential.places.instance import is_cloud
from atla_credential.site.asked import Asked, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.site.reply import Reply

TO_SIGN_IN = {"negotiate", "ntlm"}  # what a proxy in front of a site offers, and no token can answer


def false_401(asked: Asked) -> str | None:
    """401 to the second try after a 429, which says nothing of the token"""
    return "rate-limited" if asked.reply.status == 401 and asked.reply.is_repeat else None


def proxy_s_401(asked: Asked) -> str | None:
    """401 that offers Negotiate or NTLM, and nothing else"""
    challenges = re.sub(r'"[^"]*"', "", asked.reply.field("WWW-Authenticate")).split(",")
    schemes = {part.split()[0].lower() for part in challenges if part.strip() and "=" not in part.split()[0]}
    return "login-page" if asked.reply.status == 401 and schemes and schemes <= TO_SIGN_IN else None


def scope_of_401(asked: Asked) -> str | None:
    """401 with the words `scope does not match`, or FAILURE_CLIENT_SCOPE_CHECK in `X-Failure-Category`"""
    reply = asked.reply
    category = "FAILURE_CLIENT_SCOPE_CHECK" in reply.field("X-Failure-Category")
    return "missing-scope" if reply.status == 401 and (category or reply.says("scope does not match")) else None


def refusal(asked: Asked) -> str | None:
    """Any other 401; of Bitbucket Cloud to an access token it is no judgement"""
    return refused(asked) if asked.reply.status == 401 else None


def scope_of_403(asked: Asked) -> str | None:
    """403 of Bitbucket Cloud whose object has `error.detail.granted`"""
    is_told = asked.reply.status == 403 and asked.is_bitbucket_cloud and scopes_of(asked.reply, "granted") is not None
    return "missing-scope" if is_told else None


def blocked(asked: Asked) -> str | None:
    """403 that is not JSON"""
    return "blocked" if asked.reply.status == 403 and asked.reply.object is None else None


def wrong_scheme(asked: Asked) -> str | None:
    """403 with the words `Basic Authentication has been disabled` or `Connect Session Auth Token`"""
    texts = ("basic authentication has been disabled", "connect session auth token")
    return "wrong-scheme" if asked.reply.status == 403 and any(map(asked.reply.says, texts)) else None


def confluence_s_403(asked: Asked) -> str | None:
    """403 of Confluence at a Cloud site, which does not tell a bad token from an account without access"""
    is_site = asked.at("confluence") and is_cloud(asked.question.origin)
    return "no-product-access" if asked.reply.status == 403 and is_site else None


def forbidden(asked: Asked) -> str | None:
    """Any other 403"""
    return "forbidden" if asked.reply.status == 403 else None


def scopes_of(reply: "Reply", which: str) -> list[str] | None:
    """Return the scopes that Bitbucket says are `required` or `granted`, or None where it does not say."""
    error = (reply.object or {}).get("error")
    detail = error.get("detail") if isinstance(error, dict) else None
    found = detail.get(which) if isinstance(detail, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else None
