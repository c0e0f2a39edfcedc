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


class Writer:
    """Builds a message, or its body, value by value."""

    def __init__(self) -> None:
        self.data = bytearray()

    def pad(self, size: int) -> "Writer":
        """Fill up to a multiple of a size."""
        self.data += bytes(-len(self.data) % size)
        return self

    def number(self, value: int) -> "Writer":
        """Add a u32."""
        self.pad(4).data += value.to_bytes(4, "little")
        return self

    def text(self, value: str) -> "Writer":
        """Add a string or an object path."""
        data = value.encode("utf-8")
        self.number(len(data)).data += data + b"\0"
        return self

    def signature(self, value: str) -> "Writer":
        """Add a signature."""
        self.data += bytes([len(value)]) + value.encode("ascii") + b"\0"
        return self

    def texts(self, values: dict[str, str]) -> "Writer":
        """Add a dictionary of strings, `a{ss}`."""
        entries = Writer()
        for name, value in values.items():
            entries.pad(8).text(name).text(value)
        self.number(len(entries.data)).pad(8).data += entries.data
        return self


def call(serial: int, destination: str, path: str, interface: str, member: str, signature: str, body: Writer) -> bytes:
    """Return a message that calls a method.

    Args:
        serial: tells its reply from others; not 0.
        signature: the types of what is in the body.
    """
    fields = {PATH: path, INTERFACE: interface, MEMBER: member, DESTINATION: destination, SIGNATURE: signature}
    block = Writer()
    for code, value in fields.items():
        if value:
            block.pad(8).data.append(code)
            block.signature(FIELDS[code])
            block.signature(value) if code == SIGNATURE else block.text(value)
    message = Writer()
    message.data += bytes([ord("l"), CALL, 0, 1])
    message.number(len(body.data)).number(serial).number(len(block.data))
    message.data += block.data
    message.pad(8).data += body.data
    return bytes(message.data)


def length_of(head: bytes) -> int:
    """Return how long a message is, from its first 16 bytes.

    Raises:
        Unexpected: it is longer than anything we ask for, or no message in little-endian order.
    """
    values = Values(head, 4)
    body, _, fields = values.number(), values.number(), values.number()
    length = HEAD + fields + -fields % 8 + body
    if head[0] != ord("l") or head[3] != 1 or length > LARGEST:
        raise Unexpected
    return length


class Message:
    """A message that came in.

    Args:
        data: all of it.

    Raises:
        Unexpected: it is not one.
    """

    __slots__ = ("body", "kind", "reply_to", "signature")

    def __init__(self, data: bytes) -> None:
        self.kind = data[1]
        fields = Values(data, HEAD - 4)
        end = HEAD + fields.number()
        found: dict[int, str | int] = {}
        while fields.at < end:
            code, kind = fields.pad(8).octet(), fields.signature()
            if FIELDS.get(code) != kind or code in found:
                raise Unexpected
            if kind == "u":
                found[code] = fields.number()
            else:
                found[code] = fields.signature() if kind == "g" else fields.text()
        if fields.at != end:
            raise Unexpected
        self.reply_to = found.get(REPLY_SERIAL)
        self.signature = found.get(SIGNATURE, "")
        self.body = Values(data, fields.pad(8).at)


class Values:
    """Takes a message's values one after the other; each method raises Unexpected where there is no such value.

    Args:
        data: the message.
        at: where the first value begins.
    """

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
