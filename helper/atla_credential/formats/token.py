"""`get --format token`: the token alone, for programs that take one line: `*_COMMAND`, `--password-stdin`."""

from atla_credential.formats.header import credential_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the token and a line feed."""
    return f"{credential_of(resolution).secret}\n".encode()
