"""A file of git's settings: which one, and how it is changed, with the lock that git itself takes."""

import os
import shutil
import stat
import subprocess

from atla_credential.errors import CredentialError, TryAgain, UsageError
from atla_credential.support.git_settings import GIT_S
from atla_credential.support.surroundings import program_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.environment import Environment

SYSTEM = "/etc/gitconfig"
LARGEST = 1 << 24  # bytes


def path_of(options: "Namespace", environment: "Environment") -> str:
    """Return the path of the file that git would write to. Source: git-config(1), "Files".

    Raises:
        UsageError: --local outside of a repository.
    """
    file: str | None = options.file
    if file is not None:
        return os.path.abspath(file)
    if options.system:
        return environment.variables.get("GIT_CONFIG_SYSTEM", "") or SYSTEM
    if options.local:
        return os.path.abspath(path_here(environment))
    chosen = environment.variables.get("GIT_CONFIG_GLOBAL", "")
    own = os.path.join(environment.home, ".gitconfig")
    base = environment.variables.get("XDG_CONFIG_HOME", "") or os.path.join(environment.home, ".config")
    other = os.path.join(base, "git", "config")
    return chosen or (other if os.path.exists(other) and not os.path.exists(own) else own)


def path_here(environment: "Environment") -> str:
    """Return the path of the settings of the repository of the working folder. Raises UsageError."""
    git = shutil.which("git", path=os.pathsep.join(program_folders(environment)))
    words = [git or "git", "rev-parse", "--git-path", "config"]
    try:
        done = subprocess.run(  # noqa: S603 - found in an absolute folder, and started without a shell
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise UsageError("this is not a git repository", "leave out --local, or go to one") from None
    return os.fsdecode(done.stdout).removesuffix("\n")


def read(path: str) -> str | None:
    """Return a file's text, or None without a file. Bytes that are no UTF-8 come back as they were.

    Raises:
        CredentialError: it cannot be read, or is no regular file.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise CredentialError(f"{path} is not a regular file", "give another one with --file")
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failed("read", path, error) from None


def change(path: str, make: "Callable[[str | None], str | None]") -> None:
    """Replace a file's text by what a function makes of it; None removes the file.

    Source: git's lockfile.h: PATH.lock is made anew, written and renamed. A symbolic link is written through.

    Raises:
        TryAgain: somebody else holds the lock.
        CredentialError: the file cannot be written; it is as it was.
    """
    path = os.path.realpath(path)
    lock = f"{path}.lock"
    try:
        descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    except FileExistsError:
        raise TryAgain(f"git is changing {path}", f"if it is not, remove {lock}") from None
    except OSError as error:
        raise failed("write", path, error) from None
    try:
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = make(read(path))
            if text is not None:
                file.write(text)
                file.flush()
                os.fsync(descriptor)
                if os.path.exists(path):
                    os.chmod(lock, stat.S_IMODE(os.stat(path).st_mode))
        if text is None:
            os.unlink(path)
            os.unlink(lock)
        else:
            os.replace(lock, path)
    except BaseException as error:
        if os.path.exists(lock):
            os.unlink(lock)
        if isinstance(error, OSError):
            raise failed("write", path, error) from None
        raise


def failed(verb: str, path: str, error: OSError) -> CredentialError:
    """Say that a file cannot be used, and why."""
    reason = (error.strerror or "the system refuses").lower()
    return CredentialError(f"cannot {verb} {path}: {reason}", "give another file with --file")
