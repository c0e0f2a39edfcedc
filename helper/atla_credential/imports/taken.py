"""What became of a login that was to be taken over: in words, as JSON, and as an exit code."""

from atla_credential.errors import CredentialError, UsageError
from atla_credential.login.result import where
from atla_credential.system import DONE, FAILED
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import Any

    from atla_credential.answer.world import World
    from atla_credential.imports.foreign_login import ForeignLogin
    from atla_credential.login.learned import Learned
    from atla_credential.model import Profile

CREATED, UPDATED, PRESENT, LEFT_OUT = "created", "updated", "present", "leftOut"
DONE_WORDS = ("imported", "would be imported")  # and in a dry run


class Taken:
    """What became of a login.

    Args:
        entry: where it stands.
        outcome: one of the words above.
        profile: the profile that has it now, or would have; None where it was left out before there was one.
        learned: what the site has said, or None.
        notes: what a person should know of the token.
        error: why it was left out.
        is_repeat: whether the same account's same token has stood before it.
    """

    def __init__(
        self, entry: "ForeignLogin", outcome: str, profile: "Profile | None" = None, learned: "Learned | None" = None,
        notes: "list[str] | None" = None, error: "CredentialError | None" = None, is_repeat: bool = False,
    ) -> None:  # fmt: skip
        self.entry, self.outcome, self.profile, self.learned = entry, outcome, profile, learned
        self.notes, self.error, self.is_repeat = notes or [], error, is_repeat

    def again(self, entry: "ForeignLogin") -> "Taken":
        """Return what becomes of the same account's same token, where it stands once more."""
        outcome = LEFT_OUT if self.outcome == LEFT_OUT else PRESENT
        return Taken(entry, outcome, self.profile, error=self.error, is_repeat=True)

    @property
    def told(self) -> tuple[str, ...]:
        """Why it was left out, and the next steps."""
        return (f"{self.entry.where} was left out: {self.error.message}", *self.error.hints) if self.error else ()

    @property
    def exit_code(self) -> int:
        """The exit code, if this were the only login."""
        if self.error is None:
            return DONE
        return FAILED if isinstance(self.error, UsageError) else self.error.exit_code

    def as_json(self) -> "dict[str, Any]":
        """Return it for a program."""
        entry, profile, error = self.entry, self.profile, self.error
        told: dict[str, Any] = {"verifiedAt": None, "verification": None}
        if self.learned is not None:
            told = self.learned.as_json()
        if error is not None and error.verification is not None:
            told["verification"] = error.verification
        return {
            "file": entry.path,
            "place": entry.place or None,
            "outcome": self.outcome,
            "profile": profile and profile.name,
            "instance": profile and profile.instance,
            "email": profile and profile.email,
            "authType": profile and profile.auth,
            "credentialStore": profile and profile.store,
            "message": error and error.message,
            "hint": "; ".join(error.hints) or None if error else None,
            "warnings": self.notes,
            "removal": (entry.removal or None) if error is None else None,
            **told,
        }


class NotAll(CredentialError):
    """Some logins were left out; the exit code is the highest that one alone would have had.

    Args:
        left: those.
        count: how many there were at all.
    """

    def __init__(self, left: "Sequence[Taken]", count: int) -> None:
        worst = max(left, key=lambda taken: taken.exit_code)
        if count == 1:
            super().__init__(*worst.told)
        else:
            super().__init__(f"{len(left)} of {count} logins were left out" if left[1:] else "one login was left out")
        self.exit_code, self.verification = worst.exit_code, worst.error.verification if worst.error else None
        self.kind = worst.error.kind if worst.error and worst.exit_code == worst.error.exit_code else self.kind


def show(taken: Taken, options: "Namespace") -> None:
    """Say what was done, or would be, and where the old copy is; each line fits a small terminal as a rule."""
    entry, profile, error = taken.entry, taken.profile, taken.error
    if profile is None or error is not None:
        return
    verified = taken.learned.verified if taken.learned else None
    there = f"{profile.instance}{verified.as_whom}" if verified and verified.as_whom else where(profile)
    words = {PRESENT: "there already", **dict.fromkeys((CREATED, UPDATED), DONE_WORDS[options.dry_run])}
    console.show(f'{"once more" if taken.is_repeat else words[taken.outcome]}: "{profile.name}", {there}')
    still = f"{entry.where} still has it: {entry.removal}"
    console.show(f"  {still if entry.removal and not options.dry_run else f'from {entry.where}'}")
    for note in taken.notes:
        console.show_warning(f'profile "{profile.name}": {note}')


def show_places(done: "Sequence[Taken]", options: "Namespace", world: "World") -> None:
    """Say where the tokens are that were taken over, or would be."""
    for store in stores_of(done):
        place = world.environment.credentials_path if store == "file" else "the keyring"
        console.show(f"tokens {'would be ' if options.dry_run else ''}kept in {place}")


def stores_of(done: "Sequence[Taken]") -> list[str]:
    """Return the stores of the tokens that were taken over, each once."""
    taken = [each.profile for each in done if each.profile and each.outcome in (CREATED, UPDATED)]
    return list(dict.fromkeys(profile.store for profile in taken if profile.store))
