"""The credential that a message gives: a request to store or to erase, or another helper's answer."""

from atla_credential.model import LAST_SECOND, Credential

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.wire.message import Message


def credential_from(message: "Message") -> Credential | None:
    """Make the credential that a message carries.

    Returns:
        None if it carries no secret, or one of an authtype other than Bearer.
    """
    expiry = message.get("password_expiry_utc") or ""
    known = expiry.isascii() and expiry.isdigit() and len(expiry) <= len(str(LAST_SECOND))
    expires_utc = (min(int(expiry), LAST_SECOND) or None) if known else None  # 0 is not known, as git reads it
    secret, auth = message.get("credential"), "bearer"
    if secret is None:
        secret, auth = message.get("password"), "basic"
    elif (message.get("authtype") or "").lower() != "bearer":
        return None
    if secret is None:
        return None
    refresh_secret = message.get("oauth_refresh_token") or None
    is_passing = message.get("ephemeral") in ("1", "true")
    return Credential(secret, message.get("username"), auth, expires_utc, refresh_secret, is_passing)
