"""The token that a person gives: piped in, typed, or on the command line. ATLA_TOKEN is never stored, so it is none."""

import os

from atla_credential.errors import UsageError
from atla_credential.protocol import read_chunk
from atla_credential.support import console
from atla_credential.support.token_shape import refuse_dead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

TOKEN_LIMIT = 1 << 16  # bytes


def read_secret(options: "Namespace", can_ask: bool, kind: str) -> str | None:
    """Return the token from standard input, the command line or the terminal; None if it comes from nowhere.

    Raises:
        UsageError: it is empty, too long, or has white space or control characters inside.
    """
    if options.token_stdin:
        if os.isatty(0):
            raise UsageError("standard input is a terminal", "leave out --token-stdin to be asked for the token")
        text = read_stdin().decode("utf-8", "replace")
    elif options.token is not None:
        console.show_warning("--token shows the token in the process list; --token-stdin does not")
        text = options.token
    elif can_ask and not options.dry_run:
        text = console.ask_secret(f"{kind} (not shown)")
    else:
        return None
    secret: str = text.strip()
    refuse_dead(secret)
    if not secret:
        raise UsageError("the token is empty", "copy it once more, whole")
    if not secret.isprintable() or any(map(str.isspace, secret)) or "\ufffd" in secret:
        raise UsageError("the token has white space or odd characters inside", "copy it once more, whole")
    return secret


def read_stdin() -> bytes:
    """Read standard input to its end.

    Raises:
        CredentialError: it cannot be read.
        UsageError: it is longer than any token.
    """
    data = b""
    with open(0, "rb", buffering=0, closefd=False) as stdin:  # sys.stdin is missing where the descriptor was closed
        while chunk := read_chunk(stdin):
            data += chunk
            if len(data) > TOKEN_LIMIT:
                raise UsageError("the token is longer than 64 KiB", "pipe in the token alone")
    return data
