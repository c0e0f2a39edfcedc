"""Put a new token in place of the one that a profile has, in the order of writes of profiles/change (safety C4, C6).

The old one stays, byte for byte, until the new one is known to be good. Then the new one is put where the old one is
and read back, and after that the settings are written. A token that another helper gives is that helper's: it gets the
new one, and nothing is kept here (safety E4).
"""

from datetime import date
from time import time

from atla_credential.errors import CredentialError, half_done
from atla_credential.files.toml_edit import assign
from atla_credential.input.date import start_of
from atla_credential.login.record import account_of, changed_meanwhile, writable
from atla_credential.login.replaced import find_replaced
from atla_credential.login.typed import option
from atla_credential.model import Credential, Kept
from atla_credential.profiles import notes, tables
from atla_credential.profiles.change import put
from atla_credential.profiles.editing import edit_config
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.answer.world import World
    from atla_credential.login.learned import Learned
    from atla_credential.login.replaced import Replaced
    from atla_credential.model import Profile

    Values = dict[str, object]

STAYS = "the old token stays"


def refuse_anothers_token(learned: "Learned") -> None:
    """Raise CredentialError where the site says that a token is another account's than the profile's."""
    profile = learned.planned
    if found := learned.contradicts(profile):
        name, told, known = found
        login = f"atla-credential login --instance {quoted(profile.instance)} {option(name, told)}"
        message = f'the token is of "{told}", and profile "{profile.name}" is of "{known}"; {STAYS}'
        raise CredentialError(message, f"for that account, run: {login}")


def put_in_place(world: "World", learned: "Learned", old: "Replaced", secret: str, noted: "Values") -> "Profile":
    """Put a token in place of another one, and return the profile as it is then.

    Args:
        learned: the profile as it was read, and what the site has said of the token.
        noted: what helper.toml is to say besides: `expires`, where that was given.

    Raises:
        TryAgain: another process has changed the profile or its token meanwhile; nothing was changed.
        NoCredential: another one has taken the old token away.
        CredentialError: something could not be written; the message says what was.
    """
    with tables.changing(world):
        before = world.config.profiles.get(old.profile.name)
        if before is None or account_of(before) != account_of(old.profile):
            raise changed_meanwhile(old.profile)
        if find_replaced(world, before).secrets != old.secrets:
            raise changed_meanwhile(old.profile)
        noted = {**notes.NOTHING, **notes.of_new(before, secret, time()), **learned.noted, **noted}
        told = [learned.profile] if before.counts else []  # an adopted one knows only what it was told
        after = writable([*told, before], lambda each: save(world, before, each, noted, only_plan=True))
        if old.given is None:
            put(world, before, Kept(secret))
        else:
            give_to_helper(world, old, secret, noted.get("expires"))
        try:
            save(world, before, after, noted)
        except CredentialError as error:
            raise half_done(f'profile "{before.name}" has the new token', error) from None
    return after


def give_to_helper(world: "World", old: "Replaced", secret: str, end: object) -> None:
    """Give a token to the helper that gives the old one, and read it back; then nothing set aside is needed.

    Args:
        end: when it ends, a date, where that was given.

    Raises:
        CredentialError: it does not give it back. Many helpers only read.
        Unavailable: it could not be told.
    """
    if old.given is None:
        return
    known, number = old.given
    helpers = world.helpers(world.config.helpers)
    end_utc = int(start_of(end).timestamp()) if isinstance(end, date) else None
    helpers.tell(number, "store", old.profile, Credential(secret, known.username, known.auth, end_utc))
    found = helpers.ask(old.profile, lambda failure: None)
    if found is None or found[0].secret != secret:
        still = "still gives the old one" if found and found[0].secret == known.secret else "does not give it back"
        message = f"helper {number} in helper.toml was told the new token, and {still}"
        raise CredentialError(message, "put the new token where that helper has it from")
    if end_utc is not None and found[0].expires_utc != end_utc:
        console.show_warning(f"helper {number} in helper.toml does not keep when the token ends")
    if old.kept.aside is not None:
        world.store(old.profile.store).put(dict.fromkeys(old.profile.further_keys))


def save(world: "World", before: "Profile", after: "Profile", noted: "Values", only_plan: bool = False) -> None:
    """Write what is noted of a new token, and what the site told of its account. Raises CredentialError.

    Args:
        only_plan: write nothing, but fail where it could not be written.
    """
    told = {} if after.username == before.username else {"username": after.username}
    tables.note(world, before.name, {**noted, **told}, only_plan)
    if after.cloud_id != before.cloud_id:

        def change(document: "dict[str, Any]") -> None:
            assign(document["profiles"][before.name], {"cloud_id": after.cloud_id})

        edit_config(world, change, only_plan=only_plan)
