"""Reads a secret from credentials.toml: what a `get` needs of the file store, and nothing else.

[tokens."NAME|EMAIL|INSTANCE"]
token = "..."
"""

from atla_credential import errors
from atla_credential.system import stamp_of
from atla_credential.text import printable
from atla_credential.toml.file import read_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.files.secure_file import Stamp

    Tokens = dict[str, Any]


class TomlReader:
    """Reads from the file, and keeps what was read as long as it is the same.

    Args:
        path: where credentials.toml is.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._start = ""
        self._tokens: Tokens | None = None
        self._stamp: Stamp = None

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable.

        What is read is kept for the keys that begin in the same way, as that of a refresh token does; whoever asks for
        another one gets all. Every key has a `|`, so no header can do without quotation marks.
        """
        stamp = stamp_of(self.path)
        if self._tokens is None or stamp != self._stamp or not key.startswith(self._start):
            is_second = self._tokens is not None and stamp == self._stamp
            self._start, self._stamp = "" if is_second else key, stamp
            self._tokens = self._read()
        return self._secret(self._tokens, key)

    def _read(self) -> "Tokens":
        """Read the tables of the keys that begin in the way that is wanted."""
        start = self._start
        tables = read_document(self.path, (f'\n[tokens."{start}'.encode("utf-8", "replace"),) if start else None)
        return self._tokens_in(tables.document if tables else {})

    def _tokens_in(self, document: "dict[str, Any]") -> "Tokens":
        tokens = document.get("tokens", {})
        if not isinstance(tokens, dict):
            raise self._wrong("tokens is not a table")
        return tokens

    def _secret(self, tokens: "Tokens", key: str) -> str | None:
        entry = tokens.get(key)
        if entry is None:
            return None
        secret = entry.get("token") if isinstance(entry, dict) else None
        if not isinstance(secret, str):
            raise self._wrong(f'the entry of profile "{key.partition("|")[0]}" has no token that is a text')
        return secret

    def _wrong(self, reason: str) -> "errors.Unavailable":
        return errors.Unavailable(f"cannot use {printable(self.path)}: {printable(reason)}", "correct it in that file")
