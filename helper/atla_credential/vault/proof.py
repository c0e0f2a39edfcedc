"""How the machine, or a person, proves to the engine who that is: a row for each method.

Source: openbao.org/api-docs/auth: token, approle, cert, jwt, kubernetes; the same as HashiCorp Vault's.
"""

import os
import stat

from atla_credential.system import home_of_user, isabs, join
from atla_credential.text import is_plain
from atla_credential.vault.failure import Refused
from atla_credential.vault.options import TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.vault.options import Options

LARGEST = 1 << 16  # bytes of a file that proves something
FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY"))
TOKEN_FILE = ".vault-token"  # below the home; where `bao login` and `vault login` put it


def login_body(options: "Options") -> dict[str, str]:
    """Return what is sent to log in. Raises Refused for a file that cannot be read."""
    role = {"role": options["--role"]} if options["--role"] else {}
    if options.method == "approle":
        body = {"role_id": read_proof(options["--role-id-file"], "--role-id-file")}
        if options["--secret-id-file"]:
            body["secret_id"] = read_proof(options["--secret-id-file"], "--secret-id-file")
        return body
    if options.method == "cert":
        return {"name": options["--role"]} if role else {}
    return {**role, "jwt": read_proof(options["--jwt-file"], "--jwt-file")}


def own_token(options: "Options") -> str:
    """Return the engine's token that a person has, or whoever has set the variable. Raises Refused without one."""
    for name in TOKENS:
        if value := options.variables.get(name, "").strip():
            return checked(value, name)
    named = options.variables.get("HOME", "")
    home = named if isabs(named) else home_of_user()
    if home is None:
        raise Refused("HOME is not set, so there is no token of yours", "set BAO_TOKEN, or HOME")
    try:
        return read_proof(join(home, TOKEN_FILE), f"~/{TOKEN_FILE}")
    except Refused as error:
        raise Refused(error.message, "log in with: bao login") from None


def read_proof(path: str, what: str) -> str:
    """Return what a file holds, without the white space around it.

    Args:
        what: how the file is called; what is in it is never shown.

    Raises:
        Refused: it cannot be read, is no regular file, or holds what cannot be sent.
    """
    try:
        descriptor = os.open(path, FLAGS)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused(f"{what} cannot be read: it is no regular file")
            data = os.read(descriptor, LARGEST + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a possible path"
        raise Refused(f"{what} cannot be read: {reason.lower()}") from None
    if len(data) > LARGEST:
        raise Refused(f"{what} is larger than 64 KiB")
    return checked(data.decode("utf-8", "replace").strip(), what)


def checked(text: str, what: str) -> str:
    """Return a text that can stand in a request. Raises Refused."""
    if not text or not is_plain(text):
        raise Refused(f"{what} is empty" if not text else f"{what} holds what cannot be sent")
    return text
