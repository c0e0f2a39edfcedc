"""What the parsers of the commands know of options, and what stands behind them."""

from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Iterable, Iterator, Mapping

    Parsers = Mapping[str, ArgumentParser]

FILE = "FILE"  # how an option says that it wants one


def lines(words: "Iterable[str]") -> str:
    """Return words in lines, quoted for a shell."""
    return quoted("\n".join(words))


def options_of(*parsers: "ArgumentParser") -> "Iterator[tuple[str, Action]]":
    """Yield the long options of commands, each with what argparse knows of it."""
    for parser in parsers:
        for action in parser._actions:
            yield from ((option, action) for option in action.option_strings if option.startswith("--"))


def words_of(parser: "ArgumentParser") -> list[str]:
    """Return the words that a command takes."""
    return [str(word) for action in parser._actions if not action.option_strings for word in action.choices or ()]


def offered(parser: "ArgumentParser") -> list[str]:
    """Return the long options of a command and the words that it takes."""
    return [*(option for option, _ in options_of(parser)), *words_of(parser)]


def choices_of(parsers: "Parsers") -> dict[str, list[str]]:
    """Return what can stand behind which option, whatever the command."""
    found = options_of(*parsers.values())
    return {option: [str(choice) for choice in action.choices] for option, action in found if action.choices}


def files_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which a file stands."""
    return [option for option, action in options_of(*parsers.values()) if action.metavar == FILE]


def texts_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which something stands that nobody can know, so that nothing is offered there."""
    known = {"--profile", *choices_of(parsers), *files_of(parsers)}
    return [option for option in dict.fromkeys(valued(*parsers.values())) if option not in known]


def valued_before_the_command(parsers: "Parsers") -> list[str]:
    """Return the options that take the next word as their value where they stand before the command."""
    return valued(parsers["get"])


def valued(*parsers: "ArgumentParser") -> list[str]:
    """Return the long options that take a value."""
    return [option for option, action in options_of(*parsers) if action.nargs != 0]
