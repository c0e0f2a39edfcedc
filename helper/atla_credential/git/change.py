"""Change our sections in a file of git's settings."""

from atla_credential.git import settings_file
from atla_credential.git.section import put_in, take_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.git.section import Sections


class Change:
    """What becomes of a file.

    Args:
        path: of the file.
        before, after: our sections in it.
        is_moved: whether they do not stand where they stood; it may be all that changes.
    """

    __slots__ = ("after", "before", "is_moved", "path")

    def __init__(self, path: str, before: "Sections", after: "Sections", is_moved: bool) -> None:
        self.path, self.before, self.after, self.is_moved = path, before, after, is_moved

    @property
    def contexts(self) -> list[str]:
        """Return what has changed."""
        return [each for each in {**self.before, **self.after} if self.before.get(each) != self.after.get(each)]


def apply(path: str, make: "Callable[[Sections], Sections]", is_dry: bool) -> Change:
    """Put into a file what a function makes of our sections there, at its end. Raises CredentialError.

    Args:
        is_dry: only find out what would be done.
    """

    def replaced(text: str | None) -> str | None:
        kept, sections = (None, {}) if text is None else take_out(text)
        return put_in(kept, make(sections))

    before = settings_file.read(path)
    after = replaced(before)
    if after != before and is_dry:
        settings_file.refuse_unwritable(path)
    elif after != before:
        settings_file.change(path, replaced)
    old, new = (take_out(text or "")[1] for text in (before, after))
    return Change(path, old, new, is_moved=after != before)
