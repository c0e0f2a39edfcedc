"""The file store: credentials.toml, shared with the `atla` CLI. `toml_reader` says what it looks like."""

from atla_credential.files import secure_file, toml_document
from atla_credential.stores.store import Store
from atla_credential.stores.toml_reader import TomlReader
from atla_credential.toml.file import parse, read_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from atla_credential.files.secure_file import Seen
    from atla_credential.stores.toml_reader import Tokens


class TomlFile(TomlReader, Store):
    """Secrets in one TOML file.

    Args:
        path: where credentials.toml is.
        is_changing: whether a change follows, which needs all of the file.
    """

    def __init__(self, path: str, is_changing: bool = False) -> None:
        super().__init__(path)
        self.is_changing = is_changing
        self._seen: Seen = (None, None)  # all of the file, where that was read

    def _read(self) -> "Tokens":
        if not self.is_changing:
            return super()._read()
        self._seen = self._stamp, data = secure_file.look(self.path)
        self._start = ""
        return self._tokens_in(self._parse(data))

    def keys(self) -> list[str]:
        """Return the keys of all secrets. Raises Unavailable."""
        tables = read_document(self.path)
        return list(self._tokens_in(tables.document if tables else {}))

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
        tokens: Tokens = {}

        def edit(old: bytes | None) -> bytes | None:
            nonlocal tokens
            document = self._parse(old)
            tokens = self._tokens_in(document)
            if not change(tokens):
                return None
            document["tokens"] = tokens
            return toml_document.render(document, self.path, old or b"")

        written = secure_file.update(self.path, edit, self._seen)
        self._tokens = None
        if written is not None:
            self._start, self._tokens, self._stamp, self._seen = "", tokens, written[0], written

    def _parse(self, data: bytes | None) -> "dict[str, Any]":
        return {} if data is None else parse(data, self.path)
