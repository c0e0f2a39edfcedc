"""A new token into the engine, by one who rotates it: read, compare, write if nobody else has, read back."""

from atla_credential.errors import CredentialError
from atla_credential.input.date import as_time
from atla_credential.vault.asking import in_time
from atla_credential.vault.engine import Engine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Credential
    from atla_credential.vault.asked import Asked
    from atla_credential.vault.options import Options


def write(options: "Options", asked: "Asked", given: "Credential") -> None:
    """Let the engine have a token.

    Raises:
        CredentialError: it is not there now, or nobody knows.
    """

    def exchange() -> bool:
        engine = Engine(options)
        before = engine.read(asked.path)
        if before.token == given.secret:
            return True
        engine.write(asked.path, fields_of(before.fields, options.field, given), before.version)
        return engine.read(asked.path).token == given.secret

    if not in_time(options, exchange):
        raise CredentialError("the engine has another token than the one that was written", "look at what is there now")


def fields_of(before: dict[str, object], field: str, given: "Credential") -> dict[str, object]:
    """Return all of a secret with a new token in it."""
    kept = {key: value for key, value in before.items() if key != "expires"}
    made: dict[str, object] = {**kept, field: given.secret}
    if given.username:
        made["username"] = given.username
    if given.expires_utc is not None:
        made["expires"] = as_time(given.expires_utc).isoformat().replace("+00:00", "Z")
    return made
