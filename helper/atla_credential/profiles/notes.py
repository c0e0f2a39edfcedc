"""What helper.toml notes of a profile's token, and of which token it says that.

`since`, `verified` and `rejected` speak of one token only, and `of` says of which: another program may put another one
in its place. So where `of` does not fit, they count as not there.
"""

from atla_credential.input.date import as_time, is_impossible
from atla_credential.settings.notes import NOTES, Notes, read_notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.model import Kept, Profile

    Values = dict[str, object]

NOTHING: "Values" = dict.fromkeys(("expires", "refreshes", *NOTES))


def mark(key: str, secret: str) -> str:
    """Return what tells a token from another: eight hex digits, from which nobody can find it."""
    from hashlib import sha256  # door: only where there is a mark to compare, or to make

    return sha256(f"{key}\0{secret}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def noted(world: "World", profile: "Profile") -> Notes:
    """Return what is noted of a profile's token, whichever that may be. Raises Unavailable."""
    return read_notes(world.environment, profile, world.read)


def noted_of(world: "World", profile: "Profile", secret: str | None) -> Notes:
    """Return what is noted of a certain token of a profile: nothing if it is noted of another. Raises Unavailable."""
    found = noted(world, profile)
    return found if speaks_of(found, profile, secret) else Notes()


def speaks_of(found: Notes, profile: "Profile", secret: str | None) -> bool:
    """Tell whether what is noted of a profile's token is said of a certain one."""
    return secret is not None and found.of is not None and found.of == mark(profile.secret_key, secret)


def of_new(profile: "Profile", secret: str, now_utc: float) -> "Values":
    """Return what is to be noted of a token that is put into a profile; where the clock is wrong, not since when."""
    since = None if is_impossible(now_utc) else as_time(int(now_utc))
    return {**dict.fromkeys(NOTES), "since": since, "of": mark(profile.secret_key, secret)}


def of_rejected(before: Notes, profile: "Profile", secret: str, now_utc: float) -> "Values":
    """Return what is to be noted of a token that is set aside. When it was put there is known of this one alone."""
    known = {} if speaks_of(before, profile, secret) else {"since": None, "of": mark(profile.secret_key, secret)}
    return {**known, "verified": None, "rejected": as_time(int(now_utc))}


def of_restored(before: Notes, profile: "Profile", secret: str, verified_utc: int | None) -> "Values":
    """Return what is to be noted of a token that is put back: when its site recognised it, if it did just now.

    As with a rejection, when it was put there is known of the token of the note alone.
    """
    if verified_utc is None:
        return {"rejected": None, "verified": None}
    known = {} if speaks_of(before, profile, secret) else {"since": None, "of": mark(profile.secret_key, secret)}
    return {**known, "rejected": None, "verified": as_time(verified_utc)}


def under_another_name(found: Notes, before: "Profile", after: "Profile", kept: "Kept") -> "Values":
    """Return what is to be noted of a profile's tokens when it gets another name: the mark is made with that."""
    for secret in (kept.secret, kept.aside.secret if kept.aside else None):
        if secret is not None and speaks_of(found, before, secret):
            return {"of": mark(after.secret_key, secret)}
    return {}
