"""How an entry of a list of helpers becomes a program to start: by git's rules, but without a shell (safety H1).

    entry = "!" snippet / path *argument / name *argument

A name is that of a program `git-credential-NAME`, on PATH or among git's own.

Source: gitcredentials(7), "Custom helpers".
"""

import os
import re
import shlex
import subprocess
import sys

from atla_credential.errors import Unavailable
from atla_credential.support.surroundings import for_children, program_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

NAME = re.compile(r"[A-Za-z0-9._+-]+")
SHELL = "/bin/sh"
GIT_S = 10  # how long git may take to say where its programs are
ENDINGS = (".exe", "") if sys.platform == "win32" else ("",)


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
    return [found(f"git-credential-{program}", environment), *arguments, operation]


def found(name: str, environment: "Environment") -> str:
    """Return the path of a program: in an absolute folder of PATH, else among git's own (never the working folder).

    Raises:
        Unavailable: it is nowhere.
    """
    path = look_in(program_folders(environment), name)
    if path is None:
        folder = git_folder(environment)
        path = look_in([folder], name) if folder else None
    if path is None:
        raise Unavailable(f"helper {name} is not installed", "install it, or take it out of helpers in helper.toml")
    return path


def look_in(folders: list[str], name: str) -> str | None:
    """Return the path of the first program of a name."""
    paths = (os.path.join(folder, name + ending) for folder in folders for ending in ENDINGS)
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def git_folder(environment: "Environment") -> str | None:
    """Return where git has its own programs, or None."""
    git = look_in(program_folders(environment), "git")
    if git is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - found in an absolute folder, and started without a shell
            [git, "--exec-path"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=GIT_S,
            check=False,
            env=for_children(environment),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    folder = os.fsdecode(done.stdout).strip()
    return folder if os.path.isabs(folder) else None
