"""`explain URL`: who would answer there, step by step. What it prints is what the resolver itself says on its way."""

from atla_credential.answer.rules import PROFILE_RULES, objection, resolve, rule_incomplete_variables, rule_variables
from atla_credential.answer.search import Search
from atla_credential.answer.setting import SETTING
from atla_credential.answer.sources import SECRET_SOURCES
from atla_credential.errors import CredentialError, UsageError, no_token
from atla_credential.git.stale import check_headers_at
from atla_credential.model import Query
from atla_credential.places.address import DEFAULT_PORTS, split_url, with_scheme
from atla_credential.report.judgement import refused
from atla_credential.report.profile import aside_warning, is_set_aside, variable_in_use
from atla_credential.report.reason import passed_over
from atla_credential.report.shadow import shadows
from atla_credential.report.words import outcome_of, sentence_of
from atla_credential.report.written import written
from atla_credential.system import DONE, NO_MATCH
from atla_credential.terminal import console
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from atla_credential.answer.search import Entry
    from atla_credential.answer.world import World
    from atla_credential.model import Profile, Resolution
    from atla_credential.report.written import Written

    Step = tuple[Entry, str, str]  # a rule or source, its sentence, and in words what came of it
    Near = list[tuple[str, str]]  # the profiles that look like it but are not for the address, and why

NOBODY = "answer: none; a profile for it is made with: atla-credential login"


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential explain https://bitbucket.org/team/repo.git"
    parser.add_argument("url", metavar="URL", help="the address, with a user name in it or without")


def run(options: "Namespace", world: "World") -> int:
    """Print the steps and the answer, but for the token; return what `get` would, or raise it after the steps.

    Raises UsageError for what is no address.
    """
    query = query_for(options.url)
    steps: list[Step] = []
    notes: list[str] = []
    claimed: list[tuple[Entry, str]] = []  # the last rule that chose somebody, and whom

    def note(search: Search, entry: "Entry", said: str | None) -> None:
        steps.append((entry, sentence_of(search, entry), outcome_of(search, said)))
        if entry in PROFILE_RULES and said is not None:
            claimed[:] = [(entry, said)]

    search = Search(world, query, options.profile, note)
    failure: CredentialError | None = None
    resolution: Resolution | None = None
    names = [claim.profile.name for claim in search.claims()] if query.origin else []
    near = passed_over(search)
    try:
        resolution = resolve(search, notes.append) if query.origin else None
    except CredentialError as error:
        failure = error
    if resolution is not None:
        failure = refusal(search, resolution)
    chosen = [(rule, profile_of(search, rule, name)) for rule, name in claimed if resolution or failure]
    notes += (each for _, profile in chosen for each in notes_on(search, profile, resolution))
    places = [place for rule, profile in chosen for place in written(search, profile, rule, resolution)]
    if resolution is not None and failure is not None:
        resolution.credential = None  # what `get` refuses is no answer
    if options.json:
        console.show_json({**as_json(names, near, steps, resolution, notes), "written": as_objects(places)})
    elif query.origin is None:
        console.show("no profile can be for this address: its host, port or path is not one that is compared")
    else:
        show(names, near, steps, resolution, notes, places)
    if failure is not None:
        raise failure
    return DONE if resolution else NO_MATCH


def profile_of(search: Search, rule: "Entry", name: str) -> "Profile":
    """Return the profile that a rule chose."""
    made = search.world.profile_of_variables
    if made is not None and rule in (rule_variables, rule_incomplete_variables):
        return made
    return search.near.profiles[name]


