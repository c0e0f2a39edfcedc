"""Who an answer says that we are, and which cloud id it tells."""

import re
from urllib.parse import unquote

from atla_credential.site.outcome import Account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.site.question import Question
    from atla_credential.site.reply import Reply

CLOUD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
# Where the products put what they know of an account; the first that is there is taken.
IDS = ("accountId", "account_id", "userKey", "key")
NAMES = ("displayName", "display_name", "publicName")
EMAILS = ("emailAddress", "email")
USERNAMES = ("username", "name")


def account_of(reply: "Reply", question: "Question") -> Account | None:
    """Return the account that an answer is about, or None."""
    if question.product == "bitbucket" and question.target == "site":
        name = unquote(reply.field("X-AUSERNAME")).strip() if has_version(reply) else ""
        return Account(name, username=name) if name else None
    found = None if shows_repository(question) else reply.object
    if found is None or (account_id := text_in(found, IDS)) is None:
        return None
    return Account(account_id, text_in(found, NAMES), text_in(found, EMAILS), text_in(found, USERNAMES))


def shows_repository(question: "Question") -> bool:
    """Tell whether a question is answered with a repository, or a workspace's: nobody's account is named there."""
    return question.target == "bitbucket" and question.path[1:2] == ("repositories",)


def has_version(reply: "Reply") -> bool:
    """Tell whether an answer has a version in it, as Bitbucket's has: a page to sign in may name a user, too."""
    return isinstance((reply.object or {}).get("version"), str)


def text_in(found: "dict[str, Any]", keys: tuple[str, ...]) -> str | None:
    """Return the first text that stands under one of some keys, or None."""
    return next((value for key in keys if isinstance(value := found.get(key), str) and value), None)


def cloud_id_of(reply: "Reply") -> str | None:
    """Return the cloud id that an answer tells, or None. Nothing else of an answer ever becomes part of an address."""
    found = (reply.object or {}).get("cloudId")
    return found if isinstance(found, str) and CLOUD_ID.fullmatch(found) else None


def is_private(reply: "Reply") -> bool:
    """Tell whether Bitbucket shows something that is not public: a repository, or one of a workspace's."""
    found = reply.object or {}
    values = found.get("values")
    listed = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    return any(each.get("is_private") is True for each in (found, *listed))
