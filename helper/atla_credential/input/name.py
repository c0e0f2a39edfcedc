"""Texts that a person gives: which of them would break a secret's key, a file or a terminal."""

import re

from atla_credential.errors import UsageError
from atla_credential.input.token_shape import kind_of
from atla_credential.model import Profile
from atla_credential.places.instance import is_cloud, parse_instance
from atla_credential.text import has_unfit, is_name, is_surrogate

CLOUD_ID = "([A-Za-z0-9]+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # some sites' begins with DUMMY-
LEAVE_OUT = "leave it out there; login asks for the token by itself"


def check_texts(profile: Profile, is_there: bool = False) -> None:
    """Refuse texts that would break the secret's key, a file or a terminal. Raises UsageError.

    Args:
        is_there: whether there is a profile of this name, which another program may have made.
    """
    texts = {
        "the profile's name": profile.name,
        "the e-mail": profile.email,
        "the user name": profile.username or "",
        "the cloud id": profile.cloud_id or "",
    }
    for what, text in texts.items():
        a_text(what, text)
    if profile.name.startswith("-") and not is_there:
        raise UsageError("the profile's name begins with a -, as options do")
    if profile.email:
        an_email(profile.email)
    parsed = parse_instance(profile.instance)
    if profile.cloud_id and (parsed is None or not is_cloud(parsed[0])):
        raise UsageError("only a Cloud site has a cloud id", "a Data Center token works at its own address")


def a_text(what: str, text: str) -> str:
    """Return a text that harms no key, no file and no terminal, and gives away no token. Raises UsageError."""
    if has_unfit(text) or text != text.strip():
        raise UsageError(f"{what} has a control character, or white space at an end")
    if any(map(is_surrogate, text)):
        raise UsageError(f"{what} is not valid UTF-8")
    if "|" in text:
        raise UsageError(f"{what} has a |, which separates the parts of a secret's key")
    if not is_name(text) and kind_of(text) is not None:
        raise UsageError(f"{what} looks like a token", LEAVE_OUT)
    return text


def a_cloud_id(text: str) -> str:
    """Return a cloud id. Raises UsageError."""
    if not re.fullmatch(CLOUD_ID, text):
        raise UsageError("this is not a cloud id", "it looks like 11111111-2222-3333-4444-555555555555")
    return text


def an_email(text: str) -> str:
    """Return an e-mail. Raises UsageError."""
    a_text("the e-mail", text)
    if "@" not in text:
        raise UsageError("the e-mail has no @", "a Data Center user name is given with --username")
    return text
