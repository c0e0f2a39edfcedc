"""`setup-git`: tell git to ask us for the hosts of the profiles. Only what it has written itself is ever changed."""

import os
import sys

from atla_credential.errors import CredentialError, NoCredential, Unavailable, UsageError
from atla_credential.foreign.own_helper import own_helper
from atla_credential.git import settings_file
from atla_credential.git.finding import Finding
from atla_credential.git.forecast import check
from atla_credential.git.helper_list import SEE, SETUP
from atla_credential.git.host import hosts_of, is_meant, origin_of, profiles_for_git
from atla_credential.git.section import (
    BY_PATH,
    CLEAR,
    Change,
    Sections,
    apply,
    helper_in,
    helper_line,
    put_in,
    take_out,
)
from atla_credential.git.settings import read_settings
from atla_credential.input.guess import no_such_profile
from atla_credential.input.instance import join
from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Collection

    from atla_credential.answer.world import World
    from atla_credential.git.host import Origin


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential setup-git --only"
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--global", action="store_true", help="this person's settings: the default", dest="for_person")
    where.add_argument("--local", action="store_true", help="the settings of the repository here")
    where.add_argument("--system", action="store_true", help="the settings of this machine")
    where.add_argument("--file", metavar="FILE", help="the settings in this file")
    where.add_argument("--print", action="store_true", help="print the lines for settings that you keep yourself")
    parser.add_argument("--host", metavar="HOST", action="append", help="only this host; may be repeated")
    parser.add_argument("--only", action="store_true", help="let git ask nobody else at these hosts")
    parser.add_argument("--undo", action="store_true", help="take out what this command has written")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def run(options: "Namespace", world: "World") -> int:
    """Write our sections into a file of git's settings, or take them out.

    Raises:
        UsageError: a host is no profile's, or options make no sense together.
        NoCredential: no profile has a host that git could ask for.
        CredentialError: the file cannot be read or written.
    """
    if options.undo:
        return undo(options, world)
    found = wanted(options, world)
    if options.print:
        return print_lines(options, world, found)
    path = settings_file.path_of(options, world.environment)
    if not found:
        raise no_host(is_told=bool(take_out(settings_file.read(path) or "")[1]))
    name = helper_line(own_helper(world.environment))
    is_all = not (options.host or options.profile)

    def make(sections: Sections) -> Sections:
        kept = {context: lines for context, lines in sections.items() if lines and (not is_all or context in found)}
        for context, by_path in found.items():
            is_alone = options.only or CLEAR in sections.get(context, [])  # only --undo lets the others in again
            kept[context] = lines_for(name, is_alone, by_path)
        return kept

    change = apply(path, make, options.dry_run)
    show(options, [change])
    warn(options, world, change)
    return DONE


def print_lines(options: "Namespace", world: "World", found: dict[str, bool]) -> int:
    """Print the sections as they would be written, for who keeps git's settings elsewhere. Raises CredentialError."""
    if not found:
        raise no_host()
    name = helper_line(own_helper(world.environment))
    sections = {context: lines_for(name, options.only, by_path) for context, by_path in found.items()}
    if options.json:
        show(options, [Change(None, {}, sections, is_moved=False)])
    else:
        sys.stdout.buffer.write(os.fsencode(put_in("", sections) or ""))  # a path need not be UTF-8
    return DONE


def lines_for(name: str, is_alone: bool, by_path: bool) -> list[str]:
    """Return the lines of one section."""
    return [*([CLEAR] if is_alone else []), name, *([BY_PATH] if by_path else [])]


def no_host(is_told: bool = False) -> NoCredential:
    """Say that there is nothing to write. Where git is told already, that stays: the profiles may only be elsewhere."""
    undo = ("to take out what it has written before: atla-credential setup-git --undo",) if is_told else ()
    return NoCredential("no profile has a host where git could ask", "make one: atla-credential login", *undo)


