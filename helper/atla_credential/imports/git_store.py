"""What git's own helper `store` keeps: an address in each line, with user name and password.

Source: git's builtin/credential-store.c, which passes over what is no such line; percent signs as in credential.c.
"""

from atla_credential.imports.foreign_login import BY_HAND, ForeignLogin
from atla_credential.imports.source_file import read_text
from atla_credential.places.address import split_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE = ("it is no address that can be read in one way only", BY_HAND)


def read(path: str) -> list[ForeignLogin] | None:
    """Return the entries; None if there is no such file. Raises Unavailable."""
    text = read_text(path)
    return None if text is None else list(entries(text, path))


def entries(text: str, path: str) -> "Iterator[ForeignLogin]":
    """Yield an entry for each line that git would take for one."""
    for number, line in enumerate(text.split("\n"), 1):
        place, url = f"line {number}", split_url(line.removesuffix("\r"))
        if url is None or "@" in url.host:  # of two of these, git takes the first one, and others the last one
            rest = line.partition("://")[2].rpartition("@")[2].rstrip()
            bare = split_url(f"https://{rest}")
            if rest and bare is not None:  # of which the host can be told
                yield ForeignLogin(path, place, f"https://{bare.host}", left_out=UNREADABLE)
        elif url.username is not None and url.password is not None:
            address = f"{url.protocol}://{url.host}{f'/{url.path}' if url.path else ''}"
            yield ForeignLogin(path, place, address, url.username, url.password, removal="remove that line there")
