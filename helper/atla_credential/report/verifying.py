"""Ask the sites of profiles what they say of their tokens. Only commands that were told to ask come here."""

import os

from atla_credential.answer.binding import holder_for
from atla_credential.answer.sources import find_secret
from atla_credential.errors import NotObeyed, Unavailable
from atla_credential.report.profile import is_set_aside
from atla_credential.settings.values import Reader
from atla_credential.site.asking import ask_all
from atla_credential.site.certificates import trust
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.question import Subject
from atla_credential.site.questions import place_of, questions_about, questions_for_cloud_id
from atla_credential.terminal import console
from atla_credential.terminal.progress import Progress
from atla_credential.text import has_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from atla_credential.answer.search import Search
    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.site.question import Origin
    from atla_credential.site.verification import Verification


def verify(
    search: "Search", profiles: "Sequence[Profile]", limit_s: float, all_s: float | None = None
) -> "list[Verification | None]":
    """Return what the sites say of the tokens of some profiles, in the same order.

    None stands for one without a token, for one whose address or account is incomplete, and for one that there was no
    time for.

    Args:
        limit_s: what one verdict may take.
        all_s: what all may take together.
    """
    return ask_at_terminal([inquiry_of(search, profile) for profile in profiles], limit_s, all_s)


def ask_at_terminal(
    inquiries: "list[Inquiry | None]", limit_s: float, all_s: float | None = None
) -> "list[Verification | None]":
    """Ask, and say at a terminal what is being asked. Arguments and result are those of ask_all."""
    with Progress() as progress:

        def show(running: "list[Inquiry]") -> None:
            progress.show(f"asking {', '.join(dict.fromkeys(each.question.host for each in running))} ...")

        return ask_all(inquiries, limit_s, show, all_s)


def verify_given(subject: Subject, certificates: tuple[str, str], limit_s: float) -> "Verification | None":
    """Return what the site says of a token that is to become a profile's; None where there is nobody to ask.

    Args:
        certificates: what names those that the site is trusted by, and their path, as `trust` does.
        limit_s: what the verdict may take.
    """
    return ask_at_terminal([inquiry_about(subject, certificates)], limit_s)[0]


def inquiry_of(search: "Search", profile: "Profile") -> Inquiry | None:
    """Return the questions about a profile's token; None where there is none to ask about, or nobody to ask."""
    subject = subject_of(search, profile)
    return None if subject is None else inquiry_about(subject, certificates_of(search.world, profile))


def inquiry_about(subject: Subject, certificates: tuple[str, str]) -> Inquiry | None:
    """Return the questions about a token; None where there is nobody to ask."""
    steps = questions_about(subject)
    if steps is None or has_unfit(subject.secret):
        return None
    inquiry = Inquiry(steps, subject, certificates)
    if not inquiry.question.asks_cloud_id:
        place = place_of(subject, inquiry.question)
        if place is None or place.speak(subject.profile, None, subject.secret)[0] is None:
            return None  # an e-mail or user name is missing, as the report says
    return inquiry


def ask_for_cloud_id(origin: "Origin", world: "World", limit_s: float) -> "Verification":
    """Return what a site says for its cloud id. It needs no token, so none is looked for."""
    inquiry = Inquiry(questions_for_cloud_id(origin), None, trust(world.environment, None))
    return next(found for found in ask_at_terminal([inquiry], limit_s) if found)


def subject_of(search: "Search", profile: "Profile") -> Subject | None:
    """Return a profile with its token, be it one that is set aside; None where there is none, or nobody could look."""
    try:
        found = find_secret(search, profile, lambda message: None)  # the report has said it
    except Unavailable:
        return None
    if found is not None:
        credential, source = found
        held = holder_for(search.world, profile) if source == "environment" else None
        return Subject(profile, credential.secret, source, held[0] if held else None)
    aside = search.world.kept(profile, whole=True).aside if is_set_aside(search.world, profile) else None
    return Subject(profile, aside.secret, "setAside") if aside is not None and aside.secret is not None else None


def certificates_of(world: "World", profile: "Profile | None", given: str | None = None) -> tuple[str, str]:
    """Return what names the certificates that a profile's site is trusted by, and their path, as `trust` does.

    A `ca_file` that others may have written is not obeyed, and nothing stands in for it (safety F14). A relative one is
    meant beside helper.toml.

    Args:
        profile: None where there is none yet.
        given: the path of those that somebody has just given, or None.
    """
    path = world.environment.helper_path_if_any
    if given or profile is None:
        return trust(world.environment, given)
    own = Reader(path, None, world.read)
    named = own.text(own.table(own.table(own.document, "profiles"), profile.name), "ca_file", profile.name)
    if not named or path is None or profile.store is None:  # one of variables may have a stored one's name
        return trust(world.environment, None)
    try:
        world.refuse_others("ca_file is not used")
    except NotObeyed as error:
        console.show_warning(error.message)
        return "ca_file", os.devnull
    return trust(world.environment, os.path.join(os.path.dirname(path), named))
