"""JSON: the answer of `get --format json`, and an error for callers that pass --json."""

import json

from atla_credential.errors import TRY_AGAIN
from atla_credential.formats.header import authorization
from atla_credential.input.date import iso_time
from atla_credential.text import is_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.errors import CredentialError
    from atla_credential.model import Resolution


def render(resolution: "Resolution") -> bytes:
    """Return the object and a line feed, in UTF-8. Its keys are listed in docs/reference/protocol.md."""
    credential, profile = resolution.credential, resolution.profile
    if credential is None:
        raise ValueError("only an answer with a credential has a JSON form")
    answer = {
        "schemaVersion": 1,
        "profile": profile.name,
        "instance": profile.instance,
        "apiBaseUrl": resolution.api_base_url,
        "username": credential.username,
        "password": credential.secret,
        "authType": credential.auth,
        "authorization": authorization(credential),
        "expiresAt": iso_time(credential.expires_utc),
        "source": resolution.source,
    }
    text = json.dumps(answer, ensure_ascii=False)
    return ("".join(f"\\u{ord(each):04x}" if is_unfit(each) else each for each in text) + "\n").encode("utf-8")


def render_error(error: "CredentialError") -> str:
    """Return one object and a line feed."""
    fields = {
        "kind": error.kind,
        "message": error.message,
        "hint": "\n".join(error.hints) or None,
        "retryable": error.exit_code == TRY_AGAIN,
    }
    said = {"verification": error.verification} if error.verification is not None else {}
    return json.dumps({"schemaVersion": 1, "error": fields, **said}) + "\n"
