"""The copy of an answer: what it says, how old it may be, and how it is read. `keeping` writes it.

    copy = *( key "=" value LF ) "end" LF

Source of the form: git-credential(1); no value has a line feed.
"""

from atla_credential.system import kernel, user_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

KIND, FOLDER, REGULAR_FILE = 0o170000, 0o040000, 0o100000  # S_IFMT, S_IFDIR and S_IFREG of inode(7)
OTHERS = 0o077  # what anybody else may
FLAGS = sum(getattr(kernel, name, 0) for name in ("O_RDONLY", "O_CLOEXEC", "O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
END, MARK = "end\n", "mark"
LARGEST = 1 << 18  # bytes; a copy has a token and a login


class Copy:
    """What the engine has answered. Has no printable form.

    Args:
        secret: the token.
        username: that of the secret, or None.
        expires_utc: seconds since 1970 at which the token ends, or None if not known.
        fetched_utc: when it was asked for.
        share: which part of --max-age this copy is fresh for, so that machines do not all ask at once.
        login: the engine's own token, or "" for none that may be kept.
        login_until_utc: until when that is used.
    """

    __slots__ = ("expires_utc", "fetched_utc", "login", "login_until_utc", "secret", "share", "username")

    def __init__(
        self, secret: str, username: str | None, expires_utc: int | None, fetched_utc: float, share: float,
        login: str = "", login_until_utc: float = 0,
    ) -> None:  # fmt: skip
        self.secret, self.username, self.expires_utc = secret, username, expires_utc
        self.fetched_utc, self.share = fetched_utc, share
        self.login, self.login_until_utc = login, login_until_utc

    def __repr__(self) -> str:
        return "<Copy>"

    def is_fresh(self, now_utc: float, max_age_s: float) -> bool:
        """Tell whether nobody need be asked. What is said to be of tomorrow is of a clock that was wrong."""
        return 0 <= now_utc - self.fetched_utc < max_age_s * self.share

    def is_usable(self, now_utc: float, max_stale_s: float) -> bool:
        """Tell whether it may stand in for an engine that cannot be reached."""
        return 0 <= now_utc - self.fetched_utc <= max_stale_s

    def kept_login(self, now_utc: float) -> str:
        """Return the engine's token if that may still be used, or ""."""
        return self.login if now_utc < self.login_until_utc else ""

    def lines(self) -> list[tuple[str, str]]:
        """Return what a caller is answered."""
        found = [("username", self.username), ("password", self.secret)]
        if self.expires_utc is not None:
            found.append(("password_expiry_utc", str(self.expires_utc)))
        return [(key, value) for key, value in found if value is not None]


def written(copy: Copy, marks: tuple[str, ...] = ()) -> bytes:
    """Return what a copy's file holds; the marks stand before what is secret, so that half a file has them too."""
    more = [("fetched", repr(copy.fetched_utc)), ("share", repr(copy.share)), *((MARK, mark) for mark in marks)]
    if copy.login:
        more += [("login", copy.login), ("login_until", repr(copy.login_until_utc))]
    return "".join([*(f"{key}={value}\n" for key, value in (*more, *copy.lines())), END]).encode()


def read_copy(path: str) -> Copy | None:
    """Return the copy that a file holds; None without one, and for what is not our own or not whole."""
    try:
        text = read_own(path).decode()
        values = {key: value for key, _, value in (line.partition("=") for line in text.split("\n"))}
        if not text.endswith(f"\n{END}"):
            return None  # a disk was full, or lost its end
        expires = values.get("password_expiry_utc")
        return Copy(
            values["password"], values.get("username"), int(expires) if expires else None, float(values["fetched"]),
            float(values["share"]), values.get("login", ""), float(values.get("login_until", "0")),
        )  # fmt: skip
    except (OSError, ValueError, KeyError):
        return None


def read_own(path: str) -> bytes:
    """Return what a file of ours holds. Raises OSError, for a link and for what is not private too."""
    descriptor = kernel.open(path, FLAGS)
    try:
        status = kernel.fstat(descriptor)
        if not is_private(status, REGULAR_FILE):
            raise PermissionError
        data = b""
        while (part := kernel.read(descriptor, LARGEST)) and len(data) <= LARGEST:
            data += part
        return data
    finally:
        kernel.close(descriptor)


def is_private(status: "os.stat_result", kind: int) -> bool:
    """Tell whether a file or folder is what it should be, is ours, and nobody else may do anything with it.

    On Windows the folder's ACL decides instead.
    """
    if status.st_mode & KIND != kind:
        return False
    return user_id() is None or (status.st_uid == user_id() and not status.st_mode & OTHERS)


def folder_in_use(places: list[tuple[str, str]]) -> str:
    """Return the first folder that may hold a copy and is there, or ""; each as `options.folders` says."""
    return next((folder for folder, above in places if is_ours(above) and is_folder(folder)), "")


def is_ours(above: str) -> bool:
    """Tell whether the folder that ours is to stand in is this user's. A sudo leaves another one's variable behind."""
    try:
        return not above or user_id() in (None, kernel.stat(above).st_uid)
    except (OSError, ValueError):
        return False


def is_folder(folder: str) -> bool:
    """Tell whether a folder, and no link to one, is there and private."""
    try:
        return is_private(kernel.lstat(folder), FOLDER)
    except (OSError, ValueError):
        return False
