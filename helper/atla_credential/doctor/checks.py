"""What `doctor` looks at. Each check yields what it found; none of them shows a secret, or what is in a broken file."""

import os
from contextlib import suppress

from atla_credential.answer.search import Search
from atla_credential.doctor.clock import check_clock
from atla_credential.doctor.configuration import check_old_copy, check_unknown_keys
from atla_credential.doctor.dead_token import check_dead_tokens
from atla_credential.doctor.engine import check_engines
from atla_credential.doctor.stores import check_helpers, check_keyring, check_secrets
from atla_credential.doctor.token_file import LET_OTHERS_OUT, check_token_files, is_anothers, is_of_a_file, is_rendered
from atla_credential.doctor.variable import NAMED_FILES, check_token_variables, check_variables
from atla_credential.doctor.work_tree import check_work_tree
from atla_credential.errors import CredentialError, Unavailable, new_token, renew, restore
from atla_credential.foreign.netrc_file import read_netrc
from atla_credential.foreign.variables import netrc_path
from atla_credential.git.advice import check_git
from atla_credential.git.finding import Finding, steps
from atla_credential.places import table
from atla_credential.places.instance import parse_instance
from atla_credential.report.expiry import shown_end
from atla_credential.report.origin import outside_of
from atla_credential.report.profile import known_profiles, report
from atla_credential.settings.config import SCHEMA_VERSION
from atla_credential.settings.trust import opening, places, private

OLD_ENTRY = "remove it there, if it is old"
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.model import Profile


def check_others(world: "World") -> "Iterator[Finding]":
    """Whether somebody else may write the settings, or put another file into the place of one (safety F14)."""
    for name in NAMED_FILES:
        with suppress(CredentialError):  # what is wrong with it is said of the file
            path = getattr(world.environment, name)
            for place, kind in places(path) if path else ():
                is_secret = (name, kind) == ("credentials_path", "file")  # which may not even be read
                found = None if is_secret else opening(place, kind)
                if found:
                    yield Finding(*found, is_wrong=True)


def check_files(world: "World") -> "Iterator[Finding]":
    """Whether the files can be read, and by nobody else."""
    for name in NAMED_FILES:
        try:
            path = getattr(world.environment, name)
            found = world.read(path) if path else None
        except CredentialError as error:
            is_theirs = name == "credentials_path" and is_anothers(world)  # no step of ours would last
            step = LET_OTHERS_OUT if is_theirs else steps(error) or "look at that file"
            yield Finding(error.message, step, is_wrong=True)
            continue
        if found is None:
            variable = NAMED_FILES[name]
            is_named = world.environment.variables.get(variable)
            hint = f"correct {variable}, which names it, or unset it" if is_named else None
            yield Finding(f"{path or 'helper.toml, without a home,'} is not there, which is as if it were empty", hint)
            continue
        mode = os.stat(path).st_mode & 0o777
        if os.name == "posix" and name == "credentials_path" and mode & 0o077:
            is_theirs = is_rendered(world)  # and the next writing would undo a step of ours
            step = LET_OTHERS_OUT if is_theirs else private(path)
            yield Finding(f"{path} has mode {mode:04o}", step, is_wrong=not is_theirs or bool(mode & 0o007))
        else:
            yield Finding(f"{path} can be read")
        if name == "config_path" and "schema_version" not in found.document:
            copy = f"the next command that writes keeps it as {path}.v1.bak"
            yield Finding(f"{path} is of schema version 1; {copy}, and makes version {SCHEMA_VERSION}")


def check_profiles(world: "World") -> "Iterator[Finding]":
    """Whether every profile has a token that can be used."""
    search = Search(world)
    profiles = known_profiles(search)
    if not profiles:
        yield Finding("there are no profiles yet", "make one: atla-credential init")
    for profile in profiles:
        found, judgement = report(search, profile)
        name, verdict = f'profile "{profile.name}"', found["verdict"]
        end = shown_end(found["expiresAt"], found["expiresAtLatest"])
        until = f" until {end.removeprefix('by ')}" if end else ""
        origin = outside_of(found) or found["token"]
        if verdict == "ok":
            yield Finding(f"{name} has a token from the {origin}{until}")
        elif verdict == "expiring":
            yield Finding(f"{name} has a token{until}", renew(profile.name, found["token"]))
        else:
            problem, *further = found["problems"] or [f"the token of {name} is {verdict}"]
            if is_of_a_file(world, problem):
                continue
            step = "; or ".join(further) or step_to_a_token(profile, found["token"])
            yield Finding(problem if name in problem else f"{name}: {problem}", step, is_wrong=True)
        for oddity, hint in judgement.oddities:
            yield Finding(f"{name}: {oddity}", hint)


def step_to_a_token(profile: "Profile", source: str) -> str:
    """Return the step after which a profile has a token that works.

    Args:
        source: where the one comes from that it has, as in `status --json`.
    """
    if source == "setAside":
        return f"if it is good, {restore(profile.name)}; or {new_token(profile.name, profile.store)}"
    if source == "missing":
        return new_token(profile.name, profile.store)
    return renew(profile.name, source)


def check_netrc(world: "World") -> "Iterator[Finding]":
    """Whether curl and git would take a password from .netrc instead."""
    try:
        path = netrc_path(world.environment)
    except Unavailable:
        return  # they have no home either
    try:
        found = read_netrc(path)
    except CredentialError as error:
        yield Finding(error.message, steps(error))
        return
    hosts = dict.fromkeys(host for each in world.config.profiles.values() for host in hosts_of(each))
    for host in filter(found.__contains__, hosts):
        yield Finding(f"{path} has an entry for {host}, which curl and git may take", OLD_ENTRY)
    others = [host for host in hosts if host not in found]
    if others and "default" in found:
        text = f"{path} has a default entry, which curl and git may take for {' and '.join(others)}"
        yield Finding(text, OLD_ENTRY)


def hosts_of(profile: "Profile") -> list[str]:
    """Return the hosts that a profile's token is sent to, that of its instance first."""
    instance = parse_instance(profile.instance)
    return [*([instance[0][1]] if instance else []), *(place.origin[1] for place in table.places(profile))]


CHECKS = (
    check_others,
    check_files,
    check_work_tree,
    check_unknown_keys,
    check_old_copy,
    check_clock,
    check_profiles,
    check_keyring,
    check_secrets,
    check_token_files,
    check_dead_tokens,
    check_helpers,
    check_engines,
    check_variables,
    check_token_variables,
    check_git,
    check_netrc,
)
