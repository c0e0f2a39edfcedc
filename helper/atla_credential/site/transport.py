"""Ask one address: one request, one answer, within a time and a size.

    GET, without a body, a cookie or a word of .netrc; what the head says is all said here
    no redirect is followed, and the body of one is not read
    head 64 KiB or 100 lines, body 2 MiB, and 1 MiB after decompression; more is no answer
    the system's certificates or those that somebody named, never the library's own

Source: docs/decisions/0024-requests.md
"""

from contextlib import closing
from http.client import HTTPException
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from atla_credential import __version__
from atla_credential.site.failure import LEADING, REACHING, READING, SECURING, NoReply, no_reply
from atla_credential.site.head import ShortAnswer
from atla_credential.site.reply import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Mapping

    from atla_credential.site.deadline import Deadline
    from atla_credential.site.question import Question

LEAST_S = 0.01  # that anything gets: 0 would mean something else
CONNECT_S = 5  # for each address of a name
BODY_LIMIT = 1 << 20  # bytes, after decompression
PART = 64 << 10  # bytes that are read at once
PLAIN = "!$&'()*+,;=:@"  # what stands in a segment as it is, beside what never needs a percent sign: RFC 3986, pchar


class Adapter(HTTPAdapter):
    """What makes the one request.

    Args:
        context: which certificates are good; None where nothing is encrypted.
        deadline: when it has to be over.
    """

    def __init__(self, context: "ssl.SSLContext | None", deadline: "Deadline") -> None:
        self.context, self.deadline = context, deadline
        self.phase = REACHING
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: object, **more: object) -> None:
        """Make what makes connections, with our certificates."""
        super().init_poolmanager(*arguments, ssl_context=self.context, **more)  # type: ignore[arg-type]
        self.poolmanager.pool_classes_by_scheme = pools(self)

    def proxy_manager_for(self, proxy: str, **more: object) -> object:
        """Make the same for connections through a proxy, and for the one to the proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=self.context, proxy_ssl_context=self.context, **more)
        manager.pool_classes_by_scheme = pools(self)
        return manager

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Do nothing: it would add the library's own certificates."""


def pools(adapter: Adapter) -> dict[str, type]:
    """Return the kinds of connections: they know the deadline, and tell how far they have come.

    To connect has a limit of its own, for each address; all after that has what is left.
    """

    class Plain(HTTPConnection):
        response_class = ShortAnswer

        def _new_conn(self) -> "socket.socket":
            made = super()._new_conn()
            made.settimeout(max(adapter.deadline.left_s(), LEAST_S))
            adapter.phase = READING
            return made

    class Encrypted(HTTPSConnection):
        response_class = ShortAnswer

        def _new_conn(self) -> "socket.socket":
            made = super()._new_conn()
            made.settimeout(max(adapter.deadline.left_s(), LEAST_S))
            adapter.phase = LEADING if self.proxy_is_tunneling else SECURING
            return made

        def _tunnel(self) -> None:
            super()._tunnel()
            adapter.phase = SECURING

        def connect(self) -> None:
            super().connect()
            adapter.phase = READING

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def ask(
    question: "Question", authorization: str | None, context: "ssl.SSLContext | None", deadline: "Deadline"
) -> Reply:
    """Ask, and return the answer.

    Args:
        authorization: the value of that field, or None where none is needed.

    Raises:
        NoReply: there is none that could be read.
    """
    fields: Mapping[str, str | bytes] = {
        "User-Agent": f"atla-credential/{__version__}",
        "Accept": "application/json",
        **({"Authorization": authorization.encode()} if authorization is not None else {}),
    }
    adapter = Adapter(context, deadline)
    try:
        with closing(adapter):
            url, left_s = url_of(question), max(deadline.left_s(), LEAST_S)
            found = adapter.send(
                requests.Request("GET", url, headers=fields).prepare(),
                stream=True, timeout=(min(CONNECT_S, left_s), left_s), proxies=proxies_for(url),
            )  # fmt: skip
            with closing(found):  # what is left of it is not read
                body = b"" if 300 <= found.status_code < 400 else body_of(found, deadline)
                return Reply(found.status_code, found.raw.headers.items(), body)
    except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        raise no_reply(error, adapter.phase) from None


def url_of(question: "Question") -> str:
    """Return an address in its canonical form."""
    path = "/".join(quote(segment, safe=PLAIN) for segment in question.path)
    return f"{question.origin[0]}://{question.host}/{path}"


def proxies_for(url: str) -> dict[str, str]:
    """Return the proxies that the variables and the system name.

    Without encryption a proxy would see the token (safety N1), so there it is not asked.
    """
    return dict(get_environ_proxies(url)) if url.startswith("https") else {}


def proxy_for(question: "Question") -> str | None:
    """Return the address of the proxy that a question goes through, or None."""
    url = url_of(question)
    return select_proxy(url, proxies_for(url))


def body_of(found: requests.Response, deadline: "Deadline") -> bytes:
    """Read a body. Raises NoReply where it is too long, or late, and what the library raises."""
    body = bytearray()
    while part := found.raw.read(PART, decode_content=True):
        body += part
        if len(body) > BODY_LIMIT:
            raise NoReply("unreadable")
        if deadline.left_s() <= 0:
            raise NoReply("timeout")
    return bytes(body)
