"""Where programs are found that are started by name: never in the working folder (safety H1, X1)."""

import os
import subprocess
import sys
from functools import cache

from atla_credential.foreign.variables import for_children, program_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from atla_credential.environment import Environment

GIT_S = 10  # how long git may take
ENDINGS = (".exe", "") if sys.platform == "win32" else ("",)


def look_in(folders: list[str], name: str) -> str | None:
    """Return the path of the first program of a name."""
    paths = (os.path.join(folder, name + ending) for folder in folders for ending in ENDINGS)
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def find_git(environment: "Environment") -> str | None:
    """Return the path of git, or None."""
    return look_in(program_folders(environment), "git")


def find_helper(name: str, environment: "Environment") -> str | None:
    """Return the path of what git starts for a helper's name: on PATH, else among git's own; None if there is none."""
    program = f"git-credential-{name}"
    path = look_in(program_folders(environment), program)
    if path is None:
        folder = git_folder(environment)
        path = look_in([folder], program) if folder else None
    return path


def git_folder(environment: "Environment") -> str | None:
    """Return where git has its own programs, or None."""
    git = find_git(environment)
    return None if git is None else own_folder(git, tuple(sorted(for_children(environment).items())))


@cache  # a list may have many names, and a git may hang
def own_folder(git: str, variables: tuple[tuple[str, str], ...]) -> str | None:
    """Return where a git says that its own programs are, or None."""
    done = run(git, ["--exec-path"], dict(variables))
    folder = "" if done is None else os.fsdecode(done.stdout).strip()
    return folder if os.path.isabs(folder) else None


def run(
    git: str, arguments: list[str], variables: "Mapping[str, str]", stdin: bytes = b"", here: bool = False,
    limit_s: float = GIT_S,
) -> "subprocess.CompletedProcess[bytes] | None":  # fmt: skip
    """Run git to its end; None if it could not be run, or took too long.

    Args:
        variables: all that it gets, less what would make it speak of itself.
        here: in the working folder; else in its own, because nothing may depend on the other.
        limit_s: how long it may take.
    """
    try:
        return subprocess.run(  # noqa: S603 - found in an absolute folder, and started without a shell
            [git, *arguments], input=stdin, capture_output=True, timeout=limit_s, check=False,
            env=untraced(variables), cwd=None if here else os.path.dirname(git),
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def untraced(variables: "Mapping[str, str]") -> dict[str, str]:
    """Return the variables that git is started with: it speaks English, and not of itself."""
    return {**{name: value for name, value in variables.items() if not name.startswith("GIT_TRACE")}, "LC_ALL": "C"}
