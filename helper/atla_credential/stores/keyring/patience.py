"""How long keyrings are waited for, all calls together: nobody waits 3 s for each of ten profiles."""

import time

LIMIT_S = 3.0  # for all that one process asks of keyrings
LIMIT_WITH_DIALOG_S = 60.0  # for each call at a terminal, where a dialog may be open


class Patience:
    """How long to wait for a keyring, and whether a person may be asked to unlock it.

    Each call is made `with patience as left_s`, so that the time it takes is counted.

    Args:
        may_ask: whether somebody sits at a terminal and may be asked.
        limit_s: how long to wait; None: as long as is usual.
    """

    def __init__(self, may_ask: bool = False, limit_s: float | None = None) -> None:
        self.may_ask = may_ask
        self.limit_s = limit_s or (LIMIT_WITH_DIALOG_S if may_ask else LIMIT_S)
        self._is_for_each = may_ask
        self._left_s = self.limit_s
        self._start = 0.0

    def __enter__(self) -> float:
        """Begin a call, and return how long it may take."""
        self._start = time.monotonic()
        return self._left_s

    def __exit__(self, *_: object) -> None:
        """End a call."""
        if not self._is_for_each:
            self._left_s = max(self._left_s - (time.monotonic() - self._start), 0)

    def end(self) -> None:
        """Wait no more: a keyring that did not answer once is not asked again."""
        self._left_s, self._is_for_each = 0, False

    @property
    def is_over(self) -> bool:
        """Whether there is no time left."""
        return self._left_s <= 0
