"""`status`: a profile, and where its token comes from. Offline but for --verify; never shows a token."""

from atla_credential.answer.search import Search
from atla_credential.errors import UsageError, new_token
from atla_credential.input.date import parse_days
from atla_credential.input.timeout import parse_timeout
from atla_credential.report.chosen import name_given, no_active_profile
from atla_credential.report.expiry import expiry_warning, shown_end
from atla_credential.report.origin import token_text
from atla_credential.report.profile import active_among, aside_warning, chosen_profile, known_profiles, report
from atla_credential.report.verified import exit_code, next_step, noted_end_warning, unasked_warning, verified_field
from atla_credential.system import DONE, FAILED, NO_CREDENTIAL
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from typing import Any

    from atla_credential.answer.world import World
    from atla_credential.model import Profile

EXIT_CODES = {
    "ok": DONE,
    "expiring": DONE,
    "expired": NO_CREDENTIAL,
    "missing": NO_CREDENTIAL,
    "incomplete": NO_CREDENTIAL,
    "unusable": NO_CREDENTIAL,
    "unavailable": FAILED,
}
EXPIRY_TEXTS = {"expired": " (expired)", "expiring": " (soon)"}
COLOURS = {"ok": "", "expiring": "yellow"}  # of a verdict; any other is red
OPTIONAL_FIELDS = (("user name", "username"), ("product", "product"), ("cloud id", "cloudId"))


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential status --all --fail-within 14d"
    parser.add_argument("name", metavar="NAME", nargs="?", help="the profile; otherwise the active one")
    parser.add_argument("--all", action="store_true", help="show every profile, not only the active one")
    parser.add_argument("--fail-within", metavar="DAYS", help="exit with 3 if a token ends within, for example, 14d")
    parser.add_argument("--verify", action="store_true", help="ask the site whether it takes the token")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long the site may take: 1 to 120, else 15")


def run(options: "Namespace", world: "World") -> int:
    """Print what is known of a profile.

    Returns:
        0 if its token can be used as far as can be told offline, else 3, or 1 if that could not be found out. With
        --verify what the site says decides.

    Raises:
        UsageError: two profiles were named, options exclude each other, or one has no number where it needs one.
        NoCredential: there is no profile to show.
        Unavailable: config.toml or helper.toml cannot be used.
    """
    name = name_given(options)
    if options.all and name:
        raise UsageError(f"--all and {'--profile' if options.profile else 'NAME'} exclude each other")
    if options.timeout is not None and not options.verify:
        raise UsageError("--timeout goes with --verify", "without that, no site is asked")
    limit_s = parse_timeout(options.timeout)
    days = needed_days(options.fail_within) if options.fail_within is not None else None
    search = Search(world, profile_name=name)
    chosen = None if options.all else chosen_profile(search)
    profiles = known_profiles(search) if options.all else [chosen] if chosen else []
    active = active_among(Search(world), profiles) if options.all or name else chosen
    if not profiles:
        return show_nothing(world, options.json)
    reports = [report(search, profile, days)[0] for profile in profiles]
    for each, verification in zip(reports, verifications(search, profiles, options.verify, limit_s), strict=True):
        each["verification"] = verification
        each["warnings"] += noted_end_warning(each) if each["expiresAt"] else []
    if options.json:
        console.show_json({"profiles": reports} if options.all else reports[0])
    else:
        for number, (profile, each) in enumerate(zip(profiles, reports, strict=True)):
            is_active = active is not None and (profile.name, profile.store) == (active.name, active.store)
            show(each, world, is_first=number == 0, is_active=is_active, is_one_of_many=options.all)
    for text in filter(None, map(unasked_warning, reports)) if options.verify else ():
        console.show_warning(text)
    return max(code_of(each, options.verify, days is not None) for each in reports)


def code_of(found: "dict[str, Any]", was_asked: bool, ends_count: bool) -> int:
    """Return the exit code of one report.

    Args:
        was_asked: whether the site was to be asked.
        ends_count: whether a token that ends soon counts as none.
    """
    codes = {**EXIT_CODES, "expiring": NO_CREDENTIAL} if ends_count else EXIT_CODES
    code = codes[found["verdict"]]
    if not was_asked:
        return code
    return max(exit_code(found, code), code if found["verdict"] == "expiring" else DONE)


