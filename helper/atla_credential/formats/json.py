"""JSON: the answer of `get --format json`, and an error for callers that pass --json.

Written here, as Python's own `json` takes longer to load than a whole `get`.

Source: RFC 8259.
"""

import time

from atla_credential import errors, system
from atla_credential.formats.header import authorization, credential_of
from atla_credential.model import Credential
from atla_credential.places.instance import BITBUCKET_API
from atla_credential.places.table import BITBUCKET_URL, places
from atla_credential.text import is_unfit
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.model import Query, Resolution

    Value = str | int | None | dict[str, "Value"] | list["Value"]

KEYS = (
    "schemaVersion", "profile", "instance", "apiBaseUrl", "username", "password", "authType", "authorization",
    "expiresAt", "source",
)  # fmt: skip
SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the object and a line feed, in UTF-8. Its keys are listed in docs/reference/protocol.md."""
    return (written({**answer(resolution, query)}, is_unfit) + "\n").encode("utf-8")


def answer(resolution: "Resolution", query: "Query | None") -> "dict[str, str | int | None]":
    """Return the values of the object, by their KEYS. Raises what `at_base` does."""
    credential, profile = at_base(resolution, query), resolution.profile
    base, username, auth = resolution.api_base_url, credential.username, credential.auth
    values = (
        1, profile.name, profile.instance, base, username, credential.secret, auth, authorization(credential),
        iso_time(credential.expires_utc), resolution.source,
    )  # fmt: skip
    return dict(zip(KEYS, values, strict=True))


def at_base(resolution: "Resolution", query: "Query | None") -> Credential:
    """Return the credential that works at the answer's api_base_url: Bitbucket's REST takes other user names than git.

    Raises:
        NoMatch: the profile does not answer there.
        NoCredential: it lacks the e-mail that is needed there.
    """
    given, profile = credential_of(resolution), resolution.profile
    if resolution.api_base_url != BITBUCKET_URL or (query is not None and query.origin == BITBUCKET_API):
        return given
    place = next((each for each in places(profile) if each.origin == BITBUCKET_API), None)
    username, auth = place.speak(profile, None, given.secret) if place else (None, given.auth)
    if username is None:
        if place is None or profile.is_silent:
            raise errors.NoMatch
        raise errors.no_email(profile.name, profile.store is not None)
    check_value("username", username)
    return Credential(given.secret, username, auth, given.expires_utc)


def render_error(error: "errors.CredentialError") -> str:
    """Return one object and a line feed, in ASCII."""
    fields: dict[str, Value] = {
        "kind": error.kind,
        "message": error.message,
        "hint": "\n".join(error.hints) or None,
        "retryable": error.exit_code == system.TRY_AGAIN,
    }
    said = {"verification": error.verification} if error.verification is not None else {}
    answer: dict[str, Value] = {"schemaVersion": 1, "error": fields, **said}
    return written(answer, lambda character: not " " <= character <= "~") + "\n"


def written(value: "Value", is_escaped: "Callable[[str], bool]") -> str:
    """Return the JSON of a value, in one line.

    Args:
        is_escaped: tells of a character whether it is written as its number; it says so of every control character.
    """
    if value is None:
        return "null"
    if isinstance(value, dict):
        pairs = (f"{written(name, is_escaped)}: {written(each, is_escaped)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(written(each, is_escaped) for each in value)}]"
    if not isinstance(value, str):
        return str(value).lower()  # a number, or true or false
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    escaped = (SHORT.get(each) or (numbered(each) if is_escaped(each) else each) for each in value)
    return f'"{"".join(escaped)}"'


def numbered(character: str) -> str:
    """Return a character by its number: above U+FFFF it takes two, its surrogates."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def iso_time(seconds: int | None) -> str | None:
    """Return seconds since 1970 as `2027-03-01T00:00:00Z`, or None for None."""
    if seconds is None:
        return None
    year, month, day, hour, minute, second = time.gmtime(seconds)[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
