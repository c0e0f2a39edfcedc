"""What `doctor` looks at in the files that hold a token alone."""

import os
from time import time

from atla_credential.answer.outside import fault_in, path_in
from atla_credential.answer.setting import SETTING
from atla_credential.doctor.configuration import age_since
from atla_credential.doctor.variable import token_variables
from atla_credential.environment import CREDENTIALS
from atla_credential.git.finding import Finding, steps
from atla_credential.model import SECONDS_A_DAY
from atla_credential.settings.trust import opening
from atla_credential.system import user_id
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World

IN_MEMORY = ("/run/", "/dev/shm/")  # noqa: S108 - nothing is written there
LET_OTHERS_OUT = "let what writes it make it yours, with mode 0600"


def check_token_files(world: "World") -> "Iterator[Finding]":
    """Whether such a file can be read, who may write it, its age, and whether it stands before a stored token.

    It is used though others may write it: its owner and mode are the business of what writes it.
    """
    for namer, path in token_files(world):
        if fault := fault_in(path, namer):
            yield Finding(fault.message, steps(fault), is_wrong=True)
            continue
        found = opening(os.path.realpath(path), "file")
        if found:
            step = "let what writes it keep others out, if they are not meant to write it"
            yield Finding(f"{found[0]}, which {namer} names", step)
        yield from check_age(path, namer)
    yield from check_rendered(world)
    for profile in world.config.profiles.values():
        if profile.token_file is not None and world.has_token(profile):
            text = f'{SETTING} comes before the token in the {profile.store} of profile "{profile.name}"'
            yield Finding(text, f"if nobody needs that one, run: atla-credential logout {quoted(profile.name)}")


def is_of_a_file(world: "World", problem: str) -> bool:
    """Tell whether a profile's problem is what is said of such a file anyway, with the step that ends it."""
    faults = (fault_in(path, namer.partition(" ")[0]) for namer, path in token_files(world))
    return any(fault is not None and fault.message == problem for fault in faults)


def check_rendered(world: "World") -> "Iterator[Finding]":
    """Say how old a credentials.toml is that something else writes into memory: no login of ours is kept there."""
    if is_rendered(world):
        yield from check_age(world.environment.credentials_path, CREDENTIALS)


def is_rendered(world: "World") -> bool:
    """Tell whether a variable names a credentials.toml that lies where nothing outlives a restart of the machine."""
    named = world.environment.variables.get(CREDENTIALS, "")
    return os.path.isabs(named) and os.path.realpath(named).startswith(IN_MEMORY)


def is_anothers(world: "World") -> bool:
    """Tell whether what writes such a credentials.toml keeps it as its own: root's agent, or another user's."""
    if not is_rendered(world):
        return False
    path = world.environment.credentials_path
    return os.path.exists(path) and os.stat(path).st_uid != user_id()


def check_age(path: str, namer: str) -> "Iterator[Finding]":
    """Say since when a file is as it is, if that is more than a day.

    That is all a file tells: what writes it does so when the token changes, or not at all any more.
    """
    try:
        written_utc = int(os.stat(path).st_mtime)
    except OSError:
        return
    if time() - written_utc > SECONDS_A_DAY:
        text = f"{path}, which {namer} names, was last written {age_since(written_utc)}"
        yield Finding(text, "if there is a newer token since, look at what writes it")


def token_files(world: "World") -> "Iterator[tuple[str, str]]":
    """Yield each file that holds a token alone, behind what names it."""
    for name in token_variables(world.environment):
        path = path_in(world.environment, name)
        if path is not None:
            yield name, path
    for profile in world.config.profiles.values():
        if profile.token_file is not None:
            yield f'{SETTING} of profile "{profile.name}"', profile.token_file
