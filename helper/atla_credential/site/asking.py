"""Many inquiries at once, each within its time: in threads that are left behind where they do not end.

No timeout of a library covers a resolver that hangs, or a head that comes a byte a second.

Source: docs/decisions/0024-requests.md
"""

import threading
import time

from atla_credential.errors import Unavailable
from atla_credential.site.deadline import Deadline
from atla_credential.site.outcome import Outcome
from atla_credential.site.turns import Turns
from atla_credential.site.verification import Verification

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atla_credential.site.inquiry import Inquiry

AT_ONCE = 8  # inquiries
SLICE_S = 0.1  # a signal that comes just before this thread begins to wait is seen only when it wakes


class Run:
    """An inquiry that is under way, in a thread of its own.

    Args:
        inquiry: what is asked.
        limit_s: how long it may take.
        turns: who is asking which host.
        ended: told when it has ended.

    Raises:
        Unavailable: there is no thread left.
    """

    def __init__(self, inquiry: "Inquiry", limit_s: float, turns: Turns, ended: threading.Condition) -> None:
        self.inquiry, self.turns, self.ended = inquiry, turns, ended
        self.deadline = Deadline(limit_s)
        self.outcome: Outcome | None = None
        self.failure: BaseException | None = None
        try:
            threading.Thread(target=self._run, daemon=True).start()
        except RuntimeError:
            raise Unavailable("no site can be asked: the system refuses", "end other programs, and try again") from None

    def _run(self) -> None:
        try:
            self.outcome = self.inquiry.run(self.deadline, self.turns)
        except BaseException as failure:  # whatever it is, it belongs to who waits
            self.failure = failure
        with self.ended:
            self.ended.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for any more."""
        return self.outcome is not None or self.failure is not None or self.deadline.left_s() <= 0

    def verification(self) -> Verification:
        """Return what came of it. Raises what went wrong in this program."""
        if self.failure is not None:
            raise self.failure
        outcome = self.outcome
        if outcome is None:
            self.turns.leave(self.deadline)
            outcome = self.inquiry.sure or Outcome("timeout", self.inquiry.question)
        return Verification(self.inquiry, outcome, self.deadline.limit_s)


def ask_all(
    inquiries: "Sequence[Inquiry | None]",
    limit_s: float,
    waiting: "Callable[[list[Inquiry]], None]",
    all_s: float | None = None,
) -> list[Verification | None]:
    """Ask, at most some at once, and return the verdicts in their order; None where there was no inquiry, or no time.

    Args:
        limit_s: what one verdict may take.
        waiting: called with what is being asked, over and over while this waits.
        all_s: what all may take together.
    """
    end_s = None if all_s is None else time.monotonic() + all_s
    found: list[Verification | None] = [None] * len(inquiries)
    pending = [(at, inquiry) for at, inquiry in enumerate(inquiries) if inquiry is not None]
    running: dict[int, Run] = {}
    turns, ended = Turns(), threading.Condition()
    while pending or running:
        if end_s is not None and time.monotonic() >= end_s:
            break
        while pending and len(running) < AT_ONCE:
            at, inquiry = pending.pop(0)
            running[at] = Run(inquiry, limit_s, turns, ended)
        waiting([run.inquiry for run in running.values()])
        with ended:
            if not any(run.is_over for run in running.values()):
                shortest_s = min(run.deadline.left_s() for run in running.values())
                ended.wait(max(min(shortest_s, SLICE_S), 0.001))
        for at in [at for at, run in running.items() if run.is_over]:
            found[at] = running.pop(at).verification()
    return found
