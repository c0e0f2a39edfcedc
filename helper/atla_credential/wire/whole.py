"""Requests that are read to the end of the input: an object in JSON, or one text. Those of git's end before it.

Source: RFC 8259.
"""

from atla_credential import errors
from atla_credential.wire.message import REQUEST_LIMIT, read_chunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase


def read_all(stream: "RawIOBase", start: bytes = b"") -> str:
    """Read the whole input, in UTF-8, `start` being what was read of it. Raises MalformedRequest."""
    data = bytearray(start)
    while chunk := read_chunk(stream):
        data += chunk
        if len(data) > REQUEST_LIMIT:
            raise errors.MalformedRequest("the request is longer than 1 MiB")  # P4
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise errors.MalformedRequest("the request is not UTF-8") from None  # P11


def read_object(stream: "RawIOBase", start: bytes = b"") -> dict[str, object]:
    """Read the whole input, an object in JSON, `start` being what was read of it. Raises MalformedRequest."""
    import json  # door: it takes longer to load than a whole `get`, and git asks in lines

    try:
        found = json.loads(read_all(stream, start), object_pairs_hook=single)
    except (ValueError, RecursionError):
        raise errors.MalformedRequest("the request is not JSON") from None
    if not isinstance(found, dict):
        raise errors.MalformedRequest("the request is not an object")
    return found


def read_uri(stream: "RawIOBase", start: bytes) -> str:
    """Read the address that a request in JSON asks for, `start` being what was read of it. Raises MalformedRequest.

    Source: github.com/EngFlow/credential-helper-spec, schemas/get-credentials-request.schema.json.
    """
    uri = text_of(read_object(stream, start), "uri")
    if not uri:
        raise errors.MalformedRequest("the request has no uri", 'write {"uri": "https://..."}')
    return uri


def single(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object. Raises ValueError where a key has two different values, of which programs take one or the other.

    It is what P5 says of lines.
    """
    made: dict[str, object] = {}
    for key, value in pairs:
        if made.setdefault(key, value) != value:
            raise ValueError("a key has two different values")
    return made


def text_of(values: dict[str, object], key: str) -> str:
    """Return the text of an object's key, "" where it has none. Raises MalformedRequest if that is no text."""
    value = values.get(key, "")
    if not isinstance(value, str):
        raise errors.MalformedRequest(f"the {key} of the request is not a text")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        raise errors.MalformedRequest(f"the {key} of the request is not UTF-8") from None
    return value
