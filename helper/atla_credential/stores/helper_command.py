"""How an entry of a list of helpers becomes a program to start: by git's rules, but without a shell (safety H1).

    entry = "!" snippet / path *argument / name *argument

A name is that of a program `git-credential-NAME`, on PATH or among git's own.

Source: gitcredentials(7), "Custom helpers".
"""

import os
import re
import shlex

from atla_credential.errors import Unavailable
from atla_credential.git.program import find_helper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

NAME = re.compile(r"[A-Za-z0-9._+-]+")
SHELL = "/bin/sh"


def command_for(entry: str, operation: str, environment: "Environment") -> list[str]:
    """Return what to start for one operation.

    Raises:
        Unavailable: the entry is none, or its program is nowhere.
    """
    if entry.startswith("!"):
        return [SHELL, "-c", f"{entry[1:]} {operation}"]  # just as git does, so that `!f() { ...; }; f` works
    try:
        program, *arguments = shlex.split(entry)
    except ValueError:
        program, arguments = "", []  # a quotation mark without its other one
    if os.path.isabs(program):
        return [program, *arguments, operation]
    if not NAME.fullmatch(program):
        raise Unavailable(
            "an entry of helpers in helper.toml is neither a name, nor an absolute path, nor a snippet behind a !",
            "correct it: atla-credential config path shows its folder",
        )
    return [found(program, environment), *arguments, operation]


def found(name: str, environment: "Environment") -> str:
    """Return the path of the program of a helper's name. Raises Unavailable."""
    path = find_helper(name, environment)
    if path is None:
        text = f"helper git-credential-{name} is not installed"
        raise Unavailable(text, "install it, or take it out of helpers in helper.toml")
    return path