def notes_on(search: Search, profile: "Profile", resolution: "Resolution | None") -> "Iterator[str]":
    """Say what else a person should know of the profile that was chosen and of its answer, one line each."""
    claim = search.claim_of(profile)
    if claim is not None and claim.place.needs_base:
        where = claim.place.base_for(search.query)
        says = f"says where its token works, as --format json does: {where}"
        yield f'profile "{profile.name}" answers here only in a form that {says}'
    if resolution is None:
        return
    yield from shadows(search, resolution)
    if resolution.credential is None and is_set_aside(search.world, profile):
        yield aside_warning(profile.name, None)
    if search.query is not None:
        yield from (f"{found.text}; {found.hint}" for found in check_headers_at(search.environment, search.query))


def refusal(search: Search, resolution: "Resolution") -> CredentialError | None:
    """Return why `get` would hand nothing out of what was found; None if it would."""
    credential, profile = resolution.credential, resolution.profile
    if credential is None:
        return no_token(profile)  # whether it is set aside is looked at by itself
    problems = refused(profile, credential, variable_in_use(search, profile) or resolution.source or "")
    return CredentialError(*problems) if problems else None


def query_for(text: str) -> Query:
    """Return what `get --format json` would ask for an address; `https://` may be left out.

    Raises UsageError for one that is neither http nor https, as that of a clone over ssh.
    """
    address = with_scheme(text)
    url = split_url(address)
    if (
        url is None
        or url.host[:1] in ("", ":")
        or url.protocol not in DEFAULT_PORTS
        or (address != text and is_for_ssh(text))
    ):
        raise UsageError(
            "this is not an http or https address, and git asks nobody for any other",
            "for example: atla-credential explain https://bitbucket.org/team/repo.git",
        )
    message = Message()
    add_url(message, address)
    return query_from(message).with_authtype(learns_base=True)


def is_for_ssh(text: str) -> bool:
    """Tell whether an address is of the form user@host:path, which git takes for ssh."""
    host, colon, path = text.partition("/")[0].partition(":")
    return bool(colon) and "@" in host and not path.isdigit()


def show(
    names: list[str], near: "Near", steps: "list[Step]", resolution: "Resolution | None", notes: list[str],
    places: "list[Written]",
) -> None:  # fmt: skip
    """Print for a person."""
    console.show(f"profiles at this address: {', '.join(names) or 'none'}")
    for name, reason in near:
        console.show(f'profile "{name}" is {reason}')
    for title, entries in (
        ("which profile answers", (*PROFILE_RULES, objection)),
        ("where its token comes from", SECRET_SOURCES),
    ):
        taken = [(sentence, outcome) for entry, sentence, outcome in steps if entry in entries]
        if taken:
            console.show(f"{title}:")
            for sentence, outcome in taken:
                console.show(f"  {sentence}: {outcome}")
    if places:
        console.show("where that is written:")
        for place in places:
            console.show(f"  {place.text}")
    credential = resolution.credential if resolution else None
    if resolution is None or credential is None:
        console.show("answer: none" if names or near else NOBODY)
    else:
        who = f"user name {credential.username}" if credential.auth == "basic" else "Bearer"
        source = f"file that {SETTING} names" if resolution.source == SETTING else resolution.source
        console.show(f'answer: profile "{resolution.profile.name}", {who}, token from the {source}')
    for note in notes:
        console.show_warning(note)


def as_json(
    names: list[str], near: "Near", steps: "list[Step]", resolution: "Resolution | None", notes: list[str]
) -> dict[str, object]:
    """Return the same for a program."""
    credential = resolution.credential if resolution else None
    return {
        "matches": names,
        "passedOver": [{"profile": name, "reason": reason} for name, reason in near],
        "steps": [{"entry": sentence, "outcome": outcome} for _, sentence, outcome in steps],
        "profile": resolution.profile.name if resolution else None,
        "username": credential.username if credential else None,
        "authType": credential.auth if credential else None,
        "source": resolution.source if resolution else None,
        "warnings": notes,
    }


def as_objects(places: "list[Written]") -> list[dict[str, object]]:
    """Return for a program where that is written which decided."""
    return [{"what": place.what, "where": place.where, "line": place.line} for place in places]
