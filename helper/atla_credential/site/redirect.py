"""Where a redirect leads. It is never followed; it only says why there is no answer, and what the next step may be."""

import re

from atla_credential.places.address import DEFAULT_PORTS, canonical_origin, split_url
from atla_credential.places.instance import is_cloud
from atla_credential.site.words import MOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.site.question import Origin, Question
    from atla_credential.site.reply import Reply

SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)  # of a context path that can be shown


class Redirect:
    """A redirect as an answer to a question."""

    def __init__(self, reply: "Reply", question: "Question") -> None:
        self.question = question
        location = reply.field("Location").strip()
        if location.startswith("//"):
            location = f"{question.origin[0]}:{location}"
        self.origin, self.path = parts(location, question)

    @property
    def reason(self) -> str:
        """What it means."""
        question = self.question
        if self.origin is None:
            return "login-page"
        if (question.origin[0], self.origin[0]) == ("https", "http"):
            return "insecure-redirect"
        if (self.origin, self.path) == (question.origin, question.path):
            return "redirect-loop"
        return "moved" if self.has_same_end else "login-page"

    @property
    def has_same_end(self) -> bool:
        """Whether it leads to the same question elsewhere: to another origin, or in another context."""
        asked = self.question.path
        end = asked[asked.index("rest") :] if "rest" in asked else asked
        return self.path[-len(end) :] == end

    @property
    def new_address(self) -> str | None:
        """The instance that it leads to, if that is made of plain names; None if it is not shown."""
        if self.reason != "moved" or self.origin is None:
            return None
        scheme, host, port = self.origin
        asked = self.question.path
        context = self.path[: len(self.path) - len(asked[asked.index("rest") :])] if "rest" in asked else ()
        if is_cloud(self.origin):
            context = ()  # a Cloud site has none, and /wiki is a product's
        if self.question.target != "site" or host.startswith("[") or not all(map(SEGMENT.fullmatch, context)):
            return None
        port_too = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
        address = "/".join((f"{'http://' if scheme == 'http' else ''}{host}{port_too}", *context))
        return address if len(address) <= MOST else None  # in parts it would be another one


def parts(location: str, question: "Question") -> "tuple[Origin | None, tuple[str, ...]]":
    """Return the origin and the segments of a `Location`; no origin where nobody could say which that is."""
    if location.startswith("/"):
        return question.origin, segments(location)
    url = split_url(location)
    if url is None or url.username is not None:
        return None, ()
    return canonical_origin(url.protocol, url.host), segments(url.path or "")


def segments(path: str) -> tuple[str, ...]:
    """Return the segments of a path, without what follows it."""
    return tuple(filter(None, path.partition("?")[0].partition("#")[0].split("/")))
