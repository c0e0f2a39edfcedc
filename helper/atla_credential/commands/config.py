"""`config path`: where the settings are."""

from atla_credential.errors import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.environment import Environment
    from atla_credential.terminal.arguments import Parser


def add_options(parser: "Parser") -> None:
    """Add this command's options."""
    parser.hints = (
        'edit the file: $EDITOR "$(atla-credential config path)"',
        'or forget a cloud id: atla-credential login --profile NAME --cloud-id ""',
    )
    parser.epilog = 'example:\n  $EDITOR "$(atla-credential config path)"'
    parser.add_argument(
        "what", metavar="path", choices=("path",), help="print the path of config.toml; with --json, of all files"
    )


def run(options: "Namespace", environment: "Environment") -> int:
    """Print the path, whether the file is there or not."""
    if options.json:
        paths = {
            "config": environment.config_path,
            "credentials": environment.credentials_path,
            "helper": environment.helper_path,
        }
        console.show_json(paths)
    else:
        console.show(environment.config_path)
    return DONE
