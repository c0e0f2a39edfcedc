"""`list`: all profiles in a table."""

from atla_credential.answer.search import Search
from atla_credential.errors import DONE
from atla_credential.input.date import iso_date, iso_time
from atla_credential.input.guess import no_such_profile
from atla_credential.report.chosen import stale_default
from atla_credential.report.judgement import judge_at_hand
from atla_credential.report.profile import (
    active_among,
    aside_warning,
    expiry_warning,
    is_set_aside,
    known_profiles,
    rejected_at,
    shown_instance,
    verdict,
)
from atla_credential.terminal import console
from atla_credential.terminal.columns import show_table
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from atla_credential.answer.world import World
    from atla_credential.model import Profile
    from atla_credential.terminal.columns import Cell

HEADING = ("PROFILE", "SITE", "EMAIL", "ACTIVE", "STORAGE", "EXPIRES")
COLOURS = {"expired": "red", "expiring": "yellow"}


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential list --json"
    parser.add_argument("--names", action="store_true", help="print only the names, a line each")


def run(options: "Namespace", world: "World") -> int:
    """Print the profiles of config.toml, by name.

    Raises:
        NoCredential: --profile names no profile.
        Unavailable: config.toml or helper.toml cannot be used.
    """
    search = Search(world)
    profiles = known = known_profiles(search)
    active = active_among(search, known)
    if options.profile:
        named = [profile for profile in known if profile.name == options.profile]
        profiles = [profile for profile in named if profile.store is not None] or named
        if not profiles:
            raise no_such_profile(options.profile, (profile.name for profile in known))
    if options.json:
        console.show_json({"profiles": [as_json(world, profile, active) for profile in profiles]})
    elif options.names:
        for profile in profiles:
            if printable(profile.name) == profile.name:  # else a terminal could not show it as it is, or in one line
                console.show(profile.name)
    elif profiles:
        show_table(
            [[(word, "") for word in HEADING], *(as_row(world, profile, active) for profile in profiles)],
            world.environment,
        )
        if active is None and (stale := stale_default(world)):
            console.show_warning(f"{stale}; choose one: atla-credential switch NAME")
        for profile in profiles:
            show_warnings(world, profile)
    else:
        console.show_warning("there are no profiles yet; make one with: atla-credential login")
    return DONE


def show_warnings(world: "World", profile: "Profile") -> None:
    """Say what is wrong with a profile's token, that it is set aside, or that it ends."""
    judgement = judge_at_hand(world, profile)
    if judgement.problems:
        console.show_warning(f'profile "{profile.name}": {"; ".join(judgement.problems)}')
    if is_aside(world, profile):
        console.show_warning(aside_warning(profile.name, iso_date(rejected_at(world, profile))))
    end_utc = end_of(world, profile)
    found, day = verdict("", end_utc), iso_date(end_utc)
    if found in COLOURS and day:
        console.show_warning(expiry_warning(profile.name, day, is_over=found == "expired"))


def as_json(world: "World", profile: "Profile", active: "Profile | None") -> "dict[str, Any]":
    """Return a profile as an object of the JSON form."""
    return {
        "profile": profile.name,
        "instance": shown_instance(profile),
        "email": profile.email,
        "active": profile is active,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "setAside": is_aside(world, profile),
        "expiresAt": iso_time(end_of(world, profile)),
        "problems": list(judge_at_hand(world, profile).problems),
    }


def as_row(world: "World", profile: "Profile", active: "Profile | None") -> "list[Cell]":
    """Return a profile as a row of the table."""
    end_utc = end_of(world, profile)
    return [
        (profile.name, ""),
        (shown_instance(profile), ""),
        (profile.email or profile.username or "-", ""),
        ("yes", "green") if profile is active else ("-", ""),
        (profile.store or "-", ""),
        (iso_date(end_utc) or "-", COLOURS.get(verdict("", end_utc), "")),
    ]


def is_aside(world: "World", profile: "Profile") -> bool:
    """Tell whether a profile's token is set aside. A keyring is asked only where helper.toml says so: it is slow."""
    return (profile.store == "file" or profile.rejected_utc is not None) and is_set_aside(world, profile)


def end_of(world: "World", profile: "Profile") -> int | None:
    """Return the end that was noted at login, in seconds since 1970; of a token that is set aside it says nothing."""
    return None if is_aside(world, profile) else profile.expires_utc
