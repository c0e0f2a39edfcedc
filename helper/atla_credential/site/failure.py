"""Why there is no answer: reasons out of exceptions. No text of an exception ever reaches a person (safety X2)."""

import ssl
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

from requests.exceptions import InvalidProxyURL, InvalidSchema
from urllib3.exceptions import (
    DecodeError,
    InvalidHeader,
    LocationValueError,
    NameResolutionError,
    ProxyError,
)
from urllib3.exceptions import (
    TimeoutError as SlowAnswer,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TUNNEL = "Tunnel connection failed: "  # Source: http.client.HTTPConnection._tunnel
# What is wrong with a certificate: it has expired, or is not valid yet; it is for another host, or another IP address.
# Source: x509_vfy.h of OpenSSL; SecBase.h of macOS (errSecCertificateExpired; errSecHostNameMismatch); winerror.h of
# Windows (CERT_E_EXPIRED; CERT_E_CN_NO_MATCH).
EXPIRED = (9, 10, -67818, 0x800B0101)
OTHER_HOST = (62, 64, -67602, 0x800B010F)
LACK_OF_SOCKS = "SOCKS"
# How far a request has come: nobody is there yet; the proxy is to lead on; TLS is to begin; the answer is to come.
REACHING, LEADING, SECURING, READING = range(4)


class NoReply(Exception):
    """There is no answer.

    Args:
        reason: a word of the table of reasons.
        lacks_socks: whether that is for the lack of a library.
    """

    def __init__(self, reason: str, lacks_socks: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.lacks_socks = reason, lacks_socks


def no_reply(error: Exception, phase: int) -> NoReply:
    """Return why a library's exception left us without an answer.

    Args:
        phase: how far the request had come.
    """
    if isinstance(error, NoReply):
        return error
    causes = list(chain(error))
    reason = next(reason for rule in RULES if (reason := rule(causes, phase)))
    return NoReply(reason, any(isinstance(each, InvalidSchema) and LACK_OF_SOCKS in str(each) for each in causes))


def chain(error: BaseException) -> "Iterator[BaseException]":
    """Yield an exception and all that stand behind it, in whatever place the libraries keep them."""
    waiting, seen = [error], list[BaseException]()
    while waiting:
        each = waiting.pop(0)
        if any(each is other for other in seen):
            continue
        seen.append(each)
        yield each
        behind = (getattr(each, "reason", None), getattr(each, "original_error", None), each.__cause__, *each.args)
        waiting += [other for other in behind if isinstance(other, BaseException)]


# Each rule: the exceptions, and the phase -> a word of the table of reasons, or None where it does not fit.


def tunnel(causes: list[BaseException], phase: int) -> str | None:
    """The proxy has answered, and makes no connection."""
    texts = (str(each) for each in causes if isinstance(each, OSError))
    status = next((text.removeprefix(TUNNEL)[:3] for text in texts if text.startswith(TUNNEL)), None)
    if status is None:
        return None
    return "proxy-auth" if status == "407" else "proxy-refused" if status.startswith("4") else "proxy"


def slow(causes: list[BaseException], phase: int) -> str | None:
    """An answer, or a part of one, is late."""
    is_slow = any(isinstance(each, SlowAnswer | TimeoutError) for each in causes)
    return "timeout" if is_slow and phase != REACHING else None


def proxy(causes: list[BaseException], phase: int) -> str | None:
    """The proxy cannot be reached, does not lead on, or has an address that makes no sense."""
    kinds = (ProxyError, InvalidProxyURL, InvalidSchema, LocationValueError)
    is_its_fault = phase == REACHING and any(isinstance(each, kinds) for each in causes)  # later, urllib3 only guesses
    return "proxy" if phase == LEADING or is_its_fault else None


def certificate(causes: list[BaseException], phase: int) -> str | None:
    """The certificate is not good."""
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            code = getattr(each, "verify_code", None)
            return "tls-expired" if code in EXPIRED else "tls-host" if code in OTHER_HOST else "tls-untrusted"
    return None


def encryption(causes: list[BaseException], phase: int) -> str | None:
    """There is no encrypted connection."""
    return "tls" if phase == SECURING else None


def name(causes: list[BaseException], phase: int) -> str | None:
    """The name is not known."""
    return "dns" if any(isinstance(each, NameResolutionError) for each in causes) else None


def connection(causes: list[BaseException], phase: int) -> str | None:
    """Nobody is there."""
    return "connect" if phase == REACHING else None


def nonsense(causes: list[BaseException], phase: int) -> str | None:
    """What comes is no answer of HTTP, or longer than anybody needs."""
    cut = (RemoteDisconnected, IncompleteRead)
    wrong = (DecodeError, HTTPException, InvalidHeader)
    return "unreadable" if any(isinstance(each, wrong) and not isinstance(each, cut) for each in causes) else None


def broken(causes: list[BaseException], phase: int) -> str | None:
    """The connection ends too early."""
    return "cut-off"


RULES = (tunnel, slow, proxy, certificate, encryption, name, connection, nonsense, broken)
