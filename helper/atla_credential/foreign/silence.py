"""Keep libraries from writing to our standard streams, asking when no one may be asked, and passing on tokens."""

import getpass
import os
import sys
from contextlib import contextmanager

from atla_credential.foreign.variables import without_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def silence(may_ask: bool) -> "Iterator[None]":
    """Point the standard streams at the null device while the block runs, those of child processes too.

    What a library prints would be part of our answer, and what it logs may hold a secret (safety P6, X2). What it
    starts is given no token of ours (safety O4).

    Args:
        may_ask: let it ask the person, on the terminal or standard input.
    """
    ask = getpass.getpass
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    for stream in streams:
        stream.flush()
    descriptors = (1, 2) if may_ask else (0, 1, 2)
    kept = [(descriptor, os.dup(descriptor)) for descriptor in descriptors]
    null = os.open(os.devnull, os.O_RDWR)
    try:
        for descriptor in descriptors:
            os.dup2(null, descriptor)
        if not may_ask:
            getpass.getpass = refuse  # it would open the terminal itself
        with without_tokens():
            yield
    finally:
        getpass.getpass = ask
        for stream in streams:
            stream.flush()
        for descriptor, copy in kept:
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(null)


def refuse(*_: object, **__: object) -> str:
    """Stand in for `getpass.getpass` where nobody may be asked."""
    raise RuntimeError
