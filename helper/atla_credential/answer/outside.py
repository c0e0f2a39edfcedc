"""Tokens that stand outside of our stores: in a variable, or in a file that something else writes (safety O3, E4).

We are told where they are, and keep none of them. No `get` that has an answer comes here.
"""

from atla_credential import errors, system
from atla_credential.answer.binding import holder_for, read_token
from atla_credential.answer.setting import SETTING, token_of_setting
from atla_credential.environment import TOKEN, TOKEN_FILE, TOKEN_OF_PROFILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atla_credential.answer.world import World
    from atla_credential.environment import Environment
    from atla_credential.model import Profile


class Outside:
    """A token outside of our stores. Has no printable form.

    Args:
        namer: the variable that has it or names its file, or SETTING.
        path: its file, or None where a variable has the token itself.
        secret: the token.
    """

    __slots__ = ("namer", "path", "secret")

    def __init__(self, namer: str, path: str | None, secret: str) -> None:
        self.namer, self.path, self.secret = namer, path, secret

    def __repr__(self) -> str:
        return "<Outside>"

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return self.namer if self.path is None else f"{self.path}, which {self.namer} names"

    @property
    def step(self) -> str:
        """The step after which another one is there, or none."""
        if self.path is None:
            return "set the variable to a new one, or unset it"
        return "a new one has to be written into that file"


def outside_for(world: "World", profile: "Profile", named: str | None = None) -> Outside | None:
    """Return the token that a profile has outside of our stores, or None.

    Args:
        named: the profile that --profile names, or None.

    Raises:
        Unavailable: it has none, and one of the places could not be looked into.
    """
    failure: errors.Unavailable | None = None
    try:
        held = holder_for(world, profile, named)
        if held is not None:
            return Outside(held[0], path_in(world.environment, held[0]), held[1])
    except errors.Unavailable as error:
        failure = error
    if profile.token_file is not None:
        return Outside(SETTING, profile.token_file, token_of_setting(world, profile.token_file))
    if failure is not None:
        raise failure
    return None


def in_variable(environment: "Environment", secret: str) -> Outside | None:
    """Return which variable has a secret, or names the file that it is in, whatever it is bound to; None if none."""
    wanted = secret.encode("utf-8")
    for name, value in environment.variables.items():
        if not value or (name not in TOKEN and not name.startswith(TOKEN_OF_PROFILE)):
            continue
        path = path_in(environment, name)
        if wanted == system.fsencode(value) if path is None else is_in(path, name, secret):
            return Outside(name, path, secret)
    return None


def in_file(profiles: "Iterable[Profile]", secret: str) -> Outside | None:
    """Return in which of the files a secret is that SETTING names for some profiles; None if it is in none."""
    paths = (profile.token_file for profile in profiles)
    found = (path for path in paths if path is not None and is_in(path, SETTING, secret))
    return next((Outside(SETTING, path, secret) for path in found), None)


def is_in(path: str, namer: str, secret: str) -> bool:
    """Tell whether a file has a secret now. What cannot be looked into gives nobody this very token."""
    try:
        return read_token(path, namer) == secret
    except errors.Unavailable:
        return False


def fault_in(path: str | None, namer: str) -> "errors.Unavailable | None":
    """Return why a file could not be looked into; None where it could be, or there is none."""
    try:
        if path is not None:
            read_token(path, namer)
    except errors.Unavailable as error:
        return error
    return None


def path_in(environment: "Environment", variable: str) -> str | None:
    """Return the file that a variable names; None where it has the token itself."""
    return environment.variables.get(variable, "") if variable.startswith(TOKEN_FILE) else None


def variable_of(world: "World", profile: "Profile") -> str | None:
    """Return a variable that has a token, or names its file, where that may come before a profile's own; or None."""
    return world.environment.own_token_variable(profile.name) or world.environment.token_variable()


def before_own(world: "World", profile: "Profile", still: str = "comes before any stored token") -> "Iterator[str]":
    """Yield what stands before a token that is put into a profile's own store, or taken out of it, one line each.

    Args:
        still: what that one does.
    """
    variable = variable_of(world, profile)
    if variable is not None:
        yield f"{variable} is set, and where it applies it {still}"
    if profile.token_file is not None:
        yield f"{SETTING} in helper.toml names {profile.token_file}, and what is in it {still}"
