"""The `Authorization` that git sends by itself: `http.extraHeader` in its settings.

It goes out in the place of any password, also where it has nothing behind its colon, and beside a Bearer token: what
the server says then is not said of the token (docs/decisions/0020). Nothing here shows what such a header holds.
"""

import re
from binascii import a2b_base64

from atla_credential.errors import Unavailable
from atla_credential.foreign.exchange import exchange
from atla_credential.foreign.program import find_git, untraced
from atla_credential.foreign.variables import for_children
from atla_credential.git.setting import Setting, listed, text_of
from atla_credential.git.urlmatch import is_below, pattern_at
from atla_credential.places.table import TOKEN_USERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.git.host import Origin
    from atla_credential.git.urlmatch import Path, Pattern
    from atla_credential.model import Query

LISTED = ["config", "--null", "--show-origin", "--get-regexp", r"^http\.(.*\.)?extraheader$"]
HEADER_S = 3  # how long git may take
AUTHORIZATION = re.compile(r"(authorization)[:;](.*)", re.DOTALL | re.IGNORECASE)  # curl knows both signs


class Header(Setting):
    """One `extraHeader` of git's settings; empty, it clears those before it."""

    __slots__ = ()

    @property
    def authorization(self) -> str | None:
        """The name of the header as it is written, if that is `Authorization`."""
        found = AUTHORIZATION.match(self.value)
        return found and found[1]

    def holds(self, secret: str | None) -> bool:
        """Tell whether it is an `Authorization` that holds a secret: as it is, or behind a user name in Base64."""
        found = AUTHORIZATION.match(self.value)
        words = found[2].split() if found else []
        return secret is not None and any(secret in (word, password_in(word)) for word in words)


def password_in(word: str) -> str | None:
    """Return the password in a word that may be a user name and a password in Base64."""
    try:
        _, colon, password = a2b_base64(word, strict_mode=True).decode().partition(":")
    except ValueError:
        return None
    return password if colon else None


def read_headers(environment: "Environment") -> list[Header]:
    """Ask git for its headers in the working folder, in its order; none if there is no git, or it does not tell."""
    git = find_git(environment)
    if git is None:
        return []
    variables = untraced(for_children(environment))
    variables.pop("GIT_CONFIG", None)  # only `git config` obeys it
    try:
        answer, failure = exchange([git, *LISTED], variables, b"", True, None, HEADER_S, is_quiet=True)
    except Unavailable:
        return []
    return [] if failure else headers_in(text_of(answer))


def headers_in(output: str) -> list[Header]:
    """Return the headers that git has listed. One without a value is none: no git command goes on with it."""
    return listed(output, header, 2)


def header(origin: str, key: str, value: str | None, number: int, scope: str) -> Header | None:
    """Return a header as git has listed it."""
    return None if value is None else Header(origin, key, value, number, scope)


def sent(headers: list[Header], query: "Query") -> list[Header]:
    """Return those that git may send with a request.

    It tells its helpers no path by default, with a Bearer token no user, and of an answer with a name that goes with
    every token that name alone, whoever is in the address: so what it sends to any address below counts, with and
    without a user.
    """
    if query.origin is None:
        return []
    placed = placed_at(headers, query.origin)
    root = query.path or ()
    paths = {root, *(each.path for each, _ in placed if is_below(each.path, root))}
    users = {None, *(each.username for each, _ in placed if query.username in (None, each.username, *TOKEN_USERS))}
    found = {header for path in paths for user in users for header in sent_to(placed, path, user)}
    return [header for header in headers if header in found]


def placed_at(headers: list[Header], origin: "Origin") -> "list[tuple[Pattern, Header]]":
    """Return those that are for a host, each with what it wants of a request there."""
    return [(each, header) for header in headers if (each := pattern_at(header.context, origin)) is not None]


def sent_to(placed: "list[tuple[Pattern, Header]]", path: "Path", username: str | None) -> list[Header]:
    """Return those that git sends to one address. Source: git's http.c, http_options."""
    best = (0, 0, False)
    found: list[Header] = []
    for pattern, header in placed:
        rank = pattern.rank(path, username)
        if rank is not None and rank >= best:
            best = rank
            found = [*found, header] if header.value else []
    return found
