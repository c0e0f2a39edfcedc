"""Every variable and path that an answer needs; what only commands and other programs need is in foreign/variables.

`ATLA_*` comes first, the `ATLCLI_*` name is read where the first is unset, and an empty value is unset.
"""

import sys

from atla_credential import errors, system
from atla_credential.system import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Variables = Mapping[str, str] | system.Variables

TOKEN_FILE = "ATLA_TOKEN_FILE"  # the beginning of the variables that name a file with a token in it
TOKEN = ("ATLA_TOKEN", "ATLA_API_TOKEN", "ATLCLI_API_TOKEN", TOKEN_FILE)
TOKEN_OF_PROFILE = ("ATLA_TOKEN__", "ATLA_TOKEN_FILE__")  # + the profile's name; prefixes of names, not tokens
PROFILE = ("ATLA_PROFILE", "ATLCLI_PROFILE")
INSTANCE = ("ATLA_INSTANCE", "ATLCLI_SITE")
EMAIL = ("ATLA_EMAIL", "ATLCLI_EMAIL")
AUTH = ("ATLA_AUTH",)
CONFIG = "ATLA_CONFIG"
CREDENTIALS = "ATLA_CREDENTIALS"
HELPER_CONFIG = "ATLA_HELPER_CONFIG"
TRACE = "ATLA_CREDENTIAL_TRACE"
DEPTH = "ATLA_CREDENTIAL_DEPTH"
NO_INPUT = "ATLA_NO_INPUT"
GIT_TERMINAL_PROMPT = "GIT_TERMINAL_PROMPT"
SESSION_BUS = "DBUS_SESSION_BUS_ADDRESS"
KEYRING = "PYTHON_KEYRING_BACKEND"


