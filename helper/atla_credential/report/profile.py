"""What is known of a profile, offline and without its token: the body of `status --json`."""

import re

from atla_credential.answer.binding import active_profile, holder_for, is_bound
from atla_credential.answer.outside import path_in
from atla_credential.answer.rules import rule_variables
from atla_credential.answer.setting import SETTING
from atla_credential.answer.sources import find_secret
from atla_credential.errors import Unavailable, restore
from atla_credential.formats.json import iso_time
from atla_credential.input.token_shape import latest_end
from atla_credential.model import ASIDE
from atla_credential.places.instance import BITBUCKET, GATEWAYS, is_cloud, parse_instance
from atla_credential.profiles.notes import noted, noted_of
from atla_credential.report.expiry import Expiry, overdue, verdict
from atla_credential.report.judgement import Judgement, judge
from atla_credential.report.surroundings import warnings_around
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from atla_credential.answer.search import Search
    from atla_credential.answer.world import World
    from atla_credential.model import Credential, Profile


def chosen_profile(search: "Search") -> "Profile | None":
    """Return the profile that a person means without naming an address, or None. Raises NoCredential.

    That is the one that variables alone make, or the one named, or the active one.
    """
    for claim in rule_variables(search):
        return claim.profile
    name = search.profile_name or search.environment.profile
    profile = search.named_profile(name) if name else active_profile(search.world)
    return profile or search.world.profile_of_variables


def known_profiles(search: "Search") -> "list[Profile]":
    """Return all profiles by name, that of the variables first unless a stored one is for the same account."""
    stored = sorted(search.config.profiles.values(), key=lambda profile: profile.name)
    variables = search.world.profile_of_variables
    return [variables, *stored] if variables and not any(is_bound(search.world, each) for each in stored) else stored


def active_among(search: "Search", known: "list[Profile]") -> "Profile | None":
    """Return the one of the known profiles that is the active one, or None."""
    if not rule_variables(search):
        return active_profile(search.world)
    own = [profile for profile in known if profile.store is None]
    return next(iter([*own, *(each for each in known if is_bound(search.world, each))]), None)


def report(search: "Search", profile: "Profile", days: int | None = None) -> "tuple[dict[str, Any], Judgement]":
    """Return what is known of a profile, and what is wrong with it; the keys are those of docs/reference/commands.md.

    Args:
        days: a token that ends within so many is one that ends soon; None: within a week.
    """
    token, given, judgement = find_token(search, profile)
    notes = noted_of(search.world, profile, given.secret if given and token == profile.store else None)
    end = expiry(profile, token, given, notes.since_utc)
    variable = variable_in_use(search, profile)
    known = {
        "configured": True,
        "profile": profile.name,
        "instance": shown_instance(profile),
        "email": profile.email,
        "username": profile.username,
        "product": profile.product,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "apiTarget": api_target(profile),
        "cloudId": profile.cloud_id,
        "token": token,
        "tokenVariable": variable,
        "tokenFile": token_file_of(search, profile, token, variable),
        "keyring": keyring_of(search.world, profile, token),
        "hasEnvToken": variable is not None,
        "hasKeychainToken": profile.store == "keyring" and search.world.has_token(profile),
        "hasPatInConfig": search.world.has_token(profile, "file"),
        "expiresAt": iso_time(end.given_utc),
        "expiresAtLatest": iso_time(end.latest_utc),
        "rejectedAt": iso_time(rejected_at(search.world, profile)) if token == "setAside" else None,
        "verdict": judgement.verdict or verdict(token, end.utc, days),
        "verifiedAt": iso_time(notes.verified_utc),
        "problems": list(judgement.problems) or ([overdue(profile.name)] if end.is_overdue else []),
        "warnings": ["; ".join(each) for each in judgement.oddities] + warnings_around(search.world, end.utc),
    }
    return known, judgement


