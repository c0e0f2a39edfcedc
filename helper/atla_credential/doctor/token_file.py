"""What `doctor` looks at in the files that hold a token alone. Whether they can be read is said of their profiles."""

import os

from atla_credential.answer.outside import path_in
from atla_credential.answer.sources import SETTING
from atla_credential.doctor.variable import token_variables
from atla_credential.git.finding import Finding
from atla_credential.settings.trust import opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World


def check_token_files(world: "World") -> "Iterator[Finding]":
    """Whether others may write such a file. It is used all the same: its owner and mode are its writer's business."""
    for namer, path in token_files(world):
        found = opening(os.path.realpath(path), "file") if os.path.isabs(path) else None
        if found:
            step = "let what writes it keep others out, if they are not meant to write it"
            yield Finding(f"{found[0]}, which {namer} names", step)


def token_files(world: "World") -> "Iterator[tuple[str, str]]":
    """Yield each file that holds a token alone, behind what names it."""
    for name in token_variables(world.environment):
        path = path_in(world.environment, name)
        if path is not None:
            yield name, path
    for profile in world.config.profiles.values():
        if profile.token_file is not None:
            yield f'{SETTING} of profile "{profile.name}"', profile.token_file
