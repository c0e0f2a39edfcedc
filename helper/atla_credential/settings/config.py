"""config.toml and helper.toml, read only.

config.toml belongs to the `atla` CLI as much as to us, helper.toml to us alone; docs/reference/configuration.md
lists the keys. A value of the wrong kind is refused with its place, because a wrong guess here could send a
token to the wrong address.
"""

from atla_credential import errors
from atla_credential.model import HELPER, Profile
from atla_credential.settings.values import Reader
from atla_credential.text import printable
from atla_credential.toml.file import read_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from atla_credential.environment import Environment
    from atla_credential.settings.values import Read

SCHEMA_VERSION = 2
FEW = 16  # profiles, of which each is looked for by itself
STORES = ("keyring", "file")
NO_STORE = (HELPER,)  # what `storage` of a profile can be
AUTHS = ("basic", "bearer")
PRODUCTS = ("jira", "confluence", "bitbucket")
ADOPT = ("never", "atlassian", "any")


class Config:
    """What the two files say together.

    Args:
        profiles: by name, in the order of config.toml.
        default_profile: `default.profile`, or None.
        storage: where new profiles keep their token: "keyring" or "file".
        helpers: other git-style helpers, as git's `credential.helper` would list them.
        allow_http: whether a new profile may have an http instance.
        adopt: for which hosts `store` may make a profile: "never", "atlassian" or "any".
        count: how many profiles there are, also where `profiles` has only some of them.
    """

    __slots__ = ("adopt", "allow_http", "count", "default_profile", "helpers", "profiles", "storage")

    def __init__(
        self, profiles: dict[str, Profile], default_profile: str | None = None, storage: str = "keyring",
        helpers: tuple[str, ...] = (), allow_http: bool = False, adopt: str = "never", count: int | None = None,
    ) -> None:  # fmt: skip
        self.profiles, self.default_profile = profiles, default_profile
        self.storage, self.helpers, self.allow_http, self.adopt = storage, helpers, allow_http, adopt
        self.count = len(profiles) if count is None else count


def read_config(
    environment: "Environment",
    names: tuple[str, ...] = (),
    texts: tuple[bytes, ...] | None = None,
    read: "Read" = read_document,
) -> Config:
    """Read both files; a missing one is an empty one.

    Args:
        names, texts: make only the profiles that have one of these names, or one of these lower-case texts in their
            instance or cloud id. What is wrong with another one's values is then nobody's concern. None makes all.

        read: reads a file, or hands out what was read of it before.

    Raises:
        Unavailable: a file cannot be read, is not TOML, or holds a value of the wrong kind.
    """
    shared = Reader(
        environment.config_path, None if texts is None else (b"\n[default.", *headers_of(names), *texts), read
    )
    tables = shared.table(shared.document, "profiles")
    wanted = [name for name in tables if texts is None or name in names or mentions(tables[name], texts)]
    is_few = texts is not None and len(wanted) <= FEW
    own = Reader(environment.helper_path_if_any, (b"\n[helper.", *headers_of(wanted)) if is_few else None, read)
    refuse_newer_schema(shared)
    helper = own.table(own.document, "helper")
    own_profiles = own.table(own.document, "profiles")
    profiles = {name: make_profile(name, shared, own, own_profiles) for name in wanted}
    default = shared.table(shared.document, "default")
    return Config(
        profiles,
        shared.text(default, "profile", "default") or None,
        own.choice(helper, "storage", "helper", STORES) or "keyring",
        own.texts(helper, "helpers", "helper"),
        own.flag(helper, "allow_http", "helper"),
        own.choice(helper, "adopt", "helper", ADOPT) or "never",
        shared.tables.count("profiles"),
    )


def headers_of(names: "Iterable[str]") -> tuple[bytes, ...]:
    """Return what stands before some profiles' tables, in either form."""
    forms = ("\n[profiles.{}]", '\n[profiles."{}"]')
    return tuple(form.format(name).encode("utf-8", "replace") for name in names for form in forms)


def mentions(table: object, texts: tuple[bytes, ...]) -> bool:
    """Tell whether one of some texts stands in a profile's instance or cloud id, in any case of ASCII letters."""
    values = [table.get(key) for key in ("instance", "cloud_id")] if isinstance(table, dict) else []
    lower = [value.encode("utf-8").lower() for value in values if isinstance(value, str)]
    return any(text in value for value in lower for text in texts)


def refuse_newer_schema(shared: Reader) -> None:
    """Refuse a file of a later schema; a missing version is version 1, which has the same tables."""
    version = shared.document.get("schema_version", 1)
    if isinstance(version, bool) or not isinstance(version, int):
        raise shared.wrong("schema_version", "a number")
    if version > SCHEMA_VERSION:
        raise errors.Unavailable(
            f"{printable(shared.path)} has a newer schema version than {SCHEMA_VERSION}, which this program knows",
            "update atla-credential, for example: pipx upgrade atla-credential",
        )


def make_profile(name: str, shared: Reader, own: Reader, own_profiles: "dict[str, Any]") -> Profile:
    """Make one profile from its table in config.toml and, where there is one, its table in helper.toml."""
    where = f'profile "{name}"'
    table = shared.table(shared.table(shared.document, "profiles"), name)
    extra = own.table(own_profiles, name)
    instance, email = shared.text(table, "instance", where), shared.text(table, "email", where)
    if instance is None or email is None:
        raise shared.wrong("instance" if instance is None else "email", "there", where)
    if "|" in name or "|" in email:  # which separates the parts of a secret's key
        raise shared.wrong("name or email", "free of |", where)
    store = shared.choice(table, "credential_store", where, STORES)
    return Profile(
        name,
        instance,
        email,
        own.choice(extra, "storage", where, NO_STORE) or store or "keyring",
        own.choice(extra, "auth", where, AUTHS) or ("basic" if email else "bearer"),
        own.text(extra, "username", where),
        shared.text(table, "cloud_id", where) or None,
        own.choice(extra, "product", where, PRODUCTS),
        own.seconds(extra, "expires", where),
        own.flag(extra, "adopted", where),
        own.flag(extra, "refreshes", where),
        own.text(extra, "token_file", where),
    )
