"""What a request means: message -> query, and message -> credential."""

from atla_credential.errors import MalformedRequest
from atla_credential.model import LAST_SECOND, Credential, Query
from atla_credential.places.address import canonical_origin, split_path
from atla_credential.wire.message import CHALLENGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.wire.message import Message


def query_from(message: "Message") -> Query:
    """Make the query that a request asks.

    Raises:
        MalformedRequest: protocol or host is missing or empty (P3).
    """
    protocol, host = message.get("protocol"), message.get("host")
    if not protocol or not host:
        missing = "protocol" if not protocol else "host"
        raise MalformedRequest(f"the request has no {missing}", "write protocol=https and host=..., then a blank line")
    path_text = message.get("path")
    path = None if path_text is None else split_path(path_text)
    origin = canonical_origin(protocol, host)
    if path_text is not None and path is None:
        origin = None  # a path that could lead elsewhere belongs to no profile
    challenges = ",".join(message.repeated.get(CHALLENGES, ())).lower().split(",")  # git before 2.41 does not tell them
    schemes = [challenge.strip().partition(" ")[0] for challenge in challenges]
    basic_only = "basic" in schemes and "bearer" not in schemes
    takes_authtype = "authtype" in message.repeated.get("capability[]", ())
    return Query(origin, path, message.get("username"), takes_authtype, basic_only)


def credential_from(message: "Message") -> Credential | None:
    """Make the credential that a `store` or `erase` request carries.

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
