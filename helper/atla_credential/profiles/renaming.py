"""Give a profile another name in config.toml and helper.toml, comments and all."""

import copy

from atla_credential.files.toml_text import renamed
from atla_credential.profiles.editing import edit_config, edit_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.answer.world import World

    Table = dict[str, Any]


def rename(world: "World", old: str, new: str, only_plan: bool = False) -> None:
    """Give a profile's table in config.toml another name, in its place. Raises CredentialError."""

    def change(document: "Table") -> None:
        profiles = document["profiles"]
        document["profiles"] = {new if name == old else name: table for name, table in profiles.items()}
        if document.get("default", {}).get("profile") == old:
            document["default"]["profile"] = new

    edit_config(world, change, lambda text: renamed(text, ("profiles",), old, new), only_plan)


def copy_settings(world: "World", old: str, new: str, values: "Table") -> None:
    """Let helper.toml say of one name what it says of another, and some values besides. Raises CredentialError."""

    def change(document: "Table") -> None:
        profiles = document.get("profiles", {})
        if old in profiles:
            profiles[new] = {**copy.deepcopy(profiles[old]), **values}

    edit_settings(world, change, lambda text: renamed(text, ("profiles",), old, new))
