"""How long an engine that could not be reached is left alone, by all callers of this user at this machine.

pause = "until=" seconds LF "pause=" seconds LF
"""

import os
from contextlib import suppress

from atla_credential.errors import TryAgain
from atla_credential.vault.copy import read_own
from atla_credential.vault.keeping import alone, drop, keep

FIRST_S, MOST_S = 1.0, 15.0
LOCK_S = 1.0  # for who notes the same failure of another secret


class Pause:
    """The time for which nobody is asked.

    Args:
        path: the file that notes it.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def left_s(self, now_utc: float) -> float:
        """Return how much of it is left, or 0. One that is longer than any was noted by a clock that was wrong."""
        left_s = self._noted()[0] - now_utc
        return left_s if 0 < left_s <= MOST_S else 0.0

    def begin(self, began_utc: float, now_utc: float) -> None:
        """Note that nobody was reached: a pause, twice as long as the one before.

        Args:
            began_utc: when the engine was asked. A pause that has begun since then is of the same failure.
        """
        with suppress(TryAgain), alone(self.path, LOCK_S):
            until_utc, last_s = self._noted()
            if not began_utc < until_utc <= now_utc + MOST_S:
                pause_s = min(last_s * 2, MOST_S) if last_s else FIRST_S
                keep(self.path, f"until={now_utc + pause_s!r}\npause={pause_s!r}\n".encode())

    def end(self) -> None:
        """Note that somebody was."""
        if os.path.lexists(self.path):
            with suppress(TryAgain), alone(self.path, LOCK_S):
                drop(self.path)

    def _noted(self) -> tuple[float, float]:
        """Return until when the last one lasts, and how long it is; 0 and 0 without one."""
        try:
            values = dict(line.split("=", 1) for line in read_own(self.path).decode().splitlines())
            return float(values["until"]), float(values["pause"])
        except (OSError, ValueError, KeyError):
            return 0.0, 0.0
