"""`exec -- COMMAND`: become another program, which finds a profile's credential in its variables."""

import io

from atla_credential import environment
from atla_credential.answer.rules import rule_variables
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.errors import DONE, NoMatch, UsageError
from atla_credential.foreign.successor import CoreDumps, become
from atla_credential.formats.env import VARIABLES
from atla_credential.formats.presets import NAMES, OWN, PRESETS, changes
from atla_credential.operations.call import Call
from atla_credential.operations.get import look_up, warn_of_expiry, without_token
from atla_credential.operations.unmatched import no_match
from atla_credential.report.chosen import no_active_profile
from atla_credential.report.profile import chosen_profile
from atla_credential.terminal import console
from atla_credential.terminal.arguments import Parser
from atla_credential.wire.request import query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.model import Query, Resolution


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential exec --profile work -- sh -c 'echo $ATLA_API_BASE_URL'"
    if isinstance(parser, Parser):
        parser.behind = " -- COMMAND [ARGUMENT...]"
        parser.hints = ("put -- before the command: atla-credential exec -- COMMAND", *parser.hints)
    parser.add_argument("--url", metavar="URL", help="the address that is meant, instead of a profile")
    parser.add_argument(
        "--as", dest="preset", metavar="PRESET", choices=NAMES, default=OWN, help="whose variables to set"
    )
    parser.add_argument("--list-presets", action="store_true", help="print the names of each one's variables")


def run(options: "Namespace", world: World) -> int:
    """Look for a credential as `get` does, and become the program. Standard input is not read.

    Returns:
        On Windows the program's exit code; elsewhere nothing of this process is left.

    Raises:
        UsageError: there is no command.
        NoMatch, NoCredential: as `get` does.
        NotStarted: there is no such program, or it cannot be run.
    """
    if options.list_presets:
        show_presets(as_json=options.json)
        return DONE
    if not options.program:
        raise UsageError("no command was given", "put it behind --: atla-credential exec -- COMMAND")
    dumps = CoreDumps()
    world = World(environment.from_process())  # nobody is asked: what is typed is for the program
    resolution, query = resolved(options, world)
    variables = changes(
        options.preset, resolution, query, world.config.profiles.values() if options.preset != OWN else ()
    )
    return become(options.program, variables, dumps, world.environment)


def resolved(options: "Namespace", world: World) -> "tuple[Resolution, Query | None]":
    """Return who answers, and to which query, None without --url. Raises NoMatch, NoCredential."""
    given = {"--url": options.url, "--profile": options.profile or (None if options.url else active(world))}
    named = {name: value for name, value in given.items() if value is not None}
    call = Call(world, named, io.RawIOBase(), io.RawIOBase(), console.show_warning)  # nothing is read, nothing written
    query = query_of(options.url).with_authtype(learns_base=True) if options.url else None
    resolution = None if query is not None and query.origin is None else look_up(call, query)
    if resolution is None:
        raise no_match(call, query) if query is not None else NoMatch
    if resolution.credential is None:
        raise without_token(call, resolution.profile)
    warn_of_expiry(call, resolution.profile.name, resolution.credential, resolution.source)
    return resolution, query


def active(world: World) -> str | None:
    """Return the name of the active profile; None if the variables make it, which come first by themselves."""
    search = Search(world)
    if rule_variables(search):
        return None
    profile = chosen_profile(search)
    if profile is None:
        raise no_active_profile(world)
    return profile.name


def show_presets(as_json: bool) -> None:
    """Print the presets and the names of their variables."""
    rows = {OWN: list(VARIABLES), **{name: row.variables() for name, row in PRESETS.items()}}
    if as_json:
        console.show_json({"presets": [{"preset": name, "variables": names} for name, names in rows.items()]})
        return
    for name, names in rows.items():
        console.show(f"{name}: {', '.join(names)}")
