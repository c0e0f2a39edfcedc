"""The command line of a command: its options, its help on one small page, its errors."""

import argparse

from atla_credential import __version__
from atla_credential.errors import UsageError
from atla_credential.input.guess import did_you_mean
from atla_credential.terminal.other_tools import option_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

CHOICE = "invalid choice: "  # what argparse says of a word that is none of those that there are
EVERYWHERE = ("--json", "--no-input", "--help", "--version")  # explained once, in the overview


class Parser(argparse.ArgumentParser):
    """A parser whose help fits a terminal, and whose errors never repeat what was typed: it may be a token.

    Its `hints` are the next steps after an error, and its `strays` come before them after a word or option that is none
    of its own; `may_be_empty` has the names of what can be given as ""; `behind` is what stands behind the options;
    `kind` is what the word that it takes is called where there are too many to name them.
    """

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog, description=description, epilog=epilog, allow_abbrev=False, formatter_class=formatter
        )
        version = f"atla-credential {__version__}"
        self.hints: tuple[str, ...] = (f"run: {prog} --help",)
        self.strays: tuple[str, ...] = ()
        self.may_be_empty: tuple[str, ...] = ()
        self.behind = self.kind = ""
        self.add_argument("--version", action="version", version=version, help="print the version")

    def format_help(self) -> str:
        """Return the help: a line for each option, and an example."""
        rows = [(forms(action), action.help) for action in self._actions if is_shown(action)]
        width = max((len(form) for form, _ in rows), default=0)
        usage = f"{self.prog}{''.join(map(word, self._actions))} [OPTIONS]{self.behind}"
        return "".join(
            [
                f"usage: {usage}\n\n{self.description}\n\n",
                *(f"  {form:<{width}}  {meaning}\n" for form, meaning in rows),
                f"  {', '.join(name for name in EVERYWHERE if name in self._option_string_actions)}\n",
                f"\n{self.epilog}\n" if self.epilog else "",
            ]
        )

    def refuse_empty(self, options: argparse.Namespace) -> None:
        """Refuse what was given without a value, as of a variable that is not set. Raises UsageError."""
        for action in self._actions:
            is_empty = bool(action.option_strings) and getattr(options, action.dest, None) == ""
            if is_empty and action.dest not in self.may_be_empty:
                raise UsageError(f"{action.option_strings[0]} is empty", "give it a value, or leave it out")

    @property
    def shown_options(self) -> list[str]:
        """The options that the help names."""
        return [name for action in self._actions if action.help != argparse.SUPPRESS for name in action.option_strings]

    def error(self, message: str) -> "NoReturn":
        """Raise a UsageError that names an option of ours at most, or says what an option of another tool is here."""
        other = option_here(message)
        raise UsageError(self.fact(message), *((other,) if other else (*self.guesses(message), *self.hints)))

    def guesses(self, message: str) -> tuple[str, ...]:
        """Return the option or the choice that is meant most likely, where argparse names one that there is none of."""
        strange, _, rest = message.partition(": ")
        if "unrecognized" in strange:
            typed = next((word for word in rest.split() if word.startswith("--")), "")
            return (*(did_you_mean(typed.partition("=")[0], self.shown_options) if typed else ()), *self.strays)
        if not rest.startswith(CHOICE):
            return ()
        typed, _, choices = rest.removeprefix(CHOICE).rpartition(" (choose from ")
        return did_you_mean(typed.strip("'"), (each.strip("' )") for each in choices.split(",")))

    def fact(self, message: str) -> str:
        """Return what argparse says, in words that hold nothing of what was typed."""
        subject, _, rest = message.partition(": ")
        name = subject.removeprefix("argument ")
        if rest.startswith("not allowed with argument "):
            return f"{name} and {rest.removeprefix('not allowed with argument ')} exclude each other"
        action = self._option_string_actions.get(name.partition("/")[0])
        if action is not None:
            choices = one_of(action)
            return f"{name} takes {choices or 'no value'}" if choices or action.nargs == 0 else f"{name} needs a value"
        if "required" in subject:
            return f"{rest} is needed"
        words = [each for each in self._actions if not each.option_strings and each.metavar == name]
        if words:
            return f"the word here is {self.kind or one_of(words[0])}"
        if rest.startswith("-") or " -" in rest:
            return "there is an option that this command does not have"
        return "unexpected argument"


def formatter(prog: str) -> argparse.HelpFormatter:
    """Return what argparse checks each option with. Without a width, it would load what asks the terminal for that."""
    return argparse.HelpFormatter(prog, width=80)


def is_shown(action: argparse.Action) -> bool:
    """Tell whether an option has a line of its own in the help."""
    return action.help != argparse.SUPPRESS and not set(EVERYWHERE) & set(action.option_strings)


def forms(action: argparse.Action) -> str:
    """Return how an option is typed: `--instance, --site URL`."""
    value = f" {action.metavar or '|'.join(map(str, action.choices or ()))}"
    return f"{', '.join(action.option_strings)}{'' if action.nargs == 0 else value}".strip()


def one_of(action: argparse.Action) -> str:
    """Return what an option takes, in words; "" where that is no choice."""
    choices = [str(each) for each in action.choices or ()]
    return " or ".join(choices) if len(choices) < 3 else f"one of: {', '.join(choices)}"


def word(action: argparse.Action) -> str:
    """Return how a word that is no option stands in the usage line; nothing for an option."""
    if action.option_strings:
        return ""
    return f" [{action.metavar}]" if action.nargs == "?" else f" {action.metavar}"


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    parser.add_argument("--profile", metavar="NAME", help="the profile that is meant")
    parser.add_argument("--json", action="store_true", help="print JSON, errors too")
    parser.add_argument("--no-input", action="store_true", help="never ask")
