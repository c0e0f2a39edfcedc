"""`get --format curl`: lines for `curl --config -`, the header and, with --url, the address that it is for.

A failed `get` has no address, so that curl, given none of its own, asks nobody instead of asking without a header.

Source: curl(1), --config.
"""

from atla_credential.formats.destination import address_of
from atla_credential.formats.header import authorization, credential_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return one or two lines. Raises MalformedRequest if the address cannot be one of them."""
    header = f"header = {quoted(f'Authorization: {authorization(credential_of(resolution))}')}\n"
    url = options.get("--url")
    if url is None or query is None:
        return header.encode()
    return f"url = {quoted(address_of(resolution, query, url))}\n{header}".encode()


def quoted(text: str) -> str:
    """Quote a value; of the escapes that curl knows there, no others can occur without control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
