"""What the program is told: its options, and the variables that stand in for some of them.

docs/man/git-credential-atla-vault.1 says what each means; tests/house/test_vault.py compares it with the table here.
"""

from atla_credential import errors
from atla_credential.places.address import canonical_origin, is_loopback, split_url
from atla_credential.system import isabs, join
from atla_credential.text import has_unfit, is_surrogate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from atla_credential.system import Variables

NAME = "git-credential-atla-vault"
MANUAL = f"see: atla-credential help {NAME}"
HOST, USERNAME = "{host}", "{username}"  # what is filled in from the request
# Each option: the variables that say the same, the first that is set counting, and the default of them all.
TABLE: "dict[str, tuple[tuple[str, ...], str]]" = {
    "--address": (("BAO_ADDR", "VAULT_ADDR"), ""),
    "--ca-file": (("BAO_CACERT", "VAULT_CACERT"), ""),
    "--namespace": (("BAO_NAMESPACE", "VAULT_NAMESPACE"), ""),
    "--path": ((), ""),
    "--host": ((), ""),
    "--field": ((), "token"),
    "--auth": ((), "token"),
    "--auth-mount": ((), ""),
    "--role": ((), ""),
    "--role-id-file": ((), ""),
    "--secret-id-file": ((), ""),
    "--jwt-file": ((), ""),
    "--client-cert": ((), ""),
    "--client-key": ((), ""),
    "--max-age": ((), "30"),
    "--max-stale": ((), "86400"),
    "--timeout": ((), "3"),
    "--cache-dir": ((), ""),
}
WRITE = "--write"
FILES = ("--ca-file", "--role-id-file", "--secret-id-file", "--jwt-file", "--client-cert", "--client-key")
# What each method of proving who one is cannot do without.
METHODS = {
    "token": (),
    "approle": ("--role-id-file",),
    "cert": ("--client-cert",),
    "jwt": ("--jwt-file",),
    "kubernetes": ("--role", "--jwt-file"),
}
MOST_S = 10 * 365 * 86400
LONGEST_S = 600  # that anybody waits for an engine
TOKENS = ("BAO_TOKEN", "VAULT_TOKEN")


class Options:
    """What one start of the program is told.

    Args:
        given: the options of the command line, by name.
        variables: those of the process.

    `address` is (scheme, host, port). `host` is the one that is answered for, in canonical form, or None for any.
    Times are in seconds.

    Raises:
        CredentialError: the path is the same for every host, and nothing says for which it is.
        UsageError: an option is missing, or is none.
    """

    def __init__(self, given: "Mapping[str, str]", variables: "Mapping[str, str] | Variables") -> None:
        self.variables = variables
        self.values = {name: given.get(name) or stand_in(name, variables) for name in TABLE}
        if WRITE in given and not given.get("--max-age"):
            self.values["--max-age"] = "0"  # who writes has to know what is there now, not what was
        for name, value in self.values.items():
            if has_unfit(value) or any(map(is_surrogate, value)):
                raise wrong(f"the value of {name} has a character that it cannot have")
        for name in (*FILES, "--cache-dir"):
            if self.values[name] and not isabs(self.values[name]):
                raise wrong(f"{name} is not an absolute path")  # nothing depends on the working folder (safety X1)
        self.path, self.field, self.method = (self.values[name] for name in ("--path", "--field", "--auth"))
        self.mount = self.values["--auth-mount"].strip("/") or self.method
        self.address = address_of(self.values["--address"])
        self.host = host_of(self.values["--host"])
        self.max_age_s, self.max_stale_s, self.timeout_s = map(self._seconds, ("--max-age", "--max-stale", "--timeout"))
        if not self.path.strip("/"):
            raise wrong("--path is missing")
        if self.host is None and HOST not in self.path:
            raise errors.CredentialError(f"--path has no {HOST}, so --host has to say for which host it is", MANUAL)
        if self.method not in METHODS:
            raise wrong(f"--auth is not one of: {', '.join(METHODS)}")
        for name in METHODS[self.method]:
            if not self.values[name]:
                raise wrong(f"--auth={self.method} needs {name}")
        if not 0 < self.timeout_s <= LONGEST_S:
            raise wrong(f"--timeout takes more than 0 and at most {LONGEST_S} seconds")

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def _seconds(self, name: str) -> float:
        text = self.values[name]
        whole, point, part = text.partition(".")
        is_number = all(each.isascii() and each.isdigit() for each in (whole, part if point else "0"))
        if not is_number or len(whole) > 9 or float(text) > MOST_S:
            raise wrong(f"{name} is no number of seconds")
        return float(text)

    @property
    def origin(self) -> str:
        """The engine's address, for people and for the name of what is kept of it."""
        scheme, host, port = self.address
        return f"{scheme}://{host}:{port}"


def split(arguments: list[str]) -> tuple[dict[str, str], str]:
    """Return the options that were given, and the operation, which is the last argument. Raises UsageError."""
    given: dict[str, str] = {}
    if not arguments or arguments[-1].startswith("-"):
        raise wrong("the last argument is the operation: get, store or erase")
    for argument in arguments[:-1]:
        name, equals, value = argument.partition("=")
        if argument != WRITE and (name not in TABLE or not equals):
            what = f"{name} needs a value: {name}=..." if name in TABLE else "there is an option that is none"
            raise wrong(what)
        given[name] = value
    return given, arguments[-1]


def stand_in(name: str, variables: "Mapping[str, str] | Variables") -> str:
    """Return the value of an option that was not given."""
    named, default = TABLE[name]
    return next((value for each in named if (value := variables.get(each, ""))), default)


def address_of(text: str) -> tuple[str, str, int]:
    """Read the engine's address. Raises UsageError; a path, a user name and http to another machine are refused."""
    if not text:
        raise wrong("--address is missing, and neither BAO_ADDR nor VAULT_ADDR says where the engine is")
    url = split_url(text)
    origin = canonical_origin(url.protocol, url.host) if url else None
    if url is None or origin is None or url.path or url.username is not None or "?" in text or "#" in text:
        raise wrong("the engine's address is not https://host:port")
    if origin[0] == "http" and not is_loopback(origin[1]):
        raise wrong("the engine's address is http, which only this machine itself may be asked over")
    return origin


def host_of(text: str) -> str | None:
    """Read the host that is answered for. Raises UsageError."""
    if not text:
        return None
    origin = canonical_origin("https", text)
    if origin is None:
        raise wrong("--host is no host name")
    return host_in(origin)


def host_in(origin: tuple[str, str, int]) -> str:
    """Return the host of an https address in its one form: with a port that is not the one of https."""
    return origin[1] if origin[2] == 443 else f"{origin[1]}:{origin[2]}"


def folders(options: Options) -> list[tuple[str, str]]:
    """Return where the copy may be, the best first: a folder, and the one above it that has to be our own, or ""."""
    if options["--cache-dir"]:
        return [(without_end(options["--cache-dir"]), "")]
    named = (options.variables.get("XDG_RUNTIME_DIR", ""), options.variables.get("RUNTIME_DIRECTORY", "").split(":")[0])
    return [(join(above, "atla-vault"), above) for above in named if isabs(above)]


def without_end(path: str) -> str:
    """Return a path without slashes and dots at its end: with them, a link is not seen as one."""
    while path.endswith(("/", "/.")):
        path = path.removesuffix(".").rstrip("/")
    return path or "/"


def wrong(what: str) -> "errors.UsageError":
    """Say what is wrong with the command line."""
    return errors.UsageError(what, MANUAL)
