r"""Messages of D-Bus, of the few kinds that reading a secret takes; whatever else stands in one is refused.

    message  = head fields padding body          ; padding: zeros up to the next multiple of 8
    head     = "l" kind flags %x01 u32 u32       ; little-endian; length of the body, serial number
    fields   = u32 *( padding u8 variant )       ; their length in bytes first; FIELDS lists them
    variant  = signature value
    string   = u32 bytes %x00                    ; UTF-8; an object path likewise
    signature = u8 bytes %x00
    array    = u32 padding *value                ; length in bytes, not counting the padding

Every value stands at a multiple of its own size, counted from the start of the message: numbers and lengths of strings
at 4, structs and entries of dictionaries at 8, single bytes anywhere.

Source: D-Bus Specification 0.43, "Marshaling (Wire Format)" and "Message Protocol".
"""

CALL, REPLY, ERROR, SIGNAL = 1, 2, 3, 4
PATH, INTERFACE, MEMBER, REPLY_SERIAL, DESTINATION, SIGNATURE = 1, 2, 3, 5, 6, 8
FIELDS = {1: "o", 2: "s", 3: "s", 4: "s", 5: "u", 6: "s", 7: "s", 8: "g", 9: "u"}  # code: type of its value
HEAD = 16  # bytes up to the length of the fields, inclusive
LARGEST = 1 << 20  # bytes of a message; the specification allows 128 times as much


class Unexpected(Exception):
    """What stands there is no message that we know how to read."""


def number(value: int) -> bytes:
    """Return a u32."""
    return value.to_bytes(4, "little")


def text(value: str) -> bytes:
    """Return a string or an object path."""
    data = value.encode("utf-8")
    return number(len(data)) + data + b"\0"


def signature(value: str) -> bytes:
    """Return a signature."""
    return bytes([len(value)]) + value.encode("ascii") + b"\0"


def padded(data: bytes, size: int) -> bytes:
    """Fill up to a multiple of a size."""
    return data + bytes(-len(data) % size)


def texts(values: dict[str, str]) -> bytes:
    """Return a dictionary of strings, `a{ss}`, for the beginning of a body."""
    entries = b""
    for name, value in values.items():
        entries = padded(padded(entries, 8) + text(name), 4) + text(value)
    return padded(number(len(entries)), 8) + entries


def call(serial: int, destination: str, path: str, interface: str, member: str, types: str, body: bytes) -> bytes:
    """Return a message that calls a method.

    Args:
        serial: tells its reply from others; not 0.
        types: the signature of what is in the body.
    """
    fields = b""
    for code, value in ((PATH, path), (INTERFACE, interface), (MEMBER, member), (DESTINATION, destination)):
        fields = padded(fields, 8) + bytes([code]) + signature(FIELDS[code]) + text(value)
    if types:
        fields = padded(fields, 8) + bytes([SIGNATURE]) + signature(FIELDS[SIGNATURE]) + signature(types)
    head = b"l" + bytes([CALL, 0, 1]) + number(len(body)) + number(serial) + number(len(fields))
    return padded(head + fields, 8) + body


def length_of(head: bytes) -> int:
    """Return how long a message is, from its first 16 bytes. Raises Unexpected for one that is no answer of ours."""
    values = Values(head, 4)
    body, _, fields = values.number(), values.number(), values.number()
    length = HEAD + fields + -fields % 8 + body
    if head[0] != ord("l") or head[3] != 1 or length > LARGEST:
        raise Unexpected
    return length


def read_message(data: bytes) -> "tuple[int, int, str, Values]":
    """Read a whole message. Raises Unexpected.

    Returns:
        Its kind, the serial number that it replies to or 0, the types in its body, and the body.
    """
    values = Values(data, HEAD - 4)
    end = HEAD + values.number()
    codes, reply_to, types = set(), 0, ""
    while values.at < end:
        code, kind = values.pad(8).octet(), values.signature()
        if FIELDS.get(code) != kind or code in codes:
            raise Unexpected
        codes.add(code)
        if code == REPLY_SERIAL:
            reply_to = values.number()
        elif code == SIGNATURE:
            types = values.signature()
        else:
            values.number() if kind == "u" else values.text()
    if values.at != end:
        raise Unexpected
    return data[1], reply_to, types, values.pad(8)


class Values:
    """Takes a message's values one after the other; each method raises Unexpected where there is no such value."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, length: int) -> bytes:
        """Take so many bytes."""
        taken = self.data[self.at : self.at + length]
        if len(taken) != length:
            raise Unexpected
        self.at += length
        return taken

    def pad(self, size: int) -> "Values":
        """Go on to a multiple of a size."""
        if any(self.take(-self.at % size)):
            raise Unexpected
        return self

    def octet(self) -> int:
        """Take a byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Take a u32."""
        return int.from_bytes(self.pad(4).take(4), "little")

    def text(self) -> str:
        """Take a string or an object path."""
        return self._text(self.number())

    def signature(self) -> str:
        """Take a signature."""
        return self._text(self.octet())

    def octets(self) -> bytes:
        """Take an array of bytes."""
        return self.take(self.number())

    def texts(self) -> list[str]:
        """Take an array of strings or object paths."""
        found, end = [], self.number() + self.at
        while self.at < end:
            found.append(self.text())
        if self.at != end:
            raise Unexpected
        return found

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.at != len(self.data):
            raise Unexpected

    def _text(self, length: int) -> str:
        data = self.take(length)
        if self.take(1) != b"\0" or b"\0" in data:
            raise Unexpected
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise Unexpected from None
