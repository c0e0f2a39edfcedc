"""The front door: the first word of the command line becomes an operation or a command.

All errors are printed here and nowhere else, and here they become exit codes.
"""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # `python -m` put the working folder there (safety X1)
try:
    from atla_credential import environment, errors, process, system
    from atla_credential.answer.world import World
    from atla_credential.operations.call import Call
    from atla_credential.system import fsencode, kernel, use_libraries
    from atla_credential.text import printable
except KeyboardInterrupt:
    sys.exit(130)  # the first moment of ours at which an interrupt can come
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.answer.search import Entry, Search

NAME, FOR_GIT, FOR_CONTAINERS = "atla-credential", "git-credential-atla", "docker-credential-atla"
FROM_ENGINE = "git-credential-atla-vault"
WITH_OWN_WORDS = (FOR_CONTAINERS, FROM_ENGINE)
OPERATIONS = ("get", "store", "erase", "capability")
OPTIONS_WITH_VALUE = ("--profile", "--url", "--format", "--field", "--shell", "--as")


def main() -> int:
    """Run as `atla-credential`: an unknown word is a usage error."""
    return run(arguments_of_process())


def git_main() -> int:
    """Run as `git-credential-atla`: an unknown operation is ignored, as gitcredentials(7) asks."""
    return run(arguments_of_process(), FOR_GIT)


def docker_main() -> int:
    """Run as `docker-credential-atla`, which speaks the protocol of container tools."""
    return run(arguments_of_process(), FOR_CONTAINERS)


def vault_main() -> int:
    """Run as `git-credential-atla-vault`, which answers from a secret engine."""
    return run(arguments_of_process(), FROM_ENGINE)


def arguments_of_process() -> list[str]:
    """Return the command line as UTF-8, whatever the locale says it is."""
    return [fsencode(argument).decode("utf-8", "surrogateescape") for argument in sys.argv[1:]]


def run(arguments: list[str], name: str = NAME) -> int:
    """Run one operation or command as the program of a name, and return the exit code."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments  # the others are another program's
    try:
        process.open_missing_streams()
        word, rest = split_word(arguments)
        if word != "exec" or name in WITH_OWN_WORDS:  # which first looks at what it has to give back
            process.forbid_core_dumps()
        code = run_as(name, arguments) if name in WITH_OWN_WORDS else dispatch(word, rest, name)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except errors.AnswerLost as error:
        process.discard_output()
        if error.message:
            print_error(error, "--json" in own)
        return error.exit_code
    except errors.CredentialError as error:
        print_error(error, "--json" in own)
        return error.exit_code
    except KeyboardInterrupt:
        system.write_stderr("\n")
        return system.INTERRUPTED
    except Exception as error:  # X2: a traceback could show a secret among the values
        said = errors.unexpected(error)
        print_error(said, "--json" in own)
        return said.exit_code


def run_as(name: str, arguments: list[str]) -> int:
    """Do what is asked of a program that has options and operations of its own."""
    if name == FROM_ENGINE:
        from atla_credential.vault import program  # door: the name of the program

        return program.main(arguments)
    from atla_credential.operations import docker  # door: likewise

    return docker.run(arguments, call_with({}))


def dispatch(word: str | None, rest: list[str], name: str) -> int:
    """Do what a word says, with the rest of the command line."""
    if word in OPERATIONS and not {"-h", "--help", "--version"} & set(rest):
        return operation(word)(call_with(read_options(word, rest)))
    use_libraries()
    from atla_credential import commands  # door: the word on the command line

    if name == FOR_GIT and word is not None and word not in commands.SUMMARIES and word not in OPERATIONS:
        return system.DONE
    return commands.run(word, rest)


def split_word(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the first argument that is neither an option nor an option's value, and all the others.

    git appends the operation, so options stand before it: `credential.helper = atla --profile work`.
    """
    value_follows = False
    for index, argument in enumerate(arguments):
        if value_follows:
            value_follows = False
        elif argument.startswith("-"):
            value_follows = argument in OPTIONS_WITH_VALUE
        else:
            return argument, arguments[:index] + arguments[index + 1 :]
    return None, arguments


def call_with(options: dict[str, str]) -> Call:
    """Return the call of an operation, on the standard streams."""
    variables = environment.from_process()
    return Call(
        World(variables),
        options,
        open(0, "rb", buffering=0, closefd=False),
        open(1, "wb", buffering=0, closefd=False),
        warn,
        trace if variables.trace else None,
        kernel.isatty(2),
    )


def operation(word: str) -> "Callable[[Call], int]":
    """Return the function of an operation."""
    if word in ("store", "erase"):
        use_libraries()
        from atla_credential.operations import erase, store  # door: the word on the command line

        return store.store if word == "store" else erase.erase
    from atla_credential.operations import get  # door: the word on the command line

    return get.get if word == "get" else get.capability


def read_options(word: str, arguments: list[str]) -> dict[str, str]:
    """Read an operation's options: `--profile NAME`, ...; the last one counts, of --field all, with NUL between."""
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, separator, value = argument.partition("=")
        if argument in ("--json", "--no-input"):
            options[argument] = "given"  # understood everywhere; operations never ask
            continue
        if name not in OPTIONS_WITH_VALUE or (word != "get" and name != "--profile"):
            from atla_credential.input.guess import no_such_option  # door: only for a mistake

            raise no_such_option(word, name, OPTIONS_WITH_VALUE if word == "get" else OPTIONS_WITH_VALUE[:1])
        value = value if separator else next(rest, "")
        if not value:
            raise errors.UsageError(f"{name} needs a value")
        options[name] = f"{options[name]}\0{value}" if name == "--field" and name in options else value
    return options


def warn(message: str) -> None:
    """Print one warning."""
    system.write_stderr(f"{NAME}: warning: {printable(message)}\n")


def trace(search: "Search", entry: "Entry", outcome: str | None) -> None:
    """Print one step of the search for an answer."""
    from atla_credential.report.words import line_of  # door: only who listens need know

    system.write_stderr(f"{NAME}: trace: {printable(line_of(search, entry, outcome))}\n")


def print_error(error: "errors.CredentialError", as_json: bool) -> None:
    """Print an error and its hints."""
    if as_json:
        from atla_credential.formats.json import render_error  # door: the format

        system.write_stderr(render_error(error))
        return
    lines = [f"error: {error.message}", *(f"hint: {hint}" for hint in error.hints)]
    system.write_stderr("".join(f"{NAME}: {printable(line)}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
