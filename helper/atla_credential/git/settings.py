"""What git's own settings say of an address: who is asked there, as whom, and what goes out without asking anybody.

Which of those for helpers count is not worked out here: git is asked, with a marker in the place of every helper and of
every user name. So no helper is started, not even ours, and each stands exactly where it stands (docs/decisions/0023).
"""

import os
import re

from atla_credential.errors import Unavailable
from atla_credential.foreign.program import GIT_S, find_git, run
from atla_credential.foreign.variables import for_children
from atla_credential.git.extra_header import Header
from atla_credential.git.setting import Setting, listed, text_of
from atla_credential.places.address import percent_decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from atla_credential.environment import Environment
    from atla_credential.places.address import Url

MARK = "atla-helper"
# The last helper says what it was asked. With its answer git has what it needs, and ends; it is nobody's.
ASKED = r"""!while IFS= read -r line; do printf "asked %s\n" "$line" >&2; done"""
ANSWER = f"{ASKED}; echo username=nobody; echo password=none; :"
NO_REPOSITORY = {"GIT_DIR": os.devnull}  # nothing may depend on the folder; not even where `/` is a repository
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
WHAT = r"^(credential\..*|http\.(.*\.)?extraheader|url\..*\.(push)?insteadof|remote\..*\.(push)?url)$"
LISTED = ["config", "--null", "--show-origin", "--show-scope", "--get-regexp", WHAT]
NEEDS_VALUE = ("helper", "username", "extraheader", "insteadof", "pushinsteadof", "url", "pushurl")
SEE = "see: git config --show-origin --list"


class Asked:
    """Whom git asks at an address, and for what.

    Args:
        counting: the settings of helpers that are for this address, in git's order, with the empty ones.
        username: the user that it asks for, or None.
        by: the setting that says so; None if that is the address, or nobody.
        path: what it tells the helpers of the path; None if nothing.
    """

    __slots__ = ("by", "counting", "path", "username")

    def __init__(self, counting: list[Setting], username: str | None, by: Setting | None, path: str | None) -> None:
        self.counting, self.username, self.by, self.path = counting, username, by, path

    @property
    def clearing(self) -> Setting | None:
        """The empty setting that clears all helpers before it, or None."""
        return next((each for each in reversed(self.counting) if not each.value), None)

    @property
    def cleared(self) -> list[Setting]:
        """The helpers that it clears."""
        end = next((at for at, each in reversed([*enumerate(self.counting)]) if not each.value), 0)
        return [each for each in self.counting[:end] if each.value]

    @property
    def helpers(self) -> list[Setting]:
        """The helpers that git asks. Source: gitcredentials(7): an empty one clears those before it."""
        start = next((at + 1 for at, each in reversed([*enumerate(self.counting)]) if not each.value), 0)
        return self.counting[start:]


class GitSettings:
    """Those of git's settings that are about credentials and addresses, in git's order.

    Args:
        git: where git is.
        variables: those that git is started with.
        entries: the settings.
        limit_s: how long git may take.
    """

    __slots__ = ("_asked", "_git", "_limit_s", "_variables", "entries")

    def __init__(self, git: str, variables: "Mapping[str, str]", entries: list[Setting], limit_s: float) -> None:
        self._git, self._variables, self.entries, self._limit_s = git, variables, entries, limit_s
        self._asked: dict[bytes, Asked] = {}

    def with_entries(self, entries: list[Setting]) -> "GitSettings":
        """Return what git would do with other settings."""
        return GitSettings(self._git, self._variables, entries, self._limit_s)

    def of(self, section: str, *names: str) -> list[Setting]:
        """Return the settings of a section, or those of some names there."""
        return [each for each in self.entries if each.section == section and (not names or each.name in names)]

    @property
    def headers(self) -> list[Header]:
        """The headers that git sends by itself."""
        return [each for each in self.entries if isinstance(each, Header)]

    def asked_for(self, url: "Url") -> Asked:
        """Return whom git asks for a request. Raises Unavailable if it gives up before it asks anybody.

        git fills in a credential, with a marker in the place of each helper and user name; each request once.
        """
        request = request_for(url)
        if request not in self._asked:
            self._asked[request] = self._ask(request)
        return self._asked[request]

    def _ask(self, request: bytes) -> Asked:
        entries = self.of("credential")
        pairs = [(each.key, marker(number, each)) for number, each in enumerate(entries)]
        pairs.append(("credential.helper", ANSWER))
        variables = {"GIT_CONFIG_COUNT": str(len(pairs)), **NO_SETTINGS, **NO_REPOSITORY}
        for number, (key, value) in enumerate(pairs):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        fill = ["credential", "fill"]
        done = run(self._git, fill, {**self._variables, **variables}, request, limit_s=self._limit_s)
        if done is None or done.returncode != 0:
            raise unreadable(done)
        said = text_of(done.stderr)
        counting = [entries[int(number)] for number in re.findall(rf"^{MARK} ([0-9]+)$", said, re.MULTILINE)]
        asked = dict(re.findall(r"^asked (username|path)=(.*)$", said, re.MULTILINE))
        username = asked.get("username")
        marked = re.fullmatch(rf"{MARK}-([0-9]+)", username or "")
        by = entries[int(marked[1])] if marked and int(marked[1]) < len(entries) else None
        return Asked(counting, by.value if by else username, by, asked.get("path"))


