"""Write config.toml and helper.toml: make a profile, choose the active one, note what is known of a token."""

from atla_credential.config import SCHEMA_VERSION
from atla_credential.document import parse
from atla_credential.support.toml_edit import assign, edit, keep_copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Any

    from atla_credential.environment import Environment
    from atla_credential.model import Profile

    Table = dict[str, Any]


def save_profile(environment: "Environment", profile: "Profile", expires: "date | None") -> None:
    """Write a profile's tables; the first profile becomes the active one.

    helper.toml comes first: without a table in config.toml it means nothing, so a crash in between does no harm.

    Raises:
        Unavailable, TryAgain, CredentialError: as in toml_edit.edit.
    """
    note(environment, profile.name, {**settings_of(profile), "expires": expires})

    def change(document: "Table") -> None:
        default = document.setdefault("default", {})
        profiles = document.setdefault("profiles", {})
        shared = {
            "instance": profile.instance,
            "email": profile.email,  # "" for an account without one: `atla` refuses a file where it is missing
            "credential_store": profile.store,
            "cloud_id": profile.cloud_id,
        }
        assign(profiles.setdefault(profile.name, {}), shared)
        if default.get("profile") not in profiles:
            default["profile"] = profile.name

    edit_config(environment, change)


def set_default(environment: "Environment", name: str) -> None:
    """Make a profile the active one. Raises as in toml_edit.edit."""
    edit_config(environment, lambda document: document.setdefault("default", {}).update(profile=name))


def note(environment: "Environment", name: str, values: "Table") -> None:
    """Set or remove (None) keys of a profile's table in helper.toml. Raises as in toml_edit.edit."""

    def change(document: "Table") -> None:
        profiles = document.setdefault("profiles", {})
        table = profiles.setdefault(name, {})
        assign(table, values)
        if not table:
            del profiles[name]
        if not profiles:
            del document["profiles"]

    edit(environment.helper_path, change)


def settings_of(profile: "Profile") -> "dict[str, str | None]":
    """Return what helper.toml says of a profile, without what follows from config.toml anyway."""
    implied = "basic" if profile.email else "bearer"
    return {
        "auth": None if profile.auth == implied else profile.auth,
        "username": profile.username,
        "product": profile.product,
    }


def edit_config(environment: "Environment", change_tables: "Callable[[Table], None]") -> None:
    """Change config.toml; one of version 1 is kept as config.toml.v1.bak, and becomes version 2."""
    path = environment.config_path

    def change(document: "Table") -> None:
        document["schema_version"] = SCHEMA_VERSION
        change_tables(document)

    def keep_version_1(old: bytes) -> None:
        if old and parse(old, path).get("schema_version") != SCHEMA_VERSION:
            keep_copy(f"{path}.v1.bak", old)

    edit(path, change, keep_version_1)
