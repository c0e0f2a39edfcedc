"""Every error this program raises on purpose, and the exit codes.

    CredentialError         1  failed: something could not be done
    ├── UsageError          2  the command line is wrong
    ├── MalformedRequest    2  the request breaks a wire rule
    ├── NoCredential        3  profile missing, or it has no token
    ├── Unavailable         1  could not look (as opposed to "not here", which is None)
    │   └── NoKeyring       1  there is no keyring
    └── TryAgain            5  somebody else holds the lock; the same call may work later

An error carries one fact (`message`) and the next steps (`hints`). It is raised where the fact is known and
printed in `__main__` alone. Neither part ever holds a secret, a piece of one, or the caller's raw input.
"""

from atla_credential.system import kernel

DONE = 0
FAILED = 1
USAGE = 2
NO_CREDENTIAL = 3
NO_MATCH = 4
TRY_AGAIN = 5
INTERRUPTED = 130


class CredentialError(Exception):
    """Something could not be done.

    Args:
        message: one fact, lower case, without a full stop.
        hints: what to do next, one line each.
    """

    kind = "failed"
    exit_code = FAILED

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


class Unavailable(CredentialError):
    """A place could not be looked into, so nobody knows whether the token is there."""

    kind = "unavailable"


class NoKeyring(Unavailable):
    """There is no keyring here that could be used."""


class TryAgain(CredentialError):
    """The same call may succeed later."""

    kind = "try-again"
    exit_code = TRY_AGAIN


def no_such_profile(name: str) -> NoCredential:
    """Say that a name belongs to no profile."""
    return NoCredential(f'profile "{name}" does not exist', "see all profiles: atla-credential list")


def no_token(name: str, is_stored: bool) -> NoCredential:
    """Say that a profile has no token, and how it gets one: a stored profile by a login, else by a variable."""
    return NoCredential(
        f'no token available for profile "{name}"', login_again(name) if is_stored else "set ATLA_TOKEN"
    )


def no_email(name: str, is_stored: bool) -> NoCredential:
    """Say that a profile lacks its e-mail, and how it gets one."""
    hint = login_again(name) if is_stored else "set ATLA_EMAIL"
    return NoCredential(f'profile "{name}" has no e-mail, and this site needs one beside the token', hint)


def login_again(name: str) -> str:
    """Return the step that gives a profile a new token."""
    return f"run: atla-credential login --profile{'=' if name.startswith('-') else ' '}{quoted(name)}"


def is_control(character: str) -> bool:
    """Tell whether a character is a control character: C0, DEL or C1 (Unicode category Cc)."""
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0


def is_surrogate(character: str) -> bool:
    """Tell whether a character is half of one: what Python makes of an argument or file name that is not UTF-8."""
    return "\ud800" <= character <= "\udfff"


def printable(text: str) -> str:
    """Escape what could move a terminal's cursor or forge a second line (safety U1).

    Lone surrogates come from file names that are not UTF-8; they are escaped too, so that printing cannot fail.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if is_control(character) or character in "\u2028\u2029" or is_surrogate(character) or _turns(character)
        else character
        for character in text
    )


def _turns(character: str) -> bool:
    """Tell whether a character changes the writing direction, which can make a host name read backwards."""
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" or character in "\u061c\u200e\u200f"


def write_stderr(text: str) -> None:
    """Write to the descriptor itself: Python's sys.stderr may be missing, and may not take every character."""
    try:
        kernel.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # nobody takes it; the exit code still tells


def quoted(text: str) -> str:
    """Quote a word for a POSIX shell, so that a hint can be typed as it stands."""
    if text and all(character.isalnum() or character in "@%+=:,./-_" for character in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"