def read_settings(
    environment: "Environment", in_repository: bool = False, limit_s: float = GIT_S
) -> GitSettings | None:
    """Read git's settings; None if there is no git. Raises Unavailable with git's own reason.

    Args:
        in_repository: also those of the repository of the working folder.
        limit_s: how long git may take, each time that it is asked.
    """
    git = find_git(environment)
    if git is None:
        return None
    variables = for_children(environment)
    variables.pop("GIT_CONFIG", None)  # only `git config` obeys it
    where = {} if in_repository else NO_REPOSITORY
    done = run(git, LISTED, {**variables, **where}, here=in_repository, limit_s=limit_s)
    if done is None or done.returncode not in (0, 1):  # 1: there are none
        raise unreadable(done)
    neutral = {name: value for name, value in variables.items() if is_neutral(name)}
    return GitSettings(git, neutral, listed(text_of(done.stdout), setting, 3), limit_s)


def is_neutral(variable: str) -> bool:
    """Tell whether a variable neither sets anything of git's nor names a program that asks a person."""
    return (not variable.startswith("GIT_") and variable != "SSH_ASKPASS") or variable == "GIT_EXEC_PATH"


def unreadable(done: "subprocess.CompletedProcess[bytes] | None") -> Unavailable:
    """Say why git could not tell its settings, in its own words."""
    lines = [] if done is None else text_of(done.stderr).splitlines()
    said = [re.sub(r"^(fatal|error|warning): ", "", line) for line in lines if not line.startswith(("asked ", MARK))]
    reasons = "; ".join(dict.fromkeys(said)) or "it does not answer"
    # It knows no scopes; or it has not seen the variables that have its settings.
    if "unknown option" in reasons or "terminal prompts disabled" in reasons:
        reasons = "it is older than git 2.31"
    return Unavailable(f"git's settings cannot be read: {reasons}", SEE)


def setting(origin: str, key: str, value: str | None, number: int, scope: str) -> Setting:
    """Return a setting as git has listed it. Raises Unavailable where git itself gives up."""
    found = Setting(origin, key, "true" if value is None else value, number, scope)
    if value is None and found.name in NEEDS_VALUE:
        raise Unavailable(f"git's settings cannot be read: missing value for '{key}'", "correct it there")
    return Header(origin, key, found.value, number, scope) if found.section == "http" else found


def marker(number: int, setting: Setting) -> str:
    """Return what stands in the place of a setting's value, so that git itself tells whether it counts."""
    if setting.name == "helper":
        return f"!echo {MARK} {number} >&2; :"
    return f"{MARK}-{number}" if setting.name == "username" and setting.value else setting.value


def request_for(url: "Url") -> bytes:
    """Return the request that git is given for an address."""
    path = None if url.path is None else percent_decode(url.path)
    given = {"protocol": url.protocol, "host": url.host, "username": url.username, "path": path}
    lines = [f"{key}={value}\n" for key, value in given.items() if value is not None]
    return "".join([*lines, "\n"]).encode("utf-8", "surrogateescape")
