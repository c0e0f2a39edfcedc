"""Whether this machine's clock can be right. Everything that is said of a token's end is said by it."""

import os
from contextlib import suppress

from atla_credential.errors import CredentialError
from atla_credential.input.date import is_impossible, iso_date
from atla_credential.model import SECONDS_A_DAY
from atla_credential.profiles.notes import noted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World

SLACK_S = SECONDS_A_DAY  # for clocks that were set right a moment ago, and for those of a home's other machines
STEP = "set the clock: ends of tokens and of certificates are judged by it"


def doubt(world: "World", now_utc: float) -> str | None:
    """Return why the clock is wrong, or most likely is; None if nothing is known against it."""
    says = f"the clock says {iso_date(int(now_utc))}, and"
    if is_impossible(now_utc):
        return f"{says} this program was made after that"
    newest = max(traces(world), default=None)
    return f"{says} {newest[1]} on {iso_date(newest[0])}" if newest and newest[0] > now_utc + SLACK_S else None


def traces(world: "World") -> "Iterator[tuple[int, str]]":
    """Yield when something was done by this user's programs, in seconds since 1970, and what that was."""
    environment = world.environment
    for name in ("config_path", "credentials_path", "helper_path_if_any"):
        with suppress(CredentialError, OSError, ValueError):
            path = getattr(environment, name)
            if path:
                yield int(os.stat(path).st_mtime), f"{path} was written"
    with suppress(CredentialError):
        for profile in world.config.profiles.values():
            since_utc = noted(world, profile).since_utc
            if since_utc is not None:
                yield since_utc, f'the token of profile "{profile.name}" was put there'
