"""The configurations of jira-cli, each of which names a login, whose token is in the keyring.

Source: github.com/ankitpokhrel/jira-cli: internal/config/generator.go, api/client.go; github.com/zalando/go-keyring.
"""

import binascii
import os
import sys

from atla_credential.imports.foreign_login import BY_HAND, UNKNOWN, ForeignLogin
from atla_credential.imports.source_file import read_text
from atla_credential.imports.yaml_keys import Unclear, read_keys
from atla_credential.text import quoted

SERVICE = "jira-cli"
KEYS = ("server", "login", "auth_type", "installation")
# What that program makes of `auth_type`; where there is none, it sends Basic. "cloud" is what newer ones call that.
AUTHS = {"": "basic", "basic": "basic", "cloud": "basic", "bearer": "bearer"}
OTHERS = {"oauth": "an OAuth login", "mtls": "a login by a certificate"}
BASE64, HEXADECIMAL = "go-keyring-base64:", "go-keyring-encoded:"  # what begins an item of a Mac's that is encoded


def files_in(folder: str) -> list[str]:
    """Return the configurations in a folder, that of the program's own name first."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = sorted(name for name in names if name.endswith((".yml", ".yaml")))
    return [os.path.join(folder, name) for name in found]


def read(path: str) -> list[ForeignLogin] | None:
    """Return the login of a configuration; None if there is no such file. Raises Unavailable."""
    text = read_text(path)
    if text is None:
        return None
    try:
        said = read_keys(text, KEYS)
    except Unclear as line:
        why = f"its line {line} is no plain text behind a key, which alone is understood here"
        return [ForeignLogin(path, "", item=(SERVICE, UNKNOWN), left_out=(why, BY_HAND))]
    login, auth = said.get("login", ""), said.get("auth_type", "").lower()
    left_out = None
    if auth not in AUTHS:
        left_out = (f"it is {OTHERS.get(auth, 'no login with a token')}", BY_HAND)
    elif not said.get("server") or not login:
        left_out = ("it has no server, or no login", BY_HAND)
    return [
        ForeignLogin(
            path,
            "",
            said.get("server", ""),
            login,
            auth=AUTHS.get(auth, "basic"),
            item=(SERVICE, login) if login else None,
            removal=removal_of(login),
            left_out=left_out,
        )
    ]


def removal_of(login: str) -> str:
    """Return the command that removes the item of a login."""
    if sys.platform == "darwin":
        return f"security delete-generic-password -s {SERVICE} -a {quoted(login)}"
    return f"secret-tool clear service {SERVICE} username {quoted(login)}"


def decoded(secret: str) -> str:
    """Return what an item says, which that program's library encodes on a Mac. Raises ValueError."""
    if secret.startswith(BASE64):
        return binascii.a2b_base64(secret.removeprefix(BASE64), strict_mode=True).decode("utf-8")
    if secret.startswith(HEXADECIMAL):
        return bytes.fromhex(secret.removeprefix(HEXADECIMAL)).decode("utf-8")
    return secret
