"""`get --field NAME`: values of the JSON answer, one in a line, for languages that cannot read JSON."""

from atla_credential.errors import UsageError
from atla_credential.formats.json import KEYS, answer
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return a line for each field, in the order asked for; an empty one for what is null."""
    values, lines = answer(resolution, query), ""
    for name in names_in(options):
        value = "" if values[name] is None else str(values[name])
        check_value(name, value)
        lines += f"{value}\n"
    return lines.encode()


def names_in(options: dict[str, str]) -> list[str]:
    """Return the names that were given. Raises UsageError for one that there is not."""
    names = options["--field"].split("\n")
    if not set(KEYS).issuperset(names):
        raise UsageError(f"the field is not one of: {', '.join(KEYS)}", "see: atla-credential get --help")
    return names
