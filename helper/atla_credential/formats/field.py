"""`get --field NAME`: values of the JSON answer, one in a line, for languages that cannot read JSON."""

from atla_credential import errors
from atla_credential.formats.json import KEYS, answer
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return a line for each field, in the order asked for; an empty one for what is null."""
    values, lines = answer(resolution, query), ""
    for name in options["--field"].split("\0"):
        value = "" if values[name] is None else str(values[name])
        check_value(name, value)
        lines += f"{value}\n"
    return lines.encode()


def check(options: dict[str, str]) -> None:
    """Look at the names that were given. Raises UsageError for one that there is not."""
    if not set(KEYS).issuperset(options["--field"].split("\0")):
        raise errors.UsageError(f"the field is not one of: {', '.join(KEYS)}", "see: atla-credential get --help")
