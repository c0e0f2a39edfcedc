"""One place where one profile answers, and the test whether a query belongs there."""

from atla_credential.model import Profile, Query
from atla_credential.places.address import ESCAPED, without_git

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Speaker = Callable[[Profile, str | None, str], tuple[str | None, str]]

BY_PATH = "by path"  # a Cloud site serves two products, and the path tells which


class Place:
    """One place where one profile answers.

    Args:
        origin: (scheme, host, port).
        root: the segments every path must begin with.
        speak: (profile, user asked for, secret) -> (user name or None if it lacks one, "basic" or "bearer").
        names: the user names `speak` may return.
        api_base_url: where a REST client should send its calls.
        needs_path: whether a request without a path is no match.
        needs_base: whether a caller that is not told `api_base_url` is no match: the token works there only.
        product: the product served here, BY_PATH, or None if the place serves any.
        repository: which segment of a path is a repository's name, so that its `.git` is not compared; None if none is.
        wiki_base_url: `api_base_url` for paths of Confluence, where that is another one; else None.
    """

    __slots__ = (
        "api_base_url", "names", "needs_base", "needs_path", "origin", "product", "repository", "root", "speak",
        "wiki_base_url",
    )  # fmt: skip

    def __init__(
        self, origin: tuple[str, str, int], root: tuple[str, ...], speak: "Speaker", names: tuple[str | None, ...],
        api_base_url: str, needs_path: bool = False, product: str | None = None, repository: int | None = None,
        wiki_base_url: str | None = None, needs_base: bool = False,
    ) -> None:  # fmt: skip
        self.origin, self.root, self.speak, self.names = origin, root, speak, names
        self.api_base_url, self.needs_path, self.product = api_base_url, needs_path, product
        self.repository, self.wiki_base_url, self.needs_base = repository, wiki_base_url, needs_base

    def serves(self, query: Query, only_product: str | None) -> bool:
        """Tell whether a query's address lies here (safety O1): the exact origin, and a path below the root.

        Args:
            only_product: the product that the profile is restricted to, or None.
        """
        return (
            self.origin == query.origin
            and (query.learns_base or not self.needs_base)
            and self._covers(query.path)
            and (only_product is None or self.product is None or only_product in self._products(query.path))
        )

    def _covers(self, path: tuple[str, ...] | None) -> bool:
        """Tell whether a path lies under the root at a segment boundary. git sends no path unless it is told to.

        An ESCAPED segment is a server's own affair where every path is the profile's; in the first one it could hide a
        product's.
        """
        if path is None:
            return not self.needs_path
        if ESCAPED in path and (self.root or path[0] == ESCAPED):
            return False
        return self.compared(path)[: len(self.root)] == self.root

    def compared(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return a path as it is compared here."""
        return path if self.repository is None else without_git(path, self.repository)

    def _products(self, path: tuple[str, ...] | None) -> tuple[str | None, ...]:
        """Return the products that a path here may mean."""
        if self.product != BY_PATH:
            return (self.product,)
        if path is None:
            return ("jira", "confluence")  # the site's address alone may mean either
        return ("confluence",) if path[:1] == ("wiki",) else ("jira",)

    def base_for(self, query: Query | None) -> str:
        """Return where a REST client should send the calls that a query is about."""
        is_wiki = query is not None and self._products(query.path) == ("confluence",)
        return self.wiki_base_url if is_wiki and self.wiki_base_url else self.api_base_url

    def belongs_to(self, profile: Profile, username: str | None) -> bool:
        """Tell whether the user asked for is the profile's, or the name it would answer with."""
        return username is None or profile.is_called(username) or username in self.names


class Claim:
    """A profile that could answer a query, and the place where it does."""

    __slots__ = ("place", "profile")

    def __init__(self, profile: Profile, place: Place) -> None:
        self.profile, self.place = profile, place

    @property
    def tier(self) -> int:
        """0 for a profile that somebody logged in to, or made of variables; 1 for an adopted one, which comes after."""
        return int(self.profile.adopted)

    @property
    def key(self) -> tuple[str, str | None]:
        """What tells two claims apart: a profile made of variables may have the name of a stored one."""
        return self.profile.name, self.profile.store


def first_tier(claims: list[Claim]) -> list[Claim]:
    """Return the claims of the first tier that has any."""
    first = min((claim.tier for claim in claims), default=0)
    return [claim for claim in claims if claim.tier == first]
