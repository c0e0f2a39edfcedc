"""Keys and tables of the settings that mean nothing, which is how a mistyped one shows.

They stay as they are, and no operation says a word of them: `doctor` does, and what writes helper.toml for a person.
"""

import re
from contextlib import contextmanager, suppress

from atla_credential.errors import CredentialError
from atla_credential.formats.json import written
from atla_credential.input.guess import nearest
from atla_credential.settings.notes import NOTES, value_of
from atla_credential.settings.values import Reader
from atla_credential.system import stamp_of
from atla_credential.terminal import console
from atla_credential.text import is_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from atla_credential.answer.world import World

    Table = dict[str, Any]
    Found = tuple[str, str]  # what means nothing, and the next step

# What helper.toml may have. docs/reference/configuration.md lists it.
OF_HELPER = ("adopt", "allow_http", "helpers", "storage")
OF_PROFILE = (
    "adopted", "auth", "ca_file", "expires", "of", "product", "refreshes", "rejected", "since", "storage", "token_file",
    "username", "verified",
)  # fmt: skip
TABLES = {"helper": OF_HELPER, "profiles": OF_PROFILE}
HEADERS = {"helper": "[helper]", "profiles": "[profiles.NAME]"}
# What this program reads of a profile in config.toml, where the `atla` CLI has keys of its own besides.
SHARED = ("cloud_id", "credential_store", "email", "instance")


@contextmanager
def naming_what_is_unknown(world: "World") -> "Iterator[None]":
    """Warn of what means nothing in helper.toml if the block writes it: who has mistyped it may be looking."""
    before = stamp_of_settings(world)
    yield
    if stamp_of_settings(world) != before:
        world.anew()
        with suppress(CredentialError):
            for text, step in unknown_settings(world):
                console.show_warning(f"{text}; {step}")


def stamp_of_settings(world: "World") -> tuple[int, ...] | None:
    """Return what tells one content of helper.toml from another; None without one."""
    with suppress(CredentialError):
        path = world.environment.helper_path_if_any
        return stamp_of(path) if path else None
    return None


def unknown_settings(world: "World") -> "Iterator[Found]":
    """Yield each key and table of helper.toml that means nothing, with the next step. Raises Unavailable."""
    document = document_of(world, world.environment.helper_path_if_any)
    for key, value in document.items():
        if key not in TABLES:
            yield unknown(key, value)
    yield from (found_at("[helper]", key, OF_HELPER) for key in table(document, "helper") if key not in OF_HELPER)
    for name, values in table(document, "profiles").items():
        yield from (found_at(header(name), key, OF_PROFILE) for key in keys_of(values) if key not in OF_PROFILE)
    yield from unusable_notes(world, document)


def unusable_notes(world: "World", document: "Table") -> "Iterator[Found]":
    """Yield each note of a profile's token that counts as not there, because it is of the wrong kind."""
    own = Reader(world.environment.helper_path_if_any, None, world.read)
    for name, values in table(document, "profiles").items():
        for key in [key for key in NOTES if key in keys_of(values)]:
            kind = "a text" if key == "of" else "a date"
            if value_of(own.text if key == "of" else own.seconds, values, key) is None:
                yield f'helper.toml has "{key}" in {header(name)}, which is not {kind} and means nothing', "take it out"


def nobodys_settings(world: "World") -> "Iterator[Found]":
    """Yield each profile of helper.toml that config.toml does not have, with the next step. Raises Unavailable.

    A profile that another program has removed leaves one: so that is for `doctor` alone.
    """
    known = world.config.profiles
    for name in table(document_of(world, world.environment.helper_path_if_any), "profiles"):
        if name not in known:
            near = nearest(name, known)
            step = f"did you mean {header(near)}?" if near else "take it out, or log in to that profile"
            yield f"helper.toml has {header(name)}, and config.toml no such profile", step


def misplaced_settings(world: "World") -> "Iterator[Found]":
    """Yield each key of a profile in config.toml that belongs into helper.toml, or is mistyped. Raises Unavailable.

    Any other may be the `atla` CLI's, which shares that file.
    """
    document = document_of(world, world.environment.config_path)
    for name, values in table(document, "profiles").items():
        where = header(name)
        for key in [key for key in keys_of(values) if key not in SHARED]:
            near = nearest(key, SHARED)
            if key in OF_PROFILE:
                yield (
                    f'config.toml has "{key}" in {where}, where it means nothing',
                    f"put it into {where} of helper.toml",
                )
            elif near and near not in values:
                yield f'config.toml has "{key}" in {where}, which means nothing here', f"did you mean {near}?"


def header(name: str) -> str:
    """Return the header of a profile's table."""
    return f"[profiles.{name if re.fullmatch('[A-Za-z0-9_-]+', name) else written(name, is_unfit)}]"


def unknown(key: str, value: object) -> "Found":
    """Say what a key or table outside of the known tables is, and where it could belong."""
    if isinstance(value, dict):
        near = nearest(key, TABLES)
        step = f"did you mean {HEADERS[near]}?" if near else "take it out"
        return f'helper.toml has a table "{key}", which means nothing', step
    return found_at("no table", key, ())


def found_at(where: str, key: str, words: tuple[str, ...]) -> "Found":
    """Say that a key means nothing where it stands, and which was meant, or where it belongs."""
    near, home = nearest(key, words), next((name for name, keys in TABLES.items() if key in keys), None)
    step = f"put it into {HEADERS[home]}" if home else f"did you mean {near}?" if near else "take it out"
    return f'helper.toml has "{key}" in {where}, where it means nothing', step


def document_of(world: "World", path: str | None) -> "Table":
    """Return what a file says; nothing where it is not there."""
    tables = world.read(path) if path else None
    return tables.document if tables else {}


def table(document: "Table", key: str) -> "Table":
    """Return one of its tables; what is none is refused elsewhere."""
    found = document.get(key, {})
    return found if isinstance(found, dict) else {}


def keys_of(values: object) -> list[str]:
    """Return the keys of a table; what is none is refused elsewhere."""
    return list(values) if isinstance(values, dict) else []
