"""Which of git's settings for addresses count for a request: git's own rule, with no process.

Source: git's urlmatch.c. A setting is read if it fits the address at least as well as every one of the same name that
was read before it; so `http.extraHeader` counts before `http.<url>.extraHeader`, and not behind it.
"""

from atla_credential.places.address import canonical_origin, percent_decode, split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.git.host import Origin

    Path = tuple[str, ...]
    Rank = tuple[int, int, bool]  # how well it fits: the better one is the greater one


class Pattern:
    """What an address in git's settings wants of a request to a certain host.

    Args:
        host_length: of the host as it is written, with its wildcards; 0 of a setting without an address.
        path: the segments under which a request has to be.
        username: the user that its address has to name, or None.
    """

    __slots__ = ("host_length", "path", "username")

    def __init__(self, host_length: int = 0, path: "Path" = (), username: str | None = None) -> None:
        self.host_length, self.path, self.username = host_length, path, username

    def rank(self, path: "Path", username: str | None) -> "Rank | None":
        """Return how well it fits the path and the user in an address; None if it does not."""
        if self.username not in (None, username) or not is_below(path, self.path):
            return None
        return self.host_length, len(self.path), self.username is not None


def pattern_at(context: str, origin: "Origin") -> Pattern | None:
    """Return what the address of a setting wants at a host; None if it is for another host, or no address at all."""
    if not context:
        return Pattern()
    url = split_url(context)
    path = None if url is None else resolved(url.path or "")
    if url is None or path is None:
        return None
    name, colon, port = url.host.partition(":")
    ours = origin[1].split(".")
    labels = [ours[at] if label == "*" and at < len(ours) else label for at, label in enumerate(name.split("."))]
    if canonical_origin(url.protocol, ".".join(labels) + colon + port) != origin:
        return None
    return Pattern(len(name), path, url.username)


def resolved(path: str) -> "Path | None":
    """Return the segments of a path as git compares them; None if it leads out of the site."""
    segments: list[str] = []
    for segment in map(percent_decode, path.split("/") if path else ()):
        if segment == "..":
            if not segments:
                return None
            segments.pop()
        elif segment != ".":
            segments.append(segment)
    return tuple(segments)


def is_below(path: "Path", root: "Path") -> bool:
    """Tell whether a path is another one, or lies below it."""
    return path[: len(root)] == root
