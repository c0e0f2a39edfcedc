"""What `doctor` looks at in the files that hold a token alone."""

import os

from atla_credential.answer.outside import fault_in, path_in
from atla_credential.answer.setting import SETTING
from atla_credential.doctor.variable import token_variables
from atla_credential.git.finding import Finding, steps
from atla_credential.settings.trust import opening
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World


def check_token_files(world: "World") -> "Iterator[Finding]":
    """Whether such a file can be read, whether others may write it, and whether it stands before a stored token.

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
    for profile in world.config.profiles.values():
        if profile.token_file is not None and world.has_token(profile):
            text = f'{SETTING} comes before the token in the {profile.store} of profile "{profile.name}"'
            yield Finding(text, f"if nobody needs that one, run: atla-credential logout {quoted(profile.name)}")


def token_files(world: "World") -> "Iterator[tuple[str, str]]":
    """Yield each file that holds a token alone, behind what names it."""
    for name in token_variables(world.environment):
        path = path_in(world.environment, name)
        if path is not None:
            yield name, path
    for profile in world.config.profiles.values():
        if profile.token_file is not None:
            yield f'{SETTING} of profile "{profile.name}"', profile.token_file
