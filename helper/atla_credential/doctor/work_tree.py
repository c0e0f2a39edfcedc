"""What `doctor` looks at where a token could be committed: a credentials.toml that git does not ignore."""

import os
from itertools import accumulate

from atla_credential.foreign.program import find_git, run
from atla_credential.foreign.variables import for_children
from atla_credential.git.finding import Finding
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World

# They name a repository, which may be another one. Source: git rev-parse --local-env-vars
OF_A_REPOSITORY = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
)  # fmt: skip


def check_work_tree(world: "World") -> "Iterator[Finding]":
    """Whether credentials.toml is where git would commit it: the file itself, wherever a link to it lies."""
    path = os.path.realpath(world.environment.credentials_path)
    folder, name = os.path.split(path)
    git = find_git(world.environment) or ""
    if not git or not os.path.isfile(path) or not is_below_repository(folder):
        return
    variables = {name: value for name, value in for_children(world.environment).items() if name not in OF_A_REPOSITORY}

    def code(*words: str) -> int | None:
        done = run(git, ["-c", "core.fsmonitor=false", "-C", folder, *words, "--", name], variables)
        return None if done is None else done.returncode

    if code("ls-files", "--error-unmatch") == 0:
        step = f"run: git -C {quoted(folder)} rm --cached {quoted(name)}; and make new tokens if anybody has a copy"
        yield Finding(f"{path} is tracked by git, with the tokens in it", step, is_wrong=True)
    elif code("check-ignore", "--quiet") == 1:  # anything else is not ours to judge, as another user's work tree
        step = f"run: echo {quoted(name)} >> {quoted(os.path.join(folder, '.gitignore'))}"
        yield Finding(f"{path} is in a work tree of git, which does not ignore it", step)


def is_below_repository(folder: str) -> bool:
    """Tell whether a folder may be in a work tree, which spares most people a start of git."""
    parents = accumulate(folder.split(os.sep), lambda above, name: f"{above}{os.sep}{name}")
    return any(os.path.lexists(f"{parent}{os.sep}.git") for parent in parents)
