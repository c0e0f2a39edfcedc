"""`setup-git`: tell git to ask us for the hosts of the profiles. Only what it has written itself is ever changed."""

import os
import shlex
import shutil
import sys

from atla_credential.address import DEFAULT_PORTS, split_url
from atla_credential.config import read_config
from atla_credential.errors import DONE, NoCredential, Unavailable, UsageError
from atla_credential.git import block, settings_file
from atla_credential.git.helper_value import own_arguments, title
from atla_credential.git.settings import read_settings
from atla_credential.instance import is_cloud, parse_instance
from atla_credential.support.surroundings import program_folders
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from atla_credential.environment import Environment

PROGRAM = "git-credential-atla"
WITHOUT_GIT = ("jira", "confluence")


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


def run(options: "Namespace", environment: "Environment") -> int:
    """Write our block into a file of git's settings, or take it out.

    Raises:
        UsageError: a host is no profile's, or options make no sense together.
        NoCredential: no profile has a host that git could ask for.
        CredentialError: the file cannot be read or written, or somebody has changed the block.
    """
    if options.undo:
        return undo(options, environment)
    found = wanted(options, environment)
    name = block.helper_line(helper(environment))
    lines = [block.helper_line(""), name] if options.only else [name]

    def change(sections: block.Sections) -> None:
        for context, roots in found.items():
            sections[context] = [*lines, block.BY_PATH] if len(roots) > 1 else lines

    apply(options, settings_file.path_of(options, environment), change)
    if not (options.dry_run or options.local or options.file):
        warn_of_others(environment, list(found))
    return DONE


def undo(options: "Namespace", environment: "Environment") -> int:
    """Take out what was written, wherever it was. Raises as in run."""
    if options.only:
        raise UsageError("--undo and --only exclude each other")
    hosts = set(map(plain, options.host or ()))

    def change(sections: block.Sections) -> None:
        for context in list(sections):
            authority = context.partition("://")[2]
            if not hosts or hosts & {authority, authority.partition(":")[0]}:
                del sections[context]

    paths = settings_file.paths_of(options, environment)
    for path in [path for path in paths if block.NAME in (settings_file.read(path) or "")] or paths[:1]:
        apply(options, path, change)
    return DONE


def apply(options: "Namespace", path: str, change: "Callable[[block.Sections], None]") -> None:
    """Change the sections of a file's block, and say what was done."""

    def make(text: str | None) -> str | None:
        sections = block.sections_in(text or "", path)
        change(sections)
        return block.with_sections(text, sections)

    before = settings_file.read(path)
    after = make(before)
    if after != before and not options.dry_run:
        settings_file.change(path, make)
    show(options, path, before, after)


def wanted(options: "Namespace", environment: "Environment") -> dict[str, set[tuple[str, ...]]]:
    """Return the contexts to write, `https://HOST[:PORT]`, each with the paths of its instances. Raises as in run."""
    found: dict[str, set[tuple[str, ...]]] = {}
    hosts = set(map(plain, options.host or ()))
    unknown = set(hosts)
    for profile in read_config(environment).profiles.values():
        parsed = parse_instance(profile.instance)
        if parsed is None or is_cloud(parsed[0]) or profile.product in WITHOUT_GIT or profile.adopted:
            continue  # there are no repositories, or nobody has logged in
        scheme, host, port = parsed[0]
        authority = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
        if not hosts or {host, authority} & hosts:
            found.setdefault(f"{scheme}://{authority}", set()).add(parsed[1])
            unknown -= {host, authority}
    if unknown:
        raise UsageError("no profile is for this host, or git has nothing to ask there", "see: atla-credential list")
    if not found:
        raise NoCredential(
            "no profile has a host with repositories: a Cloud site has none", "make one: atla-credential login"
        )
    return found


def plain(host: str) -> str:
    """Return a host as it stands in an origin: lower case, without a scheme, a path and the scheme's own port."""
    return host.lower().partition("://")[2 if "://" in host else 0].partition("/")[0].removesuffix(":443")


def helper(environment: "Environment") -> str:
    """Return how git is to start us: by name if it finds that, else by the path of this program."""
    if shutil.which(PROGRAM, path=os.pathsep.join(program_folders(environment))):
        return "atla"
    path = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), PROGRAM)
    return path if shlex.quote(path) == path else f"!{shlex.quote(path)}"


def show(options: "Namespace", path: str, before: str | None, after: str | None) -> None:
    """Say what has changed."""
    old, new = (block.sections_in(text or "", path) for text in (before, after))
    changed = [context for context in {**old, **new} if old.get(context) != new.get(context)]
    if options.json:
        console.show_json({"file": path, "changed": changed, "lines": new, "dryRun": options.dry_run})
        return
    would = "would " if options.dry_run else ""
    for context in changed:
        if context in new:
            only = "nobody else, then " if new[context][0] == block.helper_line("") else ""
            line = next(line for line in reversed(new[context]) if line.startswith("helper"))
            name = block.unquoted(line.partition("= ")[2])
            console.show(f'{path}: {would}{"ask" if would else "asks"} {only}"{name}" for {context}')
        else:
            console.show(f"{path}: {'would take' if would else 'took'} out what setup-git wrote for {context}")
    if not changed:
        console.show(f"{path}: nothing to change")


def warn_of_others(environment: "Environment", contexts: list[str]) -> None:
    """Warn of helpers that answer before us, as far as the settings of the person and the machine say."""
    try:
        settings = read_settings(environment)
        for context in contexts:
            url = split_url(context)
            asked = settings.asked_for(url) if settings and url else []
            if asked and own_arguments(asked[0].value) is None:
                first = title(asked[0].value)
                console.show_warning(f"git asks {first} before us for {context}; --only lets it ask nobody else")
    except Unavailable as error:
        console.show_warning(error.message)
