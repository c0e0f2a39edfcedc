"""Ask the site about a token that somebody gives to a login. Only a login that asks loads this."""

from functools import partial

from atla_credential.login.learned import KEEP_IT, Learned
from atla_credential.login.record import account_of
from atla_credential.login.typed import typed
from atla_credential.places.instance import same_site
from atla_credential.report.unasked import refuse_to_send
from atla_credential.report.verifying import certificates_of, verify_given
from atla_credential.site.question import Subject
from atla_credential.site.verification import NotVerified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.model import Profile


def learn(
    options: "Namespace", world: "World", profile: "Profile", old: "Profile | None", secret: str, limit_s: float
) -> Learned:
    """Ask the site about a token, before anything is written.

    Args:
        old: the profile that is there.
        limit_s: how long that may take.

    Raises:
        NotVerified: it is refused.
        CredentialError: it is another account's than the one whose it would replace.
    """
    if why := refuse_to_send(profile, secret):
        return Learned(options, profile, was_asked=True, unasked=why)
    is_there = old is not None and account_of(old) == account_of(profile) and not options.ca_file
    subject = Subject(profile, secret, None, login=None if is_there else partial(typed, options))
    same = old if old is not None and same_site(old.instance, profile.instance) else None
    found = verify_given(subject, certificates_of(world, same, options.ca_file), limit_s)
    if found is not None and found.is_rejected:
        raise NotVerified(found, "nothing was changed", KEEP_IT)
    learned = Learned(options, profile, found, was_asked=True)
    learned.refuse_another_account(old)
    return learned
