"""What the texts of the table of reasons speak of, and the cases in which a text is the right one."""

from atla_credential.environment import TOKEN_FILE
from atla_credential.errors import login_again, renew, restore
from atla_credential.places.instance import BITBUCKET_API, is_cloud
from atla_credential.site.words import MOST
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile
    from atla_credential.site.outcome import Outcome
    from atla_credential.site.question import Subject

SERVICE_ACCOUNTS = "@serviceaccount.atlassian.com"


class About:
    """What was asked about, and what came of it; what stands in a text's braces is an attribute here.

    Args:
        subject: whose token was asked about; None for a question that needs no token.
        outcome: what decided.
        limit_s: how long it might have taken.
        sends: how the token goes, "basic" or "bearer"; "" where there is none.
        is_refused: whether that was a refusal, after which a login makes no profile.
    """

    def __init__(
        self, subject: "Subject | None", outcome: "Outcome", limit_s: float, sends: str, is_refused: bool = False
    ) -> None:
        self.subject, self.outcome, self.limit_s, self.sends = subject, outcome, limit_s, sends
        self.typed = subject.login if is_refused and subject is not None else None  # to be typed once more

    @property
    def profile(self) -> "Profile | None":
        """Whose token was asked about."""
        return self.subject.profile if self.subject else None

    @property
    def host(self) -> str:
        """Whose answer, or silence, decided."""
        return self.outcome.question.host

    @property
    def the_address(self) -> str:
        """What to look at where the address may be wrong."""
        return f"the instance of profile {quoted(self.profile.name)}" if self.profile else "the address"

    @property
    def login(self) -> str:
        """How the profile is logged in to once more."""
        if self.typed is not None:
            return self.typed()
        return login_again(self.profile.name).removeprefix("run: ") if self.profile else "atla-credential login"

    @property
    def login_as_basic(self) -> str:
        """How the profile is logged in to with an e-mail, beside which a token does not go as Bearer."""
        return self.typed(bearer=None, email="EMAIL") if self.typed is not None else f"{self.login} --email EMAIL"

    @property
    def put_back(self) -> str:
        """How a token that is set aside is put back, whatever the site says of it."""
        return f"{restore(self.profile.name if self.profile else '').removeprefix('run: ')} --no-verify"

    @property
    def change(self) -> str:
        """How a setting of the profile is changed, while its token stays: one that is set aside is put back before."""
        return f"{self.put_back}, then {self.login}" if is_set_aside(self) else self.login

    @property
    def renew(self) -> str:
        """How there is a new token where the old one comes from."""
        subject = self.subject
        if subject is None:
            return "make a new one"
        if subject.variable is not None:
            file = "the file of " if subject.variable.startswith(TOKEN_FILE) else ""
            return f"make a new one, and put it into {file}{subject.variable}"
        if self.typed is not None:
            return f"make a new one, then run: {self.typed()}"
        if is_rotated(self):  # a login would keep the next one also where nobody has judged it
            name = subject.profile.name
            option = "--profile=" if name.startswith("-") else ""
            return f"make a new one, then run: atla-credential rotate {option}{quoted(name)}"
        return renew(subject.profile.name, subject.source)

    @property
    def as_whom(self) -> str:
        """Whom the site knows us as, with the words before it; nothing where it did not say."""
        account = self.outcome.account
        if account is None or account.is_empty:
            return ""
        address = account.email or account.username
        named = account.name or address or account.id or ""
        return f" as {named} ({address})" if account.name and address else f" as {named}"

    @property
    def limit(self) -> str:
        """How long it might have taken, in seconds."""
        return f"{self.limit_s:g}"

    @property
    def certificates(self) -> str:
        """What names the certificates that cannot be used."""
        return self.outcome.certificates or ""

    @property
    def new_address(self) -> str | None:
        """Where the site is now, if that can be shown."""
        return self.outcome.new_address

    @property
    def retry_after_s(self) -> int | None:
        """How long the server wants to be left alone."""
        return self.outcome.retry_after_s

    @property
    def words(self) -> str | None:
        """What the site itself gave for a reason."""
        return self.outcome.words

    @property
    def scopes(self) -> str:
        """Which scopes are missing."""
        return ", ".join(self.outcome.missing_scopes or ())[:MOST]


# The cases, as the manual says them.


def is_of_service_account(about: About) -> bool:
    """The e-mail is at serviceaccount.atlassian.com"""
    return about.sends == "basic" and bool(about.profile and about.profile.email.endswith(SERVICE_ACCOUNTS))


def has_cloud_id(about: About) -> bool:
    """The profile has a cloud id, and its token does not go as Bearer"""
    return about.sends == "basic" and bool(about.profile and about.profile.cloud_id)


def is_bearer(about: About) -> bool:
    """The token goes as Bearer"""
    return about.sends == "bearer"


def has_no_profile(about: About) -> bool:
    """It is `discover` that asks"""
    return about.profile is None


def is_set_aside(about: About) -> bool:
    """The token is set aside"""
    return about.subject is not None and about.subject.source == "setAside"


def is_rotated(about: About) -> bool:
    """The token is to take another one's place"""
    return about.subject is not None and about.subject.source == "rotated"


def is_hosted(about: About) -> bool:
    """The site is one of Atlassian's own"""
    origin, target = about.outcome.question.origin, about.outcome.question.target
    return is_cloud(origin) or origin == BITBUCKET_API or target == "gateway"


def lacks_socks(about: About) -> bool:
    """The proxy speaks SOCKS, and the library for that is missing"""
    return about.outcome.lacks_socks


def knows_address(about: About) -> bool:
    """The answer names an address that can be shown"""
    return about.new_address is not None


def knows_wait(about: About) -> bool:
    """The server says for how long"""
    return about.retry_after_s is not None


def has_words(about: About) -> bool:
    """The site gives a reason in words"""
    return about.words is not None


def knows_scopes(about: About) -> bool:
    """The site says which scope"""
    return bool(about.outcome.missing_scopes)
