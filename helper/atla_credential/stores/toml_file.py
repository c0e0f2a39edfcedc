"""The file store: credentials.toml, shared with the `atla` CLI.

[tokens."NAME|EMAIL|INSTANCE"]
token = "..."
"""

from atla_credential.errors import Unavailable
from atla_credential.stores.store import Store
from atla_credential.system import stamp_of
from atla_credential.text import printable
from atla_credential.toml.file import parse, read_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from atla_credential.files.secure_file import Seen, Stamp

    Tokens = dict[str, Any]


class TomlFile(Store):
    """Secrets in one TOML file.

    Args:
        path: where credentials.toml is.
        is_changing: whether a change follows, which needs all of the file.
    """

    def __init__(self, path: str, is_changing: bool = False) -> None:
        self.path, self.is_changing = path, is_changing
        self._start = ""
        self._tokens: Tokens | None = None
        self._stamp: Stamp = None
        self._seen: Seen = (None, None)  # all of the file, where that was read

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable.

        What is read is kept as long as the file is the same, for the keys that begin in the same way, as that of a
        refresh token does; whoever asks for another one gets all. Every key has a `|`, so no header can do without
        quotation marks.
        """
        stamp = stamp_of(self.path)
        if self._tokens is None or stamp != self._stamp or not key.startswith(self._start):
            is_second = self._tokens is not None and stamp == self._stamp
            self._start, self._stamp = "" if is_second or self.is_changing else key, stamp
            self._tokens = self._tokens_in(self._whole() if self.is_changing else self._part(self._start))
        return self._secret(self._tokens, key)

    def _part(self, start: str) -> "dict[str, Any]":
        """Read the tables of the keys that begin in some way."""
        tables = read_document(self.path, (f'\n[tokens."{start}'.encode("utf-8", "replace"),) if start else None)
        return tables.document if tables else {}

    def _whole(self) -> "dict[str, Any]":
        """Read the file as a change needs it."""
        from atla_credential.files import secure_file  # door: only a write needs the writer

        self._seen = self._stamp, _ = secure_file.look(self.path)
        return self._parse(self._seen[1])

    def keys(self) -> list[str]:
        """Return the keys of all secrets. Raises Unavailable."""
        return list(self._tokens_in(self._part("")))

    def put(self, secrets: dict[str, str | None]) -> None:
        """Set and remove several keys in one replacement of the file. Raises Unavailable, TryAgain, CredentialError."""

        def change(tokens: "Tokens") -> bool:
            changed = False
            for key, secret in secrets.items():
                if self._secret(tokens, key) == secret:
                    continue
                if secret is None:
                    del tokens[key]
                else:
                    tokens.setdefault(key, {})["token"] = secret
                changed = True
            return changed

        self._change(change)

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        """Give what is under some keys other keys, in one replacement of the file. Returns and raises as in Store."""
        (key, to), *_ = keys.items()
        moved = False

        def change(tokens: "Tokens") -> bool:
            nonlocal moved
            stored = self._secret(tokens, key)
            moved = stored is not None and secret in (None, stored) and (replaces or not self._secret(tokens, to))
            if moved:
                entries = {to: tokens.pop(key, None) for key, to in keys.items()}
                tokens |= {to: entry for to, entry in entries.items() if entry is not None}
                for each in [to for to, entry in entries.items() if entry is None]:
                    tokens.pop(each, None)
            return moved

        self._change(change)
        return moved

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        """Remove a key and what goes with it, if it holds the secret given. Raises as put does."""
        erased = False

        def change(tokens: "Tokens") -> bool:
            nonlocal erased
            stored = self._secret(tokens, key)
            erased = stored is not None and secret in (None, stored)
            if erased:
                for each in (key, *also):
                    tokens.pop(each, None)
            return erased

        self._change(change)
        return erased

    def _change(self, change: "Callable[[Tokens], bool]") -> None:
        """Replace the file by what `change` makes of its tokens, unless it returns False."""
        from atla_credential.files import secure_file, toml_document  # door: only a write needs the writer

        tokens: Tokens = {}

        def edit(old: bytes | None) -> bytes | None:
            nonlocal tokens
            document = self._parse(old)
            tokens = self._tokens_in(document)
            if not change(tokens):
                return None
            document["tokens"] = tokens
            return toml_document.render(document, self.path)

        written = secure_file.update(self.path, edit, self._seen)
        self._tokens = None
        if written is not None:
            self._start, self._tokens, self._stamp, self._seen = "", tokens, written[0], written

    def _parse(self, data: bytes | None) -> "dict[str, Any]":
        return {} if data is None else parse(data, self.path)

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

    def _wrong(self, reason: str) -> Unavailable:
        return Unavailable(f"cannot use {printable(self.path)}: {printable(reason)}", "correct it in that file")
