"""Taking turns: no host is ever asked two things at a time."""

import threading
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.site.deadline import Deadline


class Turns:
    """Who is asking which host. One that does not answer in time is given free by whoever stops waiting for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asking: dict[str, object] = {}

    @contextmanager
    def turn(self, host: str, deadline: "Deadline") -> "Iterator[None]":
        """Wait for a host to be free, and keep it while the block runs. To wait takes none of one's own time."""
        with self._changed:
            with deadline.halted():
                while host in self._asking:
                    self._changed.wait()
            self._asking[host] = deadline
        try:
            yield
        finally:
            self.leave(deadline)

    def leave(self, deadline: "Deadline") -> None:
        """Give free what somebody keeps."""
        with self._changed:
            self._asking = {host: owner for host, owner in self._asking.items() if owner is not deadline}
            self._changed.notify_all()
