"""`help TOPIC`: the help of a command, or a page of the manual, which some installers put where man(1) looks not."""

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from atla_credential import commands
from atla_credential.errors import CredentialError
from atla_credential.foreign.successor import CoreDumps, NotStarted, become
from atla_credential.foreign.variables import holds_token
from atla_credential.system import DONE
from atla_credential.terminal.mdoc import plain
from atla_credential.terminal.overview import NAME, OPERATION_SUMMARIES, SUMMARIES, overview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment
    from atla_credential.terminal.arguments import Parser

PAGES = {
    "atla-credential": "atla-credential.1",
    "git-credential-atla": "git-credential-atla.1",
    "docker-credential-atla": "docker-credential-atla.1",
    "git-credential-atla-vault": "git-credential-atla-vault.1",
    "atla-helper.toml": "atla-helper.toml.5",
}


def add_options(parser: "Parser") -> None:
    """Add this command's options."""
    parser.kind = "a command or a page of the manual"
    parser.epilog = "\n".join(
        (
            "pages of the manual:",
            *(f"  {name}" for name in PAGES),
            "",
            "examples:",
            f"  {NAME} help login",
            f"  {NAME} help git-credential-atla",
        )
    )
    topics = (*SUMMARIES, *OPERATION_SUMMARIES, *PAGES)
    parser.add_argument("topic", metavar="TOPIC", nargs="?", choices=topics, help="a command, or a page of the manual")


def run(options: "Namespace", world: "World") -> int:
    """Show what the topic is, or all commands. Raises CredentialError: the page is not installed."""
    topic = options.topic
    if topic is None:
        print(overview(), end="")
    elif topic in PAGES:
        return show_page(topic, world.environment)
    else:
        parser = commands.operation_parser(topic) if topic in OPERATION_SUMMARIES else commands.parser_for(topic)[0]
        print(parser.format_help(), end="")
    return DONE


def show_page(topic: str, environment: "Environment") -> int:
    """Become man(1) where it can show the page to a person; anywhere else print the page as plain text."""
    path = find_page(PAGES[topic])
    if path is None:
        raise CredentialError("this page of the manual is not installed with the program", f"try: man {topic}")
    if sys.stdout.isatty():
        tokens = {name: None for name, _ in environment.variables.items() if holds_token(name)}
        try:
            return become(["man", str(path)], tokens, CoreDumps(), environment, lambda: None)
        except NotStarted:
            pass  # there is none
    print(plain(path.read_text(encoding="ascii")), end="")
    return DONE


def find_page(name: str) -> Path | None:
    """Return where the installer has put a page, as it has noted itself; None if it has not."""
    try:
        files = distribution(NAME).files or ()
    except PackageNotFoundError:
        return None
    found = (Path(str(file.locate())) for file in files if file.name == name and "man" in file.parts)
    return next((path for path in found if path.is_file()), None)
