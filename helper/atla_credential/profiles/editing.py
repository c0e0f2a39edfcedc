"""Edit config.toml and helper.toml: which of them need to be there, and what becomes of an older version."""

import os

from atla_credential.errors import CredentialError
from atla_credential.files.secure_file import keep_copy
from atla_credential.files.toml_document import copied, same
from atla_credential.files.toml_edit import edit
from atla_credential.settings.config import SCHEMA_VERSION
from atla_credential.settings.trust import opening
from atla_credential.text import printable
from atla_credential.toml.file import parse, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from atla_credential.answer.world import World

    Table = dict[str, Any]
    Change = Callable[[Table], None]
    Prepare = Callable[[str], str] | None  # gives something another name in the text itself, see toml_edit


def read_settings(world: "World") -> bytes | None:
    """Return what is in helper.toml, or None without one. Raises CredentialError."""
    path = world.environment.helper_path_if_any
    return read_file(path) if path else None


def edit_settings(world: "World", change: "Change", prepare: "Prepare" = None, only_plan: bool = False) -> None:
    """Change helper.toml; without a home there is none, which is as if it were empty (safety F13).

    Raises:
        CredentialError: it has to be written, and cannot be.
    """
    made: Table = {}
    if world.environment.helper_path_if_any is None:
        change(made)
        if not made:
            return
    path = world.environment.helper_path
    edit(path, change, None, prepare, only_plan, lambda old: refuse_shared(path, old))


def refuse_shared(path: str, old: bytes) -> None:
    """Refuse to write what others may write: it would be private afterwards, and what they put there obeyed (F14).

    Raises:
        CredentialError: somebody has to look at it first.
    """
    found = opening(os.path.realpath(path), "file") if old else None
    if found:
        what = f"cannot write {printable(path)}: {found[0]}, and what is there would be taken for yours"
        raise CredentialError(what, found[1])


def edit_config(world: "World", change: "Change", prepare: "Prepare" = None, only_plan: bool = False) -> None:
    """Change config.toml; one of version 1 is kept as config.toml.v1.bak, and becomes version 2.

    That alone is no reason to write.

    Raises:
        CredentialError: it has to be written, and cannot be.
    """
    path = world.environment.config_path

    def change_all(document: "Table") -> None:
        before = copied(document)
        document["schema_version"] = SCHEMA_VERSION
        change(document)
        if same(document, {**before, "schema_version": SCHEMA_VERSION}):
            document.clear()
            document.update(before)

    def keep_version_1(old: bytes) -> None:
        if old and parse(old, path).get("schema_version") != SCHEMA_VERSION:
            keep_copy(f"{path}.v1.bak", old)

    edit(path, change_all, keep_version_1, prepare, only_plan, lambda old: refuse_shared(path, old))
