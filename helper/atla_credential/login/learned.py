"""What a login learns from the site: whether it takes the token, and what the profile lacks that it tells."""

import re

from atla_credential.errors import CredentialError
from atla_credential.formats.json import iso_time
from atla_credential.input.date import as_time, is_impossible
from atla_credential.input.token_shape import is_bitbucket
from atla_credential.login.typed import option
from atla_credential.places.instance import is_cloud, parse_instance
from atla_credential.places.table import TOKEN_USERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from atla_credential.model import Profile
    from atla_credential.site.verification import Verification

    Values = dict[str, object]

# A person's: a token's own has a slash in it, and what a server says is cut off at 200 characters.
USERNAME = re.compile(r"[A-Za-z0-9._-]{1,199}")
UNVERIFIED = "the token was kept unverified"
NO_ADDRESS = "the site has no address that would tell whose it is"
NEEDS_EMAIL = "Bitbucket takes one that is no access token only with its e-mail; give it: --email EMAIL"
KEEP_IT = "to keep it all the same, add --no-verify"
KNOWS_GATEWAY = "the token has scopes: it works at the gateway only, which the profile now knows"


class Learned:
    """What the site has said of a token. It does not overrule what an option says.

    Args:
        options: those of `login`.
        planned: the profile as the options and files have it.
        found: what the site said; None where it was not asked.
        was_asked: whether it was to be asked. Some have no address for that.
        unasked: why it was not asked all the same.
    """

    def __init__(
        self, options: "Namespace", planned: "Profile", found: "Verification | None" = None, was_asked: bool = False,
        unasked: str = NO_ADDRESS,
    ) -> None:  # fmt: skip
        self.options, self.planned, self.found, self.was_asked = options, planned, found, was_asked
        self.unasked = unasked
        self.verified = found if found is not None and found.is_verified else None

    @property
    def profile(self) -> "Profile":
        """The profile with what the site told: its cloud id, and the name of its user."""
        name = self.username if self.options.username is None else None
        return self.planned.but(
            cloud_id=self.planned.cloud_id or self.cloud_id,
            username=self.planned.username if name is None or self.is_known(name) else name,
        )

    @property
    def forms(self) -> "list[Profile]":
        """The same, and where the site told the cloud id, also without that: config.toml may not be one to write."""
        least = [] if self.cloud_id is None else [self.profile.but(cloud_id=self.planned.cloud_id)]
        return [self.profile, *least]

    @property
    def cloud_id(self) -> str | None:
        """The cloud id of a site whose gateway took the token, where none was given; or None."""
        asked = self.verified if self.planned.cloud_id is None and self.options.cloud_id is None else None
        return asked.cloud_id if asked is not None and asked.target == "gateway" else None

    @property
    def username(self) -> str | None:
        """What the site calls the user, where git can go by that name; or None."""
        instance = parse_instance(self.planned.instance)
        account = self.verified.account if self.verified is not None else None
        if account is None or instance is None or is_cloud(instance[0]):
            return None
        name = account.username or ""
        return name if USERNAME.fullmatch(name) and name not in TOKEN_USERS else None

    def is_known(self, name: str) -> bool:
        """Tell whether a user name is the one on record."""
        return name.lower() == (self.planned.username or "").lower()

    def contradicts(self, known: "Profile") -> tuple[str, str, str] | None:
        """Return what the site says of the account, and what a profile has on record instead; None if nothing.

        A user name tells more than an e-mail.

        Returns:
            The name of the option that says it, what the site says, and what is on record.
        """
        account = self.verified.account if self.verified is not None else None
        if account is None:
            return None
        pairs = (
            ("username", name_of_somebody(account.username), name_of_somebody(known.username)),
            ("email", account.email, known.email),
        )
        name, told, ours = next((pair for pair in pairs if pair[1] and pair[2]), ("", None, None))
        return (name, told, ours) if told and ours and told.lower() != ours.lower() else None

    def refuse_another_account(self, old: "Profile | None") -> None:
        """Raise CredentialError where the token turns out to be another account's than the one whose it would replace.

        The e-mail was given beside the token, and the site has taken both.

        Args:
            old: the profile that the login would update. Who names it means to replace it.
        """
        if old is None or self.options.profile or self.options.username is not None:
            return
        if found := self.contradicts(old.but(email="")):
            name, told, known = found
            raise CredentialError(
                f'the token is of "{told}", and profile "{old.name}" is of "{known}"; nothing was changed',
                f"for a profile of its own, add: {option(name, told)}",
                f"to replace that one, add: {option('profile', old.name)}",
            )

    @property
    def verified_utc(self) -> int | None:
        """When the site recognised the token, in seconds since 1970; None if it did not, or the clock is wrong."""
        at_utc = self.verified.checked_utc if self.verified is not None else None
        return None if at_utc is None or is_impossible(at_utc) else at_utc

    @property
    def noted(self) -> "Values":
        """What helper.toml is to say of it."""
        return {} if self.verified_utc is None else {"verified": as_time(self.verified_utc)}

    def doubts(self, written: "Profile") -> "Iterator[str]":
        """Yield what a person should know of a token that was kept.

        Args:
            written: the profile as it could be written.
        """
        found, name = self.found, self.username
        if self.was_asked and found is None:
            needs_email = is_bitbucket(self.planned.instance) and not self.planned.email
            yield f"{UNVERIFIED}: {NEEDS_EMAIL if needs_email and self.unasked == NO_ADDRESS else self.unasked}"
        if found is not None and (not found.is_verified or found.reason.step):
            fact = found.message if found.is_verified else f"{UNVERIFIED}: {found.message}"
            yield "; ".join(filter(None, (fact, found.hint)))
        if name is not None and self.options.username and not self.is_known(name):
            yield f'the site calls this account "{name}"'
        if self.cloud_id is not None and written.cloud_id is None:
            step = f"atla-credential login {option('profile', written.name)} --cloud-id {self.cloud_id}"
            yield f"config.toml cannot be written, so the profile does not know the gateway; when it can: {step}"

    def as_json(self) -> dict[str, object]:
        """Return it for a program."""
        return {"verifiedAt": iso_time(self.verified_utc), "verification": self.found and self.found.as_json()}


def name_of_somebody(username: str | None) -> str | None:
    """Return a user name that tells whose a token is; None for the others.

    A token of Bitbucket that belongs to a project has a name of its own, and with git every token may have another.
    """
    return None if username is None or "/" in username or username in TOKEN_USERS else username
