"""What `doctor` looks at. Each check yields what it found; none of them shows a secret, or what is in a broken file."""

import netrc
import os
from collections import Counter

from atla_credential.config import SCHEMA_VERSION, STORES, Config, read_config
from atla_credential.document import read_document
from atla_credential.errors import CredentialError, NoKeyring, Unavailable, login_again, quoted
from atla_credential.instance import is_cloud, parse_instance
from atla_credential.model import Profile
from atla_credential.search import Search
from atla_credential.store import open_store
from atla_credential.support.git_settings import helpers_for, is_ours
from atla_credential.support.report import known_profiles, report
from atla_credential.support.stored import owners_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment


class Finding:
    """One thing that was looked at.

    Args:
        text: what was found.
        hint: the next step; None where nothing is wrong.
        is_wrong: whether something will not work. A finding with a hint that is not wrong is worth knowing.
    """

    __slots__ = ("hint", "is_wrong", "text")

    def __init__(self, text: str, hint: str | None = None, is_wrong: bool = False) -> None:
        self.text, self.hint, self.is_wrong = text, hint, is_wrong


def check_files(environment: "Environment") -> "Iterator[Finding]":
    """Whether the files can be read, and by nobody else."""
    for name in ("config_path", "credentials_path", "helper_path"):
        try:
            path = getattr(environment, name)
            found = read_document(path)
        except CredentialError as error:
            yield Finding(error.message, steps(error) or "look at that file", is_wrong=True)
            continue
        if found is None:
            yield Finding(f"{path} is not there, which is as if it were empty")
            continue
        mode = os.stat(path).st_mode & 0o777
        too_wide = mode & (0o077 if name == "credentials_path" else 0o022)
        if os.name == "posix" and too_wide:
            yield Finding(f"{path} has mode {mode:04o}", f"run: chmod 600 {quoted(path)}", is_wrong=True)
        else:
            yield Finding(f"{path} can be read")
        if name == "config_path" and "schema_version" not in found.document:
            copy = f"the next command that writes keeps it as {path}.v1.bak"
            yield Finding(f"{path} is of schema version 1; {copy}, and makes version {SCHEMA_VERSION}")


def steps(error: CredentialError) -> str | None:
    """Return the next steps after an error in one line, or None if it knows none."""
    return "; or ".join(error.hints) or None


def check_profiles(environment: "Environment") -> "Iterator[Finding]":
    """Whether every profile has a token that can be used."""
    search = Search(environment)
    profiles = known_profiles(search)
    if not profiles:
        yield Finding("there are no profiles yet", "make one: atla-credential init")
    for profile in profiles:
        found = report(search, profile)
        name, verdict = f'profile "{profile.name}"', found["verdict"]
        until = f" until {found['expiresAt'][:10]}" if found["expiresAt"] else ""
        if verdict == "ok":
            yield Finding(f"{name} has a token from the {found['token']}{until}")
        elif verdict == "expiring":
            yield Finding(f"{name} has a token{until}", f"make a new one, then {login_again(profile.name)}")
        else:
            problem = next(iter(found["problems"]), f"the token of {name} is {verdict}")
            step = f"run: atla-credential status --profile {quoted(profile.name)}"
            yield Finding(problem if name in problem else f"{name}: {problem}", step, is_wrong=True)


def check_keyring(environment: "Environment") -> "Iterator[Finding]":
    """Whether there is a keyring, where one is wanted."""
    config = read_config(environment)
    if not wants_keyring(config):
        return
    try:
        open_store("keyring", environment).check()
    except CredentialError as error:
        kept = [profile for profile in config.profiles.values() if profile.store == "keyring"]
        yield Finding(error.message, steps(error), is_wrong=not all(has_token(environment, each) for each in kept))
    else:
        yield Finding("the keyring can be used")


def has_token(environment: "Environment", profile: Profile) -> bool:
    """Tell whether a profile's store has its token, as far as it can be looked into."""
    try:
        return open_store(profile.store or "", environment).get(profile.secret_key) is not None
    except Unavailable:
        return False


def wants_keyring(config: Config) -> bool:
    """Tell whether a profile has its token in the keyring, or a new one would."""
    return config.storage == "keyring" or any(profile.store == "keyring" for profile in config.profiles.values())


def check_secrets(environment: "Environment") -> "Iterator[Finding]":
    """Whether there are tokens that no profile uses, or two where there should be one."""
    config = read_config(environment)
    for kind in STORES if wants_keyring(config) else ("file",):
        owners = owners_of(config, kind)
        try:
            found = Counter(open_store(kind, environment).keys())
        except NoKeyring:
            continue  # as another check says
        for key, count in found.items():
            if key not in owners:
                step = f"if no other program needs it, run: atla-credential logout --key {quoted(key)}"
                yield Finding(f'a token in the {kind} that no profile uses: "{key}"', step)
            elif count > 1:
                name = quoted(owners[key])
                step = f"run: atla-credential logout {name}; and then: atla-credential login --profile {name}"
                yield Finding(f'the {kind} has {count} tokens for profile "{owners[key]}"', step)


def check_variables(environment: "Environment") -> "Iterator[Finding]":
    """Whether variables stand before what is stored."""
    name = environment.profile
    if name is not None and name not in read_config(environment).profiles and environment.instance is None:
        yield Finding(f'ATLA_PROFILE names "{name}", which is no profile', "unset it, or correct it", is_wrong=True)
    config = read_config(environment)
    if config.default_profile is not None and config.default_profile not in config.profiles:
        text = f'config.toml says that "{config.default_profile}" is the active profile, and there is none of this name'
        yield Finding(text, "choose one: atla-credential switch NAME", is_wrong=bool(config.profiles))
    variable = environment.token_variable()
    if variable is not None:
        yield Finding(f"{variable} is set, and where it applies it comes before any stored token", f"unset {variable}")


def check_git(environment: "Environment") -> "Iterator[Finding]":
    """Whether git asks us, and whom it asks before."""
    for instance, host in hosts(environment):
        if is_cloud(("https", host, 443)):
            continue  # there are no repositories
        helpers = helpers_for(environment, instance)
        if helpers is None:
            yield Finding("git is not there, or does not answer")
            return
        ours = [number for number, helper in enumerate(helpers) if is_ours(helper)]
        if not ours:
            yield Finding(f"git does not ask us for {host}", "run: git config --global credential.helper atla")
        elif ours[0]:
            step = "see: git config --show-origin --get-all credential.helper"
            yield Finding(f'git asks "{helpers[0]}" before us for {host}', step)
        else:
            yield Finding(f"git asks us for {host}")


def check_netrc(environment: "Environment") -> "Iterator[Finding]":
    """Whether curl and git would take a password from .netrc instead."""
    path = environment.netrc_path
    try:
        found = netrc.netrc(path).hosts
    except FileNotFoundError:
        return
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        yield Finding(f"{path} cannot be read", "look at that file")
        return
    for _, host in hosts(environment):
        if host in found:
            yield Finding(
                f"{path} has an entry for {host}, which curl and git may take", "remove it there, if it is old"
            )


def hosts(environment: "Environment") -> list[tuple[str, str]]:
    """Return the instances of the profiles, each with its host."""
    parsed = {each.instance: parse_instance(each.instance) for each in read_config(environment).profiles.values()}
    return [(instance, found[0][1]) for instance, found in parsed.items() if found is not None]


CHECKS = (check_files, check_profiles, check_keyring, check_secrets, check_variables, check_git, check_netrc)
