"""One login, in the form that another program keeps it in."""

UNKNOWN = ""  # the account of a keyring's item, where a file does not say it in a way that is understood
BY_HAND = "log in by hand: atla-credential login"


class ForeignLogin:
    """One login as another program keeps it, nothing in it expanded or corrected. Has no printable form.

    Args:
        path: the file.
        place: where in it, in words: "line 3".
        address: what it is for, as it stands there.
        account: the e-mail or user name, "" for none.
        secret: the token, or None.
        auth: "basic" or "bearer", as that program sends it; None where the token's shape tells.
        product: the one that it is for, or None.
        cloud_id: the site's id, or None.
        ca_file: the path of certificates that the site is trusted by, or None.
        item: service and account, or UNKNOWN, of a keyring's item that comes before `secret`; or None.
        removal: how the old copy is removed.
        group: what it is one part of, where several are removed together; or "".
        left_out: why it cannot be taken over, and what can be done instead; or None.
    """

    __slots__ = (
        "account", "address", "auth", "ca_file", "cloud_id", "group", "item", "left_out", "path", "place", "product",
        "removal", "secret",
    )  # fmt: skip

    def __init__(
        self, path: str, place: str, address: str = "", account: str = "", secret: str | None = None, *,
        auth: str | None = None, product: str | None = None, cloud_id: str | None = None, ca_file: str | None = None,
        item: tuple[str, str] | None = None, removal: str = "", group: str = "",
        left_out: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self.path, self.place, self.address, self.account, self.secret = path, place, address, account, secret
        self.auth, self.product, self.cloud_id, self.ca_file = auth, product, cloud_id, ca_file
        self.item, self.removal, self.group, self.left_out = item, removal, group, left_out

    def __repr__(self) -> str:
        return "<ForeignLogin>"

    def at(self, address: str) -> "ForeignLogin":
        """Return the same login for another address."""
        return ForeignLogin(**{**{name: getattr(self, name) for name in self.__slots__}, "address": address})

    def left(self, *why: str) -> "ForeignLogin":
        """Return the same place, whose login is left out."""
        return ForeignLogin(self.path, self.place, self.address, self.account, removal=self.removal, left_out=why)

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        return f"{self.place} of {self.path}" if self.place else self.path