def expiry(profile: "Profile", token: str, given: "Credential | None", since_utc: int | None) -> Expiry:
    """Return when a profile's token ends, as far as that is known; without one, when the last one would have.

    Args:
        token, given: as from find_token.
        since_utc: when it was put there, in seconds since 1970, or None.
    """
    if given is None:
        return Expiry(profile.expires_utc if token == "missing" else None)
    return Expiry(given.expires_utc, latest_end(since_utc, given.secret))


def find_token(search: "Search", profile: "Profile") -> "tuple[str, Credential | None, Judgement]":
    """Return the word for the source of the token, the token or None, and what is wrong with it and the profile."""
    try:
        found = find_secret(search, profile, console.show_warning)
    except Unavailable as error:
        return "unavailable", None, Judgement((error.message, *error.hints), "unavailable")
    source = found[1] if found else "setAside" if is_set_aside(search.world, profile) else "missing"
    origin = (variable_in_use(search, profile) if source == "environment" else None) or source
    given = found[0] if found else None
    return source, given, judge(profile, given, origin)


def is_set_aside(world: "World", profile: "Profile") -> bool:
    """Tell whether a profile has no token in its store but one that a rejection has set aside.

    Where the store cannot be looked into, it is what helper.toml notes.
    """
    if profile.store is None:
        return False
    try:
        kept = world.kept(profile, whole=True)
        is_unknown = kept.aside is None and kept.unknown is not None  # a locked keyring tells only what is not there
        if profile.accepts(kept.secret) or not is_unknown:
            return not profile.accepts(kept.secret) and kept.aside is not None
        return noted(world, profile).rejected_utc is not None
    except Unavailable:
        return noted(world, profile).rejected_utc is not None


def keyring_of(world: "World", profile: "Profile", token: str) -> str | None:
    """Return which keyring has a profile's token, be it set aside; None if that is elsewhere, or there is none."""
    if profile.store != "keyring" or token not in ("keyring", "setAside"):
        return None
    return world.store("keyring").place_of(profile.secret_key + (ASIDE if token == "setAside" else ""))


def rejected_at(world: "World", profile: "Profile") -> int | None:
    """Return when the token that is set aside was rejected, in seconds since 1970; None if that is not known of it.

    Where the store cannot be looked into, it is what helper.toml notes.
    """
    try:
        kept = world.kept(profile, whole=True)
    except Unavailable:
        return noted(world, profile).rejected_utc
    aside = kept.aside
    if aside is None and kept.unknown is not None:
        return noted(world, profile).rejected_utc
    return noted_of(world, profile, aside.secret).rejected_utc if aside is not None else None


def aside_warning(name: str, day: str | None) -> str:
    """Say that a profile's token is set aside, and what to do; `day` is that of the rejection, if it is known."""
    when = f" on {day}" if day else ""
    return f'a caller\'s 401 has set the token of profile "{name}" aside{when}; if it is good, {restore(name)}'


def variable_in_use(search: "Search", profile: "Profile") -> str | None:
    """Return the name of the variable that has a token for this profile, or None."""
    try:
        held = holder_for(search.world, profile, search.profile_name)
        return held[0] if held else None
    except Unavailable:
        return None


def token_file_of(search: "Search", profile: "Profile", token: str, variable: str | None) -> str | None:
    """Return the file that a profile's token is read from, which something else writes; None if it is in none."""
    if token == SETTING:
        return profile.token_file
    return path_in(search.environment, variable) if token == "environment" and variable else None


def shown_instance(profile: "Profile") -> str:
    """Return a profile's instance without the password that somebody may have written into it by hand."""
    return re.sub("//[^/]*@", "//...@", profile.instance)


def api_target(profile: "Profile") -> str:
    """Return where REST calls go: the site itself, the gateway of tokens with scopes, or Bitbucket's own API host."""
    parsed = parse_instance(profile.instance)
    if parsed is None:
        return "site"
    if parsed[0] == BITBUCKET:
        return "bitbucket"
    return "gateway" if parsed[0] in GATEWAYS or (profile.cloud_id and is_cloud(parsed[0])) else "site"
