"""What `status` shows of a verdict, in the form that the JSON has it in."""

from atla_credential.errors import login_again, restore
from atla_credential.system import DONE, FAILED, NO_CREDENTIAL, TRY_AGAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Report = dict[str, Any]

TEXTS = {"verified": "yes", "rejected": "no", "unknown": "not known"}
COLOURS = {"verified": "green", "rejected": "red", "unknown": "yellow"}
CODES = {"verified": DONE, "rejected": NO_CREDENTIAL}
WITH_TOKEN = ("ok", "expiring", "expired")  # verdicts of a report


def verified_field(found: "Report") -> "list[tuple[str, str, str]]":
    """Return the field that says what the site has said; none where it was not asked."""
    verification = found["verification"]
    if verification is None:
        return []
    word, message = verification["verdict"], verification["message"]
    is_plain = verification["reason"] == "ok"
    whom = f",{message.removeprefix('verified')}" if verification["account"] else ""
    text = f"{TEXTS[word]}{whom}" if is_plain else f"{TEXTS[word]}: {message}"
    return [("verified", text, COLOURS[word])]


def next_step(found: "Report") -> str | None:
    """Return what to do about what the site has said, or None."""
    verification = found["verification"]
    if verification is None:
        return None
    if found["token"] == "setAside" and verification["verdict"] == "verified":
        return f"the token is good; {restore(found['profile'])}"
    hint: str | None = verification["hint"]
    is_stored = found["credentialStore"] is not None
    return gateway_step(found["profile"], is_stored, found["cloudId"], verification) or hint


def gateway_step(name: str, is_stored: bool, known_id: str | None, verification: "Report") -> str | None:
    """Return how programs can use a token that the gateway alone takes, where the profile does not say so.

    Args:
        is_stored: whether that is a login; a profile made of variables has no cloud id, but can be one of the gateway.
        known_id: the cloud id that the profile has, or None.
        verification: what the site has said, in the form of the JSON.
    """
    cloud_id, is_verified = verification["cloudId"], verification["verdict"] == "verified"
    if known_id is not None or cloud_id is None or verification["apiTarget"] != "gateway" or not is_verified:
        return None
    if is_stored:
        step = f"{login_again(name).removeprefix('run: ')} --cloud-id {cloud_id}"
    else:
        step = f"ATLA_INSTANCE=https://{verification['host']}/ex/{verification['product']}/{cloud_id}"
    return f"the token has scopes, and works at the gateway only; let programs know: {step}"


def noted_end_warning(found: "Report") -> list[str]:
    """Return that the end has passed which was noted of a token that the site was asked about: the site decides."""
    if found["verification"] is None or found["verdict"] != "expired":
        return []
    return [f'the token of profile "{found["profile"]}" has expired on {found["expiresAt"][:10]}, by what was noted']


def unasked_warning(found: "Report") -> str | None:
    """Return why the site was not asked about a token that there is, or None."""
    if found["verification"] is not None or found["verdict"] not in WITH_TOKEN:
        return None
    return f'the site cannot be asked about profile "{found["profile"]}": it has no address that would tell whose it is'


def exit_code(found: "Report", offline: int) -> int:
    """Return the exit code of a report whose site was to be asked, instead of that of what is known offline.

    A token that is set aside cannot be used, whatever the site says of it.
    """
    verification = found["verification"]
    if verification is None:
        return FAILED if found["verdict"] in WITH_TOKEN else offline
    if found["token"] == "setAside":
        return NO_CREDENTIAL
    return CODES.get(verification["verdict"], TRY_AGAIN if verification["retryable"] else FAILED)
