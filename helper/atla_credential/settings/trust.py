"""Who may write the settings: what they name is obeyed only where nobody else can have put it there (safety F14).

That is a program to run, a file to send, an authority to trust, and the host of the profile that a variable's token is
for. Only where there is something to obey does anybody look, which takes a few calls of the system.
"""

import sys

from atla_credential.errors import NotObeyed
from atla_credential.system import isabs, join, kernel
from atla_credential.text import printable, quoted
from atla_credential.toml.file import owner_is_trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from atla_credential.environment import Environment

BY_OTHERS, BY_ANYBODY = 0o002, 0o022  # with the group
LINKS = 40  # that Linux follows
ACL, NAMED, WRITE = "system.posix_acl_access", (2, 8), 2  # of acl(5): a user or a group by name, and what it may
LINK, KIND = 0o120000, 0o170000  # S_IFLNK and S_IFMT of inode(7)


def not_obeyed(environment: "Environment", what: str) -> NotObeyed | None:
    """Return why something that the settings say is not obeyed; None if it is.

    Args:
        what: that, and what becomes of it, such as "ATLA_TOKEN is not used".
    """
    for path in (environment.config_path, environment.helper_path_if_any):
        for place, kind in places(path) if path else ():
            found = opening(place, kind)
            if found:
                return NotObeyed("; ".join((f"{what}: {found[0]}", found[1])))  # one line, also for who only warns
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
        is_group_ours = not mode & BY_OTHERS and is_own_group(status) and not is_listed(place)
        if is_ours and (not mode & BY_ANYBODY or is_group_ours):
            return None
        if kernel.statvfs(place).f_flag & kernel.ST_RDONLY:  # such as a ConfigMap of Kubernetes
            return None
    except (OSError, ValueError):
        return None
    first = f"look at what {'is in it' if kind == 'folder' else 'it says'}, then run"  # it would be taken for ours
    if not is_ours:
        return f"{name} belongs to another user", f'{first}: sudo chown "$USER" {quoted(place)}'
    return f"others may write {name}", f"{first}: chmod go-w {quoted(place)}"


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