class Environment:
    """What the variables say.

    Args:
        variables: those of this process, or a stand-in for them in a test.
        may_ask: whether a person sits at a terminal and may be asked, by a keyring's dialog too; never in an operation.

    Raises CredentialError for a value that a variable cannot have, which is not quoted.
    """

    def __init__(self, variables: "Variables", may_ask: bool = False) -> None:
        self.variables = variables
        self.may_ask = may_ask
        self.profile = self._text(PROFILE)
        self.instance = self._text(INSTANCE)
        self.email = self._text(EMAIL)
        self.trace = variables.get(TRACE, "") not in ("", "0")
        self.no_input = variables.get(NO_INPUT, "") not in ("", "0") or variables.get(GIT_TERMINAL_PROMPT) == "0"

    @property
    def auth(self) -> str | None:
        """What ATLA_AUTH says: "basic", "bearer" or None.

        Raises CredentialError for another word; only where it is asked for, so that it does not disturb other hosts.
        """
        auth = self._text(AUTH)
        if auth not in (None, "basic", "bearer"):
            raise errors.CredentialError("ATLA_AUTH is neither basic nor bearer", "set it to one of these, or unset it")
        return auth

    def token_variable(self) -> str | None:
        """Return the variable with the token for the bound place (ATLA_INSTANCE, else the active profile), or None."""
        return next((name for name in TOKEN if self.variables.get(name)), None)

    def own_token_variable(self, profile_name: str) -> str | None:
        """Return the variable with the token of one profile only, or None."""
        for name in token_variables_of(profile_name):
            if self.variables.get(system.fsdecode(name.encode("utf-8"))):
                return name
        return None

    def value_of(self, name: str) -> str | None:
        """Return what a variable is set to, or None. Raises CredentialError for what is not UTF-8."""
        return self._text((name,))

    @property
    def is_asked_by_itself(self) -> bool:
        """Whether another process of this program has started this one, as a helper of its list (safety H2, H4)."""
        return self.variables.get(DEPTH, "") not in ("", "0") or system.is_marked()

    @property
    def config_path(self) -> str:
        """Where config.toml is; shared with the `atla` CLI."""
        return self._path(CONFIG, "config.toml")

    @property
    def credentials_path(self) -> str:
        """Where credentials.toml is; shared with the `atla` CLI."""
        return self._path(CREDENTIALS, "credentials.toml")

    @property
    def helper_path(self) -> str:
        """Where helper.toml is; ours alone."""
        return self._path(HELPER_CONFIG, "helper.toml")

    @property
    def helper_path_if_any(self) -> str | None:
        """Where helper.toml is; None without a home, where a variable names config.toml (safety F13)."""
        try:
            return self.helper_path
        except errors.NoHome:
            if not self.variables.get(CONFIG):
                raise
            return None

    @property
    def bus_address(self) -> str | None:
        """Where the session bus is, or None without one."""
        return self.variables.get(SESSION_BUS, "") or ("unix:runtime=yes" if self.runtime_folder else None)

    @property
    def runtime_folder(self) -> str:
        """Where this user's sockets are, or ""."""
        folder = self.variables.get("XDG_RUNTIME_DIR", "")
        return folder if system.isabs(folder) else ""

    @property
    def keyring_name(self) -> str | None:
        """The backend that the library `keyring` is to use, or None if the variable names none."""
        return self.variables.get(KEYRING, "") or None

    @property
    def keyring_settings_path(self) -> str:
        """Where the library `keyring` has its settings. Source: keyring.util.platform_."""
        local = self.variables.get("LOCALAPPDATA", "")
        if sys.platform == "win32" and system.isabs(local):
            return system.join(system.join(local, "Python Keyring"), "keyringrc.cfg")
        return system.join(self._base(), "python_keyring/keyringrc.cfg")

    @property
    def names_keyring(self) -> bool:
        """Whether the person may have told the library `keyring` which keyring to use."""
        try:
            return self.keyring_name is not None or kernel.access(self.keyring_settings_path, kernel.F_OK)
        except errors.NoHome:
            return False  # without a home, there are no settings

    def _path(self, variable: str, file_name: str) -> str:
        path = self.variables.get(variable)
        if not path:
            return system.join(self._folder(), file_name)
        if not system.isabs(path):  # get must not depend on the working folder
            raise errors.CredentialError(f"{variable} is not an absolute path", "write it whole, from the root")
        return path

    def _folder(self) -> str:
        """Return the folder of all three files. A relative or empty variable counts as unset (XDG base directories)."""
        if sys.platform == "win32":
            roaming = self.variables.get("APPDATA", "")
            if system.isabs(roaming):
                return system.join(roaming, "atla")
        return system.join(self._base(), "atla")

    def _base(self) -> str:
        base = self.variables.get("XDG_CONFIG_HOME", "")
        return base if system.isabs(base) else system.join(self.home, ".config")

    @property
    def home(self) -> str:
        """The person's home folder.

        Raises:
            NoHome: HOME is not set, and the system has none on record.
        """
        home = self.variables.get("HOME", "")
        if system.isabs(home):
            return home
        recorded = system.home_of_user()
        if recorded is None:
            raise errors.NoHome("HOME is not set and this user has no passwd entry", "set HOME")
        return recorded

    def _text(self, names: tuple[str, ...]) -> str | None:
        """Return the first non-empty value among some variables.

        The bytes are read as UTF-8 whatever the locale is, so that a token or an e-mail means the same everywhere.
        """
        for name in names:
            value = self.variables.get(system.fsdecode(name.encode("utf-8")))
            if value:
                try:
                    return system.fsencode(value).decode("utf-8")
                except UnicodeDecodeError:
                    raise errors.CredentialError(f"{name} is not valid UTF-8") from None
        return None


def token_variables_of(profile_name: str) -> tuple[str, ...]:
    """Return the variables of one profile's token and of its file: upper case, "-" and "." as "_", ASCII rules only."""
    own = "".join(each.upper() if each.isascii() else each for each in profile_name).replace("-", "_").replace(".", "_")
    return TOKEN_OF_PROFILE[0] + own, TOKEN_OF_PROFILE[1] + own


def from_process() -> Environment:
    """Read this process's variables."""
    return Environment(system.Variables())
