"""What of a pasted address is the instance: people paste what stands in their browser, or the address of a clone."""

from atla_credential.places.address import without_git
from atla_credential.places.instance import BITBUCKET, BITBUCKET_API, is_cloud

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.places.instance import Origin

    Path = tuple[str, ...]

# The first segment of a page inside Jira, Confluence or Bitbucket Data Center. One that stands alone may be a context.
PAGES = (
    "account", "admin", "browse", "display", "issues", "pages", "plugins", "profile", "projects", "repos", "rest",
    "secure", "servicedesk", "spaces", "users",
)  # fmt: skip
PAGES_ALONE = ("dashboard", "login")
PAGE_ENDINGS = (".action", ".jsp", ".jspa")
# The first segments at bitbucket.org that are no workspace's name, and the second one of a workspace's own pages.
BITBUCKET_PAGES = (
    "account", "admin", "blog", "dashboard", "login", "product", "repo", "site", "snippets", "socialauth", "support",
    "users", "workspaces",
)  # fmt: skip
WORKSPACE_PAGE = "workspace"


def path_of_instance(origin: "Origin", path: "Path") -> "Path":
    """Return the part of an address's path that belongs to the instance: a context path, a workspace or repository."""
    path = tuple(filter(None, path))
    if is_cloud(origin):
        return ()
    if origin == BITBUCKET:
        return of_bitbucket(path)
    return of_bitbucket_api(path) if origin == BITBUCKET_API else context(path)


def of_bitbucket(path: "Path") -> "Path":
    """Return the workspace and the repository in an address at bitbucket.org, as far as it names them."""
    if path and path[0] in BITBUCKET_PAGES:
        return ()
    return path[:1] if path[1:2] == (WORKSPACE_PAGE,) else without_git(path[:2], 1)


def of_bitbucket_api(path: "Path") -> "Path":
    """Return the same of an address of its REST."""
    if path[:2] == ("2.0", "workspaces"):
        return path[2:3]
    return without_git(path[2:4], 1) if path[:2] == ("2.0", "repositories") else ()


def context(path: "Path") -> "Path":
    """Return the context path of a Data Center product, without what belongs to a page or to a clone of Bitbucket's."""
    if path[-3:-2] == ("scm",) and path[-1].endswith(".git"):
        return path[:-3]
    inner = (at for at, segment in enumerate(path) if is_page(segment, is_last=at == len(path) - 1))
    return path[: next(inner, len(path))]


def is_page(segment: str, is_last: bool) -> bool:
    """Tell whether a segment is a page's first one."""
    return segment in PAGES_ALONE or segment.endswith(PAGE_ENDINGS) or (segment in PAGES and not is_last)
