"""A login to a profile whose token other helpers have: it makes or changes the profile, and keeps no token."""

from atla_credential.errors import CredentialError, UsageError
from atla_credential.login.learned import Learned
from atla_credential.login.record import account_of, changed_meanwhile
from atla_credential.login.result import Outcome
from atla_credential.login.typed import typed
from atla_credential.model import HELPER
from atla_credential.places.instance import same_site
from atla_credential.profiles import notes, tables
from atla_credential.profiles.change import look
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.errors import Unavailable
    from atla_credential.model import Profile

    Values = dict[str, object]


def log_in(options: "Namespace", world: "World", profile: "Profile", noted: "Values") -> Outcome:
    """Make or change a profile whose token helpers have, and return what was done, or would be.

    Args:
        profile: as it is to be.
        noted: what helper.toml is to say besides, which was given.

    Raises:
        UsageError: a token or its end was given, which is the helper's to know.
        TryAgain: another process was faster.
        CredentialError: a token is kept here, no helper gives one, or something could not be written.
        Unavailable: the store or a helper could not be looked into.
    """
    if options.token_stdin or options.token is not None:
        step = f"give it to the helper, or keep it here: {typed(options, storage='file')}"
        raise UsageError(f'the token of profile "{profile.name}" is a helper\'s, and none is kept here', step)
    if options.expires:
        raise UsageError("when a helper's token ends, the helper says", "leave out --expires")
    is_first, old = not world.config.profiles, world.config.profiles.get(profile.name)
    is_known = old is not None and old.store == HELPER and old.secret_key == profile.secret_key
    refuse_kept(world, old)
    if not is_known:
        refuse_without(world, profile)
    if not options.dry_run:
        record(world, profile, old, noted)
    return Outcome(old, profile, is_first, is_known, False, "", False, Learned(options, profile))


def refuse_kept(world: "World", old: "Profile | None") -> None:
    """Raise CredentialError where a profile's own store has a token, be it set aside: it would be nobody's."""
    if old is not None and look(world, old).has_any:
        step = f"if nobody needs it, run: atla-credential logout {quoted(old.name)}; then the same command once more"
        raise CredentialError(f'profile "{old.name}" has a token in the {old.store}', step)


def refuse_without(world: "World", profile: "Profile") -> None:
    """Raise CredentialError where no helper gives a token for a profile, Unavailable where one could not be asked."""
    failures: list[Unavailable] = []
    helpers = world.helpers(world.config.helpers)
    if helpers.ask(profile, failures.append) is None:
        if failures:
            raise failures[0]
        fact = f'no helper in helper.toml gives a token for profile "{profile.name}"'
        raise CredentialError(fact, f"{helpers.outcome}; atla-credential config path shows the folder of helper.toml")


def record(world: "World", profile: "Profile", planned_over: "Profile | None", noted: "Values") -> None:
    """Write the profile. Raises TryAgain, CredentialError."""
    with tables.changing(world):
        old = world.config.profiles.get(profile.name)
        if account_of(old) != account_of(planned_over):
            raise changed_meanwhile(profile)
        refuse_kept(world, old)
        is_elsewhere = old is None or not same_site(old.instance, profile.instance)
        nothing = {**notes.NOTHING, **({"ca_file": None} if is_elsewhere else {})}  # of a token, or another's authority
        tables.save_profile(world, profile, {**nothing, **noted})
        world.anew()
