"""Where one of git's settings stands, and how it is taken out there; never what may be a token in it."""

import os

from atla_credential.git.extra_header import Header
from atla_credential.git.host import without_user, written
from atla_credential.git.line_number import line_of
from atla_credential.places.address import split_url
from atla_credential.settings.trust import user_name
from atla_credential.text import is_name, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.git.setting import Setting

GIVEN = "GIT_CONFIG_KEY_"  # the variables of git's settings that have a number; the value has one of its own
AS_PEOPLE_WRITE = {
    "extraheader": "extraHeader",
    "insteadof": "insteadOf",
    "pushinsteadof": "pushInsteadOf",
    "usehttppath": "useHttpPath",
}
BY_HAND = "if it is old, take it out there"


def place_of(setting: "Setting", environment: "Environment") -> tuple[str, str]:
    """Return a setting with the place where it stands, and how it is taken out there."""
    name, path = name_of(setting), setting.path
    if path is None:
        variable = variable_of(setting, environment)
        if variable is None:
            return f"{name} of git -c, in GIT_CONFIG_PARAMETERS", "if it is old, leave it out there"
        return f"{name} in {variable}", f"if it is old, correct {variable}, or unset GIT_CONFIG_COUNT"
    line = line_of(path, setting.key, setting.number)
    path = os.path.abspath(path) if os.path.exists(path) else path  # git's word for one below its own folder
    where = f"{name} in {path}" + ("" if line is None else f", line {line}")
    if setting.section == "remote":
        return where, f"if it is old, run: {set_url(setting)}"
    which = which_values(setting)
    if which is None or has_somebody(setting):
        return where, BY_HAND
    owner = another_owner(path)
    if owner is not None:
        return where, f"{BY_HAND}, as {owner}"
    exactly = "--fixed-value " if setting.section == "url" else ""
    return where, f"if it is old, run: git config --file {quoted(path)} {exactly}--unset-all {quoted(name)}{which}"


def set_url(setting: "Setting") -> str:
    """Return the command that gives a remote its address without a user, and so without a password."""
    url = split_url(setting.value)
    address = "ADDRESS" if url is None else quoted(f"{url.protocol}://{url.host}/{url.path or ''}")
    return f"git remote set-url{' --push' if setting.name == 'pushurl' else ''} {quoted(setting.context)} {address}"


def another_owner(path: str) -> str | None:
    """Return who has to change a file, if that is not us: git makes a new one, which would be root's if root did it."""
    try:
        uid = os.stat(path).st_uid
    except OSError:
        return None
    return None if os.name != "posix" or uid == os.geteuid() else user_name(uid)


def name_of(setting: "Setting") -> str:
    """Return a setting's name as people write it, without what may be a token in it."""
    url = split_url(setting.context)
    context = setting.context
    if url is not None and has_somebody(setting):
        address = without_user(url) if setting.section == "http" else written(url)
        context = address + ("/" if context.endswith("/") else "")
    return ".".join(filter(None, [setting.section, context, AS_PEOPLE_WRITE.get(setting.name, setting.name)]))


def which_values(setting: "Setting") -> str | None:
    """Return the words that say to `git config --unset-all` which values go; None if they cannot be shown."""
    if isinstance(setting, Header):
        return f" '^{setting.authorization}[:;]'"
    if setting.name in ("username", "usehttppath"):
        return ""
    if setting.section == "url":  # a base can have several
        return None if hides(setting.value) else f" {quoted(setting.value)}"
    return None if setting.value or setting.name != "helper" else " '^$'"


def has_somebody(setting: "Setting") -> bool:
    """Tell whether there may be a token in the address of a setting: as a header's user name no account is meant."""
    url = split_url(setting.context)
    is_header = setting.section == "http" and url is not None and url.username is not None
    return is_header or hides(setting.context)


def hides(text: str) -> bool:
    """Tell whether there may be a token in an address: a password, or what is too long for a user name."""
    url = split_url(text)
    return url is not None and (url.password is not None or not is_name(url.username or ""))


def variable_of(setting: "Setting", environment: "Environment") -> str | None:
    """Return the variable that holds a setting, if it is one of those with a number."""
    for name, key in environment.variables.items():
        variable = f"GIT_CONFIG_VALUE_{name.removeprefix(GIVEN)}"
        is_its = name.startswith(GIVEN) and key.lower() == setting.key.lower()
        if is_its and environment.variables.get(variable) == setting.value:
            return variable
    return None
