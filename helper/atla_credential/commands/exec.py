"""`exec -- COMMAND`: become another program, which finds a profile's credential in its variables."""

import argparse
import io
import os

from atla_credential import environment
from atla_credential.answer.rules import rule_variables
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import INSTANCE
from atla_credential.errors import CredentialError, UsageError
from atla_credential.foreign.successor import CoreDumps, become
from atla_credential.foreign.variables import name_in_use
from atla_credential.formats.env import VARIABLES
from atla_credential.formats.kind import is_same_site
from atla_credential.formats.presets import NAMES, OWN, PRESETS
from atla_credential.operations.call import Call
from atla_credential.operations.get import look_up, warn_of_expiry
from atla_credential.operations.preset import changes
from atla_credential.operations.unmatched import no_match, without_token
from atla_credential.report.chosen import no_active_profile
from atla_credential.report.profile import chosen_profile
from atla_credential.system import DONE
from atla_credential.terminal import console
from atla_credential.terminal.arguments import Parser
from atla_credential.terminal.columns import show_list
from atla_credential.text import quoted
from atla_credential.wire.request import query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from atla_credential.model import Profile, Query, Resolution


class Choice(argparse.Action):
    """An option whose value has a say in the help that is asked for behind it: the names of its variables."""

    def __call__(self, parser: "ArgumentParser", namespace: "Namespace", values: object, *_: object) -> None:
        """Keep the preset, and put its variables into the help."""
        preset = str(values)
        setattr(namespace, self.dest, preset)
        parser.epilog = "\n  ".join([f"variables that --as {preset} sets or removes:", *variables_of(preset)])


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential exec --profile work -- sh -c 'echo $ATLA_API_BASE_URL'"
    if isinstance(parser, Parser):
        parser.behind = " -- COMMAND [ARGUMENT...]"
        parser.strays = ("put -- before the command: atla-credential exec -- COMMAND",)
    parser.add_argument("--url", metavar="URL", help="the address that is meant, instead of a profile")
    parser.add_argument(
        "--as", dest="preset", metavar="PRESET", choices=NAMES, default=OWN, action=Choice,
        help="whose variables to set; with --help, their names",
    )  # fmt: skip
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
    call, query = call_for(options, world)
    resolution = resolved(call, query)
    if not (options.profile or options.url):
        warn_of_another_site(world, resolution.profile)
    variables = changes(call, options.preset, resolution, query, found)
    if options.preset == "atla":
        refuse_another(options.program, resolution.profile, world)
    if options.preset == "atlcli":
        from atla_credential.imports.own_site import warn_of_atlcli  # door: what reads another program's file

        warn_of_atlcli(options.program, resolution.profile, world.environment)
    return become(options.program, variables, dumps, world.environment, lambda: console.hold_warnings(False))


def call_for(options: "Namespace", world: World) -> "tuple[Call, Query | None]":
    """Return what is asked as `get` would ask it, and the query, None without --url."""
    given = {"--url": options.url, "--profile": options.profile or (None if options.url else active(world))}
    named = {name: value for name, value in given.items() if value is not None}
    call = Call(world, named, io.RawIOBase(), io.RawIOBase(), console.show_warning)  # nothing is read, nothing written
    return call, query_of(options.url).with_authtype(learns_base=True) if options.url else None


def resolved(call: Call, query: "Query | None") -> "Resolution":
    """Return who answers. Raises NoMatch, NoCredential."""
    resolution = None if query is not None and query.origin is None else found(call, query)
    if resolution is None:
        raise no_match(call, query)
    if resolution.credential is None:
        raise without_token(call, resolution.profile)
    return resolution


def found(call: Call, query: "Query | None") -> "Resolution | None":
    """Return what can be handed out, as `look_up` does, and warn of an end that is near."""
    resolution = look_up(call, query)
    if resolution is not None and resolution.credential is not None:
        warn_of_expiry(call, resolution.profile.name, resolution.credential, resolution.source)
    return resolution


def warn_of_another_site(world: World, profile: "Profile") -> None:
    """Warn where the program sees another site in a variable of ours than its credential is for.

    Without a token that variable makes no profile, and the active one has answered.
    """
    named = world.profile_of_variables
    if named is not None and named.instance != profile.instance and not is_same_site(named, profile):
        variable = name_in_use(world.environment, INSTANCE)
        console.show_warning(
            f'{variable} is another site than that of profile "{profile.name}", whose token the command gets; '
            "name the right one: --profile NAME"
        )


def refuse_another(words: "Sequence[str]", profile: "Profile", world: World) -> None:
    """Refuse to start `atla` for another profile than it would use, whose site would be sent this one's token.

    It reads the token from a variable, but the profile from its own --profile, or `default.profile`. Of another
    program, which may start it, nobody knows: there is a warning.
    """
    joined = "\0".join(words).replace("\0--profile=", "\0--profile\0").partition("\0--profile\0")[2]
    used = joined.partition("\0")[0] or world.config.default_profile
    if used in (None, profile.name):
        return
    if os.path.basename(words[0]).removesuffix(".exe") != "atla":
        option = f"--profile {quoted(profile.name)}"
        console.show_warning(f'without {option}, atla sends the token of profile "{profile.name}" to another site')
    else:
        raise CredentialError(
            f'atla would send the token of profile "{profile.name}" to the site of another one',
            f"name the profile to it too: atla --profile {quoted(profile.name)}",
        )


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
    rows = {name: variables_of(name) for name in NAMES}
    if as_json:
        console.show_json({"presets": [{"preset": name, "variables": names} for name, names in rows.items()]})
        return
    for name, names in rows.items():
        show_list(name, names)


def variables_of(preset: str) -> list[str]:
    """Return the names of the variables that a preset sets or removes."""
    return list(VARIABLES) if preset == OWN else PRESETS[preset].variables()
