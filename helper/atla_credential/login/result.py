"""Say what a login has done, or would do: which profile is made or updated, what goes for it, and what to type next."""

from atla_credential.answer.outside import before_own
from atla_credential.git.advice import is_asked
from atla_credential.git.helper_list import SETUP
from atla_credential.input.token_shape import NO_CLOUD_ID, lacks_cloud_id
from atla_credential.login.learned import KNOWS_GATEWAY
from atla_credential.model import HELPER
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.login.learned import Learned
    from atla_credential.model import Profile


class Outcome:
    """What a login makes of which profile.

    Args:
        old: the profile of this name before, or None.
        new: the profile as it is to be.
        is_first: whether there was none at all.
        stays, moves: whether the token that the old one has stays where it is, or goes to another store.
        had: what token the old one had, in words, as far as that could be looked into; "" if none.
        is_aside: whether what moves is set aside, so that nobody is logged in.
        learned: what the site has said.
    """

    def __init__(
        self, old: "Profile | None", new: "Profile", is_first: bool, stays: bool, moves: bool, had: str,
        is_aside: bool, learned: "Learned",
    ) -> None:  # fmt: skip
        self.old, self.new, self.is_first, self.stays, self.moves = old, new, is_first, stays, moves
        self.is_aside, self.learned = is_aside, learned
        self.replaces_account = old is not None and old.secret_key != new.secret_key
        self.goes = "" if stays or moves else had

    def as_json(self, is_dry: bool) -> dict[str, object]:
        """Return it for a program."""
        old, new = self.old, self.new
        replaced = old if old is not None and (self.replaces_account or self.goes) else None
        return {
            "profile": new.name,
            "instance": new.instance,
            "email": new.email,
            "authType": new.auth,
            "credentialStore": new.store,
            "created": old is None,
            "replaces": replaced
            and {
                "instance": replaced.instance,
                "email": replaced.email,
                "tokenIn": replaced.store if self.goes else None,
            },
            "dryRun": is_dry,
            **self.learned.as_json(),
        }

    def replaced(self) -> str:
        """Return what goes, in words; "" if nothing does."""
        old = self.old
        who = f"{account_of(old)} at {old.instance}" if old is not None and self.replaces_account else ""
        token = f"{self.goes} in the {old.store}" if old is not None and self.goes else ""
        return " and ".join(filter(None, (who, token)))


def account_of(profile: "Profile") -> str:
    """Return what an account is called."""
    return profile.email or profile.username or "an account without a name"


def show_result(options: "Namespace", world: "World", outcome: Outcome) -> None:
    """Say what was done, or would be."""
    profile = outcome.new
    place = {"file": world.environment.credentials_path, HELPER: "the helpers of helper.toml"}.get(profile.store or "")
    place = place or "the keyring"
    if options.json:
        console.show_json(outcome.as_json(options.dry_run))
    elif options.dry_run:
        show_plan(outcome, place)
    elif outcome.stays:
        console.show(f'changed profile "{profile.name}"; its token stays in {place}')
    elif outcome.is_aside:
        console.show(f'moved what is set aside of profile "{profile.name}" to {place}; it stays set aside')
    else:
        whom = outcome.learned.verified and outcome.learned.verified.as_whom
        there = f"{profile.instance}{whom}" if whom else where(profile)
        console.show(f'logged in at {there}: profile "{profile.name}", token in {place}')
        if outcome.learned.cloud_id is not None and profile.cloud_id is not None:
            console.show(KNOWS_GATEWAY)
        show_next(world, profile, outcome.is_first)
    if lacks_cloud_id(profile) and not outcome.learned.was_asked:
        console.show_warning(NO_CLOUD_ID)
    for warning in before_own(world, profile):
        console.show_warning(warning)


def show_plan(outcome: Outcome, place: str) -> None:
    """Say what would be done."""
    profile, old = outcome.new, outcome.old
    done = f'profile "{profile.name}" would be {"created" if old is None else "updated"}'
    if outcome.stays:
        console.show(f"{done}; its token stays in {place}")
    elif outcome.is_aside and old is not None:
        console.show(f"{done}; what is set aside would move from the {old.store} to {place}, and stay set aside")
    elif outcome.moves and old is not None:
        console.show(f"{done}; its token would move from the {old.store} to {place}")
    else:
        console.show(f"would log in at {where(profile)}: {done}, token in {place}")
    if outcome.replaced():
        console.show(f"this would replace {outcome.replaced()}")


def where(profile: "Profile") -> str:
    """Return an instance, and who that is there, as far as they have a name."""
    who = profile.email or profile.username
    return f"{profile.instance} as {who}" if who else profile.instance


def show_next(world: "World", profile: "Profile", is_first: bool) -> None:
    """Say what to type next: to see it, the first time; and where there can be repositories, to let git ask us."""
    steps = [f"atla-credential status --profile {quoted(profile.name)}"] if is_first else []
    steps += [] if is_asked(world, profile) else [SETUP]
    for number, step in enumerate(steps):
        console.show(f"{'      ' if number else 'next: '}{step}")
