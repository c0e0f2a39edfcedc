"""Why bytes are no UTF-8, in words: some editors and shells of Windows write other encodings without a word."""

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # its byte order marks
SAMPLE = 64  # bytes; ASCII in UTF-16 is half null bytes


def name_of(data: bytes) -> str | None:
    """Return the name of the encoding that some bytes are in, if it is one that is known and not UTF-8."""
    start = data[:SAMPLE]
    is_half_null = len(start) < start.count(0) * 3 < len(start) * 2  # all of them are nulls after a crash
    return "UTF-16" if data.startswith(UTF_16) or is_half_null else None


def fault(data: bytes) -> tuple[str, str] | None:
    """Return why some bytes are not UTF-8, as the end of a sentence, and the next step; None if they are."""
    name = name_of(data)
    if name is not None:
        return f"it is {name}, not UTF-8", "save it as UTF-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"it is not UTF-8 at line {line}", "save it as UTF-8"
    return None
