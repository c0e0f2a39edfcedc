"""What can be wrong with a keyring, each with the next step. The first words are those of the `atla` CLI."""

from functools import partial

from atla_credential.errors import CredentialError, NoKeyring, Unavailable
from atla_credential.stores.hint import USE_FILE

FIRST_WORDS = "failed to access system keyring"


class NoBus(NoKeyring):
    """There is no session bus, and so nothing that would be asked over it."""


# Each makes an error; a NoKeyring where there is none that could be used, or no place in it.

no_bus = partial(  # as over ssh, in a container or under cron
    NoBus,
    f"{FIRST_WORDS}: there is no session bus, so no keyring can be asked",
    "log in to a desktop session",
    USE_FILE,
)
dead_bus = partial(  # as in a terminal that has outlived its desktop session
    NoBus,
    f"{FIRST_WORDS}: nobody answers at the address of the session bus in DBUS_SESSION_BUS_ADDRESS",
    "correct or unset that variable, or log in to a desktop session anew",
    USE_FILE,
)
strange_bus = partial(  # `tcp:`, `unixexec:`, `autolaunch:`, or none at all: nobody could tell who is there
    NoBus,
    f"{FIRST_WORDS}: DBUS_SESSION_BUS_ADDRESS has no address of a Unix socket, so no keyring can be asked",
    "set it to unix:path=... with that of the session bus, or unset it",
    USE_FILE,
)
foreign_bus = partial(  # as after sudo
    Unavailable, f"{FIRST_WORDS}: the session bus belongs to another user", "run this as that user", USE_FILE
)
no_service = partial(
    NoKeyring,
    f"{FIRST_WORDS}: no program on the session bus keeps secrets",
    "install or start one, for example gnome-keyring or KWallet",
    USE_FILE,
)
no_collection = partial(
    NoKeyring,
    f"{FIRST_WORDS}: it has no default collection to keep a token in",
    "make one: log in to the desktop once, or use its program for passwords and keys",
    USE_FILE,
)
locked = partial(  # and nobody may be asked to unlock it
    Unavailable,
    f"{FIRST_WORDS}: it is locked",
    "unlock it: log in to the desktop, or run on its terminal: atla-credential status",
)
dismissed = partial(
    Unavailable,
    f"{FIRST_WORDS}: it is locked, and the dialog to unlock it was closed or cannot be shown",
    "run the same command again and answer the dialog",
    USE_FILE,
)
vanished = partial(
    Unavailable, f"{FIRST_WORDS}: the token vanished while it was looked at", "run the same command once more"
)
ended = partial(Unavailable, f"{FIRST_WORDS}: its program ended before it answered", "run the same command once more")
not_kept = partial(  # safety K3
    Unavailable, f"{FIRST_WORDS}: it does not give back the token that it was given", USE_FILE
)
lost = partial(
    CredentialError,
    f"{FIRST_WORDS}: it kept neither the new token nor the old one",
    "log in again with a token that you have",
    USE_FILE,
)


def no_backend(reason: str) -> NoKeyring:
    """Say why the library `keyring` has nothing that can be used."""
    return NoKeyring(f"{FIRST_WORDS}: {reason}", "see which there are: python -m keyring --list-backends", USE_FILE)


def hung(limit_s: float) -> Unavailable:
    """Say that the keyring does not answer."""
    return Unavailable(
        f"{FIRST_WORDS}: it does not answer; gave up after {limit_s:.0f} s",
        "see whether a dialog waits for an answer, or end the keyring's program and log in again",
    )


def refused(reason: str) -> Unavailable:
    """Say that the keyring refused, with the kind of its error: its words could hold a secret."""
    return Unavailable(f"{FIRST_WORDS}: it refused ({reason})", USE_FILE)


def too_long(limit: str) -> CredentialError:
    """Say that a token does not fit."""
    return CredentialError(f"{FIRST_WORDS}: it takes no token of more than {limit}", USE_FILE)
