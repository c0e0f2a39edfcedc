"""What this process knows: the variables, the two settings files and the stores, each looked at once."""

from atla_credential import errors
from atla_credential.model import HELPER, Kept, Profile
from atla_credential.system import stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.helpers.other_helper import OtherHelpers
    from atla_credential.settings.config import Config
    from atla_credential.stores.keyring.reader import KeyringReader
    from atla_credential.stores.store import Store
    from atla_credential.stores.toml_reader import TomlReader
    from atla_credential.toml.plain import Tables

    Texts = tuple[bytes, ...]


class World:
    """The variables, which are `environment`, the two settings files and the stores of one process."""

    def __init__(self, environment: "Environment") -> None:
        self.environment = environment
        self._variables: Profile | None = None
        self._stores: dict[str, Store] = {}
        self._tokens: TomlReader | None = None
        self._keyring: KeyringReader | None = None
        self._helpers: OtherHelpers | None = None
        self._is_changing = False
        self.anew()

    def anew(self) -> None:
        """Forget what was read from files: this process has written one, or others may have, before a lock was taken.

        A keyring stays open, a helper that hung is not asked again, and the file store looks at its file by itself.
        """
        self._configs: dict[tuple[tuple[str, ...], Texts | None], Config] = {}
        self.stamp: tuple[int, ...] | None = None  # of config.toml as it was read
        self._kept: dict[tuple[str, str, bool], Kept | errors.Unavailable] = {}
        self._documents: dict[str, Tables | None] = {}

    def will_change(self) -> None:
        """Read all anew from now on, and credentials.toml as a whole: the lock of all profiles is held."""
        self._is_changing = True
        self._stores.pop("file", None)
        self.anew()

    @property
    def config(self) -> "Config":
        """Both settings files with all profiles, read when first needed. Raises Unavailable."""
        return self.near()

    @property
    def settings(self) -> "Config":
        """Whatever has been read of the settings files: good for all but `profiles`. Raises Unavailable."""
        return next(iter(self._configs.values()), None) or self.config

    def near(self, names: tuple[str, ...] = (), texts: "Texts | None" = None) -> "Config":
        """Return both settings files with those profiles only that can have a say. Raises Unavailable.

        Args:
            names, texts: as in read_config.
        """
        found = self._configs.get(((), None)) or self._configs.get((names, texts))
        if found is None:
            from atla_credential.settings.config import read_config  # door: the variables alone may have the answer

            self.stamp = self.stamp or stamp_of(self.environment.config_path)
            found = self._configs[names, texts] = read_config(self.environment, names, texts, self.read)
        return found

    def read(self, path: str, needles: "Texts | None" = None) -> "Tables | None":
        """Read a TOML file, or what is wanted of it, as toml/file does; a whole one is read once."""
        if needles is not None or path not in self._documents:
            from atla_credential.toml.file import read_document  # door: the variables alone may have the answer

            tables = read_document(path, needles)
            if needles is not None:
                return tables
            self._documents[path] = tables
        return self._documents[path]

    def has_changed(self, since: "tuple[int, ...] | None" = None) -> bool:
        """Tell whether config.toml is another one by now than was read: at the last time, or when it had a stamp."""
        return (since or self.stamp) != stamp_of(self.environment.config_path)

    @property
    def profile_of_variables(self) -> Profile | None:
        """The profile that the variables make, or None without an instance. Raises CredentialError."""
        instance = self.environment.instance
        if self._variables is None and instance is not None:
            from atla_credential.answer.variables import profile_of  # door: only where there is one

            self._variables = profile_of(self.environment, instance)
        return self._variables

    def store(self, kind: str | None) -> "Store":
        """Return the store of a kind: "file", "keyring" or HELPER. Raises Unavailable for another."""
        if (found := self._stores.get(kind or "")) is not None:
            return found
        if kind == "file":
            from atla_credential.stores.toml_file import TomlFile  # door: the kind of store

            made: Store = TomlFile(self.environment.credentials_path, self._is_changing)
        elif kind == "keyring":
            from atla_credential.stores.keyring.system import SystemKeyring  # door: the kind of store

            made = SystemKeyring(self.environment, self._keyring)
        elif kind == HELPER:
            from atla_credential.stores.elsewhere import Elsewhere  # door: the kind of store

            made = Elsewhere()
        else:
            raise errors.Unavailable("this profile has no store of its own")
        self._stores[kind] = made
        return made

    def _reader(self, kind: str) -> "Store | TomlReader | KeyringReader":
        """Return what reads a store, of which a `get` needs no more."""
        if kind == "keyring" and kind not in self._stores:
            from atla_credential.stores.keyring.opening import open_reader  # door: the kind of store

            self._keyring = self._keyring or open_reader(self.environment)
            return self._keyring
        if kind != "file" or kind in self._stores or self._is_changing:
            return self.store(kind)
        if self._tokens is None:
            from atla_credential.stores.toml_reader import TomlReader  # door: the kind of store

            self._tokens = TomlReader(self.environment.credentials_path)
        return self._tokens

    def kept(self, profile: Profile, kind: str | None = None, whole: bool = False) -> Kept:
        """Return what a store keeps of a profile. What could not be looked into once is not asked again.

        Args:
            kind: the store, if not the profile's own.
            whole: whether to look for a refresh token even in a keyring that has none as far as we know, and for what
                a rejection has set aside.

        Raises:
            Unavailable: the store could not be looked into.
        """
        kind = kind or profile.store or ""
        asked = (kind, profile.secret_key, whole)
        if asked not in self._kept:
            try:
                self._kept[asked] = self._look(profile, kind, whole)
            except errors.Unavailable as error:
                self._kept[asked] = error
        found = self._kept[asked]
        if isinstance(found, Exception):
            raise found
        return found

    def _look(self, profile: Profile, kind: str, whole: bool) -> Kept:
        store = self._reader(kind)
        secret = store.get(profile.secret_key)
        if not (whole or (secret is not None and (profile.refreshes or kind == "file"))):
            return Kept(secret)
        refresh_key, *keys_aside = profile.further_keys
        refresh_secret, unknown = found_in(store, refresh_key)
        if not whole:
            return Kept(secret, refresh_secret, unknown)
        token, unknown_too = found_in(store, keys_aside[0])
        aside = None if token is None else Kept(token, found_in(store, keys_aside[1])[0])
        return Kept(secret, refresh_secret, unknown or unknown_too, aside)

    def has_token(self, profile: Profile, kind: str | None = None) -> bool:
        """Tell whether a store has a token that a profile could use, as far as it can be looked into."""
        try:
            secret = self.kept(profile, kind).secret
        except errors.Unavailable:
            return False
        return secret is not None and profile.accepts(secret)

    def refuse_others(self, what: str) -> None:
        """Raise NotObeyed where others may write what is to be obeyed, see settings/trust."""
        from atla_credential.settings.trust import not_obeyed  # door: only where there is something to obey

        if error := not_obeyed(self.environment, what):
            raise error

    def helpers(self, entries: tuple[str, ...]) -> "OtherHelpers":
        """Return the other helpers that helper.toml lists, so that one that could not be asked is not asked again."""
        if self._helpers is None or self._helpers.listed != entries:
            from atla_credential.helpers.other_helper import OtherHelpers  # door: the kind of store

            self._helpers = OtherHelpers(entries, self.environment)
        return self._helpers


def found_in(store: "Store | TomlReader | KeyringReader", key: str) -> "tuple[str | None, errors.Unavailable | None]":
    """Return what is under a key, or why nobody could look, as where the kernel's keyring is the only one."""
    try:
        return store.get(key), None
    except errors.Unavailable as error:
        return None, error
