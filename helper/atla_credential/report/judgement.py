"""Whether a profile and its token can work, as far as that can be told offline: what `get` and `login` would say of it.

No token is shown, and none kept.
"""

from atla_credential.answer.outside import outside_for
from atla_credential.answer.setting import SETTING
from atla_credential.environment import TOKEN_FILE
from atla_credential.errors import CredentialError, Unavailable, login_again, no_email
from atla_credential.input.token_shape import NO_CLOUD_ID, flaw, is_dead, lacks_cloud_id, oddities
from atla_credential.model import Credential, Query
from atla_credential.operations.get import git_answer
from atla_credential.places import table
from atla_credential.places.instance import is_atlassian_hosted
from atla_credential.wire.message import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.places.place import Place


class Judgement:
    """What is wrong with a profile and its token.

    Args:
        problems: why it cannot work, then the next steps; empty if nothing is known.
        verdict: the word for that, or None without a problem.
        oddities: what `login` warns of, each with the next step.
    """

    __slots__ = ("oddities", "problems", "verdict")

    def __init__(
        self, problems: "tuple[str, ...]" = (), verdict: str | None = None, oddities: "tuple[tuple[str, str], ...]" = ()
    ) -> None:
        self.problems, self.verdict, self.oddities = problems, verdict, oddities


def judge(profile: "Profile", given: Credential | None, origin: str) -> Judgement:
    """Judge a profile with the credential that it would answer with, or without one.

    Args:
        origin: where the token comes from: the name of a variable, or as in Resolution.
    """
    places = table.places(profile)
    if not places:
        is_stored = profile.store is not None
        correct = f"{login_again(profile.name)} --instance URL" if is_stored else "correct it in the variables"
        return Judgement(("no request can match its instance", correct), "incomplete")
    if not any(may_answer(profile, place) for place in places):
        fact = f'no request can match its instance, which has nothing of the product "{profile.product}"'
        return Judgement((fact, "correct product in helper.toml"), "incomplete")
    if given is None:
        return Judgement()
    spoken = places[0].speak(profile, None, given.secret)[0]
    username = given.username if spoken is None else spoken
    if username is None:
        error = no_email(profile.name, is_stored=profile.store is not None)
        return Judgement((error.message, *error.hints), "incomplete")
    answer = Credential(given.secret, username, refresh_secret=given.refresh_secret)
    found = refused(profile, answer, origin) or useless(profile, given.secret, origin)
    return Judgement(found, "unusable") if found else Judgement(oddities=tuple(odd(profile, given.secret, origin)))


def judge_at_hand(world: "World", profile: "Profile") -> Judgement:
    """Judge a profile as far as no keyring and no helper has to be asked for its token, which can take long."""
    try:
        outside, origin, secret = outside_for(world, profile), "", None
        if outside is not None:
            origin, secret = outside.namer, outside.secret
        elif profile.store == "file":
            origin, secret = "file", world.kept(profile, whole=True).secret  # as it was asked for before
    except Unavailable:  # as `status` says
        origin, secret = "", None
    return judge(profile, Credential(secret) if secret else None, origin)


def may_answer(profile: "Profile", place: "Place") -> bool:
    """Tell whether any request at a place is for a profile: it may be for a product that is not there."""
    return place.serves(Query(place.origin, place.root if place.needs_path else None), profile.product)


def refused(profile: "Profile", answer: Credential, origin: str) -> "tuple[str, ...]":
    """Return why a `get` would not hand out an answer, and the next step; nothing if it would."""
    for key, value in git_answer(answer, None, profile):
        try:
            check_value(key, value)
        except CredentialError as error:
            is_of_token = key != "username"
            return error.message, *((step(profile, origin, "without line ends"),) if is_of_token else error.hints)
    return ()


def useless(profile: "Profile", secret: str, origin: str) -> "tuple[str, ...]":
    """Return why no server takes a token, and the next step; nothing if its shape does not tell."""
    found = None if may_be_password(profile, secret) else flaw(secret)
    return (found[0], f"{found[1]}, then {step(profile, origin, 'to it')}") if found else ()


def may_be_password(profile: "Profile", secret: str) -> bool:
    """Tell whether a secret need not be a token: a host of one's own may take a password, which may hold anything."""
    if is_atlassian_hosted(profile.instance):
        return False
    return profile.only_as_told or (profile.auth == "basic" and not is_dead(secret))


def odd(profile: "Profile", secret: str, origin: str) -> "Iterator[tuple[str, str]]":
    """Yield what `login` would say of a token that may work all the same, each with the next step."""
    if profile.only_as_told:
        return
    found = flaw(secret)
    for oddity in [*([found[0]] if found else []), *oddities(secret, profile.instance, profile.auth)]:
        yield oddity, step(profile, origin, "to the right one")
    if lacks_cloud_id(profile):
        yield NO_CLOUD_ID, f"{login_again(profile.name)} --cloud-id ID"


def step(profile: "Profile", origin: str, how: str) -> str:
    """Return the step after which another token is where this one comes from.

    Args:
        how: what a variable is to be set to, such as "to it".
    """
    if origin == "helper":
        return "put another one where the helper has it from"
    if origin == SETTING or origin.startswith(TOKEN_FILE):
        return f"write another one into the file that {origin} names"
    return f"set {origin} {how}" if origin not in ("keyring", "file") else login_again(profile.name)
