"""Where git really goes for an address: `url.<base>.insteadOf` and `pushInsteadOf`, with no process.

Source: git's remote.c, alias_url: of all that an address begins with, the longest is replaced; of two that are the
same, the one whose base was named first. Where a pushInsteadOf fits, a push goes there, and no insteadOf counts for it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.git.setting import Setting

INSTEAD, PUSH_INSTEAD = "insteadof", "pushinsteadof"


def rewritten(entries: "list[Setting]", address: str, for_push: bool = False) -> "tuple[str, Setting | None]":
    """Return the address to which git goes for another one, and the setting that says so; None if none does.

    Args:
        entries: git's settings.
        for_push: whether it is one to push to, for which nothing else is set.
    """
    best = longest(entries, address, PUSH_INSTEAD) if for_push else None
    best = best or longest(entries, address, INSTEAD)
    return (address, None) if best is None else (best.context + address.removeprefix(best.value), best)


def longest(entries: "list[Setting]", address: str, name: str) -> "Setting | None":
    """Return the setting of a name that replaces the most of an address, or None."""
    found = [each for each in entries if (each.section, each.name) == ("url", name)]
    bases = list(dict.fromkeys(each.context for each in found))
    fitting = [each for each in found if address.startswith(each.value)]
    return max(fitting, key=lambda each: (len(each.value), -bases.index(each.context)), default=None)
