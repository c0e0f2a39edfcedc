"""What `doctor` looks at in this machine's clock."""

from time import time

from atla_credential.git.finding import Finding
from atla_credential.input.date import is_impossible
from atla_credential.report.clock import STEP, doubt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World


def check_clock(world: "World") -> "Iterator[Finding]":
    """Whether the clock can be right."""
    now_utc = time()
    text = doubt(world, now_utc)
    if text is not None:
        yield Finding(text, STEP, is_wrong=is_impossible(now_utc))
