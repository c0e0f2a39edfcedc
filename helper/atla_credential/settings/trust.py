"""Who may write the settings: what they name is obeyed only where nobody else can have put it there (safety F14).

That is a program to run, a file to send, an authority to trust, and the host of the profile that a variable's token is
for. Only where there is something to obey does anybody look, which takes a few calls of the system.
"""

import sys

from atla_credential import errors
from atla_credential.system import home_of_user, isabs, join, kernel
from atla_credential.text import printable, quoted
from atla_credential.toml.file import owner_is_trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from atla_credential.environment import Environment

BY_OTHERS, BY_ANYBODY = 0o002, 0o022  # with the group
FOR_EVERYBODY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - nothing is written there
ROOT = 0
LINKS = 40  # that Linux follows
ACL, NAMED, WRITE = "system.posix_acl_access", (2, 8), 2  # of acl(5): a user or a group by name, and what it may
LINK, KIND = 0o120000, 0o170000  # S_IFLNK and S_IFMT of inode(7)


def not_obeyed(environment: "Environment", what: str) -> "errors.NotObeyed | None":
    """Return why something that the settings say is not obeyed; None if it is.

    Args:
        what: that, and what becomes of it, such as "ATLA_TOKEN is not used".
    """
    for path in (environment.config_path, environment.helper_path_if_any):
        for place, kind in places(path) if path else ():
            found = opening(place, kind)
            if found:
                said = "; ".join((f"{what}: {found[0]}", found[1]))  # one line, also for who only warns
                return errors.NotObeyed(said)
    return None


def places(path: str) -> "Iterator[tuple[str, str]]":
    """Yield the folder that holds a file, those that its links lead to, and the file; each with "folder" or "file"."""
    for _ in range(LINKS):
        folder = path.rpartition("/")[0] or "/"
        yield folder, "folder"
        try:
            if kernel.lstat(path).st_mode & KIND != LINK:
                break
            leads_to = kernel.readlink(path)
            path = leads_to if isabs(leads_to) else join(folder, leads_to)
        except (OSError, ValueError):
            break
    yield path, "file"


def opening(place: str, kind: str) -> "tuple[str, str] | None":
    """Return what others may do with a file or folder, and the step that ends it; None if there is nothing.

    What is not there is nobody's. That a folder is sticky is no excuse. Of Windows nothing is said: there the folder's
    ACL decides.
    """
    if sys.platform == "win32":
        return None
    name = f"{'the folder ' if kind == 'folder' else ''}{printable(place)}"
    try:
        status = kernel.stat(place)
        is_ours, mode = owner_is_trusted(status), status.st_mode
        if is_ours and not mode & BY_ANYBODY:
            return None
        if is_ours and not mode & BY_OTHERS and is_own_group(status) and not is_listed(place):
            return None
        if kernel.statvfs(place).f_flag & kernel.ST_RDONLY:  # such as a ConfigMap of Kubernetes
            return None
    except (OSError, ValueError):
        return None
    if not is_ours:
        return f"{name} belongs to another user", looked_at(kind, for_owner(status, place))
    return f"others may write {name}", looked_at(kind, closing(status, place))


def looked_at(kind: str, step: str) -> str:
    """Return a step that comes after a look at what others may have written: after it, that would be taken for ours."""
    what = "what is in it" if kind == "folder" else "what it says"
    return f"look at {what}, then {step}" if step.startswith("run: ") else step


def for_owner(status: "os.stat_result", place: str) -> str:
    """Return the step where a file or folder is another user's: it is ours to take in our own home, and there alone.

    Root has no home of others: what it took there, its owner could not use any more.
    """
    home = home_of_user()
    if kernel.geteuid() != ROOT and home is not None and place.startswith(f"{home.rstrip('/')}/"):
        return f'run: sudo chown "$(id -un)" {quoted(place)}'
    return f"run it as {user_name(status.st_uid)}, whose that is"


def closing(status: "os.stat_result", place: str) -> str:
    """Return the step after which nobody else may write a file or folder that is ours, or root's."""
    if place in FOR_EVERYBODY:  # which have to stay as they are
        return "keep the settings in a folder of your own: atla-credential config path says where they are"
    return as_owner(status, place, f"chmod go-w {quoted(place)}")


def private(path: str) -> str:
    """Return the step after which nobody else may read a file that is ours, or root's. Raises OSError."""
    status = kernel.stat(path)
    if heir_of(status, path) == ROOT != kernel.geteuid():
        return "ask root for a file that only you may read"  # this one we read as one of the others
    return as_owner(status, path, f"chmod 600 {quoted(path)}")


def as_owner(status: "os.stat_result", place: str, command: str) -> str:
    """Return the step that changes a mode, so that whoever reads it can take it, and nobody is locked out by it."""
    ours, heir = kernel.geteuid(), heir_of(status, place)
    sudo = "" if ours in (ROOT, status.st_uid) else "sudo "
    if heir == status.st_uid:
        return f"run: {sudo}{command}"
    return f"run: {sudo}chown {quoted(user_name(heir))} {quoted(place)} && {command}"


def heir_of(status: "os.stat_result", place: str) -> int:
    """Return the number of who is to own a file or folder: what root has left in somebody's folder is theirs."""
    return kernel.stat(place.rpartition("/")[0] or "/").st_uid if status.st_uid == ROOT else status.st_uid


def user_name(number: int) -> str:
    """Return a user's name, or the number of one without a name; `chown` takes both."""
    import pwd  # door: only where a file is another user's

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def is_own_group(status: "os.stat_result") -> bool:
    """Tell whether a group is as good as the owner: root's, as in OpenShift, or a user's own with nobody else in it."""
    if status.st_gid == 0:
        return True
    import grp  # door: only where a group may write
    import pwd  # door: likewise

    try:
        group = grp.getgrgid(status.st_gid)
        return not group.gr_mem and group.gr_name == pwd.getpwuid(kernel.geteuid()).pw_name
    except KeyError:
        return False


def is_listed(place: str) -> bool:
    """Tell whether an access control list lets somebody else write: the group's bits are then those of all it names."""
    try:
        entries = kernel.getxattr(place, ACL)[4:]  # behind its version; eight bytes each: tag, rights, number
    except (AttributeError, OSError):  # there is none, or no such thing on this system
        return False
    return any(entries[at] in NAMED and entries[at + 2] & WRITE for at in range(0, len(entries), 8))
