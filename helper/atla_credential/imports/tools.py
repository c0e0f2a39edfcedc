"""Where logins can be imported from: a row for each program that keeps some."""

import os
from typing import NamedTuple

from atla_credential.errors import CredentialError, UsageError
from atla_credential.foreign.variables import netrc_paths, settings_folder
from atla_credential.git.host import is_meant, origin_of
from atla_credential.imports import atlcli, git_store, jira_cli, mcp_json, netrc_lines
from atla_credential.imports.shared_item import without_shared
from atla_credential.input.instance import ATLASSIAN, read_instance
from atla_credential.places.instance import BITBUCKET, BITBUCKET_API, BITBUCKET_WWW, SERVICES, parse_instance
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atla_credential.environment import Environment
    from atla_credential.imports.foreign_login import ForeignLogin

    Origin = tuple[str, str, int]

OF_ATLASSIAN = {origin[1] for origin in (BITBUCKET, BITBUCKET_API, BITBUCKET_WWW, *SERVICES)}
NO_HOST = "no login for a host of Atlassian's; for a host of your own add --host HOST"
NO_SERVER = "no server there has a token in the variables of mcp-atlassian, JIRA_... and CONFLUENCE_..."
HOST = "for example: --host jira.example.com"
NAME_IT = "name the file: --from FILE"


class Source(NamedTuple):
    """What another program keeps.

    Args:
        read: returns the logins in a file, None if there is no such file.
        paths: returns where its files are, if nobody says so.
        is_anybodys: whether there are logins of all kinds of hosts, so that only those are meant that are Atlassian's
            or were named.
        has_ports: whether it tells the ports of one host apart.
        lacks: what there is none of, where it has nothing for us.
        sharing: returns where all files are whose logins it looks up in one keyring; None if it looks into none.
    """

    read: "Callable[[str], list[ForeignLogin] | None]"
    paths: "Callable[[Environment], list[str]]"
    is_anybodys: bool = False
    has_ports: bool = True
    lacks: str = "no login is there"
    sharing: "Callable[[Environment], list[str]] | None" = None


def in_home(*names: str) -> "Callable[[Environment], list[str]]":
    """Return what returns the paths of files in a home folder."""
    return lambda environment: [os.path.join(environment.home, name) for name in names]


def git_paths(environment: "Environment") -> list[str]:
    """Return both files of git's helper `store`. Source: git-credential-store(1)."""
    return [os.path.join(environment.home, ".git-credentials"), settings_folder(environment, "git", "credentials")]


def jira_paths(environment: "Environment") -> list[str]:
    """Return the configurations of jira-cli: the one that its variable names, or all in its folder."""
    named = environment.variables.get("JIRA_CONFIG_FILE", "")
    return [named] if named else in_jira_folder(environment) or [settings_folder(environment, ".jira", ".config.yml")]


def in_jira_folder(environment: "Environment") -> list[str]:
    """Return the configurations in jira-cli's folder."""
    return jira_cli.files_in(settings_folder(environment, ".jira"))


ATLCLI = in_home(".atlcli/config.json", ".atlcli/credentials.json")
SOURCES = {
    "atlcli": Source(atlcli.read, ATLCLI, sharing=ATLCLI),
    "netrc": Source(netrc_lines.read, netrc_paths, is_anybodys=True, has_ports=False, lacks=NO_HOST),
    "git-credentials": Source(git_store.read, git_paths, is_anybodys=True, lacks=NO_HOST),
    "jira-cli": Source(jira_cli.read, jira_paths, sharing=in_jira_folder),
    "mcp-json": Source(mcp_json.read, lambda environment: [], lacks=NO_SERVER),
}


def entries_of(
    name: str, environment: "Environment", given: "Sequence[str]", hosts: "Sequence[str]", allow_http: bool
) -> "list[ForeignLogin]":
    """Return the logins that are meant, in their order.

    Args:
        given: the files that a person names; none for those where the program has them.
        hosts: the hosts that a person names.
        allow_http: as in helper.toml.

    Raises:
        UsageError: a file has to be named, or a host makes no sense here.
        CredentialError: there is no file, or none for a host that was named; or one cannot be read.
    """
    source = SOURCES[name]
    if hosts and not source.is_anybodys:
        raise UsageError("--host is for netrc and git-credentials", "leave it out")
    named = {host: instance_at(host, allow_http) for host in hosts}
    paths = [os.path.abspath(path) for path in given] or source.paths(environment)
    if not paths:
        raise UsageError("--from FILE is needed", "name the file that has mcpServers in it, such as ~/.cursor/mcp.json")
    read = [source.read(path) for path in paths]
    missing = [printable(path) for path, found in zip(paths, read, strict=True) if found is None]
    if missing if given else len(missing) == len(paths):
        raise CredentialError(f"there is no {' and no '.join(missing)}", NAME_IT)
    found = [entry for each in read for entry in each or ()]
    if source.sharing and any(entry.item for entry in found):
        others = [path for path in source.sharing(environment) if path not in paths]
        return without_shared(found, [entry for path in others for entry in source.read(path) or ()])
    return wanted(found, named, source) if source.is_anybodys else found


def instance_at(host: str, allow_http: bool) -> str:
    """Return the instance at a host that a person names. Raises UsageError."""
    try:
        given = read_instance(host, allow_http)
    except UsageError as error:
        raise UsageError(f"--host: {error.message}", HOST) from None
    if given.username is not None:
        raise UsageError("--host: there is a user in it", HOST)
    return given.instance


def wanted(found: "list[ForeignLogin]", named: "dict[str, str]", source: Source) -> "list[ForeignLogin]":
    """Return the logins for Atlassian's hosts, and for those that a person named, at the address that they named.

    Args:
        named: the hosts as they were named, and the instance of each.

    Raises CredentialError: there is none for a host that was named.
    """
    kept, met = [], set()
    for entry in found:
        origin = origin_of(entry.address)
        if origin is None:
            continue
        host = next((host for host, instance in named.items() if is_of(host, instance, origin, source)), None)
        if host is not None:
            met.add(host)
            parsed = parse_instance(named[host])
            kept.append(entry.at(named[host]) if parsed and (parsed[1] or not source.has_ports) else entry)
        elif f".{origin[1]}".endswith(ATLASSIAN) or origin[1] in OF_ATLASSIAN:
            kept.append(entry)
    if missing := [printable(host) for host in named if host not in met]:
        raise CredentialError(f"there is no entry for {' and none for '.join(missing)}", "look at its host names")
    return kept


def is_of(host: str, instance: str, origin: "Origin", source: Source) -> bool:
    """Tell whether a host that a person named is the one of an entry."""
    parsed = parse_instance(instance)
    return is_meant(host, origin) if source.has_ports else parsed is not None and parsed[0][1] == origin[1]
