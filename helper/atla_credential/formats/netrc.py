"""`get --format netrc`: the line of a netrc file, for the host that the answer goes to.

It knows neither Bearer nor paths, ports and schemes.

Source: curl(1), --netrc; docs.python.org, netrc.
"""

from atla_credential import errors
from atla_credential.formats.destination import origin_of
from atla_credential.formats.header import credential_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution

# curl takes the first three for what they say wherever it is not after the host it looks for: behind a user called
# "default", it sends the token to every host.
WORDS = frozenset(("default", "machine", "macdef", "login", "password", "account"))
DOUBTFUL = frozenset('"#\\')
IN_DOUBT = (
    "is empty, a word of netrc's own, or has white space, a double quote, #, backslash or a letter beyond ASCII, "
    "on which readers differ"
)
LONGEST = 4095  # bytes of a line that curl reads; one that is longer it passes over, and asks as nobody
INSTEAD = "use --format curl, or --format header, instead"


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return the line.

    Raises:
        CredentialError: the token is a Bearer token, or not all programs would read back what was written.
    """
    credential = credential_of(resolution)
    if credential.auth == "bearer":
        raise errors.CredentialError("a netrc file has no word for a Bearer token", INSTEAD)
    username, secret = credential.username or "", credential.secret
    for name, value in (("username", username), ("password", secret)):
        plain = value.isascii() and DOUBTFUL.isdisjoint(value)  # to curl 8.11 other bytes are a mistake in the file
        if not plain or value.split() != [value] or value.lower() in WORDS:
            raise errors.CredentialError(f"the {name} {IN_DOUBT}", INSTEAD)
    host = origin_of(resolution, query)[1].strip("[]")  # curl looks for an IPv6 address without them
    line = f"machine {host} login {username} password {secret}\n".encode()
    if len(line) > LONGEST:
        raise errors.CredentialError(f"the line is longer than {LONGEST} bytes, which curl passes over", INSTEAD)
    return line
