"""Where a token comes from, in words, from the form that `status --json` has it in."""

from atla_credential.answer.setting import SETTING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXTS = {
    "keyring": "from the keyring",
    "file": "from the file",
    "helper": "from another helper",
    "setAside": "set aside, as a server has rejected it",
    "missing": "none",
    "unavailable": "not known",
}


def token_text(found: "dict[str, Any]") -> str:
    """Say where the token comes from; of a keyring also which, and of what comes before a stored one that it does."""
    outside = outside_of(found)
    if outside:
        has_stored = found["hasKeychainToken"] or (found["credentialStore"] == "file" and found["hasPatInConfig"])
        before = f", which comes before the one in the {found['credentialStore']}" if has_stored else ""
        return f"from the {outside}{before}"
    text = TEXTS[found["token"]]
    return f"{text} ({found['keyring']})" if found["keyring"] else text


def outside_of(found: "dict[str, Any]") -> str | None:
    """Return the variable or the file that a token comes from; None where one of our stores or a helper has it."""
    variable, file = found["tokenVariable"], found["tokenFile"]
    if file:
        return f"file {file} ({variable or SETTING})"
    return f"variable {variable}" if variable else None
