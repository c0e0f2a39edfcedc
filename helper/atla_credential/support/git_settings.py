"""What git's own settings say of credential helpers."""

import os
import shutil
import subprocess
from urllib.parse import SplitResult, urlsplit

from atla_credential.support.helper_list import since_last_empty
from atla_credential.support.surroundings import program_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

GIT_S = 10  # how long git may take to read its settings
OURS = ("atla", "git-credential-atla")
HELPER_KEYS = r"^credential\.(.+\.)?helper$"
PORTS = {"https": 443, "http": 80}


def helpers_for(environment: "Environment", instance: str) -> list[str] | None:
    """Return the helpers that git asks for an instance, in their order; None if git cannot be asked."""
    settings = git_values(environment, "--get-regexp", HELPER_KEYS)
    if settings is None:
        return None
    helpers = []
    for setting in settings:
        key, _, helper = setting.partition("\n")
        context = key.removeprefix("credential").removesuffix("helper").strip(".")
        if not context or applies(context, instance):
            helpers.append(helper)
    return since_last_empty(helpers)


def applies(context: str, instance: str) -> bool:
    """Tell whether what git is told for one address goes for an instance, too.

    Source: gitcredentials(7), "Credential contexts"; a `*` stands for one label of a host's name.
    """
    wanted, given = (urlsplit(text if "://" in text else f"//{text}") for text in (context, instance))
    labels = [(each.hostname or "").split(".") for each in (wanted, given)]
    folders = [[part for part in each.path.split("/") if part] for each in (wanted, given)]
    return (
        wanted.scheme in ("", given.scheme)
        and port_of(wanted, given.scheme) == port_of(given, given.scheme)
        and len(labels[0]) == len(labels[1])
        and all(one in ("*", other) for one, other in zip(*labels, strict=True))
        and folders[1][: len(folders[0])] == folders[0]
    )


def port_of(url: SplitResult, scheme: str) -> int | None:
    """Return the port of an address; None if it is none."""
    try:
        return url.port or PORTS.get(scheme)
    except ValueError:
        return None


def git_values(environment: "Environment", *words: str) -> list[str] | None:
    """Return what git's settings say, those of the person and the system; None if git cannot be asked."""
    git = shutil.which("git", path=os.pathsep.join(program_folders(environment)))
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
