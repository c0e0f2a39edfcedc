"""One connection to the engine: a request and its answer, within a size. `asking` sees to the time.

no redirect is followed, no proxy used
head 64 KiB, body 1 MiB; more is no answer
the certificates that somebody named, else the system's; TLS 1.2 or newer
"""

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from atla_credential import __version__
from atla_credential.site.head import ShortAnswer
from atla_credential.vault.failure import NotTrusted, Refused, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.vault.options import Options

BODY_LIMIT = 1 << 20  # bytes
# How the names end that OpenSSL has for the other side's refusal of our certificate.
OUR_CERTIFICATE = (
    "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_REVOKED", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN",
    "UNSUPPORTED_CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED",
)  # fmt: skip


class Reply:
    """What the engine says: the status, and what the body is in JSON; None for none. Has no printable form."""

    __slots__ = ("body", "status")

    def __init__(self, status: int, body: object) -> None:
        self.status, self.body = status, body

    def __repr__(self) -> str:
        return "<Reply>"

    def at(self, *keys: str) -> object:
        """Return the value below some keys, one inside the other; None where there is none."""
        found = self.body
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def says(self, statuses: tuple[int, ...]) -> bool:
        """Tell whether it is the engine that gives one of some statuses. What stands before it says so in no JSON."""
        return self.status in statuses and isinstance(self.body, dict)


class Connection:
    """A connection, made when something is asked.

    Raises:
        NotTrusted: the certificates that somebody named cannot be used.
        Refused: the certificate that is to be shown cannot be read.
    """

    def __init__(self, options: "Options") -> None:
        self.where = options.origin
        scheme, host, port = options.address
        name, limit_s = host.strip("[]"), options.timeout_s
        if scheme == "https":
            self.line: HTTPConnection = HTTPSConnection(name, port, timeout=limit_s, context=context_for(options))
        else:
            self.line = HTTPConnection(name, port, timeout=limit_s)
        self.line.response_class = ShortAnswer
        self.fields = {
            "User-Agent": f"atla-credential/{__version__}",
            "Accept": "application/json",
            "X-Vault-Request": "true",  # an agent between us and the engine may want it
        }
        if options["--namespace"]:
            self.fields["X-Vault-Namespace"] = options["--namespace"].encode().decode("latin-1")

    def ask(self, method: str, path: str, token: str = "", body: object = None) -> Reply:
        """Ask, and return the answer, whatever its status is.

        Raises:
            Unreachable: there is none that could be read.
            NotTrusted: who would answer is not the engine.
            Refused: it does not take our certificate.
        """
        fields = {**self.fields, "X-Vault-Token": token} if token else self.fields
        data = None if body is None else json.dumps(body).encode()
        try:
            status, said = self._answered(method, f"/v1/{path}", data, fields)
        except ssl.SSLCertVerificationError:
            raise NotTrusted(
                f"the certificate of {self.where} is not good: name its authority with --ca-file"
            ) from None
        except ssl.SSLError as error:
            if (error.reason or "").endswith(OUR_CERTIFICATE):
                raise Refused(f"{self.where} does not take the certificate of --client-cert") from None
            raise Unreachable(f"{self.where} makes no encrypted connection") from None
        except TimeoutError:
            raise Unreachable(f"{self.where} did not answer in time") from None
        except HTTPException:
            raise Unreachable(f"{self.where} gave an answer that is none") from None
        except OSError as error:
            raise Unreachable(
                f"{self.where} cannot be reached: {(error.strerror or 'no connection').lower()}"
            ) from None
        if 300 <= status < 400:
            raise Unreachable(f"{self.where} leads elsewhere with status {status}, which is not followed")
        if len(said) > BODY_LIMIT:
            raise Unreachable(f"{self.where} gave an answer that is too long")
        return Reply(status, parsed(said))

    def _answered(self, method: str, path: str, data: bytes | None, fields: dict[str, str]) -> tuple[int, bytes]:
        """Ask, and once more where the connection was closed after the answer before, without a word that it would be.

        Only what changes nothing is asked again: RFC 9112, section 9.3.1.
        """
        was_used = self.line.sock is not None
        try:
            return self._exchange(method, path, data, fields)
        except ConnectionError:
            if not was_used or method != "GET":
                raise
            self.line.close()
            return self._exchange(method, path, data, fields)

    def _exchange(self, method: str, path: str, data: bytes | None, fields: dict[str, str]) -> tuple[int, bytes]:
        """Return the status and the body of one answer; of a body that is too long, one byte more than the limit."""
        if self.line.sock is None:
            self._connect()
        self.line.request(method, path, data, fields)
        with self.line.getresponse() as answer:
            said = answer.read(BODY_LIMIT + 1)
            if answer.length and len(said) <= BODY_LIMIT:
                raise HTTPException  # it was cut off, of which read tells nobody who says how much he wants
            return answer.status, said

    def _connect(self) -> None:
        """Connect. What is said before the other side has shown who it is, is nobody's word."""
        try:
            self.line.connect()
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError:
            raise Unreachable(f"{self.where} makes no encrypted connection") from None

    def close(self) -> None:
        """End it."""
        self.line.close()


def parsed(data: bytes) -> object:
    """Return what a body is in JSON, or None."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def context_for(options: "Options") -> ssl.SSLContext:
    """Return what a connection is made with. Raises NotTrusted and Refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the usual maker would obey SSLKEYLOGFILE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options["--ca-file"]:
        try:
            context.load_verify_locations(options["--ca-file"])
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise NotTrusted("--ca-file has no certificates that can be read") from None
    else:
        context.load_default_certs()
    if options["--client-cert"]:
        try:
            # A password that is given is not asked for at a terminal.
            context.load_cert_chain(options["--client-cert"], options["--client-key"] or None, password="")
        except (OSError, ValueError):
            raise Refused("--client-cert or --client-key cannot be read") from None
    return context
