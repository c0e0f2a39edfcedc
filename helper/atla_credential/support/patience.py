"""Wait for what may never end."""

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def within(limit_s: float, call: "Callable[[], T]") -> "T":
    """Call a function, and return or raise what it does.

    It runs in a thread that does not outlive the process: a library that waits for the operating system cannot be
    interrupted, only left behind.

    Raises:
        TimeoutError: it did not end in time. It may still do its work for as long as this process lives.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as failure:  # whatever it is, it belongs to who waits
            failures.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit_s)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError
    return results[0]
