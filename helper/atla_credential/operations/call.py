"""What an operation works with."""

import time

from atla_credential.answer.search import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from io import RawIOBase

    from atla_credential.answer.search import Trace
    from atla_credential.answer.world import World
    from atla_credential.model import Query


class Call:
    """One start of the program for one operation.

    Args:
        world: what this process knows.
        options: those that were given, by name: of --field all names, with NUL between, of --json any value.
        stdin: the request, an unbuffered binary stream.
        stdout: takes the answer, an unbuffered binary stream.
        warn: prints one warning line on stderr.
        trace: prints one step of the search on stderr, or None.
        on_terminal: whether stderr is a terminal.
        now_utc: seconds since 1970; None takes the clock's.
    """

    def __init__(
        self, world: "World", options: dict[str, str], stdin: "RawIOBase", stdout: "RawIOBase",
        warn: "Callable[[str], None]", trace: "Trace | None" = None, on_terminal: bool = False,
        now_utc: float | None = None,
    ) -> None:  # fmt: skip
        self.world, self.environment = world, world.environment
        self.options, self.stdin, self.stdout = options, stdin, stdout
        self.warn, self.trace, self.on_terminal = warn, trace, on_terminal
        self.now_utc = time.time() if now_utc is None else now_utc

    def search(self, query: "Query | None", exact_user: bool = False, asks_helpers: bool = True) -> Search:
        """Start a search for an answer to a query."""
        return Search(self.world, query, self.options.get("--profile"), self.trace, exact_user, asks_helpers)
