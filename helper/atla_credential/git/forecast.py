"""What git will do once `setup-git` has written its sections."""

from atla_credential.git.advice import check_sites
from atla_credential.git.host import origin_of
from atla_credential.git.section import BY_PATH, CLEAR, Change, helper_in
from atla_credential.git.setting import BY_FILE, Setting
from atla_credential.git.stale import check_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.git.finding import Finding
    from atla_credential.git.settings import GitSettings

SCOPES = ("system", "global", "local")  # in the order in which git reads them


def check(world: "World", settings: "GitSettings", change: Change, scope: str, is_dry: bool) -> "Iterator[Finding]":
    """Yield what git will do at the hosts of our sections.

    Args:
        settings: git's.
        change: what becomes of the file.
        scope: whose settings it is: one of SCOPES.
        is_dry: whether nothing has been written; it is thought to stand at the end then.
    """
    if is_dry:
        settings = settings.with_entries(with_ours(settings.entries, change, scope))
    hosts = {origin: BY_PATH in lines for context, lines in change.after.items() if (origin := origin_of(context))}
    yield from check_sites(world, settings, hosts)
    yield from check_headers(settings.headers, world.environment, hosts)


def with_ours(entries: list[Setting], change: Change, scope: str) -> list[Setting]:
    """Return git's settings as they will be: ours stand behind all that git reads up to that file."""
    origin = f"{BY_FILE}{change.path}"
    ours = [
        Setting(origin, f"credential.{context}.{name}", value, scope=scope)
        for context, lines in change.after.items()
        for name, value in settings_in(lines)
    ]
    count = sum(each.scope in SCOPES[: SCOPES.index(scope) + 1] for each in entries)
    return [*entries[:count], *ours, *entries[count:]]


def settings_in(lines: list[str]) -> list[tuple[str, str]]:
    """Return what lines of ours set."""
    clear = [("helper", "")] if CLEAR in lines else []
    return [*clear, ("helper", helper_in(lines)), *([("usehttppath", "true")] if BY_PATH in lines else [])]
