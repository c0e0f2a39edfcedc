"""`get --format env`: commands for a shell that set variables to values of the JSON answer, and unset those of none.

Source: POSIX.1, Shell Command Language, 2.2.2; fish-doc(1), Quotes; PowerShell's about_Quoting_Rules, where the curly
quotes are quotes too.
"""

from atla_credential import errors
from atla_credential.formats.json import answer
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from atla_credential.model import Query, Resolution

VARIABLES = {
    "ATLA_API_BASE_URL": "apiBaseUrl",
    "ATLA_USERNAME": "username",
    "ATLA_PASSWORD": "password",
    "ATLA_AUTH_TYPE": "authType",
    "ATLA_AUTHORIZATION": "authorization",
    "ATLA_EXPIRES_AT": "expiresAt",
}
# A universal variable is all shells', and stays: here an empty one stands before it, if programs would see it. The exit
# code is that of success though there was nothing to unset, as what sets hands it on. Source: fish's manual, set.
UNSET_IN_FISH = "set -eg {0}; set -qUx {0}; and set -gx {0}; or true\n"
# Of each shell: how a variable is set and unset, and what is to be replaced between single quotes, one after the other.
SHELLS = {
    "sh": ("export {}='{}'\n", "unset {}\n", {"'": "'\\''"}),
    "fish": ("set -gx {} '{}'\n", UNSET_IN_FISH, {"\\": "\\\\", "'": "\\'"}),
    "powershell": (
        "$Env:{} = '{}'\n",
        "Remove-Item Env:{} -ErrorAction Ignore\n",
        {each: each * 2 for each in "'\u2018\u2019\u201a\u201b"},
    ),
}


def render(resolution: "Resolution", query: "Query | None", options: dict[str, str]) -> bytes:
    """Return a line for each of our own variables."""
    return lines(own_values(resolution, query), options)


def own_values(resolution: "Resolution", query: "Query | None") -> dict[str, str | None]:
    """Return our own variables with their values, None for one that there is none of.

    Raises what `json.answer` does, and CredentialError for a value that cannot be handed out.
    """
    values = answer(resolution, query)
    made = {name: None if values[key] is None else str(values[key]) for name, key in VARIABLES.items()}
    for name, value in made.items():
        check_value(VARIABLES[name], value or "")
    return made


def lines(changes: "Mapping[str, str | None]", options: dict[str, str]) -> bytes:
    """Return a line for each variable that a shell can have, what unsets first."""
    setting, unsetting, quotes = SHELLS[options.get("--shell", "sh")]
    gone, made = "", ""
    for variable, value in changes.items():
        if not (variable.isascii() and variable.isidentifier()):
            continue  # the environment has names of any form; one of ours it is not, and here it would be a command
        if value is None:
            gone += unsetting.format(variable)
            continue
        for character, escaped in quotes.items():
            value = value.replace(character, escaped)
        made += setting.format(variable, value)
    return (gone + made).encode()


def check(options: dict[str, str]) -> None:
    """Look at the shell that was given. Raises UsageError for one that there is not."""
    if options.get("--shell", "sh") not in SHELLS:
        raise errors.UsageError(f"the shell is not one of: {', '.join(SHELLS)}", "sh stands for bash and zsh too")
