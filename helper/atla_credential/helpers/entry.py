"""What one value of git's `credential.helper` starts, as far as it is this program."""

import os
import shlex

PROGRAMS = ("git-credential-atla", "atla-credential")


def own_arguments(helper: str) -> list[str] | None:
    """Return the arguments that a helper gives this program; None if it is another one.

    Source: gitcredentials(7), "Custom helpers": a snippet begins with `!`, an absolute path is run as it is, anything
        else is the end of `git credential-...`. All three go through a shell.
    """
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
