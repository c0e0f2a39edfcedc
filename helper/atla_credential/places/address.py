r"""Addresses as they are written: a URL and its parts, an origin, a path.

The rule behind every line: two addresses are the same only if their ASCII bytes are (safety O1). The standard
library's parsers are made to be lenient: `"\u212a".lower()` is "k", `int("4_43")` is 443, and `urlsplit` drops
tabs. So this module is small, exact, and refuses what it does not know.
"""

from atla_credential.text import has_control

DEFAULT_PORTS = {"https": 443, "http": 80}
LDH = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")  # letters, digits, hyphen: RFC 952, RFC 1123
HEX = frozenset("0123456789abcdefABCDEF")
ESCAPED = "/"  # what stands in a path for a segment that has an encoded slash, hash or percent sign


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
    authority_end = first_of("/?#", rest)
    authority, tail = rest[:authority_end], rest[authority_end:]
    if "\\" in authority or any(map(str.isspace, authority)) or has_control(authority):
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


def with_scheme(text: str) -> str:
    """Return an address with `https://` before it, where it has no scheme; a "://" behind its host is none."""
    scheme, separator, _ = text.partition("://")
    return text if separator and first_of("/?#", scheme) == len(scheme) else f"https://{text}"


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
    what looks like a query may be part of the path, and is looked at too. Where REST addresses hold an encoded slash,
    hash or percent sign, the segment is ESCAPED, and the place says whether that is harmless there.
    """
    segments = []
    is_query = False
    for raw in path.strip("/").split("/"):
        try:
            segment = percent_decode(raw)
        except UnicodeDecodeError:
            return None
        codes = raw.upper() if segment != raw else ""
        is_escaped = "%2F" in codes or "%23" in codes or "%25" in codes
        was_query, is_query = is_query, is_query or "?" in raw or "#" in raw
        if "\\" in segment or has_control(segment) or "%3B" in codes or "%3F" in codes:
            return None
        if is_escaped and is_query:
            return None
        ends = ";" if is_escaped else ";?#"
        parts = [part[: first_of(ends, part)] for part in segment.split("/")]
        if any(part.strip() in {".", ".."} for part in parts):
            return None
        if not was_query:
            segments.append(ESCAPED if is_escaped else parts[0])
    while segments and not segments[-1]:
        segments.pop()
    return tuple(segments)


def first_of(characters: str, text: str) -> int:
    """Return where the first of some characters stands in a text; without one, how long the text is."""
    return min((at for at in map(text.find, characters) if at >= 0), default=len(text))


def without_git(path: tuple[str, ...], at: int) -> tuple[str, ...]:
    """Return a path without the `.git` at the end of the repository's name, which is its segment number `at`."""
    name = path[at : at + 1]
    return (*path[:at], name[0].removesuffix(".git") or name[0], *path[at + 1 :]) if name else path


def is_loopback(host: str) -> bool:
    """Tell whether a canonical host can only be this machine."""
    return host in {"localhost", "[::1]"} or (host.startswith("127.") and host.replace(".", "").isdigit())
