"""How an entry of a list of helpers becomes a program to start: by git's rules, but without a shell (safety H1).

    entry = "!" snippet / path *argument / name *argument

A name is that of a program `git-credential-NAME`, on PATH or among git's own.

Source: gitcredentials(7), "Custom helpers".
"""

import os
import re
import shlex

from atla_credential.errors import Unavailable
from atla_credential.foreign.program import find_helper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

NAME = re.compile(r"[A-Za-z0-9._+-]+")
SHELL = "/bin/sh"
CORRECT = "correct it: atla-credential config path shows its folder"


def since_last_empty(helpers: tuple[str, ...]) -> dict[int, str]:
    """Return the helpers that count, with their numbers: an empty one clears what stands before it, as with git."""
    start = max((number for number, helper in enumerate(helpers, 1) if not helper), default=0)
    return {number: helper for number, helper in enumerate(helpers, 1) if number > start}


def command_for(number: int, entry: str, operation: str, environment: "Environment") -> list[str]:
    """Return what to start for one operation.

    Args:
        number: of the entry in the list, for a message: what it holds is not shown.

    Raises:
        Unavailable: the entry is none, or its program is nowhere.
    """
    if entry.startswith("!"):
        return [SHELL, "-c", f"{entry[1:]} {operation}"]  # just as git does, so that `!f() { ...; }; f` works
    try:
        program, *arguments = shlex.split(entry)
    except ValueError:
        program, arguments = "", []  # a quotation mark without its other one
    arguments = [whole(argument, environment) for argument in arguments]
    if os.path.isabs(program):
        if not (os.path.isfile(program) and os.access(program, os.X_OK)):
            raise Unavailable(f"helper {number} in helper.toml is not an executable file", CORRECT)
        return [program, *arguments, operation]
    if not NAME.fullmatch(program):
        what = "neither a name, nor an absolute path, nor a snippet behind a !"
        raise Unavailable(f"helper {number} in helper.toml is {what}", CORRECT)
    return [found(program, environment), *arguments, operation]


def whole(argument: str, environment: "Environment") -> str:
    """Return an argument with the home in the place of a leading `~/`, as a shell would."""
    return os.path.join(environment.home, argument[2:]) if argument.startswith("~/") else argument


def found(name: str, environment: "Environment") -> str:
    """Return the path of the program of a helper's name. Raises Unavailable."""
    path = find_helper(name, environment)
    if path is None:
        text = f"helper git-credential-{name} is not installed"
        raise Unavailable(text, "install it, or take it out of helpers in helper.toml")
    return path
