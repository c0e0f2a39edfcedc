"""Give a profile another name in config.toml and helper.toml, comments and all."""

import copy

from atla_credential.writing.profiles import edit_config
from atla_credential.writing.toml_edit import edit
from atla_credential.writing.toml_text import renamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.environment import Environment

    Table = dict[str, Any]


def rename(environment: "Environment", old: str, new: str, only_plan: bool = False) -> None:
    """Give a profile's table in config.toml another name, in its place. Raises as in toml_edit.edit."""

    def change(document: "Table") -> None:
        profiles = document["profiles"]
        document["profiles"] = {new if name == old else name: table for name, table in profiles.items()}
        if document.get("default", {}).get("profile") == old:
            document["default"]["profile"] = new

    edit_config(environment, change, lambda text: renamed(text, ("profiles",), old, new), only_plan)


def copy_settings(environment: "Environment", old: str, new: str) -> None:
    """Let helper.toml say of one name what it says of another. Raises as in toml_edit.edit.

    The comments go to the new name, which will be the only one.
    """

    def change(document: "Table") -> None:
        profiles = document.get("profiles", {})
        if old in profiles:
            profiles[new] = copy.deepcopy(profiles[old])

    edit(environment.helper_path, change, prepare=lambda text: renamed(text, ("profiles",), old, new))