def verifications(
    search: Search, profiles: "list[Profile]", is_wanted: bool, limit_s: float
) -> "list[dict[str, Any] | None]":
    """Return what the sites say of the tokens of profiles, None where they are not asked."""
    if not is_wanted:
        return [None] * len(profiles)
    from atla_credential.report.verifying import verify  # door: what asks a site takes ten times as long to load

    return [None if found is None else found.as_json() for found in verify(search, profiles, limit_s)]


def needed_days(text: str) -> int:
    """Return the number of days in `14d`. Raises UsageError."""
    days = parse_days(text)
    if days is None:
        raise UsageError("--fail-within is not a number of days", "for example --fail-within 14d")
    return days


def show_nothing(world: "World", as_json: bool) -> int:
    """Say that no profile is active, and the next step. Raises NoCredential, except with --json."""
    error = no_active_profile(world)
    if not as_json:
        raise error
    problems = [error.message, *error.hints]
    console.show_json({"configured": False, "profile": None, "verdict": "missing", "problems": problems})
    return NO_CREDENTIAL


def show(found: "dict[str, Any]", world: "World", is_first: bool, is_active: bool, is_one_of_many: bool) -> None:
    """Print a report for a person."""
    if not is_first:
        console.show("")
    store = found["credentialStore"] or "-"
    expires = shown_end(found["expiresAt"], found["expiresAtLatest"]) or "-"
    colour = COLOURS.get(found["verdict"], "red")
    in_time = found["verdict"] not in EXPIRY_TEXTS
    console.show_fields(
        [
            ("profile", found["profile"] + (" (active)" if is_active else ""), ""),
            ("instance", found["instance"], ""),
            ("e-mail", found["email"] or "-", ""),
            *((name, found[key], "") for name, key in OPTIONAL_FIELDS if found[key]),
            ("auth", found["authType"], ""),
            ("storage", f"{store} ({world.environment.credentials_path})" if store == "file" else store, ""),
            ("token", token_text(found), colour if in_time else ""),
            ("expires", expires + EXPIRY_TEXTS.get(found["verdict"], ""), "" if in_time else colour),
            *(verified_field(found) or last_verified_field(found)),
        ],
        world.environment,
    )
    for warning in warnings(found):
        console.show_warning(warning)
    step = next_step(found)
    if step is not None:
        console.show_hint(f'profile "{found["profile"]}": {step}' if is_one_of_many else step)


def last_verified_field(found: "dict[str, Any]") -> "list[tuple[str, str, str]]":
    """Return the field that says when the site has last taken the token, as far as that was noted."""
    return [("verified", f"on {found['verifiedAt'][:10]}", "")] if found["verifiedAt"] else []


def warnings(found: "dict[str, Any]") -> "Iterator[str]":
    """Yield what is wrong with a profile, each with the next step."""
    yield from found["problems"]
    name, end = found["profile"], shown_end(found["expiresAt"], found["expiresAtLatest"])
    was_asked = found["verification"] is not None  # then the next step is what follows from the site's word
    if found["token"] == "setAside" and not was_asked:
        yield aside_warning(name, found["rejectedAt"] and found["rejectedAt"][:10])
    if found["verdict"] == "expired" and (found["expiresAt"] or found["token"] == "helper") and not was_asked:
        yield expiry_warning(name, end or "", is_over=True, source=found["token"])
    elif found["verdict"] in ("missing", "expired") and not was_asked:
        step = new_token(name, found["credentialStore"])
        fact = f'no token available for profile "{name}";'
        yield f"{fact if found['token'] == 'missing' else 'to give the profile a new token,'} {step}"
        if found["expiresAtLatest"] and not found["expiresAt"]:
            yield f"to ask its site whether it takes this one still, {step.replace(' login ', ' status --verify ', 1)}"
    if found["verdict"] == "expiring":
        yield expiry_warning(name, end or "", is_over=False, source=found["token"])
    yield from found["warnings"]
