"""Choose the store for a login's token: never the file by itself where the keyring was meant (safety K1)."""

from atla_credential.errors import Unavailable
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config

    Ask = Callable[[str, Callable[[str], str]], str]

YES = ("y", "yes")
OPTIONS = ("profile", "instance", "email", "username", "cloud_id", "product", "deployment", "expires", "ca_file")


def plan_store(options: "Namespace", world: "World", config: "Config", old: "Profile | None", ask: "Ask | None") -> str:
    """Return where the token goes: what the option says, where the profile has it, what helper.toml says.

    Where that is a keyring that nobody has asked for, and there is none that can be used, the person decides: a token
    is never put into a file without a word (safety K1).

    Raises:
        Unavailable: the store cannot be used, and nobody can be asked for another, or does not want one.
    """
    chosen: str | None = options.storage or (old.store if old else None)
    store = chosen or config.storage
    if old is not None and store == old.store and world.has_token(old):
        return store  # wherever it is, there is room for the new one
    try:
        world.store(store).check()
    except Unavailable as error:
        if options.storage:
            raise
        if ask is None:
            raise type(error)(error.message, f"keep the token in a file instead: {with_file(options)}") from None
        console.show_warning(error.message)
        question = f"Keep the token in {world.environment.credentials_path}, which only you can read? (y/n)"
        if ask(question, str.lower) not in YES:
            raise
        return "file"
    return store


def with_file(options: "Namespace") -> str:
    """Return the command that logs in with the file as its store; without the token, if one was in the command."""
    given = [(name, getattr(options, name)) for name in OPTIONS]
    words = [f"--{name.replace('_', '-')} {quoted(value)}" for name, value in given if value]
    flags = [f"--{name.replace('_', '-')}" for name in ("bearer", "token_stdin") if getattr(options, name)]
    return " ".join(["atla-credential login", *words, *flags, "--storage file"])
