"""The operations of `git-credential-atla-vault`: get, erase, and with --write store.

    stdin -> message -> asked -> copy, or the engine -> message -> stdout

Whatever a caller has to know is one line on standard error. A `get` that a copy answers loads nothing that asks.
"""

import time

from atla_credential import errors, system
from atla_credential.text import printable
from atla_credential.vault.asked import name_of, read_asked
from atla_credential.vault.copy import folder_in_use, read_copy
from atla_credential.vault.options import NAME, WRITE, Options, folders, split
from atla_credential.wire.message import check_value, write_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import RawIOBase

    from atla_credential.system import Variables
    from atla_credential.vault.asked import Asked


class Call:
    """One start of the program, for one operation.

    Args:
        stdin: the request, an unbuffered binary stream.
        stdout: takes the answer, an unbuffered binary stream.
        now_utc: seconds since 1970.
    """

    def __init__(self, options: Options, stdin: "RawIOBase", stdout: "RawIOBase", now_utc: float) -> None:
        self.options, self.stdin, self.stdout, self.now_utc = options, stdin, stdout, now_utc

    def asked(self) -> "Asked | None":
        """Read what is asked for. Raises MalformedRequest."""
        system.say_waiting(NAME, f"a request from standard input; see: atla-credential help {NAME}")
        return read_asked(self.stdin, self.options)


def main(arguments: list[str]) -> int:
    """Run the operation that is the last argument on the standard streams; as `run`."""
    stdin, stdout = open(0, "rb", buffering=0, closefd=False), open(1, "wb", buffering=0, closefd=False)
    return run(arguments, system.Variables(), stdin, stdout, time.time())


def run(
    arguments: list[str], variables: "Mapping[str, str] | Variables", stdin: "RawIOBase", stdout: "RawIOBase",
    now_utc: float,
) -> int:  # fmt: skip
    """Run the operation that is the last argument, and return the exit code. Raises AnswerLost."""
    try:
        given, word = split(arguments) if is_ours(arguments) else ({}, "")
        if word:
            OPERATIONS[word](Call(Options(given, variables), stdin, stdout, now_utc))
        return system.DONE
    except errors.AnswerLost:
        raise
    except errors.CredentialError as error:
        say("error", "; ".join((error.message, *error.hints)))
        return system.USAGE if error.exit_code == system.USAGE else system.FAILED


def is_ours(arguments: list[str]) -> bool:
    """Tell whether there is something to do, or to complain of; git has more operations than these."""
    word = arguments[-1] if arguments else ""
    if word in OPERATIONS:
        return word != "store" or WRITE in arguments
    return not word or word.startswith("-")


def get(call: Call) -> None:
    """Print the secret, if there is one. Raises CredentialError."""
    asked = call.asked()
    if asked is None:
        return
    folder = folder_in_use(folders(call.options))
    copy = read_copy(system.join(folder, name_of(call.options, asked.host, asked.username))) if folder else None
    if copy is None or not copy.is_fresh(call.now_utc, call.options.max_age_s):
        from atla_credential.vault.asking import Asking  # door: the engine, where no copy will do

        copy = Asking(call.options, asked, lambda text: say("warning", text)).answer()
    if copy is not None:
        write_message(call.stdout, copy.lines())


def erase(call: Call) -> None:
    """Forget the copy that holds a token which was rejected. The engine is told nothing. Raises MalformedRequest."""
    asked = call.asked()
    folder = folder_in_use(folders(call.options))
    rejected = (asked.message.get("credential") or asked.message.get("password")) if asked else None
    if asked is None or not rejected or not folder:
        return
    from atla_credential.vault.asking import forget  # door: what changes the folder

    forget(call.options, asked, folder, rejected)


def store(call: Call) -> None:
    """Write a new token into the engine. Raises CredentialError if it is not there afterwards."""
    asked = call.asked()
    if asked is None:
        return
    from atla_credential.vault.asking import forget  # door: what changes the folder
    from atla_credential.vault.writing import write  # door: what writes
    from atla_credential.wire.given import credential_from  # door: likewise

    given = credential_from(asked.message)
    if given is None or not given.secret:
        raise errors.CredentialError("the request has no token to write")
    check_value("password", given.secret)
    check_value("username", given.username or "")
    write(call.options, asked, given)
    folder = folder_in_use(folders(call.options))
    if folder:
        forget(call.options, asked, folder, None)


def say(kind: str, text: str) -> None:
    """Print one line."""
    system.write_stderr(f"{NAME}: {kind}: {printable(text)}\n")


OPERATIONS = {"get": get, "store": store, "erase": erase}
