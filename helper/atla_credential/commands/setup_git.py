"""`setup-git`: tell git to ask us for the hosts of the profiles. Only what it has written itself is ever changed."""

from atla_credential.errors import DONE, CredentialError, NoCredential, Unavailable, UsageError, no_such_profile
from atla_credential.foreign.program import own_helper
from atla_credential.git import settings_file
from atla_credential.git.advice import check_sites
from atla_credential.git.finding import Finding
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
    take_out,
)
from atla_credential.git.setting import BY_FILE, Setting
from atla_credential.git.settings import read_settings
from atla_credential.git.stale import check_headers
from atla_credential.input.instance import join
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Collection, Iterator

    from atla_credential.answer.world import World
    from atla_credential.git.host import Origin
    from atla_credential.git.settings import GitSettings


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential setup-git --only"
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--global", action="store_true", help="this person's settings: the default", dest="for_person")
    where.add_argument("--local", action="store_true", help="the settings of the repository here")
    where.add_argument("--system", action="store_true", help="the settings of this machine")
    where.add_argument("--file", metavar="FILE", help="the settings in this file")
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
    path = settings_file.path_of(options, world.environment)
    found = wanted(options, world)
    if not found and not take_out(settings_file.read(path) or "")[1]:
        raise NoCredential("no profile has a host where git could ask", "make one: atla-credential login")
    name = helper_line(own_helper(world.environment)) if found else ""
    is_all = not (options.host or options.profile)

    def make(sections: Sections) -> Sections:
        kept = {context: lines for context, lines in sections.items() if lines and (not is_all or context in found)}
        for context, by_path in found.items():
            was = sections.get(context, [])
            clear = [CLEAR] if options.only or CLEAR in was else []  # only --undo lets the others in again
            kept[context] = [*clear, name, *([BY_PATH] if by_path else [])]
        return kept

    change = apply(path, make, options.dry_run)
    show(options, [change])
    warn(options, world, change)
    return DONE


def undo(options: "Namespace", world: "World") -> int:
    """Take out what was written, wherever it was. Raises UsageError, NoCredential, CredentialError."""
    if options.only:
        raise UsageError("--undo and --only exclude each other", "leave out --only")

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
    named = [each for each in profiles_for_git(world) if each.name == options.profile]
    if not named:
        raise no_such_profile(options.profile)
    return hosts_of(named[:1])


def show(options: "Namespace", changes: list[Change]) -> None:
    """Say what has changed."""
    if options.json:
        files = [{"file": each.path, "changed": each.contexts, "lines": each.after} for each in changes]
        console.show_json({"files": files, "dryRun": options.dry_run})
        return
    would = options.dry_run
    for change in changes:
        for context in change.contexts:
            lines = change.after.get(context)
            if lines:
                only = "nobody else, then " if CLEAR in lines else ""
                asks = "would ask" if would else "asks"
                console.show(f'{change.path}: {asks} {only}"{helper_in(lines)}" for {context}')
            else:
                took = "would take out" if would else "took out"
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
        findings = [] if settings is None else list(check(options, world, settings, change))
    except Unavailable as error:
        findings = [Finding(error.message, "; ".join(error.hints))]
    for finding in findings:
        if finding.hint is not None:
            step = SEE if f"run: {SETUP}" in finding.hint[:30] else finding.hint  # this command has just been given
            console.show_warning(f"{finding.text}; {step}")


def check(options: "Namespace", world: "World", settings: "GitSettings", change: Change) -> "Iterator[Finding]":
    """Yield what git will do at the hosts of our sections; what is not written yet is thought to stand at the end."""
    if options.dry_run:
        settings = settings.with_entries(with_ours(options, settings.entries, change))
    hosts = {origin: BY_PATH in lines for context, lines in change.after.items() if (origin := origin_of(context))}
    yield from check_sites(world, settings, hosts)
    yield from check_headers(settings.headers, world.environment, hosts)


def with_ours(options: "Namespace", entries: "list[Setting]", change: Change) -> "list[Setting]":
    """Return git's settings as they will be: ours stand behind all that git reads up to that file."""
    scope = "local" if options.local else "system" if options.system else "global"
    before = ("system", "global", "local")[: ("system", "global", "local").index(scope) + 1]
    ours = [
        Setting(f"{BY_FILE}{change.path}", f"credential.{context}.{name}", value, scope=scope)
        for context, lines in change.after.items()
        for name, value in (
            *([("helper", "")] if CLEAR in lines else []),
            ("helper", helper_in(lines)),
            *([("usehttppath", "true")] if BY_PATH in lines else []),
        )
    ]
    count = sum(each.scope in before for each in entries)
    return [*entries[:count], *ours, *entries[count:]]
