"""What the variables say to commands and to other programs; no `get` that answers by itself needs it."""

import os
from contextlib import contextmanager

from atla_credential.environment import AUTH, DEPTH, EMAIL, INSTANCE, PROFILE, TOKEN, TOKEN_OF_PROFILE
from atla_credential.system import variables_of_libraries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment

HANDED_OUT = ("ATLA_PASSWORD", "ATLA_AUTHORIZATION")  # what `get --format env` has set for other programs
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")  # the first that is set names who is trusted


def program_folders(environment: "Environment") -> list[str]:
    """Return where programs are looked for: the absolute folders of PATH."""
    return [folder for folder in environment.variables.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]


def name_in_use(environment: "Environment", names: tuple[str, ...]) -> str:
    """Return which of some variables is read: the first that is set, else the first."""
    return next((name for name in names if environment.variables.get(name)), names[0])


def netrc_path(environment: "Environment") -> str:
    """Return where curl and git look for passwords."""
    return environment.variables.get("NETRC", "") or os.path.join(environment.home, ".netrc")


def netrc_paths(environment: "Environment") -> list[str]:
    """Return where programs look for such a file: the one that is named, else both that Windows and others know."""
    named = environment.variables.get("NETRC", "")
    return [named] if named else [os.path.join(environment.home, name) for name in (".netrc", "_netrc")]


def settings_folder(environment: "Environment", *names: str) -> str:
    """Return the folder of other programs' settings, or the path of something in it. Source: XDG base directories."""
    base = environment.variables.get("XDG_CONFIG_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(environment.home, ".config"), *names)


def without_account(environment: "Environment") -> dict[str, str]:
    """Return the variables without those that say who somebody is, and where: they are not meant here."""
    own = (*TOKEN, *PROFILE, *INSTANCE, *EMAIL, *AUTH)
    return {
        name: value
        for name, value in environment.variables.items()
        if name not in own and not name.startswith(TOKEN_OF_PROFILE)
    }


def forbids_colour(environment: "Environment") -> bool:
    """Tell whether nothing may be shown in colour. Source: no-color.org."""
    return bool(environment.variables.get("NO_COLOR")) or environment.variables.get("TERM") == "dumb"


def holds_token(name: str) -> bool:
    """Tell whether a variable holds a token, which nothing that is started here has to know (safety O4)."""
    return name in (*TOKEN, *HANDED_OUT) or name.startswith(TOKEN_OF_PROFILE)


def for_children(environment: "Environment") -> dict[str, str]:
    """Return the variables of a program that is started: no tokens, and no questions on a terminal."""
    kept = {name: value for name, value in environment.variables.items() if not holds_token(name)}
    return {**kept, DEPTH: "1", "GIT_TERMINAL_PROMPT": "0"}


@contextmanager
def without_tokens() -> "Iterator[None]":
    """Let what a library starts while the block runs have no tokens either: a library gives it all variables."""
    given = variables_of_libraries()
    taken = {name: given.pop(name) for name in tuple(given) if holds_token(name)}
    try:
        yield
    finally:
        given.update(taken)
