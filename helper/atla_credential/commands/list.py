"""`list`: all profiles in a table."""

from atla_credential.answer.search import Search
from atla_credential.formats.json import iso_time
from atla_credential.input.date import iso_date
from atla_credential.input.guess import no_such_profile
from atla_credential.report.chosen import stale_default, stale_variable
from atla_credential.report.expiry import expiry_warning, shown_end, verdict
from atla_credential.report.profile import active_among, aside_warning, known_profiles, rejected_at, shown_instance
from atla_credential.report.row import Row, rows
from atla_credential.system import DONE
from atla_credential.terminal import console
from atla_credential.terminal.columns import show_table
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
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
    if options.names and not options.json:
        for profile in profiles:
            if printable(profile.name) == profile.name:  # else a terminal could not show it as it is, or in one line
                console.show(profile.name)
        return DONE
    warnings: dict[str, None] = {}  # each once, though several profiles ask the same helpers
    found = list(rows(search, profiles, lambda text: warnings.update({text: None})))
    if options.json:
        console.show_json({"profiles": [as_json(row, active) for row in found]})
    elif found:
        show_table([[(word, "") for word in HEADING], *(as_row(row, active) for row in found)], world.environment)
        if mistaken := stale_variable(world):
            warnings[f"{mistaken}; unset it, or correct it"] = None
        elif active is None and (stale := stale_default(world)):
            warnings[f"{stale}; choose one: atla-credential switch NAME"] = None
        warnings |= dict.fromkeys(each for row in found for each in warnings_of(world, row))
    else:
        warnings["there are no profiles yet; make one with: atla-credential init"] = None
    for warning in warnings:
        console.show_warning(warning)
    return DONE


def warnings_of(world: "World", row: Row) -> "Iterator[str]":
    """Yield what is wrong with a profile's token, each with the next step."""
    if row.problems:
        yield f'profile "{row.profile.name}": {"; ".join(row.problems)}'
    if row.is_aside:
        yield aside_warning(row.profile.name, iso_date(rejected_at(world, row.profile)))
    found, end = verdict("", row.end.utc), end_of(row)
    if found in COLOURS and end:
        yield expiry_warning(row.profile.name, end, is_over=found == "expired", source=row.source)


def end_of(row: Row) -> str | None:
    """Return in words when a profile's token ends, or None if that is not known."""
    return shown_end(iso_time(row.end.given_utc), iso_time(row.end.latest_utc))


def as_json(row: Row, active: "Profile | None") -> "dict[str, Any]":
    """Return a profile as an object of the JSON form."""
    profile = row.profile
    return {
        "profile": profile.name,
        "instance": shown_instance(profile),
        "email": profile.email,
        "active": profile is active,
        "authType": profile.auth,
        "credentialStore": profile.store,
        "tokenFile": profile.token_file,
        "setAside": row.is_aside,
        "expiresAt": iso_time(row.end.given_utc),
        "expiresAtLatest": iso_time(row.end.latest_utc),
        "problems": list(row.problems),
    }


def as_row(row: Row, active: "Profile | None") -> "list[Cell]":
    """Return a profile as a row of the table."""
    profile = row.profile
    return [
        (profile.name, ""),
        (shown_instance(profile), ""),
        (profile.email or profile.username or "-", ""),
        ("yes", "green") if profile is active else ("-", ""),
        (profile.token_file or profile.store or "-", ""),
        (end_of(row) or "-", COLOURS.get(verdict("", row.end.utc), "")),
    ]
