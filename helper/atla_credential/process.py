"""What the operating system gave this process, put in order before anything else, and left in order at the end."""

import sys

from atla_credential import errors
from atla_credential.system import NULL_DEVICE, kernel


def open_missing_streams() -> None:
    """Open the null device on each closed standard stream.

    Otherwise the next file opened would get its number, and a message for stderr would land in it (safety F9).
    """
    for descriptor, flags in ((0, kernel.O_RDONLY), (1, kernel.O_RDONLY), (2, kernel.O_WRONLY)):
        try:
            kernel.fstat(descriptor)
        except OSError:
            open_null_device(flags)  # stdout cannot be written to, so an answer that nobody gets is no success


def open_null_device(flags: int) -> None:
    """Open the null device at the lowest free number. Raises CredentialError if there is none."""
    try:
        kernel.open(NULL_DEVICE, flags)
    except OSError:
        raise errors.CredentialError(
            "a standard stream is closed, and there is no null device", "open all three"
        ) from None


def forbid_core_dumps() -> None:
    """Let no crash write this process's memory to a file (safety O4).

    On Linux by saying that no memory belongs into a dump, which holds for a dump piped to a program too; elsewhere by a
    limit of its size.

    Source: core(5), "Controlling which mappings are written to the core dump".
    """
    try:
        descriptor = kernel.open("/proc/self/coredump_filter" if sys.platform == "linux" else "", kernel.O_WRONLY)
        try:
            kernel.write(descriptor, b"0")
        finally:
            kernel.close(descriptor)
    except OSError:
        limit_core_dumps()


def limit_core_dumps() -> None:
    """Limit the size of a core dump to nothing, where the system knows limits."""
    try:
        import resource  # door: loading it takes longer than to ask Linux for the same
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def discard_output() -> None:
    """Point stdout at the null device, so that Python does not fail once more when it flushes at the end."""
    try:
        null = kernel.open(NULL_DEVICE, kernel.O_WRONLY)
    except OSError:
        return  # a container without devices
    kernel.dup2(null, 1)
    kernel.close(null)
