"""Lists of helpers, in git's settings and in helper.toml."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def since_last_empty(helpers: "Sequence[str]") -> list[str]:
    """Return the helpers that count: an empty one clears what stands before it, as gitcredentials(7) says."""
    start = max((number + 1 for number, helper in enumerate(helpers) if not helper), default=0)
    return list(helpers[start:])
