"""Which variables another program gets its credential from: a row for each program that `exec --as` knows."""

from atla_credential.formats.env import VARIABLES
from atla_credential.formats.json import answer
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution

OWN = "none"
PRESETS = {OWN: VARIABLES}


def changes(preset: str, resolution: "Resolution", query: "Query | None") -> dict[str, str | None]:
    """Return the variables of a preset with their values, None for one that is to be removed.

    Raises what `json.answer` does, and CredentialError for a value that cannot be handed out.
    """
    values = answer(resolution, query)
    found: dict[str, str | None] = {}
    for variable, key in PRESETS[preset].items():
        value = values[key]
        found[variable] = None if value is None else str(value)
        check_value(key, found[variable] or "")
    return found
