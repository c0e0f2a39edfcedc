"""What is wrong around the tokens: with the file that they are in, and with the clock that their ends are judged by."""

import os
import time

from atla_credential.errors import Unavailable
from atla_credential.report.clock import STEP, doubt
from atla_credential.settings.trust import private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World


def warnings_around(world: "World", expires_utc: int | None) -> list[str]:
    """Return what is to be said beside a token, each with the next step.

    Args:
        expires_utc: when it ends, in seconds since 1970, or None.
    """
    why = None if expires_utc is None else doubt(world, time.time())
    return [*readable_by_others(world), *([f"{why}; {STEP}"] if why else [])]


def readable_by_others(world: "World") -> "Iterator[str]":
    """Say that others may read credentials.toml (safety F1); on Windows the folder's ACL decides."""
    try:
        path = world.environment.credentials_path
    except Unavailable:
        return  # without a home there is none
    if os.name == "posix" and os.path.isfile(path) and os.stat(path).st_mode & 0o077:
        yield f"other users can read {path}; {private(path)}"
