"""Edit config.toml and helper.toml: which of them need to be there, and what becomes of an older version."""

import copy

from atla_credential.files.secure_file import keep_copy
from atla_credential.files.toml_edit import edit
from atla_credential.settings.config import SCHEMA_VERSION
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
    edit(world.environment.helper_path, change, prepare=prepare, only_plan=only_plan)


def edit_config(world: "World", change: "Change", prepare: "Prepare" = None, only_plan: bool = False) -> None:
    """Change config.toml; one of version 1 is kept as config.toml.v1.bak, and becomes version 2.

    That alone is no reason to write.

    Raises:
        CredentialError: it has to be written, and cannot be.
    """
    path = world.environment.config_path

    def change_all(document: "Table") -> None:
        before = copy.deepcopy(document)
        document["schema_version"] = SCHEMA_VERSION
        change(document)
        if document == {**before, "schema_version": SCHEMA_VERSION}:
            document.clear()
            document.update(before)

    def keep_version_1(old: bytes) -> None:
        if old and parse(old, path).get("schema_version") != SCHEMA_VERSION:
            keep_copy(f"{path}.v1.bak", old)

    edit(path, change_all, keep_version_1, prepare, only_plan)
