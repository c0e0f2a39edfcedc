"""Wait for what may never end."""

import os
import signal
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

SLICE_S = 0.1  # a signal that comes just before this thread begins to wait is seen only when it wakes


def within(limit_s: float, call: "Callable[[], T]") -> "T":
    """Call a function, and return or raise what it does; TimeoutError if it does not end in time.

    It runs in a thread that does not outlive the process: a library that waits for the operating system cannot be
    interrupted, only left behind. It may still do its work for as long as this process lives.
    """
    if limit_s <= 0:
        raise TimeoutError
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as failure:  # whatever it is, it belongs to who waits
            failures.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    end_s = time.monotonic() + limit_s
    while thread.is_alive() and (left_s := end_s - time.monotonic()) > 0:
        thread.join(min(left_s, SLICE_S))
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError
    return results[0]


def end_children() -> None:
    """End the programs that this one has started: what a library waited for is not waited for any more. Linux only."""
    for task in os.listdir("/proc/self/task") if sys.platform == "linux" else ():
        try:
            with open(f"/proc/self/task/{task}/children", encoding="ascii") as children:
                for number in map(int, children.read().split()):
                    os.kill(number, signal.SIGKILL)
        except OSError:
            pass  # it has just ended by itself
