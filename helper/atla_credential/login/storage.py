"""Choose the store for a login's token: never the file by itself where the keyring was meant (safety K1)."""

from atla_credential.errors import CredentialError, Unavailable, UsageError
from atla_credential.login.typed import typed
from atla_credential.model import HELPER
from atla_credential.profiles import tables
from atla_credential.system import write_stderr
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config

    Ask = Callable[[str, Callable[[str], str]], str]

YES, NO, ALWAYS = ("y", "yes"), ("n", "no", ""), "always"
OFFER = f'A file can keep it; with "{ALWAYS}" it keeps the token of every new profile, and this is not asked again.'


def plan_store(options: "Namespace", world: "World", config: "Config", old: "Profile | None", ask: "Ask | None") -> str:
    """Return where the token goes: what the option says, where the profile has it, what helper.toml says.

    Where that is a keyring that nobody has asked for, and there is none that can be used, the person decides: a token
    is never put into a file without a word (safety K1).

    Raises:
        Unavailable: the store cannot be used, and nobody can be asked for another, or does not want one.
    """
    chosen: str | None = options.storage or (old.store if old else None)
    store = chosen or config.storage
    if store == HELPER or (old is not None and store == old.store and world.has_token(old)):
        return store  # wherever it is, there is room for the new one
    try:
        world.store(store).check()
    except Unavailable as error:
        if options.storage:
            raise
        if ask is None:
            raise type(error)(error.message, *steps_without(options, world)) from None
        console.show_warning(error.message)
        write_stderr(f"{OFFER}\n")
        question = f"Keep the token in {world.environment.credentials_path}, which only you can read? (y/n/always)"
        answer = ask(question, one_of_three)
        options.remembers = answer == ALWAYS
        if answer not in (*YES, ALWAYS):
            raise
        return "file"
    return store


def one_of_three(text: str) -> str:
    """Return an answer in its right form. Raises UsageError."""
    answer = text.lower()
    if answer not in (*YES, *NO, ALWAYS):
        raise UsageError(f"the answer is y, n or {ALWAYS}")
    return answer


def remember(options: "Namespace", world: "World") -> None:
    """Have every new profile keep its token in the file, as the person wished; what fails there undoes no login."""
    try:
        with tables.changing(world):
            tables.set_storage(world, "file")
    except CredentialError as error:
        console.show_warning(f"new profiles will not keep their token in the file by themselves: {error.message}")
        return
    if not options.json:
        console.show(f'new profiles keep their token in the file: storage = "file" in {world.environment.helper_path}')


def steps_without(options: "Namespace", world: "World") -> tuple[str, ...]:
    """Return what can be done without a keyring: for this login, for every login, and without one."""
    own = world.environment.helper_path_if_any or "helper.toml"
    return (
        f"keep the token in a file instead: {typed(options, storage='file')}",
        f'or every new token: write storage = "file" below [helper] in {own}',
        "or use an environment variable: ATLA_TOKEN",
    )
