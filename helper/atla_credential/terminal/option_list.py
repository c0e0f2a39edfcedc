"""What the parsers of the commands know of options, and what stands behind them."""

from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Iterable, Mapping

    Parsers = Mapping[str, ArgumentParser]

FILE = "FILE"  # how an option says that it wants one


def lines(words: "Iterable[str]") -> str:
    """Return words in lines, quoted for a shell."""
    return quoted("\n".join(words))


def options(parser: "ArgumentParser") -> list[str]:
    """Return the long options of a command."""
    return [option for action in parser._actions for option in long_options(action)]


def long_options(action: "Action") -> list[str]:
    """Return the long forms of an option; none for a word."""
    return [option for option in action.option_strings if option.startswith("--")]


def words_of(parser: "ArgumentParser") -> list[str]:
    """Return the words that a command takes."""
    return [str(word) for action in parser._actions if not action.option_strings for word in action.choices or ()]


def choices_of(parsers: "Parsers") -> dict[str, list[str]]:
    """Return what can stand behind which option, whatever the command."""
    return {
        option: [str(choice) for choice in action.choices]
        for parser in parsers.values()
        for action in parser._actions
        if action.choices
        for option in long_options(action)
    }


def files_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which a file stands."""
    actions = (action for parser in parsers.values() for action in parser._actions if action.metavar == FILE)
    return [option for action in actions for option in long_options(action)]


def texts_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which something stands that nobody can know, so that nothing is offered there."""
    known = {"--profile", *choices_of(parsers), *files_of(parsers)}
    found = [option for parser in parsers.values() for option in valued(parser) if option not in known]
    return list(dict.fromkeys(found))


def valued_before_the_command(parsers: "Parsers") -> list[str]:
    """Return the options that take the next word as their value where they stand before the command."""
    return valued(parsers["get"])


def valued(parser: "ArgumentParser") -> list[str]:
    """Return the long options that take a value."""
    return [option for action in parser._actions if action.nargs != 0 for option in long_options(action)]
