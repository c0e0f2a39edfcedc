r"""A series of tables in plain TOML, alike in all but their names and what is in their strings. See `plain`.

A part of a file, split at its quotation marks, is a list: what is outside of strings at the even places, what is inside
at the odd ones. In a series the outside repeats, so that it can be compared as a whole, without a look at each table:

    \n[profiles.work]\ninstance =     https://work.atlassian.net    \nemail =     you@example.com
    \n\n[profiles.home]\ninstance =     https://home.atlassian.net    \nemail =     me@example.com    \n
"""

from atla_credential.toml.line import NAME, is_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    Series = tuple[bytes, list[bytes], list[list[bytes]]]


def read_series(pieces: list[bytes]) -> "Series | None":
    """Read tables `[a.b]` of the same a.

    Args:
        pieces: a part of a file that begins with a line feed and a header, split at its quotation marks.

    Returns:
        Their a, their names b, and the two forms they have: what stands outside of the strings of all of them but the
        last, and of the last; to be checked yet. None if they are no series, or too few to be one.
    """
    outside = pieces[::2]
    period = next((at for at in range(1, len(outside)) if b"\n[" in outside[at]), 0)  # how many strings a table has
    if not period or not all(is_constant(outside[at::period]) for at in range(1, period)):
        return None
    border = outside[period]  # the end of a table, and the header of the next: as far as its first string
    end = border.find(b"\n[")
    before = border[: border.find(b".", end) + 1]
    after = border[len(before) :].lstrip(NAME)
    first = before[end + 2 : -1]
    if not is_name(first) or b"\n[" in after or b"\n[" in outside[-1]:  # tables without a string between the others
        return None
    heads = outside[:-1:period]
    heads[0] = border[:end] + heads[0]  # the first has no end of a table before it
    fixed = [after, *outside[1:period]]
    if after:
        names = bare_names(heads, before, after)
    else:
        names = pieces[1 :: 2 * period] if is_constant(heads) else []
        del fixed[0]
    if not names or not fixed or not fixed[0].startswith(b"]"):
        return None
    fixed[0] = fixed[0][1:]
    return first, names, [[*fixed, border[:end] + b"\n"], [*fixed, outside[-1]]]


def bare_names(heads: list[bytes], before: bytes, after: bytes) -> list[bytes]:
    """Return the names between two texts that all heads must have; none if one of them is otherwise."""
    middle = slice(len(before), -len(after))
    names = [head[middle] for head in heads]
    text, joined = b'"'.join(heads), b"".join(names)
    if len(text) - len(joined) != len(names) * (len(before) + len(after) + 1) - 1:
        return []  # and what is put together next is no longer than the text
    if text != before + (after + b'"' + before).join(names) + after:
        return []
    return [] if b"" in names or joined.translate(None, NAME) else names


def is_constant(column: list[bytes]) -> bool:
    """Tell whether all texts of a list are the same."""
    return column.count(column[0]) == len(column)
