"""How git is to start this program, so that it still can after the next upgrade of whatever has installed it."""

import os
import re
import shlex
import sys
import sysconfig

from atla_credential.errors import CredentialError, Unavailable
from atla_credential.foreign.exchange import exchange
from atla_credential.foreign.program import find_helper, git_folder, look_in
from atla_credential.foreign.variables import for_children, program_folders
from atla_credential.text import has_control

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment

PROGRAM, FOR_PEOPLE = "git-credential-atla", "atla-credential"  # git may start either
EVERYWHERE = ("/usr/local/bin", "/usr/bin", "/bin")  # any other folder may be missing from the PATH of the next shell
# A folder that will be another one after an upgrade, as of Python under pyenv, asdf and uv, of a package under Homebrew
# and Nix; or that nobody keeps, as where uvx and pipx run a program once.
PASSING = re.compile(r"/[^/]*\d\.\d[^/]*/|/nix/store/|/\.?cache/|/archive-v\d+/", re.IGNORECASE)
SHIMS = "shims"  # what pyenv, asdf and mise call their folder of programs that look for the version to start
SHIM_S = 3  # how long one may take


def own_helper(environment: "Environment") -> str:
    """Return how git is to start us: by name where that is found from everywhere, else by path.

    Raises CredentialError if we are nowhere.
    """
    path = find_helper("atla", environment)
    if path is None:
        beside = [os.path.dirname(os.path.abspath(each)) for each in (sys.argv[0], sys.executable)]
        path = look_in([*beside, sysconfig.get_path("scripts")], PROGRAM)
    if path is None:
        raise CredentialError(f"{PROGRAM} is not installed", "put its folder on PATH, or install atla-credential anew")
    if PASSING.search(path):
        path = next(lasting(path, environment), path)
    if os.path.dirname(path) in (*EVERYWHERE, git_folder(environment)) and os.path.basename(path) == PROGRAM:
        return "atla"
    if has_control(path):
        what = "the program's path has a line end or another control character, which git would not start"
        raise CredentialError(what, "install it in another folder")
    return path if shlex.quote(path) == path else f"!{shlex.quote(path)}"


def lasting(path: str, environment: "Environment") -> "Iterator[str]":
    """Yield the paths on PATH that lead to a program of ours and will do so after an upgrade, the best one first."""
    folders = [each for each in program_folders(environment) if not PASSING.search(f"{each}/")]
    for name in (PROGRAM, FOR_PEOPLE):
        for folder in folders:
            found = look_in([folder], name)
            if found is not None and (leads_to(found, path) or starts_us(found, environment)):
                yield found


def leads_to(link: str, path: str) -> bool:
    """Tell whether a path on PATH is that of a program in the folder of another one, once all links are followed."""
    folder, name = os.path.split(os.path.realpath(link))
    return folder == os.path.dirname(os.path.realpath(path)) and name in (PROGRAM, FOR_PEOPLE)


def starts_us(shim: str, environment: "Environment") -> bool:
    """Tell whether a shim starts this program, also in another folder and without what has been chosen for now."""
    if os.path.basename(os.path.dirname(shim)) != SHIMS:
        return False
    kept = {
        name: value
        for name, value in for_children(environment).items()
        if not name.endswith("_VERSION") and name != "PYENV_DIR"
    }
    kept["PATH"] = os.pathsep.join(each for each in program_folders(environment) if not PASSING.search(f"{each}/"))
    try:
        answer, failure = exchange([shim, "capability"], kept, b"", True, limit_s=SHIM_S, is_quiet=True)
    except Unavailable:
        return False
    return not failure and answer.startswith(b"version 0\ncapability authtype\n")
