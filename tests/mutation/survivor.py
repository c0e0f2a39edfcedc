"""The faults that may survive, each with its reason: what they make is another text of the same program."""

import tomllib
from functools import cache
from pathlib import Path

from mutation.fault import Fault
from mutation.source import named

LIST = Path(__file__).with_name("allowed.toml")


class Survivor:
    """A fault that may survive.

    Args:
        entry: the module, the line's text without the white space around it, what is planted there, and the reason.
    """

    def __init__(self, entry: dict[str, str]) -> None:
        self.module, self.line, self.fault, self.reason = (
            entry[key] for key in ("module", "line", "fault", "reason")
        )  # fmt: skip

    def is_fault(self, fault: Fault) -> bool:
        """Tell whether a fault is this one."""
        return fault.name == (self.line, self.fault) and bool(named([fault.module], self.module))


@cache
def allowed() -> list[Survivor]:
    """Return all of them."""
    return [Survivor(entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8")).get("survivor", ())]


def reason_for(fault: Fault) -> str | None:
    """Return why a fault may survive, or None if it may not."""
    return next((each.reason for each in allowed() if each.is_fault(fault)), None)
