"""What came of a question: the records that go from an answer to the verdict."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.site.question import Question


class Account:
    """Who the site says that we are; each part a text or None."""

    __slots__ = ("email", "id", "name", "username")

    def __init__(
        self, id: str | None = None, name: str | None = None, email: str | None = None, username: str | None = None
    ) -> None:
        self.id, self.name, self.email, self.username = id, name, email, username

    def told(self, tell: "Callable[[str | None], str | None]") -> "Account":
        """Return it as far as it may be told."""
        return Account(tell(self.id), tell(self.name), tell(self.email), tell(self.username))

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it may be told."""
        return not any((self.id, self.name, self.email, self.username))

    def as_json(self) -> dict[str, str | None]:
        """Return it as an object of the JSON form."""
        return {"id": self.id, "name": self.name, "email": self.email, "username": self.username}


class Outcome:
    """What an answer, or silence, shows.

    Args:
        reason: a word of the table of reasons.
        question: what was asked.
        status: of the answer, or None without one.
        account: who we are, where the site said it.
        cloud_id: what the site said for its cloud id, or None.
        words: what the site itself gave for a reason, or None.
        missing_scopes, granted_scopes: where the site told them, else None.
        retry_after_s: for how long the server wants to be left alone, or None.
        new_address: where a redirect leads, if it can be shown, or None.
        certificates: the variable or setting whose certificates cannot be used, or None.
        lacks_socks: whether the library for SOCKS is missing.
    """

    __slots__ = (
        "account", "certificates", "cloud_id", "granted_scopes", "lacks_socks", "missing_scopes", "new_address",
        "question", "reason", "retry_after_s", "status", "words",
    )  # fmt: skip

    def __init__(
        self, reason: str, question: "Question", status: int | None = None, *, account: Account | None = None,
        cloud_id: str | None = None, words: str | None = None, missing_scopes: list[str] | None = None,
        granted_scopes: list[str] | None = None, retry_after_s: int | None = None, new_address: str | None = None,
        certificates: str | None = None, lacks_socks: bool = False,
    ) -> None:  # fmt: skip
        self.reason, self.question, self.status, self.account = reason, question, status, account
        self.cloud_id, self.words, self.retry_after_s, self.new_address = cloud_id, words, retry_after_s, new_address
        self.missing_scopes, self.granted_scopes = missing_scopes, granted_scopes
        self.certificates, self.lacks_socks = certificates, lacks_socks

    def because(self, reason: str) -> "Outcome":
        """Return the same outcome for another reason."""
        more = {name: getattr(self, name) for name in self.__slots__ if name not in ("reason", "question", "status")}
        return Outcome(reason, self.question, self.status, **more)
