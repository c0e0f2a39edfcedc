"""Where that is written which decided an answer: a variable, or a file and the line in it. No token is shown."""

from atla_credential.answer.outside import path_in
from atla_credential.answer.rules import rule_atla_profile, rule_default, rule_option, rule_variables
from atla_credential.answer.setting import SETTING
from atla_credential.environment import INSTANCE, PROFILE
from atla_credential.errors import CredentialError
from atla_credential.files.toml_text import names, says_something, sections
from atla_credential.foreign.variables import name_in_use
from atla_credential.model import ASIDE
from atla_credential.report.profile import is_set_aside, rejected_at, variable_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atla_credential.answer.search import Search
    from atla_credential.model import Profile, Resolution

    Key = tuple[str, ...]  # the names of a table or of a value in one, from the outermost


class Written:
    """One thing that decided, and where it is written.

    Args:
        what: such as `its token`.
        where: the variable, option, file or keyring.
        line: of the file, counted from 1; None where it is none, or the line is not found.
    """

    __slots__ = ("line", "what", "where")

    def __init__(self, what: str, where: str, line: int | None = None) -> None:
        self.what, self.where, self.line = what, where, line

    @property
    def text(self) -> str:
        """Return it in one line."""
        return f"{self.what}: {self.where}" + ("" if self.line is None else f", line {self.line}")


def written(
    search: "Search", profile: "Profile", rule: "Callable[..., object]", resolution: "Resolution | None"
) -> "Iterator[Written]":
    """Yield where it is written who was chosen, why that one, and its token.

    Args:
        rule: the one that chose the profile.
        resolution: the answer, or None where its token could not be looked for to the end.
    """
    environment = search.environment
    if profile.store is not None:
        yield in_file(f'profile "{profile.name}"', environment.config_path, "profiles", profile.name)
    if rule is rule_variables:
        yield Written(f'profile "{profile.name}"', name_in_use(environment, INSTANCE))
    elif rule is rule_option:
        yield Written("chosen by", "--profile")
    elif rule is rule_atla_profile:
        yield Written("chosen by", name_in_use(environment, PROFILE))
    elif rule is rule_default:
        yield in_file("chosen by default.profile", environment.config_path, "default", "profile")
    if resolution is not None:
        yield from written_token(search, profile, resolution.source)


def written_token(search: "Search", profile: "Profile", source: str | None) -> "Iterator[Written]":
    """Yield where a profile's token is, be it set aside; nothing where it has none."""
    environment = search.environment
    if source == SETTING:
        yield Written("its token", profile.token_file or "")
        yield in_file(f"the file of its token, {SETTING}", environment.helper_path, "profiles", profile.name, SETTING)
    elif source == "environment":
        variable = variable_in_use(search, profile) or ""
        path = path_in(environment, variable)
        yield Written("its token", variable if path is None else f"{path}, which {variable} names")
    elif source == "helper":
        number = search.world.helpers(search.near.helpers).asked
        yield in_file(f"its token, from helper {number}", environment.helper_path, "helper", "helpers")
    elif source is not None:
        yield stored("its token", search, profile, profile.secret_key)
    elif is_set_aside(search.world, profile):
        yield stored("its token, set aside", search, profile, profile.secret_key + ASIDE)
        if rejected_at(search.world, profile) is not None:
            yield in_file("when it was set aside", environment.helper_path, "profiles", profile.name, "rejected")


def stored(what: str, search: "Search", profile: "Profile", key: str) -> Written:
    """Return where a profile's store has a key."""
    if profile.store == "file":
        return in_file(what, search.environment.credentials_path, "tokens", key)
    return Written(what, f'the keyring, under "{key}"')


def in_file(what: str, path: str, *key: str) -> Written:
    """Return that something is written in a TOML file, and in which line."""
    return Written(what, path, line_of(path, key))


def line_of(path: str, key: "Key") -> int | None:
    """Return the line in which a TOML file has a table or a value; None if it is not found."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return line_in(file.read(), key)
    except (OSError, UnicodeDecodeError, CredentialError):
        return None


def line_in(text: str, key: "Key") -> int | None:
    """Return the line in which a TOML text has a table or a value, or first says something below it."""
    line = 1
    for table, statements in sections(text):
        for statement in statements:
            is_header = statement.lstrip().startswith("[")
            inside = tuple(name for name, _, _ in names(statement)) if says_something(statement) else ()
            if inside and (inside if is_header else (*table, *inside))[: len(key)] == key:
                return line
            line += statement.count("\n")
    return None
