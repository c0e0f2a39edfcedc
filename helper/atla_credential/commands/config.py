"""`config path`: where the settings are."""

from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
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


def run(options: "Namespace", world: "World") -> int:
    """Print the path, whether the file is there or not."""
    if options.json:
        paths = {
            "config": world.environment.config_path,
            "credentials": world.environment.credentials_path,
            "helper": world.environment.helper_path_if_any,
        }
        console.show_json(paths)
    else:
        console.show(world.environment.config_path)
    return DONE
