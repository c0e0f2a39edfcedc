"""What the operating system gave this process, put in order before anything else, and left in order at the end."""

import os

from atla_credential.errors import CredentialError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def open_missing_streams() -> None:
    """Open the null device on each closed standard stream.

    Otherwise the next file opened would get its number, and a message for stderr would land in it (safety F9).
    """
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            open_null_device(flags)  # stdout cannot be written to, so an answer that nobody gets is no success


def open_null_device(flags: int) -> None:
    """Open the null device at the lowest free number.

    Raises:
        CredentialError: there is none.
    """
    try:
        os.open(os.devnull, flags)
    except OSError:
        raise CredentialError("a standard stream is closed, and there is no null device", "open all three") from None


def forbid_core_dumps() -> None:
    """Let no crash write this process's memory to a file (safety O4).

    One byte is less than any dump, and on Linux it also stops a dump that would be piped to another program.

    Source: core(5); in Linux, fs/coredump.c takes a limit of 1 for "no dump" even where it ignores all others.
    """
    if resource is not None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        limit = 1 if hard == resource.RLIM_INFINITY else min(1, hard)
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def discard_output() -> None:
    """Point stdout at the null device, so that Python does not fail once more when it flushes at the end."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
    except OSError:
        return  # a container without devices
    os.dup2(null, 1)
    os.close(null)
