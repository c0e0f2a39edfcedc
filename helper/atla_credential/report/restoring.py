"""Ask the site about what is set aside of a profile. Only a restore that asks loads this."""

from atla_credential.errors import CredentialError
from atla_credential.report.unasked import why_nobody
from atla_credential.report.verifying import ask_at_terminal, certificates_of, inquiry_about
from atla_credential.site.question import Subject
from atla_credential.site.verification import NotVerified
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.site.verification import Verification

PUT_BACK_ANYWAY = "to put it back all the same, add --no-verify"


def recognised(
    world: "World", profile: "Profile", secrets: "list[str]", limit_s: float
) -> "dict[str, Verification | None]":
    """Return what the site says of each token that is set aside, where it recognises one of them.

    None stands for one that nobody can be asked about.

    Args:
        secrets: all of them: of several keyrings each may have one.
        limit_s: what one verdict may take.

    Raises:
        NotVerified: it recognises none; of several, the one with the highest exit code is why.
        CredentialError: nobody can be asked about any.
    """
    certificates = certificates_of(world, profile)
    inquiries = [inquiry_about(Subject(profile, secret, "setAside"), certificates) for secret in secrets]
    found = dict(zip(secrets, ask_at_terminal(inquiries, limit_s), strict=True))
    verdicts = [each for each in found.values() if each is not None]
    if not verdicts:
        fact, *hints = why_nobody(profile, secrets[0])
        raise CredentialError(f"{fact}; the token stays set aside", *hints, PUT_BACK_ANYWAY)
    if not any(each.is_verified for each in verdicts):
        why = max(verdicts, key=lambda each: each.reason.exit_code)
        warn_of_others(profile, [each for each in found.values() if each is not why])
        raise NotVerified(why, "it stays set aside", PUT_BACK_ANYWAY)
    warn_of_others(profile, [each for each in found.values() if each is None or not each.is_verified])
    return found


def warn_of_others(profile: "Profile", found: "list[Verification | None]") -> None:
    """Say of each further token that stays set aside, and why."""
    for each in found:
        why = each.message if each is not None else "its site cannot be asked about it"
        console.show_warning(f'another token of profile "{profile.name}" stays set aside: {why}')
