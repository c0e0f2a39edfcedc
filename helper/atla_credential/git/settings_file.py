"""A file of git's settings: which one, and how it is changed, with the lock that git itself takes."""

import errno
import os
import stat

from atla_credential.errors import CredentialError, TryAgain, UsageError
from atla_credential.files.folder import real_path
from atla_credential.foreign.ending import end_in_order, held_back
from atla_credential.foreign.program import find_git, run
from atla_credential.foreign.variables import for_children
from atla_credential.toml.file import owner_is_trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.environment import Environment

LARGEST = 1 << 24  # bytes
PRINT = "print the lines, for settings that you keep elsewhere: atla-credential setup-git --print"
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


def paths_of(options: "Namespace", environment: "Environment") -> list[str]:
    """Return the paths of the files where our sections may stand: that of path_of, and the person's other one."""
    path = path_of(options, environment)
    if (
        options.file is not None
        or options.system
        or options.local
        or environment.variables.get("GIT_CONFIG_GLOBAL", "")
    ):
        return [path]
    return [path, *({*files_of_person(environment)} - {path})]


def files_of_person(environment: "Environment") -> tuple[str, str]:
    """Return the paths of both files that git reads for a person."""
    base = environment.variables.get("XDG_CONFIG_HOME", "") or os.path.join(environment.home, ".config")
    return os.path.join(environment.home, ".gitconfig"), os.path.join(base, "git", "config")


def path_of(options: "Namespace", environment: "Environment") -> str:
    """Return the path of the file that git would write to. Source: git-config(1), "Files". Raises UsageError."""
    file: str | None = options.file
    if file is not None:
        return os.path.abspath(file)
    if options.system:
        # Where it is was settled when git was built. An old git tells that to an editor only; the file is not opened.
        return path_by_git(environment, ["config", "--system", "--edit"])
    if options.local:
        return path_by_git(environment, ["rev-parse", "--git-path", "config"])
    chosen = environment.variables.get("GIT_CONFIG_GLOBAL", "")
    if chosen and os.path.exists(chosen) and not os.path.isfile(chosen):
        message = f"GIT_CONFIG_GLOBAL is {chosen}, so git reads no settings of this person"
        raise UsageError(message, "unset it, or choose another file: --file FILE", PRINT)
    own, other = files_of_person(environment)
    return chosen or (other if os.path.exists(other) and not os.path.exists(own) else own)


def path_by_git(environment: "Environment", arguments: list[str]) -> str:
    """Return the path that git tells. Raises UsageError with git's reason."""
    git = find_git(environment)
    done = None
    if git is not None:
        done = run(git, arguments, {**for_children(environment), "GIT_EDITOR": "echo"}, here=True)
    if done is None or done.returncode != 0:
        said = "" if done is None else os.fsdecode(done.stderr)
        reason = next((line[7:] for line in said.splitlines() if line.startswith("fatal: ")), "it does not answer")
        message = f"git does not tell where its settings are: {reason if git else 'there is no git'}"
        raise UsageError(message, "choose another: --global, or --file FILE")
    return os.path.abspath(os.fsdecode(done.stdout).removesuffix("\n"))


def read(path: str) -> str | None:
    """Return a file's text, or None without a file. Bytes that are no UTF-8 stay. Raises CredentialError."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise CredentialError(f"{path} is not a regular file", "choose another one: --global, or --file FILE")
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failed("read", path, error) from None
    if len(text) > LARGEST:
        raise CredentialError(f"{path} is larger than 16 MiB", "choose another one: --global, or --file FILE")
    return text


def change(path: str, make: "Callable[[str | None], str | None]") -> None:
    """Replace a file's text by what a function makes of it; None removes the file.

    Source: git's lockfile.h: PATH.lock is made anew, written and renamed, here with the file's mode from the first byte
    on (safety F10). A symbolic link is written through.

    Raises:
        TryAgain, CredentialError: somebody else holds the lock; or the file cannot be written, and is as it was.
    """
    path = real_path(path)
    refuse_another_users(path)
    lock = f"{path}.lock"
    end_in_order()  # at once, the lock would stay, and git would take it for another git's
    descriptor = None  # while there is one, the lock is ours
    try:
        mode = mode_of(path)
        with held_back():
            descriptor = os.open(lock, FLAGS, 0o666 if mode is None else mode)
        set_mode(descriptor, mode)
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="", closefd=False) as file:
            text = make(read(path))
            file.write(text or "")
            file.flush()
            os.fsync(descriptor)
        with held_back():
            if text is None:
                os.unlink(path)
                os.unlink(lock)
            else:
                os.replace(lock, path)
            os.close(descriptor)
            descriptor = None
    except FileExistsError:
        raise TryAgain(f"git is changing {path}", f"if it is not, remove {lock}") from None
    except OSError as error:
        raise failed("write", path, error) from None
    finally:
        if descriptor is not None:
            os.close(descriptor)
            os.unlink(lock)


def mode_of(path: str) -> int | None:
    """Return who may do what with a file, or None without one. Raises OSError."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return None


def set_mode(descriptor: int, mode: int | None) -> None:
    """Give a new file the mode of an old one; to be refused is no reason to fail where it is no wider (safety F11)."""
    if mode is None or not hasattr(os, "fchmod"):
        return
    try:
        os.fchmod(descriptor, mode)
    except OSError:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & ~mode:
            raise


def refuse_unwritable(path: str) -> None:
    """Raise CredentialError where `change` would, as far as it can be told without trying."""
    path = real_path(path)
    refuse_another_users(path)
    if not os.access(os.path.dirname(path), os.W_OK):
        number = errno.EACCES if os.path.isdir(os.path.dirname(path)) else errno.ENOENT
        raise failed("write", path, OSError(number, os.strerror(number)))


def refuse_another_users(path: str) -> None:
    """Raise CredentialError for a file, or one to be made in a folder, of another user (safety F8)."""
    place = path if os.path.lexists(path) else os.path.dirname(path)
    try:
        status = os.stat(place)
    except OSError:
        return  # what is wrong with it is said by whoever opens it
    if os.name == "posix" and status.st_uid != os.geteuid() and not (place != path and owner_is_trusted(status)):
        raise CredentialError(f"{place} belongs to another user", "run the command as that user", PRINT)


def failed(verb: str, path: str, error: OSError) -> CredentialError:
    """Say that a file cannot be used, and why."""
    reason = (error.strerror or "the system refuses").lower()
    step = "run it as a user who may, or" if isinstance(error, PermissionError) else "look at it, or"
    message = f"cannot {verb} {path}: {reason}"
    return CredentialError(message, f"{step} choose another one: --global, or --file FILE", PRINT)
