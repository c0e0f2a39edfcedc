"""What `doctor` looks at where tokens are kept: the keyring, the file, other helpers."""

from collections import Counter
from contextlib import suppress
from time import time

from atla_credential.errors import CredentialError, NoKeyring, Unavailable, new_token, restore
from atla_credential.git.finding import Finding, steps
from atla_credential.input.date import iso_date
from atla_credential.model import ASIDE, HELPER, SECONDS_A_DAY, Profile
from atla_credential.profiles.notes import noted_of
from atla_credential.report.chosen import owners_of
from atla_credential.settings.config import STORES, Config
from atla_credential.settings.values import Reader
from atla_credential.system import is_marked
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from atla_credential.answer.world import World
    from atla_credential.helpers.other_helper import OtherHelpers


OLD_DAYS = 30  # after which a token that is set aside is in the way


def check_keyring(world: "World") -> "Iterator[Finding]":
    """Whether there is a keyring, where one is wanted."""
    config = world.config
    if not wants_keyring(config):
        return
    try:
        world.store("keyring").check()
    except CredentialError as error:
        kept = [profile for profile in config.profiles.values() if profile.store == "keyring"]
        own = world.environment.helper_path_if_any or "helper.toml"
        always = f'for every new profile: write storage = "file" below [helper] in {own}'
        hint = "; or ".join(filter(None, (steps(error), always if config.storage == "keyring" else "")))
        yield Finding(error.message, hint, is_wrong=not all(map(world.has_token, kept)))
    else:
        is_used = any(profile.store == "keyring" for profile in config.profiles.values())
        yield Finding(f"the keyring can be used{'' if is_used else ', and no profile has its token there'}")


def wants_keyring(config: Config) -> bool:
    """Tell whether a profile has its token in the keyring, or a new one would."""
    return config.storage == "keyring" or any(profile.store == "keyring" for profile in config.profiles.values())


def check_secrets(world: "World") -> "Iterator[Finding]":
    """Whether there are tokens that no profile uses, or two where there should be one."""
    config = world.config
    owners = owners_of(config)
    for kind in STORES if wants_keyring(config) else ("file",):
        try:
            found = Counter(world.store(kind).keys())
        except NoKeyring:
            found = Counter()  # as another check says
        except Unavailable as error:  # which hides nothing of the other store
            yield Finding(error.message, steps(error), is_wrong=True)
            continue
        yield from unlisted(world, kind, found)
        for key, count in found.items():
            owner = owners.get(key)
            if owner is not None and key.endswith(ASIDE):
                if key == owner.secret_key + ASIDE:
                    yield set_aside(world, owner, kind, key)
            elif owner is None:
                namesake = config.profiles.get(key.partition("|")[0])
                step = f"if no other program needs it, run: {remove_key(key)}"
                if namesake is not None and not world.has_token(namesake):  # it may be that one's, and the last
                    step = f"give the profile of this name a token first: {new_token(namesake.name, namesake.store)}"
                yield Finding(f'a token in the {kind} that no profile uses: "{key}"', step)
            elif owner.store != kind:
                yield misplaced(world, owner, kind, key)
            elif count > 1:
                name = quoted(owner.name)
                step = f"run: atla-credential logout {name}; and then: atla-credential login --profile {name}"
                yield Finding(f'the {kind} has {count} tokens for profile "{owner.name}"', step)


def unlisted(world: "World", kind: str, listed: "Container[str]") -> "Iterator[Finding]":
    """Say what is set aside of profiles where a store cannot list it, as in the kernel's keyring: it is looked for."""
    for profile in world.config.profiles.values():
        key = profile.further_keys[1]
        with suppress(Unavailable):
            if profile.store == kind and key not in listed and world.kept(profile, whole=True).aside is not None:
                yield set_aside(world, profile, kind, key)


def set_aside(world: "World", owner: Profile, kind: str, key: str) -> Finding:
    """Say that a token is set aside; it may go after a month, if nobody knows how long, or if it cannot be put back."""
    since_utc = noted_of(world, owner, world.store(kind).get(key)).rejected_utc
    is_old = since_utc is None or time() - since_utc > OLD_DAYS * SECONDS_A_DAY
    may_go = is_old or owner.store != kind or world.has_token(owner)
    when = "nobody knows when" if since_utc is None else f"on {iso_date(since_utc)}"
    step = f"if nobody needs it, run: {remove_key(key)}" if may_go else f"if it is good, {restore(owner.name)}"
    return Finding(f'the {kind} has a token of profile "{owner.name}" that a caller\'s 401 has set aside, {when}', step)


def misplaced(world: "World", owner: Profile, kind: str, key: str) -> Finding:
    """Say what a profile's token in another store than its own is: a stale copy, or the only one there is.

    No step removes it unless the profile has a token without it.
    """
    if owner.store == HELPER:
        text = f'the {kind} has a token of profile "{owner.name}", whose token is to be with helpers alone'
        return Finding(text, f"run: {remove_key(key)}")
    text = f'the {kind} has a token of profile "{owner.name}", whose own store is the {owner.store}'
    try:
        has_own = owner.accepts(world.kept(owner).secret)
    except Unavailable as error:
        return Finding(f"{text}; that one cannot be looked into", steps(error))
    if has_own:
        return Finding(f"{text}, which has one too: this is a stale copy", f"run: {remove_key(key)}")
    step = f"to use it where it is, run: atla-credential login --profile {quoted(owner.name)} --storage {kind}"
    return Finding(f"{text}, which has none", step)


def remove_key(key: str) -> str:
    """Return the command that removes what no profile uses."""
    return f"atla-credential logout --key {quoted(key)}"


def listed_helpers(world: "World") -> "OtherHelpers":
    """Return the helpers listed in helper.toml, whatever is wrong with config.toml. Raises CredentialError."""
    own = Reader(world.environment.helper_path_if_any, None, world.read)
    return world.helpers(own.texts(own.table(own.document, "helper"), "helpers", "helper"))


def check_helpers(world: "World") -> "Iterator[Finding]":
    """Whether the helpers listed in helper.toml are there."""
    helpers = listed_helpers(world)
    if helpers.listed and world.environment.is_asked_by_itself:
        if is_marked():
            yield Finding("this runs below a helper of such a list, so no other helper is asked", "run it elsewhere")
        else:
            yield Finding("ATLA_CREDENTIAL_DEPTH is set, so no other helper is asked", "unset it")
    for fault in helpers.faults():
        yield Finding(fault.message, steps(fault), is_wrong=True)
