"""What helper.toml notes of a profile's token. No answer depends on it, so a `get` that has one never comes here.

A note of the wrong kind counts as not there: `doctor` names it, and what writes the file for a person.
"""

from atla_credential import errors
from atla_credential.settings.values import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from atla_credential.environment import Environment
    from atla_credential.model import Profile
    from atla_credential.settings.values import Read

    T = TypeVar("T")

NOTES = ("since", "verified", "rejected", "of")  # the keys in helper.toml


class Notes:
    """What is noted of one token.

    Args:
        since_utc, verified_utc, rejected_utc: seconds since 1970 at which it was put there, at which its site was last
            seen to take it, and at which it was set aside; each None if not known.
        of: of which token that is said, as in profiles/notes, or None.
    """

    __slots__ = ("of", "rejected_utc", "since_utc", "verified_utc")

    def __init__(
        self, since_utc: int | None = None, verified_utc: int | None = None, rejected_utc: int | None = None,
        of: str | None = None,
    ) -> None:  # fmt: skip
        self.since_utc, self.verified_utc, self.rejected_utc, self.of = since_utc, verified_utc, rejected_utc, of


def read_notes(environment: "Environment", profile: "Profile", read: "Read") -> Notes:
    """Read what is noted of a profile's token; of one made of variables nothing is, though a stored one has its name.

    Args:
        read: reads a file, or hands out what was read of it before.

    Raises:
        Unavailable: helper.toml cannot be read, or is not TOML.
    """
    if profile.store is None:
        return Notes()
    own = Reader(environment.helper_path_if_any, None, read)
    table = own.table(own.table(own.document, "profiles"), profile.name)
    return Notes(
        value_of(own.seconds, table, "since"),
        value_of(own.seconds, table, "verified"),
        value_of(own.seconds, table, "rejected"),
        value_of(own.text, table, "of"),
    )


def value_of(read: "Callable[[dict[str, Any], str, str], T | None]", table: "dict[str, Any]", key: str) -> "T | None":
    """Return a note as one of the Reader's methods reads it, or None where it is not there, or of the wrong kind."""
    try:
        return read(table, key, "")
    except errors.Unavailable:
        return None
