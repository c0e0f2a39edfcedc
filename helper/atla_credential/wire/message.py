"""The wire: git's credential protocol, read and written.

    request = *( key "=" value LF ) ( LF / end of file )
    answer  = *( key "=" value LF )

The rules P1 to P12 are sentences in docs/reference/protocol.md, comments beside the lines that keep them, and
files in tests/wire/.

Source: git-credential(1), gitcredentials(7).
"""

import time

from atla_credential import errors
from atla_credential.places.address import percent_decode, split_url
from atla_credential.text import has_control, has_unfit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import RawIOBase

REQUEST_LIMIT = 1 << 20  # bytes; git itself writes lines of up to 64 KiB, and we promise 100 KiB
CHUNK = 1 << 16
PAUSE_S = 0.01

SINGLE_KEYS = frozenset({
    "protocol", "host", "path", "username", "password", "authtype", "credential", "ephemeral", "password_expiry_utc",
    "oauth_refresh_token", "url",
})  # fmt: skip
CHALLENGES = "wwwauth[]"
REPEATED_KEYS = frozenset({"capability[]", CHALLENGES})


class Message:
    """A request as it was written: `single` maps a key to its value, `repeated` a `key[]` to its values."""

    __slots__ = ("repeated", "single")

    def __init__(self) -> None:
        self.single: dict[str, str] = {}
        self.repeated: dict[str, list[str]] = {}

    def get(self, key: str) -> str | None:
        """Return the value of a single key, or None if the request does not have it."""
        return self.single.get(key)

    def __bool__(self) -> bool:
        return bool(self.single or self.repeated)


def read_message(stream: "RawIOBase") -> Message | None:
    """Read one request.

    Args:
        stream: an unbuffered binary stream; it is read no further than the request's end needs.

    Returns:
        None if the stream ended before its first byte.

    Raises:
        MalformedRequest: a wire rule is broken. The message names the rule's subject, never the input.
    """
    data = read_request(stream)
    return message_of(data) if data else None


def message_of(data: bytes) -> Message:
    """Return the request that bytes are. Raises MalformedRequest, as `read_message`."""
    message = Message()
    # P1: bytes, and LF alone ends a line; str.splitlines() would split on eleven characters.
    for line in data.split(b"\n"):
        if line.endswith(b"\r"):
            line = line[:-1]
        if not line:
            break  # P2: a blank line ends the request, whatever follows it
        if b"\r" in line or b"\0" in line:
            raise errors.MalformedRequest("the request has a carriage return or a null byte inside a line")  # P1
        add_line(message, line)
    if "url" in message.single:
        add_url(message, message.single["url"])
    return message


def read_request(stream: "RawIOBase") -> bytes:
    """Read bytes up to and including the blank line, or to the end of the stream (P2)."""
    data = bytearray()
    while chunk := read_chunk(stream):
        start = max(len(data) - 3, 0)  # a blank line may straddle two chunks
        data += chunk
        end = find_blank_line(data, start)
        if (end if end >= 0 else len(data)) > REQUEST_LIMIT:
            raise errors.MalformedRequest("the request is longer than 1 MiB")  # P4
        if end >= 0:
            break
    return bytes(data)


def read_chunk(stream: "RawIOBase") -> bytes:
    """Read what is there, at least one byte; nothing at the end of the stream.

    A stream that was set not to block answers None while nothing is there. That is not its end: to take it for the
    end would cut a request before its host.
    """
    try:
        while (chunk := stream.read(CHUNK)) is None:
            time.sleep(PAUSE_S)
    except OSError as error:
        raise errors.CredentialError(f"cannot read standard input: {(error.strerror or 'no stream').lower()}") from None
    return chunk


def find_blank_line(data: bytearray, start: int) -> int:
    """Return where the line before the first blank line ends, or -1; nothing before `start` needs another look."""
    if data.startswith((b"\n", b"\r\n")):
        return 0
    return min((at for at in (data.find(b"\n\n", start), data.find(b"\n\r\n", start)) if at >= 0), default=-1)


def add_line(message: Message, line: bytes) -> None:
    """Add one `key=value` line to the message."""
    key_bytes, separator, value_bytes = line.partition(b"=")
    if not separator:
        raise errors.MalformedRequest("the request has a line without '='")  # P8
    key = key_bytes.decode("utf-8", "replace")
    if key not in SINGLE_KEYS and key not in REPEATED_KEYS:
        return  # P8: keys we do not know are for somebody else
    try:
        value = value_bytes.decode("utf-8", "replace" if key == CHALLENGES else "strict")  # a server's words, not ours
    except UnicodeDecodeError:
        raise errors.MalformedRequest(f"the value of {key} is not UTF-8") from None  # P11
    if key in SINGLE_KEYS:
        add_single(message, key, value)
    elif value:
        message.repeated.setdefault(key, []).append(value)
    else:
        message.repeated[key] = []  # P9: an empty value clears what came before


def add_single(message: Message, key: str, value: str) -> None:
    """Add the value of a key that may stand once only."""
    if message.single.setdefault(key, value) != value:
        # P5: git takes the last, a careless filter the first; between the two a token changes hands
        raise errors.MalformedRequest(f"the request has two different values of {key}")


def add_url(message: Message, text: str) -> None:
    """Add a URL's parts as if each had come on a line of its own (P10)."""
    url = split_url(text)
    if url is None:
        raise errors.MalformedRequest("this is not a url", "for example https://work.atlassian.net")
    if has_control(text):  # behind "?" and "#" too, though nothing there tells whose it is: it is shown and handed on
        raise errors.MalformedRequest("the url has a control character")
    for key in ("protocol", "host", "username", "password", "path"):
        value = getattr(url, key)
        if value is None:
            continue
        if has_control(percent_decode(value) if key == "path" else value):
            raise errors.MalformedRequest(f"the {key} of the url has a control character")
        add_single(message, key, value)


def write_message(stream: "RawIOBase", lines: "Iterable[tuple[str, str]]") -> None:
    """Write `key=value` lines, all in one write.

    Raises:
        CredentialError: a value has a control character; then nothing at all is written (P6).
        AnswerLost: the stream does not take the bytes.
    """
    text = ""
    for key, value in lines:
        check_value(key, value)
        text += f"{key}={value}\n"
    write_all(stream, text.encode("utf-8"))


def check_value(key: str, value: str) -> None:
    """Refuse a value that could not be handed out.

    Raises:
        CredentialError: it has a control character; one line feed in a value would be a line of its own (P6).
    """
    if has_unfit(value):
        raise errors.CredentialError(
            f"the {key} has a control character and cannot be handed out", "set it without line ends"
        )


def write_all(stream: "RawIOBase", data: bytes) -> None:
    """Write every byte; a pipe may take fewer than it was given. Raises AnswerLost."""
    view = memoryview(data)
    while view:
        try:
            written = stream.write(view)
        except OSError as error:
            raise errors.answer_lost(error) from None
        if written is None:  # a stream that was set not to block, and is full
            time.sleep(PAUSE_S)
        view = view[written or 0 :]
