"""End in order when a signal says so: a process that is ended at once would leave something behind."""

import signal

SIGNALS = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]


def end_in_order() -> None:
    """Let what ends a program raise SystemExit from now on; a signal that is ignored, as after nohup, stays so."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, leave)


def leave(number: int, frame: object) -> None:
    """End with the exit code that a shell shows for a signal."""
    raise SystemExit(128 + number)
