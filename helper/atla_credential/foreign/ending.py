"""Turn the signals that end a program into SystemExit, so that `finally` blocks still run."""

import signal
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("SIGTERM", "SIGHUP", "SIGQUIT")
SIGNALS = [number for name in NAMES if (number := getattr(signal, name, None)) is not None]


def end_in_order() -> None:
    """Let what ends a program raise SystemExit from now on; a signal that is ignored, as after nohup, stays so."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, leave)


def leave(number: int, frame: object) -> None:
    """End with the exit code that a shell shows for a signal."""
    raise SystemExit(128 + number)


@contextmanager
def held_back() -> "Iterator[None]":
    """Let the signals that end a program wait until the block is done."""
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (*SIGNALS, signal.SIGINT)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
