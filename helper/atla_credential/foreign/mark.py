"""Mark what is started as a helper, so that this program knows itself again behind it (safety H4)."""

import sys
from contextlib import contextmanager

from atla_credential.system import MARK_S

if sys.platform != "win32":
    import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def marked() -> "Iterator[None]":
    """Let what is started in the block be marked, and all that this starts (`system.is_marked`).

    Where somebody has limited processor time already, that limit stays, and nothing is marked.
    """
    if sys.platform == "win32":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_CPU)
    if before != (resource.RLIM_INFINITY, resource.RLIM_INFINITY):
        yield
        return
    resource.setrlimit(resource.RLIMIT_CPU, (MARK_S, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
