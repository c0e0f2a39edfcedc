"""What is said of an `Authorization` that git sends by itself: where it is set, and what to do; never what it holds."""

from atla_credential.errors import Unavailable
from atla_credential.git.extra_header import HEADER_S, read_headers, sent
from atla_credential.git.finding import Finding
from atla_credential.git.settings import read_settings
from atla_credential.model import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atla_credential.environment import Environment
    from atla_credential.git.extra_header import Header
    from atla_credential.git.host import Origin


def why_no_rejection(environment: "Environment", query: Query, rejected: str | None) -> str | None:
    """Say why the server has not judged a token; None if git sends no other one there, as far as its settings say."""
    for header in sent(read_headers(environment), query):
        if header.authorization and not header.holds(rejected):
            where, step = place_of(header, environment)
            kept = "so the rejection says nothing of the token, which is kept"
            return f"git sends an Authorization of its own there, {kept}: {where}; {step}"
    return None


def place_of(header: "Header", environment: "Environment") -> tuple[str, str]:
    """Return where a header is set, and the next step."""
    from atla_credential.git import location  # door: only where git sends one

    return location.place_of(header, environment)


def check_headers(
    headers: "list[Header]", environment: "Environment", origins: "Iterable[Origin]"
) -> "Iterator[Finding]":
    """Say where git sends an `Authorization` of its own to one of some hosts."""
    hosts = {origin[1]: sent(headers, Query(origin)) for origin in origins} if headers else {}
    for header in headers:
        named = [host for host, found in hosts.items() if header in found]
        if header.authorization and named:
            where, step = place_of(header, environment)
            to = ", ".join(named) if header.context else "every host"
            yield Finding(f"git sends an Authorization of its own to {to}: {where}", step)


def check_headers_at(environment: "Environment", query: Query) -> "Iterator[Finding]":
    """Say where git, in any repository, sends an `Authorization` of its own with a request: it may be an old one.

    What the server says of such a request is said of the header, and counts for no stored token.
    """
    try:
        settings = read_settings(environment, limit_s=HEADER_S)
    except Unavailable:
        return  # doctor says so
    for header in sent(settings.headers, query) if settings else ():
        if header.authorization:
            where, step = place_of(header, environment)
            yield Finding(f"git sends an Authorization of its own there, whatever is answered here: {where}", step)
