"""The advice to keep a token in a file where there is no keyring, and where it is of no help."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.errors import CredentialError

# The manuals of the `atla` and the `atlcli` CLI promise its last words.
USE_FILE = (
    "keep the token in a file instead: add --storage file to atla-credential login, or use an environment variable"
)


def without_file(error: "CredentialError") -> "CredentialError":
    """Return an error without that advice, as for who keeps no token."""
    error.hints = tuple(hint for hint in error.hints if hint != USE_FILE)
    return error
