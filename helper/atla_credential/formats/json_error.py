"""Errors as JSON, for callers that pass --json."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.errors import CredentialError


def render(error: "CredentialError") -> str:
    """Return one object and a line feed."""
    fields = {
        "kind": error.kind,
        "message": error.message,
        "hint": "\n".join(error.hints) or None,
        "retryable": error.kind == "try-again",
    }
    return json.dumps({"schemaVersion": 1, "error": fields}) + "\n"
