"""What an entry of a list of helpers starts: one of helper.toml, by us, and one of git's settings, as far as it is us.

    entry = "!" snippet / path *argument / name *argument

A name is that of a program `git-credential-NAME`, on PATH or among git's own. git leaves all three to a shell; we take
one for a snippet only (safety H1).

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
PROGRAMS = ("git-credential-atla", "atla-credential")


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
    arguments = [  # a leading `~/` is the home, as with a shell
        os.path.join(environment.home, each[2:]) if each.startswith("~/") else each for each in arguments
    ]
    if os.path.isabs(program):
        if not (os.path.isfile(program) and os.access(program, os.X_OK)):
            raise Unavailable(f"helper {number} in helper.toml is not an executable file", CORRECT)
        return [program, *arguments, operation]
    if not NAME.fullmatch(program):
        what = "neither a name, nor an absolute path, nor a snippet behind a !"
        raise Unavailable(f"helper {number} in helper.toml is {what}", CORRECT)
    path = find_helper(program, environment)
    if path is None:
        text = f"helper git-credential-{program} is not installed"
        raise Unavailable(text, "install it, or take it out of helpers in helper.toml")
    return [path, *arguments, operation]


def failed(number: int, what: str) -> Unavailable:
    """Say what went wrong with a helper. Its entry is not shown: it could hold anything."""
    return Unavailable(f"helper {number} in helper.toml {what}", f"run it by hand to see why, or {CORRECT}")


def own_arguments(helper: str) -> list[str] | None:
    """Return the arguments that a helper of git's gives this program; None if it is another one."""
    words = first_command(helper.removeprefix("!"))
    if not words:
        return None
    if helper.startswith("!") or is_absolute(helper):
        if words[:2] == ["git", "credential-atla"]:
            return words[2:]
        program = words[0].replace("\\", "/") if os.name == "nt" else words[0]
        return words[1:] if os.path.basename(program).removesuffix(".exe") in PROGRAMS else None
    return words[1:] if words[0] == "atla" else None


def first_command(snippet: str) -> list[str]:
    """Return the words of a snippet's first command; none if the shell would not take it."""
    lexer = shlex.shlex(snippet, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    if os.name == "nt":
        lexer.escape = ""  # a path's backslashes are no escapes there
    try:
        words = list(lexer)
    except ValueError:
        return []
    end = next((at for at, word in enumerate(words) if set(word) <= set("();<>|&")), len(words))
    return words[:end]


def is_absolute(helper: str) -> bool:
    """Tell whether git takes a helper for a path."""
    return helper.startswith("/") or os.path.isabs(helper)


def profile_in(arguments: list[str]) -> str | None:
    """Return the profile that the arguments name, or None."""
    name = None
    for at, word in enumerate(arguments):
        if word == "--profile":
            name = next(iter(arguments[at + 1 :]), None)
        elif word.startswith("--profile="):
            name = word.partition("=")[2]
    return name


def title(helper: str) -> str:
    """Return what people call a helper. A snippet is not shown, nor are arguments: there may be a password in it."""
    if helper.startswith("!"):
        return "a shell snippet"
    return f'"{next(iter(helper.split()), "")}"'
