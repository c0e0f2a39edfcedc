"""The token whose place another one is to take: that of the profile's own store, or of the helper that gives it."""

from atla_credential.answer.outside import outside_for
from atla_credential.answer.setting import SETTING
from atla_credential.errors import CredentialError, NoCredential, Unavailable, UsageError, new_token, restore
from atla_credential.login.record import account_of, changed_meanwhile
from atla_credential.profiles.change import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.model import Credential, Kept, Profile


class Replaced:
    """The token whose place another one is to take. Has no printable form.

    Args:
        profile: whose it is.
        kept: what the profile's own store has.
        given: what another helper gives, and the number of that; None where the own store has the token.
    """

    __slots__ = ("given", "kept", "profile")

    def __init__(self, profile: "Profile", kept: "Kept", given: "tuple[Credential, int] | None" = None) -> None:
        self.profile, self.kept, self.given = profile, kept, given

    def __repr__(self) -> str:
        return "<Replaced>"

    @property
    def secrets(self) -> "tuple[object, ...]":
        """All that tells whether it is still the one that a person meant."""
        given = (self.given[0].secret, self.given[1]) if self.given else None
        return self.kept.secret, self.kept.aside and self.kept.aside.secret, given

    @property
    def is_aside(self) -> bool:
        """Whether it is one that a rejection has set aside, and the profile has no other."""
        return self.given is None and not self.profile.accepts(self.kept.secret)

    @property
    def secret(self) -> str | None:
        """The token itself."""
        if self.given is not None:
            return self.given[0].secret
        return self.kept.aside.secret if self.is_aside and self.kept.aside else self.kept.secret

    @property
    def source(self) -> str | None:
        """Where it is: "keyring", "file" or "helper"."""
        return "helper" if self.given else self.profile.store

    def refuse(self, secret: str) -> None:
        """Raise UsageError where the new token is this very one."""
        if secret != self.secret:
            return
        if self.is_aside:
            raise UsageError("this is the token that is set aside", f"if it is good, {restore(self.profile.name)}")
        raise UsageError(f'this is the token that profile "{self.profile.name}" has', "make a new one, and give that")


def find_replaced(world: "World", profile: "Profile") -> Replaced:
    """Return the token of a profile whose place another one can take.

    Raises:
        NoCredential: it has none of its own. A variable's is the variable's.
        CredentialError: it has one in a file, which nothing here writes.
        TryAgain: another process has changed the profile since it was read.
        Unavailable: its store, a helper or a variable could not be looked into, so nobody knows which token answers.
    """
    if profile.token_file is not None:
        raise in_a_file(profile.name, f"{profile.token_file}, which {SETTING} in helper.toml names")
    kept = look(world, profile)
    if profile.accepts(kept.secret):
        return Replaced(profile, kept)
    failures: list[Unavailable] = []
    given = world.helpers(world.config.helpers).ask(profile, failures.append) if world.config.helpers else None
    if given is not None:
        return Replaced(profile, kept, given)
    if failures:
        raise failures[0]
    if kept.aside is None:
        if account_of(world.config.profiles.get(profile.name)) != account_of(profile):
            raise changed_meanwhile(profile)  # since it was read: its token is under another key by now (safety C6)
        outside = outside_for(world, profile)
        if outside is not None and outside.path is not None:
            raise in_a_file(profile.name, outside.place)
        step = f"its token is that of {outside.namer}, so put the new one there" if outside else None
        message = f'profile "{profile.name}" has no token of its own to be replaced'
        raise NoCredential(message, step or new_token(profile.name, profile.store))
    return Replaced(profile, kept)


def in_a_file(name: str, place: str) -> CredentialError:
    """Say that a profile's token is in a file that something else writes."""
    return CredentialError(f'the token of profile "{name}" is in {place}', "have the new one written into that file")
