"""The records that travel through the program: Query -> Profile -> Kept -> Credential -> Resolution.

Plain classes with slots, because importing dataclasses costs more than a whole `get`. Nobody changes one after
it was made.
"""

SECONDS_A_DAY = 86400
ASIDE = "|rejected"  # at the end of a key: what a caller's rejection has set aside
HELPER = "helper"  # the store of a profile whose token only other helpers have; and the source of a helper's token
LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z, the last that a date can say


class Query:
    """What a caller asks: who am I at this address?

    Args:
        origin: (scheme, host, port) in canonical form, or None if the address can belong to no profile.
        path: the path's segments, or None if the request named no path.
        username: the user asked for; None if any will do, "" if the empty name was asked for.
        takes_authtype: whether the caller announced `capability[]=authtype`.
        basic_only: whether the server's challenges name Basic, and not Bearer.
        learns_base: whether the caller is told `api_base_url`, and so can use a token that works there only.
    """

    __slots__ = ("basic_only", "learns_base", "origin", "path", "takes_authtype", "username")

    def __init__(
        self, origin: "tuple[str, str, int] | None", path: "tuple[str, ...] | None" = None,
        username: str | None = None, takes_authtype: bool = False, basic_only: bool = False, learns_base: bool = False,
    ) -> None:  # fmt: skip
        self.origin, self.path, self.username = origin, path, username
        self.takes_authtype, self.basic_only, self.learns_base = takes_authtype, basic_only, learns_base

    def with_authtype(self, learns_base: bool = False) -> "Query":
        """Return the same query from a caller that understands `authtype`."""
        return Query(self.origin, self.path, self.username, takes_authtype=True, learns_base=learns_base)


class Credential:
    """A user name and its secret. Has no printable form, so that no log or traceback can show it.

    Args:
        secret: the token.
        username: the user name that goes with it on the wire, or None where none was given.
        auth: "basic" or "bearer".
        expires_utc: seconds since 1970 at which the token ends, or None if not known.
        refresh_secret: git's oauth_refresh_token, or None.
        is_passing: whether nobody is to keep it: git's `ephemeral`.
    """

    __slots__ = ("auth", "expires_utc", "is_passing", "refresh_secret", "secret", "username")

    def __init__(
        self, secret: str, username: str | None = None, auth: str = "basic", expires_utc: int | None = None,
        refresh_secret: str | None = None, is_passing: bool = False,
    ) -> None:  # fmt: skip
        self.secret, self.username, self.auth = secret, username, auth
        self.expires_utc, self.refresh_secret, self.is_passing = expires_utc, refresh_secret, is_passing

    def __repr__(self) -> str:
        return "<Credential>"


class Profile:
    """One account at one instance.

    Args:
        name: what people call it.
        instance: the address as it stands in config.toml, verbatim: it is part of the secret's key.
        email: the account's e-mail, "" for an account that has none.
        store: "keyring", "file", HELPER, or None for a profile made of variables alone.
        auth: "basic" or "bearer".
        username: the Bitbucket or Data Center user name, or None if it has none on record.
        cloud_id: the Cloud site's id, or None.
        product: "jira", "confluence" or "bitbucket" if it answers for that product only, else None.
        expires_utc: seconds since 1970 at which the token ends, or None if not known.
        adopted: whether `store` made it, for a host that nobody had logged in to.
        refreshes: whether there is a refresh token beside its token; where that is in a file, nobody need know.
        token_file: the file that something else writes its token into, or None.
    """

    __slots__ = (
        "adopted", "auth", "cloud_id", "email", "expires_utc", "instance", "name", "product", "refreshes", "store",
        "token_file", "username",
    )  # fmt: skip

    def __init__(
        self, name: str, instance: str, email: str = "", store: str | None = None, auth: str = "basic",
        username: str | None = None, cloud_id: str | None = None, product: str | None = None,
        expires_utc: int | None = None, adopted: bool = False, refreshes: bool = False, token_file: str | None = None,
    ) -> None:  # fmt: skip
        self.name, self.instance, self.email, self.store, self.auth = name, instance, email, store, auth
        self.username, self.cloud_id, self.product = username, cloud_id, product
        self.expires_utc, self.adopted, self.refreshes, self.token_file = expires_utc, adopted, refreshes, token_file

    def but(self, **changed: object) -> "Profile":
        """Return the same profile with some of its fields changed."""
        return Profile(**{**{name: getattr(self, name) for name in self.__slots__}, **changed})

    # What it means to be adopted has four consequences, docs/decisions/0010; each condition says which it means.

    @property
    def counts(self) -> bool:
        """Whether it can be anybody's choice: the active profile, the only account, one for setup-git."""
        return not self.adopted

    @property
    def is_silent(self) -> bool:
        """Whether nobody is told to log in again: nobody ever logged in."""
        return self.adopted

    @property
    def only_as_told(self) -> bool:
        """Whether it gives back just what it was told: no Bearer token as a password, no made-up user name."""
        return self.adopted

    @property
    def yields(self) -> bool:
        """Whether it takes no name, token or variable that could be another profile's."""
        return self.adopted

    def is_called(self, username: str | None) -> bool:
        """Tell whether a user name is this account's. An empty one matches only where it is recorded."""
        return username is not None and (username == self.username or (username == self.email != ""))

    def accepts(self, secret: str | None) -> bool:
        """Tell whether this can be the profile's secret: an empty one only goes with an empty user name."""
        return bool(secret) or secret == self.username == ""

    @property
    def secret_key(self) -> str:
        """The name of this profile's secret in every store. Source: the `atla` CLI's credentials.toml."""
        return f"{self.name}|{self.email}|{self.instance}"

    @property
    def refresh_key(self) -> str:
        """The name of this profile's refresh token in every store."""
        return f"{self.secret_key}|oauth_refresh_token"

    @property
    def further_keys(self) -> tuple[str, ...]:
        """What goes when its token goes: its refresh token, and the two as a rejection has set them aside."""
        return self.refresh_key, self.secret_key + ASIDE, self.refresh_key + ASIDE


class Kept:
    """What a store keeps of a profile. Has no printable form, as a Credential has none.

    Args:
        secret, refresh_secret: its token and refresh token, None for what is not here, or was not looked for.
        unknown: why the refresh token could not be looked for, or None.
        aside: the two as a rejection has set them aside, where they were looked for; or None.
    """

    __slots__ = ("aside", "refresh_secret", "secret", "unknown")

    def __init__(
        self, secret: str | None, refresh_secret: str | None = None, unknown: "Exception | None" = None,
        aside: "Kept | None" = None,
    ) -> None:  # fmt: skip
        self.secret, self.refresh_secret, self.unknown, self.aside = secret, refresh_secret, unknown, aside

    @property
    def has_any(self) -> bool:
        """Whether there is a token, be it one that is set aside."""
        return self.secret is not None or self.aside is not None

    def __repr__(self) -> str:
        return "<Kept>"


class Resolution:
    """The answer to a query: which profile, which credential, and where the secret came from.

    Args:
        profile: the profile that answers.
        credential: what to hand out, or None if no source has a secret.
        source: "environment", "token_file", "keyring", "file", "helper", or None with no credential.
        api_base_url: where a REST client should send its calls.
    """

    __slots__ = ("api_base_url", "credential", "profile", "source")

    def __init__(self, profile: Profile, credential: Credential | None, source: str | None, api_base_url: str) -> None:
        self.profile, self.credential = profile, credential
        self.source, self.api_base_url = source, api_base_url
