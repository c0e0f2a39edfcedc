"""`import`: take over the logins that other programs keep, and leave them there as they are."""

from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import UsageError
from atla_credential.foreign.variables import without_account
from atla_credential.formats.preset import usual
from atla_credential.formats.presets import PRESETS
from atla_credential.git.advice import is_asked
from atla_credential.git.helper_list import SETUP
from atla_credential.imports.taken import NotAll, Taken, show, show_places, stores_of
from atla_credential.imports.taking import Taking
from atla_credential.imports.tools import SOURCES, entries_of
from atla_credential.input.timeout import parse_timeout
from atla_credential.report.until_reboot import lost_at_reboot
from atla_credential.settings.config import STORES
from atla_credential.system import DONE
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from atla_credential.model import Profile
    from atla_credential.terminal.arguments import Parser

PRESET = "mcp-atlassian"


def add_options(parser: "Parser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential import git-credentials --dry-run"
    parser.add_argument("source", metavar="SOURCE", choices=tuple(SOURCES), help=", ".join(SOURCES))
    parser.add_argument("--from", metavar="FILE", action="append", default=[], dest="files",
                        help="its file, if it is not where that program has it")  # fmt: skip
    parser.add_argument("--host", metavar="HOST", action="append", default=[],
                        help="a host of your own in netrc or git-credentials")  # fmt: skip
    parser.add_argument("--email", metavar="EMAIL", help="whose the tokens are that have none beside them")
    parser.add_argument("--storage", choices=STORES, help="where to keep the tokens")
    parser.add_argument("--no-verify", action="store_true", help="do not ask the sites about the tokens")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long each site may take: 1 to 120, else 15")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: World) -> int:
    """Take them over, one after the other.

    Raises:
        UsageError: an option makes no sense, or one name is given to several.
        NotAll: some were left out; the others are here.
        CredentialError: there is nothing to be read, or it cannot be.
    """
    limit_s = parse_timeout(options.timeout)
    may_ask = console.may_ask(options, world.environment)
    world = World(Environment(without_account(world.environment), may_ask))
    found = entries_of(options.source, world.environment, options.files, options.host, world.config.allow_http)
    if options.profile and len(found) > 1:
        raise UsageError(f"--profile names one profile, and there are {len(found)} logins", "leave it out")
    taking = Taking(options, commands.parser_for("login")[0].parse_args([]), world, limit_s)
    done = []
    for entry in found:
        done.append(taking.take(entry))
        if not options.json:
            show(done[-1], options)
            if done[-1].error is not None and len(found) > 1:
                console.show_warning("; ".join(done[-1].told))
    if options.json:
        told = [each.as_json() for each in done]
        console.show_json({"source": options.source, "dryRun": options.dry_run, "logins": told})
    else:
        show_places(done, options, world)
        for line in next_steps(world, done, options):
            console.show(line)
    for store in () if options.dry_run else stores_of(done):
        lost_at_reboot(world, store)
    if left := [each for each in done if each.error is not None]:
        raise NotAll(left, len(done))
    return DONE


def next_steps(world: World, done: "Sequence[Taken]", options: "Namespace") -> "Iterator[str]":
    """Yield what to do next, for a person."""
    if not done:
        yield f"there is nothing to import: {SOURCES[options.source].lacks}"
    if options.dry_run:
        return
    for group, name in servers(done).items():
        start = f"atla-credential exec --profile {quoted(name)} --as {PRESET} --"
        yield f'next: in "{group}", put this before the command: {start}'
    if any(each.profile and each.error is None and not is_asked(world, each.profile) for each in done):
        yield f"next: {SETUP}"


def servers(done: "Sequence[Taken]") -> dict[str, str]:
    """Return the servers whose logins are all here in one profile, with its name: a program is started with one."""
    groups: dict[str, list[Taken]] = {}
    for each in done:
        groups.setdefault(each.entry.group, []).append(each)
    found: dict[str, str] = {}
    for group, logins in groups.items():
        profiles = {each.profile.name: each.profile for each in logins if each.profile and each.error is None}
        is_whole = group != "" and all(each.error is None for each in logins) and len(profiles) == 1
        name, profile = next(iter(profiles.items()), ("", None))
        if is_whole and profile is not None and serves(profile):
            found[group] = name
    return found


def serves(profile: "Profile") -> bool:
    """Tell whether the program that such servers run can use a profile."""
    return PRESETS[PRESET].serves(usual(profile))
