"""The answer to a request in JSON: headers, and when they end, for Bazel and whatever else asks in this way.

Source: github.com/EngFlow/credential-helper-spec, spec.md and schemas/get-credentials-response.schema.json.
"""

from atla_credential.formats.header import authorization, credential_of
from atla_credential.formats.json import iso_time, written
from atla_credential.text import is_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the object and a line feed, in UTF-8; it says no end that is not known."""
    credential = credential_of(resolution)
    end = iso_time(credential.expires_utc)
    expires = f',"expires":"{end}"' if end else ""
    header = written(authorization(credential), is_unfit)
    return f'{{"headers":{{"Authorization":[{header}]}}{expires}}}\n'.encode()
