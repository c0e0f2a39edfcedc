"""What a caller's word on a credential, that it worked or was rejected, means for the token that is kept."""

from atla_credential.answer.binding import holder_of
from atla_credential.errors import login_again
from atla_credential.places.instance import is_atlassian_hosted
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Credential, Profile, Query
    from atla_credential.operations.call import Call
    from atla_credential.wire.message import Message


def is_worth_keeping(call: "Call", given: "Credential") -> bool:
    """Tell whether a credential may be kept at all: not a passing, dead or empty one, nor a variable's (safety O3).

    Only an empty user name may have an empty password: that is how git says that the system signs in by itself.
    """
    expired = given.expires_utc is not None and given.expires_utc <= call.now_utc
    empty = not given.secret and (given.username != "" or given.auth == "bearer")
    return not (empty or expired or given.is_passing or holder_of(call.environment, given.secret))


def is_no_verdict(message: "Message", query: "Query", profile: "Profile") -> bool:
    """Tell whether a rejection says nothing of the token: it was meant to go out as a password.

    That is all that a caller can send who knows no authtype, or that a server of Basic alone takes. One that wants
    Bearer refuses it, and the token, which is shown only once, would be gone though it is good (docs/decisions/0015).
    """
    return (
        profile.auth == "bearer"
        and not (profile.only_as_told or is_atlassian_hosted(profile.instance))
        and (query.basic_only or not query.takes_authtype)
        and message.get("password") is not None
        and query.username is not None
    )


def kept_for_bearer(profile: "Profile") -> str:
    """Say that a token was kept, and how an older git can send it."""
    where, name = profile.instance, quoted(profile.name)
    return (
        f'the token of profile "{profile.name}" was not taken as a password, and is kept; git 2.46 and newer sends it '
        f"as Bearer, an older one with: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.{where}/.extraHeader "
        f'GIT_CONFIG_VALUE_0="$(atla-credential get --profile {name} --url {where} --format header)" git ...; '
        f"if it has expired, {login_again(profile.name)}"
    )


def rejected_variable(variable: str) -> str:
    """Say that the token in a variable was rejected: nothing of it is kept here, so nothing can be forgotten."""
    return f"the token in {variable} was rejected; set the variable to a new one, or unset it"


def forgotten(profile: "Profile") -> str:
    """Say that a rejected token is gone. git itself only says that the authentication failed."""
    return (
        f'the token of profile "{profile.name}" was rejected, and is forgotten; make a new one, '
        f"then {login_again(profile.name)}"
    )