def undo(options: "Namespace", world: "World") -> int:
    """Take out what was written, wherever it was. Raises UsageError, NoCredential, CredentialError."""
    for word in ("only", "print"):
        if getattr(options, word):
            raise UsageError(f"--undo and --{word} exclude each other", f"leave out --{word}")
    is_all = not (options.host or options.profile)
    its_own = origins_of(options, world) if options.profile else ()

    def is_named(context: str) -> bool:
        origin = origin_of(context)
        return origin is not None and (origin in its_own or any(is_meant(host, origin) for host in options.host or ()))

    def make(sections: Sections) -> Sections:
        return {context: lines for context, lines in sections.items() if lines and not (is_all or is_named(context))}

    first, *others = settings_file.paths_of(options, world.environment)
    changes = [apply(first, make, options.dry_run)]
    for path in others:
        try:
            changes.append(apply(path, make, options.dry_run))
        except CredentialError as error:  # git did not get there either, or setup-git would have written to this one
            console.show_warning(error.message)
    show(options, [each for each in changes if each.contexts] or changes[:1])
    return DONE


def wanted(options: "Namespace", world: "World") -> dict[str, bool]:
    """Return the contexts to write, `https://HOST[:PORT]`, and whether git is to say the path. Raises UsageError."""
    hosts = hosts_of(profiles_for_git(world))
    chosen = origins_of(options, world) if options.profile else hosts
    named = options.host or ()
    meant = [origin for origin in chosen if not named or any(is_meant(host, origin) for host in named)]
    if not all(any(is_meant(host, origin) for origin in meant) for host in named):
        raise UsageError("no profile is for this host, or git has nothing to ask there", "see: atla-credential list")
    return {join(origin): by_path for origin, by_path in hosts.items() if origin in meant}


def origins_of(options: "Namespace", world: "World") -> "Collection[Origin]":
    """Return the host of the profile that --profile names. Raises NoCredential."""
    known = profiles_for_git(world)
    named = [each for each in known if each.name == options.profile]
    if not named:
        raise no_such_profile(options.profile, (each.name for each in known))
    return hosts_of(named[:1])


def show(options: "Namespace", changes: list[Change]) -> None:
    """Say what has changed."""
    if options.json:
        files = [{"file": each.path, "changed": each.contexts, "lines": each.after} for each in changes]
        console.show_json({"files": files, "dryRun": options.dry_run})
        return
    would = options.dry_run
    asks, took = ("would ask", "would take out") if would else ("asks", "took out")
    for change in changes:
        for context in change.contexts:
            lines = change.after.get(context)
            if lines:
                only = "nobody else, then " if CLEAR in lines else ""
                path = ", and says the path" if BY_PATH in lines else ""
                console.show(f'{change.path}: {asks} {only}"{helper_in(lines)}" for {context}{path}')
            else:
                console.show(f"{change.path}: {took} what setup-git wrote for {context}")
        if change.is_moved and not change.contexts:
            console.show(f"{change.path}: {'would move' if would else 'moved'} what setup-git wrote to the end")
        elif not change.contexts:
            console.show(f"{change.path}: nothing to change")
    paths = {helper_in(lines) for change in changes for lines in change.after.values() if lines} - {"atla"}
    if paths and any(change.contexts for change in changes):
        console.show("git starts it by its path: not every shell has that folder on PATH")


def warn(options: "Namespace", world: "World", change: Change) -> None:
    """Warn where git will not ask us first all the same, or sends what it has itself, as far as its settings say.

    Whether and when a file of --file is read, only git knows.
    """
    try:
        settings = None if options.file else read_settings(world.environment, in_repository=options.local)
        findings = [] if settings is None else list(check(world, settings, change, scope_of(options), options.dry_run))
    except Unavailable as error:
        findings = [Finding(error.message, "; ".join(error.hints))]
    for finding in findings:
        if finding.hint is not None:
            step = SEE if f"run: {SETUP}" in finding.hint[:30] else finding.hint  # this command has just been given
            console.show_warning(f"{finding.text}; {step}")


def scope_of(options: "Namespace") -> str:
    """Return what git calls those whose settings are written."""
    return "local" if options.local else "system" if options.system else "global"
