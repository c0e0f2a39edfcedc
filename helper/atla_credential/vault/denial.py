"""That the engine said no, or had nothing, when somebody asked: the answer of all who have waited for theirs meanwhile.

denial = "answered=" seconds LF "said=" line LF
"""

from atla_credential.vault.copy import read_own
from atla_credential.vault.keeping import keep


class Denial:
    """What was said last. It is no copy: who comes later asks.

    Args:
        path: the file that notes it.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def note(self, said: str, now_utc: float) -> None:
        """Note it; "" is that there is nothing. The lock of the copy is held, or one for all that it is said of."""
        keep(self.path, f"answered={now_utc!r}\nsaid={said}\n".encode())

    def said_since(self, began_utc: float, now_utc: float) -> str | None:
        """Return what was said to another caller since this one began; None if nothing was."""
        try:
            values = dict(line.split("=", 1) for line in read_own(self.path).decode().splitlines())
            return values["said"] if began_utc <= float(values["answered"]) <= now_utc else None
        except (OSError, ValueError, KeyError):
            return None
