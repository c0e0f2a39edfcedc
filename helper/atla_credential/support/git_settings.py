"""What git's own settings say of credential helpers."""

import os
import shutil
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

GIT_S = 10  # how long git may take to read its settings
OURS = ("atla", "git-credential-atla")


def helpers_for(environment: "Environment", instance: str) -> list[str] | None:
    """Return the helpers that git asks for an instance, in their order; None if git cannot be asked."""
    general = git_values(environment, "--get-all", "credential.helper")
    if general is None:
        return None
    named = git_values(environment, "--get-urlmatch", "credential.helper", instance) or []
    return since_last_empty([*general, *named])


def since_last_empty(helpers: list[str]) -> list[str]:
    """Return the helpers that count: an empty one clears what stands before it, as gitcredentials(7) says."""
    start = max((number + 1 for number, helper in enumerate(helpers) if not helper), default=0)
    return helpers[start:]


def git_values(environment: "Environment", *words: str) -> list[str] | None:
    """Return what git's settings say, those of the person and the system; None if git cannot be asked."""
    git = shutil.which("git", path=os.pathsep.join(environment.program_folders))
    if git is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - found in an absolute folder, and started without a shell
            [git, "config", "--null", *words],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_S, check=False, cwd=os.path.dirname(git),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").split("\0")[:-1]


def is_ours(helper: str) -> bool:
    """Tell whether a helper in git's settings is this program."""
    words = helper.lstrip("!").split() or [""]
    return words[0].strip("'\"") in OURS or any(name in helper for name in ("git-credential-atla", "atla-credential"))
