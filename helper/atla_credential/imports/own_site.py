"""The site of the profile that another program has for itself, to which it sends a token in its variables."""

import os

from atla_credential.errors import Unavailable
from atla_credential.imports import atlcli
from atla_credential.input.instance import complete_instance
from atla_credential.places.instance import parse_instance
from atla_credential.terminal import console
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from atla_credential.environment import Environment
    from atla_credential.model import Profile


def warn_of_atlcli(words: "Sequence[str]", profile: "Profile", environment: "Environment") -> None:
    """Warn where atlcli would send a token to another site, as nobody has named a profile of its own to it."""
    if any(word.partition("=")[0] == "--profile" for word in words):
        return
    try:
        found = atlcli.read(os.path.join(environment.home, ".atlcli", atlcli.ITSELF))
    except Unavailable:
        return
    site = complete_instance(found[0].address)[0] if found else ""
    if parse_instance(site) not in (None, parse_instance(profile.instance)):
        console.show_warning(
            f"atlcli sends this token to {printable(site)}, the site of its own active profile; "
            "name the right one: atlcli --profile NAME"
        )
