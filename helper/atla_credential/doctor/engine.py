"""What `doctor` looks at in the helpers that ask a secret engine: what they are told, and where they keep a copy."""

import os
from contextlib import suppress

from atla_credential.doctor.stores import listed_helpers
from atla_credential.errors import CredentialError, Unavailable
from atla_credential.foreign.variables import for_children
from atla_credential.git.finding import Finding, steps
from atla_credential.helpers.entry import command_for
from atla_credential.vault.copy import is_folder, is_ours
from atla_credential.vault.options import NAME, Options, folders, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World

NO_COPY = "each get asks it, and none has an answer while it is down"
A_FOLDER = "set XDG_RUNTIME_DIR, or name a folder in memory with --cache-dir; under systemd: RuntimeDirectory="


def check_engines(world: "World") -> "Iterator[Finding]":
    """Whether a helper that asks a secret engine knows how to, and has a folder for the copy of an answer."""
    for number, words in commands(world):
        try:
            options = options_of(world, words)
        except CredentialError as error:
            yield Finding(f"helper {number} in helper.toml: {error.message}", steps(error), is_wrong=True)
            continue
        if not any(may_hold(*place) for place in folders(options)):
            text = f"helper {number} in helper.toml keeps no copy of what {options.origin} answers: {NO_COPY}"
            yield Finding(text, A_FOLDER)


def commands(world: "World") -> "Iterator[tuple[int, list[str]]]":
    """Yield the number and the command of each helper that asks an engine; none where they are not started at all."""
    helpers = listed_helpers(world)
    if helpers.unsafe():
        return  # as another check says
    for number, entry in helpers.entries.items():
        with suppress(Unavailable):  # likewise
            words = command_for(number, entry, "get", world.environment)
            if os.path.basename(words[0]).removesuffix(".exe") == NAME:
                yield number, words[1:]


def options_of(world: "World", words: list[str]) -> Options:
    """Return what a helper is told, with the variables that it is started with. Raises CredentialError."""
    return Options(split(words)[0], for_children(world.environment))


def may_hold(folder: str, above: str) -> bool:
    """Tell whether a folder may hold a copy, or could be made. Nothing is made here.

    Args:
        above: the folder above it, that has to be our own; "" where it was named itself.
    """
    if os.path.lexists(folder):
        return is_ours(above) and is_folder(folder)
    return is_ours(above) and os.access(os.path.dirname(folder), os.W_OK | os.X_OK)
