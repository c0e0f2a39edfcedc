"""What `doctor` looks at in what the settings files say, and in what lies beside them."""

import os
from time import time

from atla_credential.errors import CredentialError
from atla_credential.git.finding import Finding
from atla_credential.input.date import iso_date
from atla_credential.model import SECONDS_A_DAY
from atla_credential.report.unknown_key import misplaced_settings, nobodys_settings, unknown_settings
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World


def check_unknown_keys(world: "World") -> "Iterator[Finding]":
    """Whether something in the settings means nothing, as what is mistyped does."""
    for find in (unknown_settings, nobodys_settings, misplaced_settings):
        try:
            for text, step in find(world):
                yield Finding(text, step)
        except CredentialError:
            continue  # as another check says


def check_old_copy(world: "World") -> "Iterator[Finding]":
    """Whether the copy of a config.toml of version 1 is still there, which nobody reads."""
    path = f"{world.environment.config_path}.v1.bak"
    try:
        made_utc = int(os.stat(path).st_mtime)
    except OSError:
        return
    text = f"{path} is a copy of config.toml that was made {age_since(made_utc)}, and nobody reads it"
    yield Finding(text, f"if all profiles are in config.toml, run: rm {quoted(path)}")


def age_since(moment_utc: int) -> str:
    """Return how long ago something was, in whole days, and on which day."""
    days = int((time() - moment_utc) // SECONDS_A_DAY)
    age = "today" if days < 1 else "1 day ago" if days == 1 else f"{days} days ago"
    return f"{age}, on {iso_date(moment_utc)}"
