"""The commands people type: a table of their names, and one file for each.

A command's module has `add_options(parser)` and `run(options, environment) -> exit code`.
"""

import argparse
import importlib
import io
import sys

from atla_credential import __version__, environment
from atla_credential.errors import DONE, USAGE, UsageError, write_stderr
from atla_credential.support import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import NoReturn

NAME = "atla-credential"
SUMMARIES = {
    "init": "log in for the first time: asks for everything",
    "login": "make or update a profile and store its token",
    "status": "show a profile and where its token comes from",
    "list": "list all profiles",
    "switch": "choose the active profile",
    "rename": "give a profile another name",
    "logout": "remove a profile's token, and keep the profile",
    "delete": "remove a profile",
    "explain": "say step by step who would answer at an address",
    "doctor": "look for what could be wrong on this machine",
    "completion": "print the completions for a shell",
    "config": "print where the settings are",
}
OPERATION_SUMMARIES = {
    "get": "answer who we are at an address: username and password",
    "store": "keep a token that worked, in the profile it belongs to",
    "erase": "forget a stored token that was rejected",
    "capability": "say what this helper can do",
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors never repeat what was typed: it may be a token in the wrong place."""

    def error(self, message: str) -> "NoReturn":
        """Raise a UsageError that names an option of ours at most."""
        subject, _, rest = message.partition(": ")
        name = subject.removeprefix("argument ")
        action = self._option_string_actions.get(name.partition("/")[0])
        if action is not None:
            choices = " or ".join(map(str, action.choices or ()))
            fact = f"{name} takes {choices or 'no value'}" if choices or action.nargs == 0 else f"{name} needs a value"
        elif "required" in subject:
            fact = f"{rest} is needed"
        elif rest.startswith("-") or " -" in rest:
            fact = "there is an option that this command does not have"
        else:
            fact = "there is a word too many"
        raise UsageError(fact, f"run: {self.prog} --help")


def run(word: str | None, arguments: list[str]) -> int:
    """Run a command.

    Args:
        word: the command's name, or None if there was none.
        arguments: everything else on the command line.

    Returns:
        The exit code.

    Raises:
        UsageError: the word is no command, or its options are wrong.
        CredentialError: whatever the command raises.
    """
    if sys.stdout is None:  # it was closed at the start; to write must fail then, not be silent
        sys.stdout = open(1, "w", closefd=False, encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # the same in every locale
    try:
        return run_word(word, arguments)
    except SystemExit as stop:  # argparse, after --help or --version
        return stop.code if isinstance(stop.code, int) else DONE


def run_word(word: str | None, arguments: list[str]) -> int:
    """Run a command as `run` does, but leave by SystemExit after --help or --version."""
    if word is None:
        return run_without_word(arguments)
    if word in OPERATION_SUMMARIES:
        operation_parser(word).parse_args(arguments)  # which has --help or --version among them, and leaves with it
        return DONE
    if word == "help":
        topic = next((argument for argument in arguments if argument not in ("help", "-h", "--help")), None)
        return run_word(topic, ["--help"])
    if word not in SUMMARIES:
        raise UsageError("this is not a command", f"see all commands: {NAME} --help")
    parser, command = parser_for(word)
    options = parser.parse_args(arguments)
    if "" in (options.profile, getattr(options, "name", None)):  # as of a variable that is not set
        raise UsageError("the name is empty", "see all profiles: atla-credential list")
    settings = environment.from_process()
    may_ask = console.may_ask(options, settings)
    code: int = command.run(options, environment.Environment(settings.variables, may_ask))
    return code


def parser_for(word: str) -> "tuple[argparse.ArgumentParser, ModuleType]":
    """Return a command's parser and its module."""
    command = importlib.import_module(f"{__name__}.{word}")  # door: the command
    parser = Parser(
        prog=f"{NAME} {word}",
        description=f"{SUMMARIES[word].capitalize()}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_options(parser)
    add_common_options(parser)
    return parser, command


def run_without_word(arguments: list[str]) -> int:
    """Print the version or the overview.

    Raises:
        UsageError: there are only options that mean nothing without a command.
    """
    if {"-V", "--version"} & set(arguments):
        print(f"{NAME} {__version__}")
        return DONE
    if {"-h", "--help"} & set(arguments):
        print(overview(), end="")
        return DONE
    if arguments:
        raise UsageError("no command was given", f"see all commands: {NAME} --help")
    write_stderr(overview())
    return USAGE


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    parser.add_argument("--profile", metavar="NAME", help="the profile that is meant")
    parser.add_argument("--json", action="store_true", help="print JSON, errors too")
    parser.add_argument("--no-input", action="store_true", help="never ask")
    add_version(parser)


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option that everything has."""
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}", help="print the version")


def overview() -> str:
    """Return the help of the whole program."""
    lines = [
        f"usage: {NAME} COMMAND [OPTIONS]",
        "",
        "Keep Atlassian credentials and hand them to any program that asks.",
        "",
        "commands:",
        *(f"  {name:<11} {summary}" for name, summary in SUMMARIES.items()),
        "",
        "operations (git's credential protocol, for programs):",
        *(f"  {name:<11} {summary}" for name, summary in OPERATION_SUMMARIES.items()),
        "",
        "start here:",
        f"  {NAME} init",
        "  git config --global credential.helper atla",
        "",
        f"{NAME} COMMAND --help tells more.",
    ]
    return "\n".join(lines) + "\n"


def operation_parser(word: str) -> argparse.ArgumentParser:
    """Return a parser that only serves to print an operation's help; operations read their own options."""
    more = "" if word == "get" else "username=you@example.com\\npassword=TOKEN\\n"
    example = f"example:\n  printf 'protocol=https\\nhost=work.atlassian.net\\n{more}\\n' |\n      {NAME} {word}"
    parser = Parser(
        prog=f"{NAME} {word}",
        description=f"{OPERATION_SUMMARIES[word].capitalize()}.",
        epilog=None if word == "capability" else example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--profile", metavar="NAME", help="let no other profile answer")
    if word == "get":
        parser.add_argument("--url", metavar="URL", help="ask for this address instead of reading stdin")
        parser.add_argument("--format", metavar="FORMAT", help="git (the default) or json")
    parser.add_argument("--json", action="store_true", help="print errors as JSON")
    add_version(parser)
    return parser
