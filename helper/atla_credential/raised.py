"""Every error this program raises on purpose, with its exit code.

    CredentialError         1  failed: something could not be done
    ├── UsageError          2  the command line is wrong
    ├── MalformedRequest    2  the request breaks a wire rule
    ├── NoCredential        3  profile missing, or it has no token
    ├── NoMatch             4  no profile is for the address
    ├── Unavailable         1  could not look (as opposed to "not here", which is None)
    │   ├── NoHome          1  there is no home folder
    │   ├── NoKeyring       1  there is no keyring
    │   └── NotObeyed       1  others may write what would have to be obeyed
    ├── TryAgain            5  somebody else holds the lock; the same call may work later
    ├── AnswerLost          1  standard output does not take the answer
    ├── NotStarted   126, 127  a program to run is none, or is not there (foreign/successor)
    └── NotVerified   3, 1, 5  a site does not recognise a token (site/verification)

An error carries one fact (`message`) and the next steps (`hints`). It is raised where the fact is known and
printed in `__main__` alone. Neither part ever holds a secret, a piece of one, or the caller's raw input.
"""

from atla_credential.model import HELPER
from atla_credential.system import (
    FAILED,
    NO_CREDENTIAL,
    NO_MATCH,
    TRY_AGAIN,
    USAGE,
)
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.model import Profile


class CredentialError(Exception):
    """Something could not be done.

    Args:
        message: one fact, lower case, without a full stop.
        hints: what to do next, one line each.
    """

    kind = "failed"
    exit_code = FAILED
    verification: "dict[str, Any] | None" = None  # what a site has said, where that is why

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints


class UsageError(CredentialError):
    """The command line is wrong."""

    kind = "usage"
    exit_code = USAGE


class MalformedRequest(CredentialError):
    """The request on standard input breaks a wire rule."""

    kind = "malformed-request"
    exit_code = USAGE


class NoCredential(CredentialError):
    """The profile does not exist, or has no token."""

    kind = "no-credential"
    exit_code = NO_CREDENTIAL


class NoMatch(CredentialError):
    """No profile answers at the address. Said to nobody who asks as git does, which is no mistake."""

    kind = "no-match"
    exit_code = NO_MATCH

    def __init__(
        self, message: str = "no profile answers at this address", hint: str = "run: atla-credential explain URL"
    ) -> None:
        super().__init__(message, hint)


class Unavailable(CredentialError):
    """A place could not be looked into, so nobody knows whether the token is there."""

    kind = "unavailable"


class NoHome(Unavailable):
    """There is no home folder, so no file but those that variables name."""


class NoKeyring(Unavailable):
    """There is no keyring here that could be used."""


class NotObeyed(Unavailable):
    """What the settings say is not obeyed, because others may have written it (safety F14)."""


class TryAgain(CredentialError):
    """The same call may succeed later."""

    kind = "try-again"
    exit_code = TRY_AGAIN


class AnswerLost(CredentialError):
    """Standard output does not take the answer; without a message where its reader has left, as `head` does."""


def answer_lost(error: OSError) -> AnswerLost:
    """Say why an answer could not be written."""
    reason = (error.strerror or "the system refuses").lower()
    return AnswerLost("" if isinstance(error, BrokenPipeError) else f"cannot write the answer: {reason}")


def half_done(done: str | None, error: CredentialError) -> CredentialError:
    """Say what was done before something went wrong, if anything was: then not all is as it was, as for a TryAgain."""
    return CredentialError(f"{done}, but {error.message}", *error.hints) if done else error


def no_token(profile: "Profile", may_be_aside: bool = False) -> NoCredential:
    """Say that a profile has no token, and how it gets one: a stored profile by a login, else by a variable.

    Where one may be set aside, it may be good.
    """
    name = profile.name
    hints = [new_token(name, profile.store)]
    if may_be_aside:
        hints.insert(0, f"a caller's 401 has set its token aside; if it is good, {restore(name)}")
    return NoCredential(f'no token available for profile "{name}"', *hints)


def no_email(name: str, is_stored: bool) -> NoCredential:
    """Say that a profile lacks its e-mail, and how it gets one."""
    hint = login_again(name) if is_stored else "set ATLA_EMAIL"
    return NoCredential(f'profile "{name}" has no e-mail, and this site needs one beside the token', hint)


def login_again(name: str) -> str:
    """Return the step that gives a profile a new token."""
    return f"run: atla-credential login --profile{'=' if name.startswith('-') else ' '}{quoted(name)}"


def new_token(name: str, store: str | None) -> str:
    """Return the step that gives a profile a token where it has none; `store` as in Profile."""
    if store == HELPER:
        return "put one where the helpers in helper.toml have theirs from"
    return login_again(name) if store is not None else "set ATLA_TOKEN"


def renew(name: str, source: str | None) -> str:
    """Return the step after which there is a new token where the old one comes from, as in Resolution."""
    if source == HELPER:
        return "the helper that gives it has to make a new one"
    if source == "token_file":
        return "a new one has to be written into the file that token_file in helper.toml names"
    return f"make a new one, then {login_again(name)}"


def restore(name: str) -> str:
    """Return the step that puts back a profile's token that a rejection has set aside."""
    return f"run: atla-credential restore {'--profile=' if name.startswith('-') else ''}{quoted(name)}"


def unexpected(error: Exception) -> CredentialError:
    """Say what nobody has reckoned with: of what the system refuses, also what that was (safety F11)."""
    if isinstance(error, ImportError | SyntaxError):  # a file of ours is missing, cut off, or of another version
        again = "try again; if it stays so, install it again, for example: pipx reinstall atla-credential"
        return TryAgain(f"a part of the program is missing ({describe(error)}); it may be being installed anew", again)
    about = f"internal error: {describe(error)}"
    if isinstance(error, OSError) and error.strerror:
        file = f"{error.filename}: " if isinstance(error.filename, str) else ""
        about += f": {file}{error.strerror.lower()}"
    return CredentialError(about, "please report this line")


def describe(error: Exception) -> str:
    """Name an unexpected exception by its kind and its line in our code, without its values (safety X2)."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(error).__name__
    file_name = place.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(error).__name__} in {file_name}:{place.tb_lineno}"
