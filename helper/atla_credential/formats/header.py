"""`get --format header`: the answer as the header of a request, `Authorization: ...`."""

from binascii import b2a_base64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Credential, Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the header and a line feed."""
    return f"Authorization: {authorization(credential_of(resolution))}\n".encode()


def credential_of(resolution: "Resolution") -> "Credential":
    """Return what is to be handed out. Raises ValueError if there is nothing."""
    if resolution.credential is None:
        raise ValueError("only an answer with a credential has a form")
    return resolution.credential


def authorization(credential: "Credential") -> str:
    """Return the header's value. Source: RFC 7617 for Basic, in UTF-8; RFC 6750 for Bearer."""
    if credential.auth == "bearer":
        return f"Bearer {credential.secret}"
    pair = f"{credential.username}:{credential.secret}".encode()
    return f"Basic {b2a_base64(pair, newline=False).decode('ascii')}"
