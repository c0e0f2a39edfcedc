"""What git's own settings say of credential helpers.

Which of them count for an address is not worked out here: git is asked, with markers in the place of the helpers.
"""

import os
import re

from atla_credential.errors import Unavailable
from atla_credential.foreign.program import GIT_S, find_git, run
from atla_credential.foreign.variables import for_children
from atla_credential.places.address import percent_decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from atla_credential.environment import Environment
    from atla_credential.places.address import Url

MARK = "atla-helper"
ANSWER = "!echo username=nobody; echo password=none; :"  # nobody's: with it git has what it needs, and ends
NO_REPOSITORY = {"GIT_DIR": os.devnull}  # nothing may depend on the folder; not even where `/` is a repository
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


class Setting:
    """One line of git's settings for credentials.

    Args:
        context: the address it is for, as it is written there; empty if it is for all.
        name: `helper`, or another one.
        value: what is set.
    """

    __slots__ = ("context", "name", "value")

    def __init__(self, context: str, name: str, value: str) -> None:
        self.context, self.name, self.value = context, name, value


class GitSettings:
    """All of git's settings for credentials, those of the person and the system, in git's order.

    Args:
        git: where git is.
        variables: those that git is started with.
        entries: the settings.
        limit_s: how long git may take.
    """

    __slots__ = ("_git", "_limit_s", "_variables", "entries")

    def __init__(self, git: str, variables: "Mapping[str, str]", entries: list[Setting], limit_s: float) -> None:
        self._git, self._variables, self.entries, self._limit_s = git, variables, entries, limit_s

    def with_entries(self, entries: list[Setting]) -> "GitSettings":
        """Return what git would do with other settings."""
        return GitSettings(self._git, self._variables, entries, self._limit_s)

    def asked_for(self, url: "Url") -> list[Setting]:
        """Return the settings of the helpers that git asks for a request, in their order.

        git fills in a credential, with a marker in the place of each helper. Raises Unavailable if it gives up before.
        """
        values = [marker(number, each) for number, each in enumerate(self.entries)]
        pairs = [*zip(map(key_of, self.entries), values, strict=True), ("credential.helper", ANSWER)]
        variables = {"GIT_CONFIG_COUNT": str(len(pairs)), **NO_SETTINGS, **NO_REPOSITORY}
        for number, (key, value) in enumerate(pairs):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        fill = ["credential", "fill"]
        done = run(self._git, fill, {**self._variables, **variables}, request_for(url), limit_s=self._limit_s)
        if done is None or done.returncode != 0:
            raise unreadable(done)
        marks = re.findall(rf"^{MARK} ([0-9]+)$", text_of(done.stderr), re.MULTILINE)
        return [self.entries[int(number)] for number in marks]


def read_settings(
    environment: "Environment", in_repository: bool = False, limit_s: float = GIT_S
) -> GitSettings | None:
    """Read git's settings for credentials; None if there is no git. Raises Unavailable with git's own reason.

    Args:
        in_repository: also those of the repository of the working folder.
        limit_s: how long git may take, each time that it is asked.
    """
    git = find_git(environment)
    if git is None:
        return None
    variables = for_children(environment)
    where = {} if in_repository else NO_REPOSITORY
    listed = ["config", "--null", "--get-regexp", r"^credential\."]
    done = run(git, listed, {**variables, **where}, here=in_repository, limit_s=limit_s)
    if done is None or done.returncode not in (0, 1):  # 1: there are none
        raise unreadable(done)
    entries = [setting_of(text) for text in text_of(done.stdout).split("\0")[:-1]]
    return GitSettings(git, {name: value for name, value in variables.items() if is_neutral(name)}, entries, limit_s)


def is_neutral(variable: str) -> bool:
    """Tell whether a variable neither sets anything of git's nor names a program that asks a person."""
    return (not variable.startswith("GIT_") and variable != "SSH_ASKPASS") or variable == "GIT_EXEC_PATH"


def unreadable(done: "subprocess.CompletedProcess[bytes] | None") -> Unavailable:
    """Say why git could not tell its settings, in its own words."""
    lines = [] if done is None else text_of(done.stderr).splitlines()
    said = [re.sub(r"^(fatal|error|warning): ", "", line) for line in lines if not line.startswith(MARK)]
    reasons = "; ".join(dict.fromkeys(said)) or "it does not answer"
    if "terminal prompts disabled" in reasons:  # it has not seen the variables that have its settings
        reasons = "it is older than git 2.31"
    return Unavailable(f"git's settings cannot be read: {reasons}", "see: git config --show-origin --list")


def setting_of(text: str) -> Setting:
    """Return what `git config --null` prints for one setting. Raises Unavailable where git itself gives up."""
    key, newline, value = text.partition("\n")
    context, _, name = key.removeprefix("credential").rpartition(".")
    if not newline and name == "helper":
        raise Unavailable(f"git's settings cannot be read: missing value for '{key}'", "correct it there")
    return Setting(context.removeprefix("."), name, value if newline else "true")


def key_of(setting: Setting) -> str:
    """Return the name that git has for a setting."""
    return ".".join(["credential", *([setting.context] if setting.context else []), setting.name])


def marker(number: int, setting: Setting) -> str:
    """Return what stands in the place of a setting's value, so that git itself tells whether it counts."""
    if setting.name != "helper":
        return setting.value
    return f"!echo {MARK} {number} >&2; :" if setting.value else ""


def request_for(url: "Url") -> bytes:
    """Return the request that git is given for an address."""
    path = None if url.path is None else percent_decode(url.path)
    given = {"protocol": url.protocol, "host": url.host, "username": url.username, "path": path}
    lines = [f"{key}={value}\n" for key, value in given.items() if value is not None]
    return "".join([*lines, "\n"]).encode("utf-8", "surrogateescape")


def text_of(output: bytes) -> str:
    """Return what git has printed as text."""
    return output.decode("utf-8", "surrogateescape")
