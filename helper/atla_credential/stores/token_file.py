"""Reads a file that holds a token alone: what a variable or `token_file` in helper.toml names. Nobody here writes it.

Kubernetes, Docker, systemd and the agents of secret engines hand out such files. Their owner and mode are theirs, and
are not judged: who names the file vouches for it. It is read anew by each process, through links.
"""

from atla_credential import errors
from atla_credential.system import isabs, kernel
from atla_credential.text import has_unfit, printable
from atla_credential.toml.file import BYTE_ORDER_MARK, look_into

LIMIT = 1 << 16  # bytes
ALONE = "write the token alone into it, in one line"
CORRECT = "name another file, or have this one written"


def read(path: str, namer: str) -> str:
    """Return the token in a file; one line end at its end is dropped.

    Args:
        namer: the variable or setting that names the file, for a message.

    Raises:
        Unavailable: there is no such file, it is none, or what is in it is no token. Nothing of that is quoted.
    """
    if not isabs(path):
        raise errors.Unavailable(f"{namer} does not name an absolute path", "write it whole, from the root")
    try:
        # Twice: Kubernetes swaps the link that leads there, and removes what it led to, maybe while we are on our way.
        data = look(path) or look(path)
    except errors.Unavailable as error:
        raise errors.Unavailable(f"{error.message} ({namer} names it)", *error.hints) from None
    if data is None:
        raise errors.Unavailable(f"{printable(path)} is not there ({namer} names it)", CORRECT)
    text, fault = token_in(data)
    if text is None:
        raise errors.Unavailable(f"cannot use {printable(path)} ({namer} names it): {fault}", ALONE)
    return text


def look(path: str) -> bytes | None:
    """Return what is in the file, up to a byte more than the limit, or None if it is not there. Raises Unavailable."""
    return look_into(path, lambda descriptor: kernel.read(descriptor, LIMIT + 1), is_anybodys=True)


def token_in(data: bytes) -> tuple[str | None, str]:
    """Return the token that is all of a file; or None, and what is wrong with it."""
    if len(data) > LIMIT:
        return None, "it is larger than 64 KiB"
    line = data.removeprefix(BYTE_ORDER_MARK)
    line = line.removesuffix(b"\r\n") if line.endswith(b"\r\n") else line.removesuffix(b"\n")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    if not text:
        return None, "it is empty"
    if "\n" in text or "\r" in text:
        return None, "it has more than one line"
    return (None, "it has a control character") if has_unfit(text) else (text, "")
