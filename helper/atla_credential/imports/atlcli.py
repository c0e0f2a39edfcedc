"""The profiles of the atlcli CLI, in both of its forms: config.json as it writes that, and what its manual shows.

Source: github.com/BjoernSchotte/atlcli: packages/core/src/types.ts, auth.node.ts; its manual, Authentication.
"""

import sys

from atla_credential.imports.foreign_login import BY_HAND, ForeignLogin
from atla_credential.imports.source_file import read_object, tables_at, text_at
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SERVICE = "atlcli"  # of its items in the keychain
ITSELF = "config.json"
FOREIGN = {"oauth": "an OAuth login", "session": "a browser's session"}


def read(path: str) -> list[ForeignLogin] | None:
    """Return the profiles, the active one first; None if there is no such file. Raises Unavailable."""
    document = read_object(path)
    if document is None:
        return None
    profiles, active = tables_at(document, "profiles"), text_at(document, "currentProfile")
    if "baseUrl" in document and not profiles:
        return [entry(path, "", document)]
    return [entry(path, name, profiles[name]) for name in sorted(profiles, key=lambda name: name != active)]


def entry(path: str, name: str, profile: "dict[str, Any]") -> ForeignLogin:
    """Return one profile.

    The cloud id goes along for a Bearer token alone: beside an API token it is no more than how that program tells a
    Cloud site, and here it would say that the token works at the gateway.
    """
    is_flat = "auth" not in profile
    auth = profile if is_flat else profile["auth"]
    kind = text_at(profile, "authType") if is_flat else text_at(auth, "type")
    is_bearer, user = kind == "bearer", text_at(auth, "username")
    tokens = ("apiToken", "pat", "token") if is_flat else ("pat", "token") if is_bearer else ("token", "pat")
    left_out = None
    if kind not in ("", "apiToken", "bearer"):
        left_out = (f"it is {FOREIGN.get(kind, 'no API token')}", "make an API token, and " + BY_HAND)
    step = f"atlcli auth delete {quoted(name)}"
    has_item = sys.platform == "darwin" and user != ""  # nowhere else does that program look into a keyring
    return ForeignLogin(
        path,
        f'profile "{name}"' if name else "",
        text_at(profile, "baseUrl"),
        user if is_bearer else text_at(auth, "email"),
        next((text for key in tokens if (text := text_at(auth, key))), None),
        auth="bearer" if is_bearer else "basic",
        cloud_id=text_at(profile, "cloudId") or None if is_bearer else None,
        ca_file=text_at(profile, "tlsCaFile") or None,
        item=(SERVICE, user) if has_item else None,
        removal=f"{step}{' --delete-keychain' if has_item else ''}" if path.endswith(ITSELF) else "remove it there",
        left_out=left_out,
    )
