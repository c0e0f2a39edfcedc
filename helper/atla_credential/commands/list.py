"""`list`: all profiles in a table."""

from atla_credential.answer.search import Search
from atla_credential.errors import DONE, no_such_profile
from atla_credential.input.date import iso_date, iso_time
from atla_credential.report.profile import active_among, expiry_warning, known_profiles, shown_instance, verdict
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
    profiles = known_profiles(search)
    active = active_among(search, profiles)
    if options.profile:
        profiles = [profile for profile in profiles if profile.name == options.profile]
        if not profiles:
            raise no_such_profile(options.profile)
    if options.json:
        console.show_json({"profiles": [as_json(profile, active) for profile in profiles]})
    elif options.names:
        for profile in profiles:
            if printable(profile.name) == profile.name:  # else a terminal could not show it as it is, or in one line
                console.show(profile.name)
    elif profiles:
        show_table(
            [[(word, "") for word in HEADING], *(as_row(profile, active) for profile in profiles)], world.environment
        )
        for profile in profiles:
            found, day = verdict_of(profile), iso_date(profile.expires_utc)
            if found in COLOURS and day:
                console.show_warning(expiry_warning(profile.name, day, is_over=found == "expired"))
    else:
        console.show_warning("there are no profiles yet; make one with: atla-credential login")
    return DONE


def as_json(profile: "Profile", active: "Profile | None") -> "dict[str, Any]":
    """Return a profile as an object of the JSON form."""
    return {
        "profile": profile.name,
        "instance": shown_instance(profile),
        "email": profile.email,
        "active": profile is active,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "expiresAt": iso_time(profile.expires_utc),
    }


def as_row(profile: "Profile", active: "Profile | None") -> "list[Cell]":
    """Return a profile as a row of the table."""
    return [
        (profile.name, ""),
        (shown_instance(profile), ""),
        (profile.email or profile.username or "-", ""),
        ("yes", "green") if profile is active else ("-", ""),
        (profile.store or "-", ""),
        (iso_date(profile.expires_utc) or "-", COLOURS.get(verdict_of(profile), "")),
    ]


def verdict_of(profile: "Profile") -> str:
    """Return "expired", "expiring" or "ok": what the end says that was noted at login."""
    return verdict("", profile.expires_utc)
