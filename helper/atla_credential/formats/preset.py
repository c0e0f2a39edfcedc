"""How another program gets a credential in its variables: which it can use, what is set, and what is removed.

The programs themselves are in `presets`.
"""

from binascii import b2a_base64

from atla_credential import errors
from atla_credential.formats.json import answer
from atla_credential.formats.kind import at_gateway, kind_of, main_base, product_of
from atla_credential.places.instance import CLOUD_SUFFIX, parse_instance
from atla_credential.places.services import places
from atla_credential.text import quoted
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from atla_credential.model import Profile, Query, Resolution
    from atla_credential.places.instance import Origin

    Names = dict[str, str]  # of variables, with what they are set to: braces hold a key of an Offer's values

ANY = "*"  # at the end of a variable's name: all that begin so
OTHER = {"jira": "confluence", "confluence": "jira"}


class Offer:
    """A profile, as a program may use it.

    Args:
        base, auth: as in `kind_of`.
        values: what it says, by the keys of the JSON answer and some more; none of one that is only looked at.
    """

    def __init__(self, profile: "Profile", base: str, auth: str | None, values: "Names | None" = None) -> None:
        self.profile, self.base, self.values = profile, base, values or {}
        self.kind, self.product = kind_of(profile, base, auth), product_of(profile, base)

    @classmethod
    def answering(cls, resolution: "Resolution", query: "Query | None") -> "Offer":
        """Return what an answer offers. Raises CredentialError for what cannot be handed out."""
        given = answer(resolution, query)
        values = {key: str(value) for key, value in given.items() if value is not None}
        for key, value in values.items():
            check_value(key, value)
        base = values["apiBaseUrl"]
        parsed, at = parse_instance(base), at_gateway(base)
        host = parsed[0][1] if parsed else ""
        values |= {"host": host, "site": host.removesuffix(CLOUD_SUFFIX), "cloudId": at[1] if at else ""}
        values["passwordBase64"] = b2a_base64(values["password"].encode(), newline=False).decode("ascii")
        return cls(resolution.profile, base, values["authType"], values)


class Part:
    """What a program reads for one product.

    Args:
        names: of each kind of profile that it can use, the variables that are set.
        product: the product; None for several.
        alone: the kinds of profiles that have to be for this product alone.
        place: the service at which the profile has to answer, or None.
        stored: whether the program looks the profile up in config.toml itself.
    """

    def __init__(
        self, names: "dict[str, Names]", product: str | None = None, alone: tuple[str, ...] = (),
        place: "Origin | None" = None, stored: bool = False,
    ) -> None:  # fmt: skip
        self.names, self.product, self.alone, self.place, self.stored = names, product, alone, place, stored

    def fits(self, offer: Offer) -> int:
        """Return how well a profile fits: 0 if it does not, 2 if it is for this product alone."""
        profile = offer.profile
        if offer.kind not in self.names or (self.stored and profile.store is None):
            return 0
        if self.place and not self.answers(profile):
            return 0
        if offer.product is None or self.product is None:
            return 0 if offer.kind in self.alone else 1
        return 2 if offer.product == self.product else 0

    def answers(self, profile: "Profile") -> bool:
        """Tell whether a profile answers at the service."""
        instance = parse_instance(profile.instance)
        return instance is not None and any(each.origin == self.place for each in places(profile, instance))


class Preset:
    """What one program reads.

    Args:
        parts: one, or one for each product that it talks to.
        contrary: what would come before what is set, beside the variables of other kinds.
    """

    def __init__(self, *parts: Part, contrary: tuple[str, ...] = ()) -> None:
        self.parts, self.contrary = parts, contrary

    def variables(self) -> list[str]:
        """Return the names of all variables that it sets or removes; ANY stands at the end of some."""
        rows = (row for part in self.parts for row in part.names.values())
        return list(dict.fromkeys([*(name for row in rows for name in row), *self.contrary]))

    def serves(self, offer: Offer) -> bool:
        """Tell whether the program can use a profile's credential."""
        return any(part.fits(offer) for part in self.parts)

    def wants_beside(self, offer: Offer) -> str | None:
        """Return the product that a second profile may be for, None where a second one is of no use."""
        return OTHER.get(offer.product or "jira") if len(self.parts) > 1 else None

    def changes(self, offers: "list[Offer]", present: "Iterable[str]" = ()) -> dict[str, str | None]:
        """Return the variables with their values, None for one that is to be removed.

        Args:
            offers: of which the first one serves; of each part, the one that fits best is taken.
            present: the names of the variables that there are.
        """
        made: dict[str, str] = {}
        for part in self.parts:
            best = max(offers, key=part.fits)
            if best.kind is not None and part.fits(best):
                made |= {name: text.format_map(best.values) for name, text in part.names[best.kind].items()}
        starts = tuple(name.removesuffix(ANY) for name in self.variables() if name.endswith(ANY))
        named = [name for name in self.variables() if not name.endswith(ANY)]
        others = [name for name in present if starts and name.startswith(starts)]
        return {name: made.get(name) for name in dict.fromkeys([*named, *others])}


def useless(name: str, preset: Preset, offer: Offer, others: "Iterable[Profile]") -> "errors.CredentialError":
    """Say that a program cannot use a profile, and which one it could, or of which kind that would have to be."""
    profile = offer.profile
    said = f'{name} cannot use profile "{profile.name}"'
    if offer.base != main_base(profile) and preset.serves(usual(profile)):
        step = f"name the profile instead of the address: --profile {quoted(profile.name)}"
        return errors.CredentialError(f"{said} at the address that was asked for", step)
    able = [f'"{each.name}"' for each in others if each.name != profile.name and preset.serves(usual(each))]
    if able:
        return errors.CredentialError(said, f"it could use profile {' or '.join(able)}; name it with --profile")
    kinds = dict.fromkeys(kind for part in preset.parts for kind in part.names)
    where = "in config.toml " if preset.parts[0].stored else ""
    could = f"it could use one {where}for {'; '.join(kinds)}"
    return errors.CredentialError(said, could, "make one: atla-credential login")


def usual(profile: "Profile") -> Offer:
    """Return what a profile offers where no address is asked for, as far as its settings tell."""
    return Offer(profile, main_base(profile), profile.auth)
