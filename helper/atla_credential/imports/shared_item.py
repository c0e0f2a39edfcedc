"""Logins whose token is in an item of a keyring: one that several servers share is nobody's."""

from atla_credential.imports.foreign_login import BY_HAND, UNKNOWN, ForeignLogin
from atla_credential.input.instance import complete_instance
from atla_credential.places.instance import same_site
from atla_credential.text import printable

SHARED = ("the same login is there for another server, and the keyring has one token for both", BY_HAND)


def without_shared(found: list[ForeignLogin], others: list[ForeignLogin]) -> list[ForeignLogin]:
    """Return logins, those left out that another server has too: nobody knows for which of the two the token is.

    Args:
        others: what stands in the files that are not meant, and is looked up in the same keyring.
    """
    return [entry if entry.left_out else judged(entry, [*found, *others]) for entry in found]


def judged(entry: ForeignLogin, known: list[ForeignLogin]) -> ForeignLogin:
    """Return a login as it is, or left out."""
    for other in known:
        if shares(entry, other):
            if other.item and other.item[1] == UNKNOWN:
                what = "may have the same login at another server, and is not understood"
                return entry.left(f"{printable(other.path)} {what}", BY_HAND)
            return entry.left(*SHARED)
    return entry


def shares(one: ForeignLogin, other: ForeignLogin) -> bool:
    """Tell whether two logins have one item, or may have, and two servers."""
    if one.item is None or other.item is None or one.item[0] != other.item[0]:
        return False
    sites = [complete_instance(each.address)[0] for each in (one, other)]
    return other.item[1] in (one.item[1], UNKNOWN) and sites[0] != sites[1] and not same_site(*sites)
