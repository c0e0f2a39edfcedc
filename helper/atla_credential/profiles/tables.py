"""Write config.toml and helper.toml: make a profile, choose the active one, note what is known of a token."""

from contextlib import contextmanager

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.files import turn
from atla_credential.files.secure_file import update
from atla_credential.files.toml_edit import assign
from atla_credential.model import HELPER
from atla_credential.profiles.editing import edit_config, edit_settings, read_settings
from atla_credential.settings.config import STORES
from atla_credential.settings.notes import NOTES
from atla_credential.toml.file import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from atla_credential.answer.world import World
    from atla_credential.model import Profile

    Table = dict[str, Any]


@contextmanager
def changing(world: "World") -> "Iterator[World]":
    """Hold the lock of all profiles while the block runs; in it, and after it, what the files say is read anew.

    Raises:
        TryAgain: another process held it for too long.
        CredentialError: there can be no lock.
    """
    with turn.one_at_a_time(world.environment):
        world.will_change()
        try:
            yield world
        finally:
            world.anew()


def save_profile(world: "World", profile: "Profile", noted: "Table", only_plan: bool = False) -> None:
    """Write a profile's tables; the first profile that somebody logs in to becomes the active one.

    helper.toml comes first: without a table in config.toml it means nothing, so a new profile is there at once and
    whole. If config.toml then cannot be written, helper.toml is put back.

    Args:
        noted: what helper.toml is to say besides: of its token, as in notes, and `ca_file`.
        only_plan: write nothing, but fail where a file must not be written, or its layout could not be edited.

    Raises:
        CredentialError: a file cannot be read, edited or written.
    """
    before, shared_before = read_settings(world), read_file(world.environment.config_path)
    note(world, profile.name, {**settings_of(profile), **noted}, only_plan)
    written = read_settings(world)
    try:
        save_shared_part(world, profile, only_plan)
    except CredentialError:
        # It may have been written all the same, and only not pushed to the disk.
        if written != before and read_file(world.environment.config_path) == shared_before:
            update(world.environment.helper_path, lambda now: (before or b"") if now == written else None)
        raise


def save_shared_part(world: "World", profile: "Profile", only_plan: bool = False) -> None:
    """Write a profile's table in config.toml, or only see whether that can be, as in save_profile.

    Where the file says all of it already, it need not be one that can be written: the rest, such as the choice of the
    active profile, it can do without (safety F13).

    Raises:
        TryAgain: an adopted profile's name is taken, or the file is locked or being changed for too long.
        CredentialError: the file cannot be read, edited or written.
    """
    shared: Table = {
        "instance": profile.instance,
        "email": profile.email,  # "" for an account without one: `atla` refuses a file where it is missing
        "credential_store": "file" if profile.store == HELPER else profile.store,  # the `atla` CLI knows no third
        "cloud_id": profile.cloud_id,
    }
    is_said = False

    def change(document: "Table") -> None:
        nonlocal is_said
        profiles = document.get("profiles", {})
        if profile.yields and profile.name in profiles:
            raise TryAgain(f'a login has made profile "{profile.name}" in the same moment', "try again")
        is_said = says(profiles.get(profile.name), shared)
        if profile.counts and document.get("default", {}).get("profile") not in {*profiles, profile.name}:
            document.setdefault("default", {})["profile"] = profile.name
        assign(document.setdefault("profiles", {}).setdefault(profile.name, {}), shared)

    try:
        edit_config(world, change, only_plan=only_plan)
    except CredentialError as error:
        if not is_said or isinstance(error, TryAgain):
            raise


def says(table: "Table | None", shared: "Table") -> bool:
    """Tell whether a profile's table in config.toml means what it is to say, be it by what goes without saying."""
    meant = {"credential_store": STORES[0], **(table or {})}
    return all(meant.get(key) == value for key, value in shared.items())


def set_default(world: "World", name: str) -> None:
    """Make a profile the active one. Raises CredentialError."""
    edit_config(world, lambda document: document.setdefault("default", {}).update(profile=name))


def set_storage(world: "World", kind: str) -> None:
    """Say in helper.toml where new profiles keep their token. Raises CredentialError."""
    edit_settings(world, lambda document: document.setdefault("helper", {}).update(storage=kind))


def remove(world: "World", name: str, only_plan: bool = False) -> None:
    """Remove a profile from config.toml. Raises CredentialError."""

    def change(document: "Table") -> None:
        drop(document, name)
        if document.get("default", {}).get("profile") == name:
            del document["default"]["profile"]

    edit_config(world, change, only_plan=only_plan)


def remove_settings(world: "World", name: str, only_plan: bool = False) -> None:
    """Remove what helper.toml says of a profile. Raises CredentialError."""
    edit_settings(world, lambda document: drop(document, name), only_plan=only_plan)


def drop(document: "Table", name: str) -> None:
    """Remove a profile's table, and with the last of them the table of tables, which has no header of its own."""
    profiles = document.get("profiles", {})
    profiles.pop(name, None)
    if not profiles:
        document.pop("profiles", None)


def note(world: "World", name: str, values: "Table", only_plan: bool = False) -> None:
    """Set or remove (None) keys of a profile's table in helper.toml, as in save_profile. Raises CredentialError.

    What no answer depends on, as in notes, is left out without a word where it cannot be written.
    """
    is_needed = True

    def change(document: "Table") -> None:
        nonlocal is_needed
        profiles = document.get("profiles", {})
        before = dict(profiles.get(name, {}))
        if name in profiles or any(value is not None for value in values.values()):
            # An emptied table stays: with it would go the comments in it and below it.
            assign(document.setdefault("profiles", {}).setdefault(name, {}), values)
        is_needed = any(before.get(key) != value for key, value in values.items() if key not in NOTES)

    try:
        edit_settings(world, change, only_plan=only_plan)
    except CredentialError:
        if is_needed:
            raise


def note_of_token(world: "World", profile: "Profile", values: "Table") -> None:
    """Note what is known of a profile's token, while `changing` holds the lock. Raises CredentialError.

    Nothing is noted where a program that takes no lock has made the profile another account's meanwhile.
    """
    world.anew()
    now = world.config.profiles.get(profile.name)
    if now is not None and now.secret_key == profile.secret_key:
        auth = {"auth": auth_to_note(profile.email, values["auth"])} if "auth" in values else {}
        note(world, profile.name, {**values, **auth})
        world.anew()


def auth_to_note(email: str, auth: str) -> str | None:
    """Return what helper.toml says of a profile's auth: nothing where it follows from the e-mail."""
    return None if auth == ("basic" if email else "bearer") else auth


def settings_of(profile: "Profile") -> "dict[str, str | bool | None]":
    """Return what helper.toml says of a profile, without what follows from config.toml anyway."""
    return {
        "auth": auth_to_note(profile.email, profile.auth),
        "username": profile.username,
        "product": profile.product,
        "adopted": profile.adopted or None,
        "storage": HELPER if profile.store == HELPER else None,
        "token_file": profile.token_file,  # another account's goes: what is in it is that one's
    }
