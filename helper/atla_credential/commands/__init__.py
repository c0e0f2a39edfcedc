"""The commands people type: a table of their names, and one file for each.

A command's module has `add_options(parser)` and `run(options, world) -> exit code`.
"""

import argparse
import importlib
import io
import sys
import warnings

from atla_credential import __version__, environment
from atla_credential.answer.world import World
from atla_credential.errors import CredentialError, Unavailable, UsageError
from atla_credential.formats.json import KEYS
from atla_credential.input.guess import did_you_mean
from atla_credential.operations.get import FORMATS
from atla_credential.report.unknown_key import naming_what_is_unknown
from atla_credential.stores.hint import without_file
from atla_credential.system import DONE, USAGE, write_stderr
from atla_credential.terminal import console
from atla_credential.terminal.answer import open_stdout
from atla_credential.terminal.arguments import Parser, add_common_options
from atla_credential.terminal.other_tools import WORDS, option_here
from atla_credential.terminal.overview import FIRST_STEPS, NAME, OPERATION_SUMMARIES, SUMMARIES, overview, sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["OPERATION_SUMMARIES", "SUMMARIES", "overview"]  # of what is imported, and asked for here

ALL_COMMANDS = f"see all commands: {NAME} --help"
KEEPING_NONE = ("rename", "rotate", "restore", "logout", "delete")  # which choose no place for a token
TAKING_A_PROGRAM = ("exec",)  # with its words behind --, none of which are ours


def run(word: str | None, arguments: list[str]) -> int:
    """Run a command, and return its exit code. Raises UsageError, and whatever the command raises.

    Args:
        word: the command's name, or None if there was none.
        arguments: everything else on the command line.
    """
    if sys.stdout is sys.__stdout__:  # and not a test's
        open_stdout()
        warnings.simplefilter("ignore")  # what libraries say to programmers is nothing to a person
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # the same in every locale
    arguments, program = split_program(word, arguments)
    console.hold_warnings("--json" in arguments)
    try:
        code = run_word(word, arguments, program)
        console.hold_warnings(False)
        return code
    except SystemExit as stop:  # argparse, after --help or --version
        return stop.code if isinstance(stop.code, int) else DONE


def split_program(word: str | None, arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return a command's own arguments, and the words of the program that stands behind them."""
    at = arguments.index("--") if word in TAKING_A_PROGRAM and "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def run_word(word: str | None, arguments: list[str], program: "Sequence[str]" = ()) -> int:
    """Run a command as `run` does, but leave by SystemExit after --help or --version.

    Args:
        program: the words of another program, for a command that runs one.
    """
    if word is None:
        return run_without_word(arguments)
    if word in OPERATION_SUMMARIES:
        operation_parser(word).parse_args(arguments)  # which has --help or --version among them, and leaves with it
        return DONE
    if word not in SUMMARIES:
        raise no_command(word, arguments)
    parser, command = parser_for(word)
    options = parser.parse_args(arguments, argparse.Namespace(program=program))
    parser.refuse_empty(options)
    if getattr(options, "name", None) == "":
        raise UsageError("the name is empty", "see all profiles: atla-credential list")
    settings = environment.from_process()
    may_ask = console.may_ask(options, settings)
    world = World(environment.Environment(settings.variables, may_ask))
    try:
        with naming_what_is_unknown(world):
            code: int = command.run(options, world)
    except Unavailable as error:
        raise without_file(error) if word in KEEPING_NONE else error from None
    return code


def no_command(word: str, arguments: list[str]) -> UsageError:
    """Say that a word is no command, and what is one here where it is a word of another tool's."""
    if word == "auth":
        behind = next((each for each in arguments if not each.startswith("-")), None)
        if behind in SUMMARIES:
            return UsageError('"auth" is not a command', f"leave it out: {NAME} {behind}")
        word = behind or word
    if word in WORDS:
        return UsageError(WORDS[word][0], option_here(" ".join(arguments)) or WORDS[word][1])
    other = option_here(" ".join(arguments))
    meant = did_you_mean(word, (*SUMMARIES, *OPERATION_SUMMARIES), f"{NAME} ")
    if not (other or meant) and (strange := strange_option(arguments)):
        return strange  # whose value the word may be
    return UsageError("this is not a command", *([other] if other else [*meant, ALL_COMMANDS]))


def parser_for(word: str) -> "tuple[Parser, ModuleType]":
    """Return a command's parser and its module."""
    command = importlib.import_module(f"{__name__}.{word.replace('-', '_')}")  # door: the command
    parser = Parser(f"{NAME} {word}", sentence(SUMMARIES[word]))
    command.add_options(parser)
    add_common_options(parser)
    return parser, command


def run_without_word(arguments: list[str]) -> int:
    """Print the version, the overview or where to begin. Raises UsageError if there are only options of commands."""
    if {"-V", "--version"} & set(arguments):
        print(f"{NAME} {__version__}")
        return DONE
    if {"-h", "--help"} & set(arguments):
        print(overview(), end="")
        return DONE
    if arguments:
        raise strange_option(arguments) or UsageError("no command was given", ALL_COMMANDS)
    write_stderr(FIRST_STEPS if is_new_here() else overview())
    return USAGE


def is_new_here() -> bool:
    """Tell whether there is no profile, neither in a file nor made of variables; a keyring has none without a file."""
    world = World(environment.from_process())
    try:
        return not world.config.profiles and world.profile_of_variables is None
    except CredentialError:  # a file is broken, so somebody has been here
        return False


def strange_option(arguments: list[str]) -> UsageError | None:
    """Say that there is an option that no command has, if there is one."""
    known = [option for word in SUMMARIES for option in parser_for(word)[0].shown_options]
    names = (argument.partition("=")[0] for argument in arguments)
    strange = next((name for name in names if name.strip("-") and name[0] == "-" and name not in known), None)
    if strange is None:
        return None
    other = option_here(" ".join(arguments))
    hints = [other] if other else [*did_you_mean(strange, known), ALL_COMMANDS]
    return UsageError("there is an option that no command has", *hints)


def operation_parser(word: str) -> Parser:
    """Return a parser that only serves to print an operation's help; operations read their own options."""
    more = "" if word == "get" else " \\\n      username=you@example.com password=TOKEN"
    example = f"example:\n  printf '%s\\n' protocol=https host=work.atlassian.net{more} '' |\n      {NAME} {word}"
    parser = Parser(
        f"{NAME} {word}",
        sentence(OPERATION_SUMMARIES[word]),
        f"example:\n  {NAME} capability" if word == "capability" else example,
    )
    parser.add_argument("--profile", metavar="NAME", help="let no other profile answer")
    if word == "get":
        from atla_credential.formats.env import SHELLS  # door: only the help of `get` has them
        from atla_credential.formats.presets import NAMES as PRESETS  # door: likewise, and they are many

        parser.add_argument("--url", metavar="URL", help="ask for this address instead of reading stdin")
        parser.add_argument("--format", metavar="FORMAT", choices=FORMATS, help=", ".join(FORMATS))
        parser.add_argument("--field", metavar="NAME", choices=KEYS, help="one value of --format json; may be repeated")
        parser.add_argument("--shell", metavar="SHELL", choices=SHELLS, help="for --format env: sh, fish or powershell")
        parser.add_argument("--as", metavar="PRESET", choices=PRESETS, help="for --format env: a program, as exec --as")
    parser.add_argument("--json", action="store_true", help="print JSON, errors too")
    parser.add_argument("--no-input", action="store_true", help="never ask, which no operation does anyway")
    return parser
