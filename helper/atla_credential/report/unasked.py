"""Why nobody is asked about a token."""

from atla_credential.input.token_shape import is_foreign
from atla_credential.model import Credential
from atla_credential.report.judgement import judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile

STAYS_HERE = "a token is not sent to a host that does not take its kind"


def refuse_to_send(profile: "Profile", secret: str) -> str | None:
    """Return why a token that somebody has just given is not sent to the site of its profile, or None.

    An address that was mistyped is a stranger's, who would have the token. A stored one was given out there before.
    """
    return STAYS_HERE if is_foreign(secret, profile.instance) else None


def why_nobody(profile: "Profile", secret: str) -> tuple[str, ...]:
    """Return why there is nobody to ask: what is wrong with the profile, or with the token; then the next steps."""
    return judge(profile, Credential(secret), profile.store or "").problems or (
        f'the site of profile "{profile.name}" has no address that would tell whose the token is',
    )
