"""The file of a profile's token that helper.toml names."""

from atla_credential.stores.token_file import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World

SETTING = "token_file"  # the key in helper.toml, and the word for the source


def token_of_setting(world: "World", path: str) -> str:
    """Return the token in the file that SETTING names.

    Raises:
        NotObeyed: others may have written which file that is, and any secret could be in it (safety F14).
        Unavailable: it could not be looked into.
    """
    world.refuse_others(f"{SETTING} is not used")
    return read(path, SETTING)
