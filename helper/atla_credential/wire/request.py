"""What a request asks: message -> query. What `store` and `erase` are given is in `given`."""

from atla_credential import errors
from atla_credential.model import Query
from atla_credential.places.address import canonical_origin, split_path, with_scheme
from atla_credential.wire.message import CHALLENGES, Message, add_single, add_url


def query_of(url: str, username: str | None = None) -> Query:
    """Make the query that an address is, with `https://` added where it has no scheme. Raises MalformedRequest."""
    message = Message()
    add_url(message, with_scheme(url))
    if username is not None:
        add_single(message, "username", username)
    return query_from(message)


def query_from(message: Message) -> Query:
    """Make the query that a request asks.

    Raises:
        MalformedRequest: protocol or host is missing or empty (P3).
    """
    protocol, host = message.get("protocol"), message.get("host")
    if not protocol or not host:
        missing = "protocol" if not protocol else "host"
        raise errors.MalformedRequest(
            f"the request has no {missing}", "write protocol=https and host=..., then a blank line"
        )
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
