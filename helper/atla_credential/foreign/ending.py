"""Turn the signals that end or stop a program into exceptions, so that `finally` blocks still run."""

import os
import signal
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# All that end a program where nobody says otherwise, but for those that a fault of its own sends: signal(7).
ENDING = (
    "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGABRT",
    "SIGTRAP", "SIGSYS", "SIGPOLL", "SIGPWR", "SIGSTKFLT", "SIGRTMIN", "SIGRTMAX",
)  # fmt: skip
STOPPING = ("SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT")  # the last one comes alone after SIGSTOP, which nobody hears of


def numbers(names: tuple[str, ...]) -> list[int]:
    """Return the signals of some names that this system has."""
    return [number for name in names if (number := getattr(signal, name, None)) is not None]


SIGNALS = numbers(ENDING)


class Stopped(BaseException):
    """A signal has come that stops this process, or has let it go on.

    Args:
        number: the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def stop(self) -> None:
        """Stop as the signal would have done, and return when this process goes on."""
        if self.number != signal.SIGCONT:
            os.kill(os.getpid(), self.number)


@contextmanager
def told_of_stops() -> "Iterator[None]":
    """Let a signal that stops this process raise Stopped while the block runs; one that is ignored stays so."""
    before = {number: signal.getsignal(number) for number in numbers(STOPPING)}

    def tell(number: int, frame: object) -> None:
        raise Stopped(number)

    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, tell)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
