"""One line of git's settings, as `git config --null --show-origin` lists it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Kind = TypeVar("Kind", bound="Setting")

BY_FILE = "file:"
AT_END = ("system", "global")  # the scopes behind which there is what setup-git writes for a person


class Setting:
    """One line of git's settings. Has no printable form: in a header, a helper or an address there may be a token.

    Args:
        origin: where it stands, as git says it: `file:PATH`, or something else.
        key: its name, as git says it: `credential.https://bitbucket.org.helper`.
        value: what is set.
        number: how many of this name stand before it at the same place.
        scope: whose it is, as git says it: system, global, local, worktree or command; "" where that was not asked.
    """

    __slots__ = ("key", "number", "origin", "scope", "value")

    def __init__(self, origin: str, key: str, value: str, number: int = 0, scope: str = "") -> None:
        self.origin, self.key, self.value, self.number, self.scope = origin, key, value, number, scope

    @property
    def section(self) -> str:
        """What its name begins with, in lower case: `credential`."""
        return self.key.partition(".")[0]

    @property
    def context(self) -> str:
        """The address that it is for; empty if it is for all."""
        return self.key.removeprefix(self.section).rpartition(".")[0].removeprefix(".")

    @property
    def name(self) -> str:
        """What its name ends with, in lower case: `helper`."""
        return self.key.rpartition(".")[2]

    @property
    def path(self) -> str | None:
        """The file in which it stands, if it is in one."""
        return self.origin.removeprefix(BY_FILE) if self.origin.startswith(BY_FILE) else None


def listed(output: str, make: "Callable[[str, str, str | None, int, str], Kind | None]", width: int) -> "list[Kind]":
    """Return what git has listed, in its order.

    Args:
        make: (origin, key, value or None without a `=`, number, scope) -> a setting, or None to leave it out.
        width: how many fields there are for each: 2, or 3 with its scope.
    """
    fields = output.split("\0")[:-1]
    found: list[Kind | None] = []
    count: dict[tuple[str, str], int] = {}
    for at in range(0, len(fields) - width + 1, width):
        *scope, origin, setting = fields[at : at + width]
        key, newline, value = setting.partition("\n")
        number = count.get((origin, key), 0)
        count[origin, key] = number + 1
        found.append(make(origin, key, value if newline else None, number, "".join(scope)))
    return [each for each in found if each is not None]


def text_of(output: bytes) -> str:
    """Return what git has printed as text."""
    return output.decode("utf-8", "surrogateescape")
