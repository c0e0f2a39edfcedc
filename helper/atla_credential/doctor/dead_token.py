"""What `doctor` looks at for tokens of a dead kind, wherever they stand.

One that a profile answers with is judged with that profile.
"""

import os
import stat
from contextlib import suppress

from atla_credential.answer.search import Search
from atla_credential.doctor.stores import remove_key, wants_keyring
from atla_credential.doctor.variable import token_variables
from atla_credential.errors import CredentialError, Unavailable
from atla_credential.foreign.netrc_file import read_netrc
from atla_credential.foreign.variables import netrc_path
from atla_credential.git.finding import Finding
from atla_credential.input.token_shape import DEAD, is_dead
from atla_credential.places.address import canonical_origin, split_url
from atla_credential.report.chosen import owners_of
from atla_credential.report.profile import known_profiles, variable_in_use
from atla_credential.settings.config import STORES
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World

LARGEST = 1 << 20  # bytes of a file of git's


def check_dead_tokens(world: "World") -> "Iterator[Finding]":
    """Whether a token that no server takes any more lies around, and may be given to one."""
    yield from in_variables(world)
    yield from in_stores(world)
    yield from in_netrc(world)
    yield from in_git_credentials(world)


def in_variables(world: "World") -> "Iterator[Finding]":
    """Look at the token variables that no profile uses."""
    used: set[str | None] = set()
    with suppress(CredentialError):
        search = Search(world)
        used = {variable_in_use(search, each) for each in known_profiles(search)}
    for name in token_variables(world.environment):
        if name not in used and is_dead(world.environment.variables.get(name, "")):
            yield Finding(f"{name} is {DEAD}", f"unset {name}")


def in_stores(world: "World") -> "Iterator[Finding]":
    """Look at what is stored, but for the token that each profile answers with."""
    config, search = world.config, Search(world)
    owners = owners_of(config)
    for kind in STORES if wants_keyring(config) else ("file",):
        store = world.store(kind)
        try:
            found = {key: store.get(key) for key in dict.fromkeys(store.keys())}
        except Unavailable:
            continue  # as another check says
        for key, secret in found.items():
            if secret is None or not is_dead(secret):
                continue
            owner, step = owners.get(key), f"run: {remove_key(key)}"
            if owner is not None and (key, kind) == (owner.secret_key, owner.store):
                if variable_in_use(search, owner) is None:
                    continue
                step = f"run: atla-credential logout {quoted(owner.name)}"
            yield Finding(f'the token in the {kind} under "{key}" is {DEAD}', step)


def in_netrc(world: "World") -> "Iterator[Finding]":
    """Look at .netrc, whose passwords git tries before it asks anybody."""
    with suppress(CredentialError):  # as another check says
        path = netrc_path(world.environment)
        for host, (_, _, password) in read_netrc(path).items():
            if password and is_dead(password):
                yield Finding(f"the password for {host} in {path} is {DEAD}", "remove it there", is_wrong=True)


def in_git_credentials(world: "World") -> "Iterator[Finding]":
    """Look at what git's own helper `store` has kept. Source: git-credential-store(1), FILES."""
    for path in files_of_git(world):
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                continue
            with open(path, "rb") as file:
                lines = file.read(LARGEST).decode("utf-8", "replace").split("\n")
        except OSError:
            continue
        for number, url in enumerate(map(split_url, lines), 1):
            if not url or not url.password or not is_dead(url.password):
                continue
            origin = canonical_origin(url.protocol, url.host)  # else a part of a token could be in it
            if origin:
                # git's own `erase` would take every other account's token at this host along.
                yield Finding(f"the password for {origin[1]} in {path} is {DEAD}", f"remove line {number} there")


def files_of_git(world: "World") -> list[str]:
    """Return where git's helper `store` keeps what worked; nothing without a home."""
    try:
        home = world.environment.home
    except Unavailable:
        return []
    base = world.environment.variables.get("XDG_CONFIG_HOME", "") or os.path.join(home, ".config")
    return [os.path.join(home, ".git-credentials"), os.path.join(base, "git", "credentials")]
