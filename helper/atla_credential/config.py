"""config.toml and helper.toml, read only.

config.toml belongs to the `atla` CLI as much as to us, helper.toml to us alone; docs/reference/configuration.md
lists the keys. A value of the wrong kind is refused with its place, because a wrong guess here could send a
token to the wrong address.
"""

from atla_credential.document import read_document
from atla_credential.errors import Unavailable, printable
from atla_credential.model import LAST_SECOND, Profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.environment import Environment

SCHEMA_VERSION = 2
STORES = ("keyring", "file")
AUTHS = ("basic", "bearer")
PRODUCTS = ("jira", "confluence", "bitbucket")
ADOPT = ("never", "atlassian", "any")
SECONDS_A_DAY = 86400
ORDINAL_1970 = 719163  # date(1970, 1, 1).toordinal()


class Config:
    """What the two files say together.

    Args:
        profiles: by name, in the order of config.toml.
        default_profile: `default.profile`, or None.
        storage: where new profiles keep their token: "keyring" or "file".
        helpers: other git-style helpers, as git's `credential.helper` would list them.
        allow_http: whether a new profile may have an http instance.
        adopt: for which hosts `store` may make a profile: "never", "atlassian" or "any".
    """

    __slots__ = ("adopt", "allow_http", "default_profile", "helpers", "profiles", "storage")

    def __init__(
        self,
        profiles: dict[str, Profile],
        default_profile: str | None = None,
        storage: str = "keyring",
        helpers: tuple[str, ...] = (),
        allow_http: bool = False,
        adopt: str = "never",
    ) -> None:
        self.profiles = profiles
        self.default_profile = default_profile
        self.storage = storage
        self.helpers = helpers
        self.allow_http = allow_http
        self.adopt = adopt


def read_config(environment: "Environment") -> Config:
    """Read both files; a missing one is an empty one.

    Raises:
        Unavailable: a file cannot be read, is not TOML, or holds a value of the wrong kind.
    """
    shared = Reader(environment.config_path)
    own = Reader(environment.helper_path)
    refuse_newer_schema(shared)
    helper = own.table(own.document, "helper")
    own_profiles = own.table(own.document, "profiles")
    profiles = {
        name: make_profile(name, shared, own, own_profiles) for name in shared.table(shared.document, "profiles")
    }
    default = shared.table(shared.document, "default")
    return Config(
        profiles,
        shared.text(default, "profile", "default") or None,
        own.choice(helper, "storage", "helper", STORES) or "keyring",
        own.texts(helper, "helpers", "helper"),
        own.flag(helper, "allow_http", "helper"),
        own.choice(helper, "adopt", "helper", ADOPT) or "never",
    )


def refuse_newer_schema(shared: "Reader") -> None:
    """Refuse a file of a later schema; a missing version is version 1, which has the same tables."""
    version = shared.document.get("schema_version", 1)
    if isinstance(version, bool) or not isinstance(version, int):
        raise shared.wrong("schema_version", "a number")
    if version > SCHEMA_VERSION:
        raise Unavailable(
            f"{printable(shared.path)} has a newer schema version than {SCHEMA_VERSION}, which this program knows",
            "update atla-credential, for example: pipx upgrade atla-credential",
        )


def make_profile(name: str, shared: "Reader", own: "Reader", own_profiles: "dict[str, Any]") -> Profile:
    """Make one profile from its table in config.toml and, where there is one, its table in helper.toml."""
    where = f'profile "{name}"'
    table = shared.table(shared.table(shared.document, "profiles"), name)
    extra = own.table(own_profiles, name)
    instance, email = shared.text(table, "instance", where), shared.text(table, "email", where)
    if instance is None or email is None:
        raise shared.wrong("instance" if instance is None else "email", "a text", where)
    if "|" in name or "|" in email:  # which separates the parts of a secret's key
        raise shared.wrong("name or email", "free of |", where)
    return Profile(
        name,
        instance,
        email,
        shared.choice(table, "credential_store", where, STORES) or "keyring",
        own.choice(extra, "auth", where, AUTHS) or ("basic" if email else "bearer"),
        own.text(extra, "username", where),
        shared.text(table, "cloud_id", where) or None,
        own.choice(extra, "product", where, PRODUCTS),
        own.seconds(extra, "expires", where),
        own.flag(extra, "adopted", where),
    )


class Reader:
    """Reads typed values from one parsed file, and says which file, table and key is wrong."""

    __slots__ = ("document", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.document = read_document(path) or {}

    def wrong(self, key: str, kind: str, where: str = "") -> Unavailable:
        """Make the error for a key that is missing or of the wrong kind; its value is not quoted."""
        place = f"{where}: " if where else ""
        return Unavailable(
            f"cannot use {printable(self.path)}: {printable(place + key)} is not {kind}", "correct it in that file"
        )

    def table(self, parent: "dict[str, Any]", key: str) -> "dict[str, Any]":
        """Return a sub-table; a missing one is an empty one."""
        value = parent.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return value

    def text(self, table: "dict[str, Any]", key: str, where: str) -> str | None:
        """Return a text, or None if the key is missing."""
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, "a text", where)
        return value

    def choice(self, table: "dict[str, Any]", key: str, where: str, choices: tuple[str, ...]) -> str | None:
        """Return one of a few words, or None if the key is missing."""
        value = table.get(key)
        if value is not None and value not in choices:
            raise self.wrong(key, " or ".join(choices), where)
        return value

    def texts(self, table: "dict[str, Any]", key: str, where: str) -> tuple[str, ...]:
        """Return a list of texts; a missing one is an empty one."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "a list of texts", where)
        return tuple(value)

    def flag(self, table: "dict[str, Any]", key: str, where: str) -> bool:
        """Return true or false; a missing one is false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", where)
        return value

    def seconds(self, table: "dict[str, Any]", key: str, where: str) -> int | None:
        """Return a date or date-time as seconds since 1970, or None if the key is missing.

        A date alone is its first second, and a date-time without an offset is meant in UTC: the earlier reading
        errs towards warning a person too soon rather than too late.
        """
        value = table.get(key)
        if value is None:
            return None
        if not hasattr(value, "toordinal"):  # tomli gives datetime.date and datetime.datetime; TOML times are neither
            raise self.wrong(key, "a date", where)
        seconds: int = (value.toordinal() - ORDINAL_1970) * SECONDS_A_DAY
        if hasattr(value, "hour"):
            offset = value.utcoffset()
            seconds += value.hour * 3600 + value.minute * 60 + value.second
            seconds -= int(offset.total_seconds()) if offset is not None else 0
        return min(max(seconds, 0), LAST_SECOND)
