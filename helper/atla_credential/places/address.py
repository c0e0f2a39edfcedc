r"""Addresses as they are written: a URL and its parts, an origin, a path.

The rule behind every line: two addresses are the same only if their ASCII bytes are (safety O1). The standard
library's parsers are made to be lenient: `"\u212a".lower()` is "k", `int("4_43")` is 443, and `urlsplit` drops
tabs. So this module is small, exact, and refuses what it does not know.
"""

from atla_credential.text import is_control

DEFAULT_PORTS = {"https": 443, "http": 80}
LDH = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")  # letters, digits, hyphen: RFC 952, RFC 1123
HEX = frozenset("0123456789abcdefABCDEF")
UNSAFE = frozenset("/?#%;")  # what may stand in a segment only as itself, not encoded


class Url:
    """A URL's parts as they were written, the user info percent-decoded.

    Args:
        protocol: what stands before "://".
        host: host and port.
        username: None if the URL has no user info.
        password: None if the user info has no colon.
        path: without slashes at its ends; None if the URL has no path.
    """

    __slots__ = ("host", "password", "path", "protocol", "username")

    def __init__(self, protocol: str, host: str, username: str | None, password: str | None, path: str | None) -> None:
        self.protocol, self.host, self.path = protocol, host, path
        self.username, self.password = username, password


def split_url(text: str) -> Url | None:
    """Split a URL the way git does.

    Returns:
        None if the text has no "://", nothing before it, bytes that are not UTF-8 behind percent signs, or a backslash,
        white space or control character before its path.

    Source: git's credential.c, credential_from_url_gently. Three differences: the host is not percent-decoded, so
        that one with a percent sign is no host name and matches nothing; nor is the path, so that `split_path` sees
        what was encoded; and query and fragment are left out.
    """
    protocol, separator, rest = text.partition("://")
    if not separator or not protocol:
        return None
    authority_end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    authority, tail = rest[:authority_end], rest[authority_end:]
    if "\\" in authority or any(map(str.isspace, authority)) or any(map(is_control, authority)):
        return None  # programs do not agree on where the host of such a URL begins
    userinfo, at, host = authority.partition("@")
    if not at:
        userinfo, host = "", authority
    username, colon, password = userinfo.partition(":")
    path = tail.partition("?")[0].partition("#")[0].strip("/")
    try:
        percent_decode(path)
        user = percent_decode(username) if at else None
        return Url(protocol, host, user, percent_decode(password) if colon else None, path or None)
    except UnicodeDecodeError:
        return None


def percent_decode(text: str) -> str:
    """Replace each %XX by its byte; a percent sign without two hex digits stays, as in git.

    Raises:
        UnicodeDecodeError: the bytes are not UTF-8.
    """
    if "%" not in text:
        return text
    first, *others = text.encode("utf-8", "surrogatepass").split(b"%")
    decoded = bytearray(first)
    for part in others:
        digits = part[:2].decode("latin-1")
        if len(digits) == 2 and HEX.issuperset(digits):
            decoded.append(int(digits, 16))
            decoded += part[2:]
        else:
            decoded += b"%" + part
    return decoded.decode("utf-8")


def canonical_origin(protocol: str, host_and_port: str) -> tuple[str, str, int] | None:
    """Return (scheme, host, port) if this is an address a profile can have, else None."""
    if not (protocol.isascii() and host_and_port.isascii()):
        return None  # before lower(): beyond ASCII it folds more than letters
    scheme = protocol.lower()
    if scheme not in DEFAULT_PORTS:
        return None
    host, colon, port_text = host_and_port.lower().rpartition(":")
    if not colon or port_text.endswith("]"):  # no port: the last colon stood inside [::1], or there was none
        host, port = host_and_port.lower(), DEFAULT_PORTS[scheme]
    elif port_text.isdigit() and port_text[0] != "0" and len(port_text) <= 5 and int(port_text) <= 65535:
        port = int(port_text)
    else:
        return None
    return (scheme, host, port) if is_plain_host(host) else None


def is_plain_host(host: str) -> bool:
    """Tell whether a lower-case ASCII text is a name of letters, digits and hyphens, or an IP literal."""
    if host.startswith("["):
        address = host[1:-1]
        return host.endswith("]") and address.count(":") >= 2 and frozenset("0123456789abcdef:.").issuperset(address)
    return len(host) <= 253 and all(
        0 < len(label) <= 63 and LDH.issuperset(label) and label[0] != "-" != label[-1] for label in host.split(".")
    )


def split_path(path: str) -> tuple[str, ...] | None:
    """Split a path into decoded segments; None if a server could take it for another path than the one compared.

    Servers and clients differ in what they do to a path before it is looked up: some resolve `..` also when its dots
    are encoded or a parameter follows (`..;x`), some take a backslash or an encoded slash for a slash, and some drop
    tabs, line ends and white space around it. A path that depends on such habits belongs to no profile. A parameter is
    not part of its segment, and a query is not part of the path; but git has decoded the path before it sends it, so
    what looks like a query may be part of the path, and is looked at too.
    """
    segments = []
    is_query = False
    for raw in path.strip("/").split("/"):
        try:
            decoded = percent_decode(raw)
        except UnicodeDecodeError:
            return None
        end = min((at for at in map(decoded.find, ";?#") if at >= 0), default=len(decoded))
        if decoded[:end].strip() in {".", ".."} or "\\" in decoded or any(map(is_control, decoded)):
            return None
        if decoded != raw and not UNSAFE.isdisjoint(decoded):
            return None
        if not is_query:
            segments.append(decoded[:end])
        is_query = is_query or not {"?", "#"}.isdisjoint(raw)
    while segments and not segments[-1]:
        segments.pop()
    return tuple(segments)


def is_loopback(host: str) -> bool:
    """Tell whether a canonical host can only be this machine."""
    return host in {"localhost", "[::1]"} or (host.startswith("127.") and host.replace(".", "").isdigit())
