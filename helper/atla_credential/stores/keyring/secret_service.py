"""The Secret Service through `secretstorage`: all that writes, and what the quick reader leaves alone.

A secret is found by {service: "atla", username: KEY}, in whatever collection it is. Every item found is updated in
place: a second one beside that of another program would leave the other with the old token (safety K5).

Source: Secret Service API 0.2; the attributes are those of the Rust crate `keyring`.
"""

from contextlib import closing

import secretstorage
from jeepney import DBusErrorResponse
from secretstorage.exceptions import (
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
)
from secretstorage.util import add_match_rules

from atla_credential.errors import CredentialError
from atla_credential.foreign.waiting import within
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.connection import connect
from atla_credential.stores.keyring.quick_service import ServiceReader, attributes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from jeepney.io.blocking import DBusConnection
    from secretstorage import Collection, Item

    from atla_credential.environment import Environment
    from atla_credential.stores.keyring.patience import Patience

    T = TypeVar("T")

NO_SERVICE = ("org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.Spawn.ExecFailed")


class SecretService:
    """Secrets in the collections of the Secret Service; patience says how long to wait, and whether to show dialogs."""

    name = ServiceReader.name

    def __init__(self, environment: "Environment", patience: "Patience") -> None:
        self.environment = environment
        self.patience = patience

    def check(self) -> None:
        """Make sure that a new secret would have a place. Raises NoKeyring, or Unavailable."""

        def look(connection: "DBusConnection") -> None:
            if default_collection(connection).is_locked() and not self.patience.may_ask:
                raise keyring_error.locked()

        self._run(look)

    def get(self, key: str) -> str | None:
        """Return the secret under a key, of several the one changed last; or None. Raises Unavailable."""
        return self._run(lambda connection: self._read(connection, attributes_of(key)))

    def get_of(self, service: str, account: str) -> str | None:
        """Return what another program keeps, as `get` does its own. Raises Unavailable."""
        return self._run(lambda connection: self._read(connection, {"service": service, "username": account}))

    def keys(self) -> list[str]:
        """Return the keys of all items of ours and of the `atla` CLI, locked ones too. Raises Unavailable."""

        def look(connection: "DBusConnection") -> list[str]:
            items = secretstorage.search_items(connection, {"service": "atla"})
            return [attributes["username"] for item in items if "username" in (attributes := item.get_attributes())]

        return self._run(look)

    def update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        """Set, or with None remove, a key's items, or those with `only`; tell if any was there. Raises Unavailable."""
        return self._run(lambda connection: self._update(connection, key, secret, only))

    def move(self, key: str, to: str, only: str | None = None) -> bool:
        """Give every item of a key another one in place, as in update; what had that key before is removed."""
        return self._run(lambda connection: self._move(connection, key, to, only))

    def create(self, key: str, secret: str) -> None:
        """Make an item for a key that has none, in the default collection. Raises Unavailable."""
        self._run(lambda connection: self._create(connection, key, secret))

    def _read(self, connection: "DBusConnection", attributes: dict[str, str]) -> str | None:
        items = list(secretstorage.search_items(connection, attributes))
        usable = [item for item in items if not item.is_locked()]
        if not usable:
            for item in items:
                self._unlock(item)
            usable = items
        newest = max(usable, key=lambda item: item.get_modified(), default=None)
        try:
            return newest.get_secret().decode("utf-8") if newest else None
        except UnicodeDecodeError:
            raise keyring_error.refused("what it holds is not text") from None

    def _update(self, connection: "DBusConnection", key: str, secret: str | None, only: str | None) -> bool:
        items = self._items(connection, key, only)
        for item in items:
            if secret is None:
                item.delete()
            elif item.get_secret() != secret.encode("utf-8"):
                item.set_secret(secret.encode("utf-8"))
                read_back(item, secret)
        return bool(items)

    def _move(self, connection: "DBusConnection", key: str, to: str, only: str | None) -> bool:
        items = self._items(connection, key, only)
        for item in self._items(connection, to) if items else ():
            item.delete()
        for item in items:
            item.set_attributes({**item.get_attributes(), **attributes_of(to)})
        return bool(items)

    def _items(self, connection: "DBusConnection", key: str, only: str | None = None) -> "list[Item]":
        """Return the items of a key, unlocked; or those that hold a certain secret."""
        items = list(secretstorage.search_items(connection, attributes_of(key)))
        for item in items:
            self._unlock(item)
        return [item for item in items if only is None or item.get_secret() == only.encode("utf-8")]

    def _create(self, connection: "DBusConnection", key: str, secret: str) -> None:
        collection = default_collection(connection)
        self._unlock(collection)
        attributes = {**attributes_of(key), "target": "default", "application": "atla-credential"}
        read_back(collection.create_item(f"{key}@atla", attributes, secret.encode("utf-8"), replace=True), secret)

    def _unlock(self, what: "Collection | Item") -> None:
        """Unlock an item or a collection by the service's dialog, where that may be shown."""
        if not what.is_locked():
            return
        if not self.patience.may_ask:
            raise keyring_error.locked()
        if what.unlock() or what.is_locked():
            self.patience.may_ask = False  # who has closed one dialog wants no second one
            raise keyring_error.dismissed()

    def _run(self, work: "Callable[[DBusConnection], T]") -> "T":
        """Do something over a new connection to the session bus, and say what is wrong in our own words.

        What fails because an item vanished is done once more: another program may just have replaced it.
        """

        def connected() -> "T":
            with closing(connect(self.environment, self.patience.limit_s)) as connection:
                add_match_rules(connection)
                try:
                    return work(connection)
                except PromptDismissedException:
                    raise
                except ItemNotFoundException:
                    return work(connection)

        try:
            with self.patience as left_s:
                return within(left_s, connected)
        except CredentialError:
            raise
        except Exception as error:  # a library's errors are many, and their words may hold anything
            raise self._in_our_words(error) from None

    def _in_our_words(self, error: Exception) -> CredentialError:
        if isinstance(error, TimeoutError):
            self.patience.end()
            return keyring_error.hung(self.patience.limit_s)
        if isinstance(error, SecretServiceNotAvailableException) and getattr(error.__cause__, "name", "") in NO_SERVICE:
            return keyring_error.no_service()
        if isinstance(error, PromptDismissedException):
            return keyring_error.dismissed()
        if isinstance(error, ItemNotFoundException):
            return keyring_error.vanished()
        if isinstance(error, LockedException):
            return keyring_error.locked()
        if isinstance(error, SecretServiceNotAvailableException | OSError | EOFError):
            return keyring_error.ended()
        return keyring_error.refused(str(error.name) if isinstance(error, DBusErrorResponse) else type(error).__name__)


def default_collection(connection: "DBusConnection") -> "Collection":
    """Return the collection for new items. Raises NoKeyring."""
    try:
        return secretstorage.get_collection_by_alias(connection, "default")
    except ItemNotFoundException:
        raise keyring_error.no_collection() from None


def read_back(item: "Item", secret: str) -> None:
    """Make sure that an item holds what was put into it (safety K3). Raises Unavailable."""
    if item.get_secret() != secret.encode("utf-8"):
        raise keyring_error.not_kept()
