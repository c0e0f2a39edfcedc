"""What may be printed, and how a word is quoted."""

LONGEST_NAME = 32  # characters that a user name has


def is_control(character: str) -> bool:
    """Tell whether a character is a control character: C0, DEL or C1 (Unicode category Cc)."""
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0


def is_unfit(character: str) -> bool:
    """Tell whether a value that we write may not hold a character: a control, or what ends a line for others (P13)."""
    return is_control(character) or character in "\u2028\u2029"


def has_control(text: str) -> bool:
    """Tell whether a text holds a control character."""
    return not is_plain(text) and any(map(is_control, text))


def has_unfit(text: str) -> bool:
    """Tell whether a text holds a character that no value may hold."""
    return not is_plain(text) and any(map(is_unfit, text))


def is_plain(text: str) -> bool:
    """Tell whether a text is ASCII that may be printed, as nearly all are: no need to look at every character."""
    return text.isascii() and text.isprintable()


def is_surrogate(character: str) -> bool:
    """Tell whether a character is half of one: what Python makes of an argument or file name that is not UTF-8."""
    return "\ud800" <= character <= "\udfff"


def printable(text: str) -> str:
    """Escape what could move a terminal's cursor or forge a second line (safety U1).

    Lone surrogates come from file names that are not UTF-8; they are escaped too, so that printing cannot fail.
    """
    if is_plain(text):
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if is_unfit(character) or is_surrogate(character) or _turns(character)
        else character
        for character in text
    )


def _turns(character: str) -> bool:
    """Tell whether a character changes the writing direction, which can make a host name read backwards."""
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" or character in "\u061c\u200e\u200f"


def is_name(username: str) -> bool:
    """Tell whether a user name can be shown: all that is longer may be a token."""
    return len(username) <= LONGEST_NAME


def quoted(text: str) -> str:
    """Quote a word for a POSIX shell, so that a hint can be typed as it stands."""
    if text and all(character.isalnum() or character in "@%+=:,./-_" for character in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"
