"""What is asked of the engine: a login, the secret, and where somebody wants that, a new version of it.

    POST auth/MOUNT/login      who we are
    GET  PATH                  the secret
    POST PATH                  a new version, if the one that was read is still the last

Source: openbao.org/api-docs/secret/kv/kv-v2; openbao.org/api-docs, "HTTP status codes".
"""

import time
from datetime import date
from urllib.parse import quote

from atla_credential.errors import CredentialError, UsageError
from atla_credential.input.date import parse_days, parse_moment, start_of
from atla_credential.model import LAST_SECOND
from atla_credential.text import has_unfit, is_plain
from atla_credential.vault.connection import Connection
from atla_credential.vault.failure import NotAnswered, Refused, SecretRefused, Unreachable
from atla_credential.vault.proof import login_body, own_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.vault.connection import Reply
    from atla_credential.vault.options import Options

FOUND, BAD, DENIED, MISSING = (200,), (400,), (401, 403), (404,)
CHANGED = "check-and-set"  # what the engine says where another version is the last
OUTAGES = (412, 429, 472, 473)  # of 400 to 499, those with which it says that it cannot answer now
LIFE = 0.8  # the part of a login's life for which it is used
LONGEST_S = 365 * 86400  # that a login is kept, whatever is said of its life
PLAIN = "!$&'()*+,;=:@/"  # what stands in a path as it is, beside what never needs a percent sign: RFC 3986, pchar


class Secret:
    """A secret as the engine has it. Has no printable form.

    Args:
        token: what the field holds; None if there is no such field, or no secret.
        username: what is beside it, or None.
        expires_utc: seconds since 1970, or None.
        version: the number that the next version has to follow; 0 if there is none.
        fields: all of it.
    """

    __slots__ = ("expires_utc", "fields", "token", "username", "version")

    def __init__(
        self, token: str | None, username: str | None, expires_utc: int | None, version: int, fields: dict[str, object]
    ) -> None:
        self.token, self.username, self.expires_utc = token, username, expires_utc
        self.version, self.fields = version, fields

    def __repr__(self) -> str:
        return "<Secret>"


class Engine:
    """The engine, for one caller.

    Args:
        kept: the token of an earlier login, or "".

    Raises:
        CredentialError: as `Connection`.
    """

    def __init__(self, options: "Options", kept: str = "") -> None:
        self.options, self.login, self.login_until_utc = options, kept, 0.0
        self._is_kept = bool(kept)
        self.connection = Connection(options)

    def read(self, path: str) -> Secret:
        """Return the secret at a path. Raises Refused and Unreachable."""
        reply = self._ask("GET", path)
        fields = reply.at("data", "data")
        if reply.status in FOUND and isinstance(fields, dict):
            return self._secret(fields, reply)
        if reply.says(MISSING):
            return self._secret({}, reply)
        if reply.status in FOUND:
            kind = NotAnswered if reply.says(FOUND) else Unreachable
            raise kind(f"{self.connection.where} answered with no secret of a KV engine of version 2")
        raise self._failed(reply)

    def write(self, path: str, fields: dict[str, object], version: int) -> None:
        """Write a new version of a secret, if the last one is that number.

        Raises:
            Refused, Unreachable: it is not written, or nobody knows whether.
            CredentialError: somebody else has written one meanwhile.
        """
        reply = self._ask("POST", path, {"options": {"cas": version}, "data": fields})
        if reply.status in BAD and CHANGED in str(reply.at("errors")):
            text = "somebody else has written the secret meanwhile, so nothing was written"
            raise CredentialError(text, "look at what is there now")
        if reply.status not in (200, 204):
            raise self._failed(reply)

    def _ask(self, method: str, path: str, body: object = None) -> "Reply":
        """Ask as ourselves; after a refusal of a login that was kept, once more with a new one."""
        where = quote(path, safe=PLAIN)
        if not self.login:
            self._log_in()
        reply = self.connection.ask(method, where, self.login, body)
        if reply.says(DENIED) and self._is_kept:
            self._log_in()
            reply = self.connection.ask(method, where, self.login, body)
        if reply.says(DENIED):
            raise SecretRefused(f"{self.connection.where} refuses the secret")
        return reply

    def _log_in(self) -> None:
        """Get a token of the engine's. Raises Refused and Unreachable."""
        self._is_kept = False
        if self.options.method == "token":
            self.login = own_token(self.options)
            return
        now_utc = time.time()
        mount = quote(self.options.mount, safe=PLAIN)
        reply = self.connection.ask("POST", f"auth/{mount}/login", body=login_body(self.options))
        if reply.says((*BAD, *DENIED, *MISSING)):
            raise Refused(f"{self.connection.where} refuses the login")
        token, lease_s = reply.at("auth", "client_token"), reply.at("auth", "lease_duration")
        if reply.status not in FOUND or not isinstance(token, str) or not token or not is_plain(token):
            raise self._failed(reply)
        self.login = token
        life_s = min(lease_s, LONGEST_S) if isinstance(lease_s, int) else 0
        self.login_until_utc = now_utc + LIFE * life_s if life_s > 0 else 0.0

    def _secret(self, fields: dict[str, object], reply: "Reply") -> Secret:
        version = reply.at("data", "metadata", "version")
        username = fields.get("username")
        return Secret(
            text_in(fields, self.options.field), username if isinstance(username, str) and username else None,
            seconds(fields.get("expires")), version if isinstance(version, int) else 0, fields,
        )  # fmt: skip

    def _failed(self, reply: "Reply") -> Unreachable:
        """Say that a status is no answer: 5xx, 429, 412, 472 and 473 among them."""
        what = "what is no answer" if reply.status in FOUND else f"status {reply.status}"
        is_answer = reply.says((*FOUND, *range(400, 500))) and reply.status not in OUTAGES
        return (NotAnswered if is_answer else Unreachable)(f"{self.connection.where} answered with {what}")


def text_in(fields: dict[str, object], name: str) -> str | None:
    """Return the text of a field; None for none, and for what is no text."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def is_fit(secret: Secret) -> bool:
    """Tell whether a secret can be handed out: no control character in it, nor half a character."""
    values = (secret.token or "", secret.username or "")
    try:
        "".join(values).encode()
    except UnicodeEncodeError:
        return False
    return not any(map(has_unfit, values))


def seconds(value: object) -> int | None:
    """Return the end of a token in seconds since 1970: a number of them, a date or a date-time; None for all else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(LAST_SECOND)):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 0 < value <= LAST_SECOND else None
    if not isinstance(value, str) or parse_days(value) is not None:
        return None
    try:
        found = int(start_of(parse_moment(value, date.today())).timestamp())
    except (UsageError, OverflowError):
        return None
    return found if found > 0 else None
