"""What `exec --as` and `get --format env --as` change: the variables of the program that is to have the credential."""

from atla_credential import errors
from atla_credential.formats import env
from atla_credential.formats.kind import is_same_site, main_base, product_of
from atla_credential.formats.preset import Offer, useless
from atla_credential.formats.presets import NAMES, OWN, PRESETS
from atla_credential.operations.call import Call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.formats.preset import Preset
    from atla_credential.model import Profile, Query, Resolution

    LookUp = Callable[[Call, Query | None], Resolution | None]
    Render = Callable[[Resolution, Query | None, dict[str, str]], bytes]


def changes(
    call: Call, name: str, resolution: "Resolution", query: "Query | None", look_up: "LookUp"
) -> dict[str, str | None]:
    """Return the variables of a preset with their values, None for one that is to be removed.

    Args:
        look_up: finds what can be handed out of another profile.

    Raises what `json.answer` does, and CredentialError for a value that cannot be handed out or a profile of no use.
    """
    if name == OWN:
        return env.own_values(resolution, query)
    preset, first = PRESETS[name], Offer.answering(resolution, query)
    if not preset.serves(first):
        raise useless(name, preset, first, stored(call))
    second = beside(call, preset, first, look_up)
    present = [each for each, _ in call.environment.variables.items()]
    return preset.changes([first, second] if second else [first], present)


def beside(call: Call, preset: "Preset", first: Offer, look_up: "LookUp") -> Offer | None:
    """Return the same account's profile at the same site for the program's other product, None where there is none.

    One that has no token is passed over, and said.
    """
    product = preset.wants_beside(first)
    found = product and next((each for each in stored(call) if is_beside(each, first.profile, product)), None)
    if not found:
        return None
    try:
        resolution = look_up(Call(call.world, {"--profile": found.name}, call.stdin, call.stdout, call.warn), None)
        if resolution is not None and resolution.credential is not None:
            return Offer.answering(resolution, None)
        reason = "it has no token"
    except errors.CredentialError as error:
        reason = error.message
    call.warn(f'profile "{found.name}" is left out: {reason}')
    return None


def is_beside(profile: "Profile", first: "Profile", product: str) -> bool:
    """Tell whether a profile is the same account's, at the same site, and for one product alone."""
    account = (first.email, first.auth)
    is_own = profile.counts and (profile.email, profile.auth) == account and is_same_site(profile, first)
    return is_own and product_of(profile, main_base(profile)) == product


def stored(call: Call) -> "list[Profile]":
    """Return the profiles of config.toml by name; what cannot be read serves nobody."""
    try:
        return [profile for _, profile in sorted(call.world.config.profiles.items())]
    except errors.NoHome:
        return []
    except errors.Unavailable as error:
        call.warn(error.message)
        return []


def renderer(call: Call, look_up: "LookUp") -> "Render":
    """Return what renders the variables of the preset that `--as` names. Raises UsageError for none of the list."""
    name = call.options["--as"]
    if name not in NAMES:
        raise errors.UsageError(f"--as takes one of: {', '.join(NAMES)}", "see: atla-credential exec --list-presets")
    env.check(call.options)
    return lambda resolution, query, options: env.lines(changes(call, name, resolution, query, look_up), options)
