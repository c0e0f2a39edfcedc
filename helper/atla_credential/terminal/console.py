"""What a person sees and types: answers on stdout, questions on stderr, tokens without echo."""

import os
import sys
import warnings

from atla_credential.errors import UsageError
from atla_credential.foreign.variables import forbids_colour
from atla_credential.system import write_stderr
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from typing import Any

    from atla_credential.environment import Environment

held_warnings: list[str] | None = None
COLOURS = {"red": 31, "yellow": 33, "green": 32}  # Source: ECMA-48, select graphic rendition


def show(text: str) -> None:
    """Print one line, with control characters escaped."""
    print(printable(text))


def show_json(value: "dict[str, Any]") -> None:
    """Print one JSON object in the project's form: schemaVersion first."""
    import json  # door: only with --json

    print(json.dumps({"schemaVersion": 1, **value}, indent=2))  # ASCII: a terminal shows it, too (safety U1)


def show_warning(text: str) -> None:
    """Print one warning on stderr; with --json at the end, and only if no error follows: that is one object alone."""
    line = f"atla-credential: warning: {printable(text)}\n"
    if held_warnings is None:
        write_stderr(line)
    else:
        held_warnings.append(line)


def show_hint(text: str) -> None:
    """Print one next step on stderr."""
    write_stderr(f"atla-credential: hint: {printable(text)}\n")


def hold_warnings(are_held: bool) -> None:
    """Hold warnings back from now on, or print those that were."""
    global held_warnings
    write_stderr("".join(held_warnings or ()))
    held_warnings = [] if are_held else None


def show_fields(fields: "list[tuple[str, str, str]]", environment: "Environment") -> None:
    """Print names and values in two columns, each value in its colour."""
    width = max(len(name) for name, _, _ in fields)
    for name, value, colour in fields:
        print(f"{name:<{width}}  {paint(printable(value), colour, environment)}")


def paint(text: str, colour: str, environment: "Environment") -> str:
    """Return a text in a colour, where that can be shown and nobody said no.

    Args:
        colour: one of COLOURS, or "" for none. What follows the text's last word stays without it.
    """
    if not colour or forbids_colour(environment) or not sys.stdout.isatty() or os.name == "nt":
        return text
    body = text.rstrip()
    return f"\033[{COLOURS[colour]}m{body}\033[0m{text[len(body) :]}"


def may_ask(options: "Namespace", environment: "Environment") -> bool:
    """Tell whether a question may be asked: a terminal on stdin and stderr, and nobody said no."""
    if options.no_input or environment.no_input or sys.stdin is None or sys.stderr is None:
        return False
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Ask for one line. Raises UsageError if the input ended instead."""
    write_stderr(f"{question}: ")
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        raise UsageError("this is not valid UTF-8") from None
    if not line:
        raise input_ended()
    return line.strip()


def ask_until(question: str, check: "Callable[[str], str]", default: str | None = None) -> str:
    """Ask for one line until it is right. Raises UsageError if the input ended instead.

    Args:
        check: returns the answer in its right form, or raises UsageError.
        default: what an empty answer means; "" is right as it is.
    """
    shown = f"{question} [{default}]" if default else question
    while True:
        answer = ask(shown) or default
        if answer == "":
            return answer
        try:
            return check(answer or "")
        except UsageError as error:
            show_warning("; ".join((error.message, *error.hints)))


def ask_secret(question: str) -> str:
    """Ask for a token. Raises UsageError if the input ended instead, or the terminal would show what is typed.

    A shell lets the terminal show what is typed while we are stopped, and after `fg` (safety U4). So the terminal is
    given back before we stop, and afterwards we ask anew.
    """
    from atla_credential.foreign.ending import Stopped, end_in_order  # door: only where a token is typed

    end_in_order()  # at once, the terminal would stay without echo
    try:
        while True:
            try:
                return ask_without_echo(question)
            except Stopped as stopped:
                write_stderr("\n")
                stopped.stop()
    except EOFError:
        raise input_ended() from None
    except UnicodeDecodeError:
        raise UsageError("the token is not valid UTF-8", "copy it once more, whole") from None
    except UserWarning:  # of getpass
        raise UsageError("the terminal would show the token", "pipe it in with --token-stdin") from None


def ask_without_echo(question: str) -> str:
    """Ask for a token once. Raises Stopped, and whatever getpass does."""
    import getpass  # door: likewise

    from atla_credential.foreign.ending import told_of_stops  # door: likewise

    with told_of_stops(), warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        return getpass.getpass(f"{question}: ", sys.stderr)


def input_ended() -> UsageError:
    """Say that the input ended where an answer was expected, on a line of its own."""
    write_stderr("\n")
    return UsageError("the input ended before the answer")
