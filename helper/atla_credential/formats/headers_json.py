"""`get --format headers-json`: an object of headers, for programs that ask a command for them."""

from atla_credential.formats.header import authorization, credential_of
from atla_credential.formats.json import written
from atla_credential.text import is_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the object and a line feed, in UTF-8."""
    return f'{{"Authorization":{written(authorization(credential_of(resolution)), is_unfit)}}}\n'.encode()
