"""One answer as it came over the wire: status, head and body, and what can be read out of them."""

import json
from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

ERROR_KEYS = ("errorMessages", "errorMessage", "message", "errors", "error", "detail", "reason")


class Reply:
    """What a server answered.

    Args:
        status: of the answer.
        fields: the names and values of its head, in their order; a name may stand there more than once.
        body: at most 1 MiB; empty for a redirect, whose body nobody reads.
        is_repeat: whether it is the answer to a second try, after "too many requests".
    """

    def __init__(
        self, status: int, fields: "Iterable[tuple[str, str]]", body: bytes = b"", is_repeat: bool = False
    ) -> None:
        self.status, self.body, self.is_repeat = status, body, is_repeat
        self.fields = [(name.lower(), value) for name, value in fields]

    def field(self, name: str) -> str:
        """Return what the head says under a name, all of it in one line; "" if nothing."""
        return ", ".join(value for each, value in self.fields if each == name.lower())

    @cached_property
    def object(self) -> "dict[str, Any] | None":
        """The JSON object that the body is, whatever the head calls it; None if it is anything else.

        It is UTF-8, perhaps with a byte order mark; and no object in it has a key twice, of which nobody could say
        which one counts.
        """
        try:
            found = json.loads(
                self.body.decode("utf-8-sig"), object_pairs_hook=without_repeats, parse_constant=refuse_constant
            )
        except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
            return None
        return found if isinstance(found, dict) else None

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people."""
        return self.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")

    @cached_property
    def errors(self) -> tuple[str, ...]:
        """The texts of an error in JSON form, as Atlassian's products write them; none where it is no such thing."""
        found = self.object
        return () if found is None else tuple(texts_of(found.get(key) for key in ERROR_KEYS))

    def says(self, *texts: str) -> bool:
        """Tell whether an error in JSON form speaks of all these texts, in any case."""
        said = "\n".join(self.errors).lower()
        return all(text.lower() in said for text in texts)


def without_repeats(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
    """Return an object; raises ValueError where a key stands in it twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def refuse_constant(name: str) -> object:
    """Refuse what JSON does not have, such as NaN."""
    raise ValueError


def texts_of(values: "Iterable[object]") -> "Iterator[str]":
    """Yield the texts among some values, and inside of them. These may be deeper than Python's calls can be."""
    waiting = [*values][::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting += [*(value.values() if isinstance(value, dict) else value)][::-1]
