"""`list`: all profiles in a table."""

from atla_credential.errors import DONE
from atla_credential.search import Search
from atla_credential.support import console
from atla_credential.support.moment import iso_date, iso_time
from atla_credential.support.report import chosen_profile, known_profiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment

HEADING = ("PROFILE", "SITE", "EMAIL", "ACTIVE", "STORAGE", "EXPIRES")


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options: it has none of its own."""


def run(options: "Namespace", environment: "Environment") -> int:
    """Print the profiles of config.toml, by name.

    Raises:
        Unavailable: config.toml or helper.toml cannot be used.
    """
    search = Search(environment, profile_name=options.profile)
    active = chosen_profile(search)
    profiles = known_profiles(search)
    if options.json:
        rows = [
            {
                "profile": profile.name,
                "instance": profile.instance,
                "email": profile.email,
                "active": active is not None and active.name == profile.name,
                "authType": profile.auth,
                "credentialStore": profile.store,
                "expiresAt": iso_time(profile.expires_utc),
            }
            for profile in profiles
        ]
        console.show_json({"profiles": rows})
    elif profiles:
        cells = [
            (
                profile.name,
                profile.instance,
                profile.email or profile.username or "-",
                "yes" if active is not None and active.name == profile.name else "-",
                profile.store or "-",
                iso_date(profile.expires_utc) or "-",
            )
            for profile in profiles
        ]
        console.show_table([HEADING, *cells])
    else:
        console.show_warning("there are no profiles yet; make one with: atla-credential login")
    return DONE
