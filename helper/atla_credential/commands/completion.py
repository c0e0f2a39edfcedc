"""`completion SHELL`: print what completes commands, options and the names of profiles in a shell."""

from atla_credential import commands
from atla_credential.system import DONE
from atla_credential.terminal import completion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World

SCRIPTS = {"bash": completion.bash, "zsh": completion.zsh, "fish": completion.fish}


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "examples:\n" + "\n".join(
        (
            '  ~/.bashrc:                   eval "$(atla-credential completion bash)"',
            '  ~/.zshrc, after compinit:    eval "$(atla-credential completion zsh)"',
            "  ~/.config/fish/config.fish:  atla-credential completion fish | source",
        )
    )
    parser.add_argument("shell", metavar="SHELL", choices=tuple(SCRIPTS), help="bash, zsh or fish")


def run(options: "Namespace", world: "World") -> int:
    """Print the script."""
    parsers = {word: commands.parser_for(word)[0] for word in commands.SUMMARIES}
    parsers |= {word: commands.operation_parser(word) for word in commands.OPERATION_SUMMARIES}
    print(SCRIPTS[options.shell](parsers, {**commands.SUMMARIES, **commands.OPERATION_SUMMARIES}), end="")
    return DONE
