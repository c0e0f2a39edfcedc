"""The operating system, without `os`: loading that module alone takes a seventh of Python's own start.

`kernel` is the module of system calls that `os` is made of. On Windows it is `os` itself, which Python has loaded there
before our first line.
"""

import sys

if sys.platform == "win32":
    import os as kernel
    from os.path import isabs, join
else:
    import posix as kernel

    def isabs(path: str) -> bool:
        """Tell whether a path is absolute."""
        return path.startswith("/")

    def join(folder: str, name: str) -> str:
        """Return the path of a name in a folder."""
        return folder + name if folder.endswith("/") else f"{folder}/{name}"


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = [
    "DONE", "FAILED", "INTERRUPTED", "NOT_EXECUTABLE", "NOT_FOUND", "NO_CREDENTIAL", "NO_MATCH", "NULL_DEVICE",
    "STARTED_WITH", "TRY_AGAIN", "USAGE", "Variables", "fsdecode", "fsencode", "home_of_user", "is_marked", "isabs",
    "join", "kernel", "use_libraries", "user_id", "variables_of_libraries", "write_stderr",
]  # fmt: skip

# How a process ends, as the system and the caller see it.
DONE = 0
FAILED = 1
USAGE = 2
NO_CREDENTIAL = 3
NO_MATCH = 4
TRY_AGAIN = 5
NOT_EXECUTABLE = 126
NOT_FOUND = 127
INTERRUPTED = 130

NULL_DEVICE = "nul" if sys.platform == "win32" else "/dev/null"
STARTED_WITH = "/proc/self/environ"  # the variables as this process got them, on Linux
ENCODING = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()  # of names, arguments and variables
MARK_S = 0x41544C41  # seconds of processor time, 34 years


def fsencode(text: str) -> bytes:
    """Return the bytes that a file name, an argument or a variable had before Python decoded it."""
    return text.encode(*ENCODING)


def fsdecode(data: bytes) -> str:
    """Return a file name, an argument or a variable as Python would; the opposite of `fsencode`."""
    return data.decode(*ENCODING)


class Variables:
    """What this process has for variables, each decoded only where it is asked for."""

    def get(self, name: str, default: str = "") -> str:
        """Return the value of one."""
        if sys.platform == "win32":
            return kernel.environ.get(name, default)
        value = kernel.environ.get(fsencode(name))
        return default if value is None else fsdecode(value)

    def items(self) -> "list[tuple[str, str]]":
        """Return the names and values of all."""
        if sys.platform == "win32":
            return list(kernel.environ.items())
        return [(fsdecode(name), fsdecode(value)) for name, value in kernel.environ.items()]


def write_stderr(text: str) -> None:
    """Write to the descriptor itself: Python's sys.stderr may be missing, and may not take every character."""
    try:
        kernel.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # nobody takes it; the exit code still tells


def say_waiting(program: str, what: str) -> None:
    """Say what is read from standard input where a person would have to type it, or the program would seem to hang."""
    if kernel.isatty(0) and kernel.isatty(2):
        write_stderr(f"{program}: reading {what}\n")


def use_libraries() -> None:
    """Let installed libraries be found: looking for them costs a third of a start, so the fast start does not."""
    if sys.flags.no_site and "site" not in sys.modules:
        import site  # door: only where a library is needed

        site.main()


def variables_of_libraries() -> "MutableMapping[str, str]":
    """Return what libraries give to the programs that they start."""
    import os  # door: libraries have loaded it

    return os.environ


def user_id() -> int | None:
    """Return the number of this process's effective user, or None on Windows, which has none."""
    return None if sys.platform == "win32" else kernel.geteuid()


def is_marked() -> bool:
    """Tell whether another process of this program has started this one, or what has led to it, as a helper.

    The mark is a limit of processor time that nobody reaches. All that a helper starts inherits it: `env -i` does not
    take it away, as it does a variable, nor does a program that closes all descriptors or begins a new session.

    Source: getrlimit(2); proc_pid_limits(5), which Linux gives in less time than it takes to load `resource`.
    """
    try:
        descriptor = kernel.open("/proc/self/limits" if sys.platform == "linux" else "", kernel.O_RDONLY)
        try:
            return b"Max cpu time              %d " % MARK_S in kernel.read(descriptor, 1 << 12)
        finally:
            kernel.close(descriptor)
    except OSError:
        pass
    try:
        import resource  # door: only where Linux's own way is not there
    except ImportError:  # Windows
        return False
    return resource.getrlimit(resource.RLIMIT_CPU)[0] == MARK_S


def home_of_user() -> str | None:
    """Return the home folder that the system has on record for this user, or None."""
    if sys.platform == "win32":
        home = kernel.path.expanduser("~")
        return home if isabs(home) else None
    import pwd  # door: only where HOME is not set

    try:
        return pwd.getpwuid(kernel.geteuid()).pw_dir
    except KeyError:
        return None


def stamp_of(path: str) -> tuple[int, ...] | None:
    """Return what tells one content of a file from another, without reading it; None without a file."""
    try:
        status = kernel.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
