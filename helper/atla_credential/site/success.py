"""The rules for an answer with status 200, which may be a failure all the same."""

from atla_credential.site.asked import Asked, login_reasons, refused
from atla_credential.site.named import account_of, cloud_id_of, has_version, is_private, shows_repository


def cloud_id(asked: Asked) -> str | None:
    """To the question for a cloud id: 200 with one, or 200, 401, 403 or 404 without"""
    reply = asked.reply
    if not asked.question.asks_cloud_id or reply.status not in (200, 401, 403, 404):
        return None
    return "ok" if reply.status == 200 and cloud_id_of(reply) else "no-cloud-id"


def failed_with_200(asked: Asked) -> str | None:
    """200 with AUTHENTICATED_FAILED among the login reasons (`X-Seraph-LoginReason`): a bad token, taken for none"""
    is_failure = asked.reply.status == 200 and "AUTHENTICATED_FAILED" in login_reasons(asked)
    return refused(asked) if is_failure else None


def anonymous(asked: Asked) -> str | None:
    """200 with an object of `"type": "anonymous"`"""
    found = asked.reply.object
    is_anonymous = asked.reply.status == 200 and found is not None and found.get("type") == "anonymous"
    return "anonymous" if is_anonymous else None


def bitbucket_data_center(asked: Asked) -> str | None:
    """200 of Bitbucket Data Center with a `version` in the object: with `X-AUSERNAME` an account, else nobody's"""
    if asked.reply.status != 200 or not asked.at("bitbucket") or asked.is_bitbucket_cloud:
        return None
    if not has_version(asked.reply):
        return None
    return "ok" if account_of(asked.reply, asked.question) else "no-user"


def repository(asked: Asked) -> str | None:
    """200 of a repository or workspace of Bitbucket Cloud: a token that sees private ones is known, else not judged"""
    if asked.reply.status != 200 or not shows_repository(asked.question) or asked.reply.object is None:
        return None
    return "ok" if is_private(asked.reply) else "not-judged"


def account(asked: Asked) -> str | None:
    """200 with an object that has an account in it: `accountId`, `account_id`, `userKey` or `key`"""
    return "ok" if asked.reply.status == 200 and account_of(asked.reply, asked.question) else None


def page(asked: Asked) -> str | None:
    """200 with a page"""
    return "login-page" if asked.reply.status == 200 and asked.reply.is_page else None
