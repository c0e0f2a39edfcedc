"""Ask the site about a token that is to take another one's place: only one that it knows may."""

from atla_credential.errors import CredentialError
from atla_credential.login.learned import Learned
from atla_credential.login.rotation import STAYS, refuse_anothers_token
from atla_credential.report.unasked import refuse_to_send, why_nobody
from atla_credential.report.verifying import certificates_of, verify_given
from atla_credential.site.question import Subject
from atla_credential.site.verification import NotVerified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile

PUT_IT = "to put it in place all the same, add --no-verify"


def prove(options: "Namespace", world: "World", profile: "Profile", secret: str, limit_s: float) -> Learned:
    """Return what the site says of a token, which it knows.

    Args:
        limit_s: how long that may take.

    Raises:
        NotVerified: it refuses the token, or does not say that it knows it.
        CredentialError: nobody can be asked, or is to be, or the token is another account's.
    """
    if why := refuse_to_send(profile, secret):
        raise CredentialError(f"{why}; {STAYS}", PUT_IT)
    found = verify_given(Subject(profile, secret, "rotated"), certificates_of(world, profile), limit_s)
    if found is None:
        fact, *hints = why_nobody(profile, secret)
        raise CredentialError(f"{fact}; {STAYS}", *hints, PUT_IT)
    if not found.is_verified:
        raise NotVerified(found, STAYS, *(() if found.is_rejected else (PUT_IT,)))
    learned = Learned(options, profile, found, was_asked=True)
    refuse_anothers_token(learned)
    return learned
