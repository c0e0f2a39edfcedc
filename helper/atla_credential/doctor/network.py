"""What `doctor --network` looks at: whether the sites take the tokens, and what they are asked through."""

import re

from atla_credential.answer.search import Search
from atla_credential.git.finding import Finding
from atla_credential.report.profile import known_profiles
from atla_credential.report.verifying import ask_at_terminal, inquiry_of
from atla_credential.site.transport import proxy_for
from atla_credential.site.verdict import REJECTED
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.site.inquiry import Inquiry
    from atla_credential.site.verification import Verification

ALL_S = 60  # for all profiles together


def check_sites(world: "World", limit_s: float) -> "Iterator[Finding]":
    """Whether the sites take the tokens.

    Args:
        limit_s: what one verdict may take.
    """
    search = Search(world)
    pairs = [(profile, inquiry_of(search, profile)) for profile in known_profiles(search)]
    asked = [(profile, inquiry) for profile, inquiry in pairs if inquiry is not None]
    yield from surroundings(asked)
    for (profile, _), found in zip(asked, ask_at_terminal([each for _, each in asked], limit_s, ALL_S), strict=True):
        yield finding_of(profile, found)


def finding_of(profile: "Profile", found: "Verification | None") -> Finding:
    """Return what is to be said of a verdict: a refusal is wrong, and what is not known is worth knowing."""
    if found is None:
        step = f"ask about it alone: atla-credential status --verify --profile {quoted(profile.name)}"
        return Finding(f'profile "{profile.name}" was not asked about: there was no time', step)
    verdict = found.reason.verdict
    text = f'profile "{profile.name}": {found.message}'
    return Finding(text, found.hint, verdict == REJECTED, found.as_json())


def surroundings(asked: "list[tuple[Profile, Inquiry]]") -> "Iterator[Finding]":
    """Yield through which proxies the sites are asked, and whose certificates are good."""
    for proxy in dict.fromkeys(proxy_for(inquiry.question) for _, inquiry in asked):
        where = "without a proxy" if proxy is None else f"through the proxy {shown_proxy(proxy)}"
        yield Finding(f"sites are asked {where}")
    for name, path in dict.fromkeys(inquiry.certificates for _, inquiry in asked):
        yield Finding(
            f"sites are trusted by {f'{name}, which names {path}' if name else 'the certificates of the system'}"
        )


def shown_proxy(address: str) -> str:
    """Return a proxy's address without a user or password, which may hold any sign, "@" and "/" too."""
    behind = address.rpartition("@")[2].rpartition("://")[2]
    return re.split("[/?#]", behind)[0] or "in the settings, whose address makes no sense"
