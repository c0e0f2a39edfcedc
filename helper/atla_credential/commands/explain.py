"""`explain URL`: who would answer there, step by step. What it prints is what the resolver itself says on its way."""

from atla_credential.address import DEFAULT_PORTS, split_url
from atla_credential.errors import DONE, NO_MATCH, CredentialError, Unavailable, UsageError, no_token
from atla_credential.model import Query
from atla_credential.protocol import Message, add_url
from atla_credential.request import query_from
from atla_credential.resolver import PROFILE_RULES, objection, resolve
from atla_credential.search import Search
from atla_credential.sources import SECRET_SOURCES
from atla_credential.store import open_store
from atla_credential.support import console
from atla_credential.support.report import variable_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.environment import Environment
    from atla_credential.model import Resolution

    Step = tuple[str, str]  # the sentence of a rule or source, and what came of it

ARROW = " -> "


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential explain https://bitbucket.org/team/repo.git"
    parser.add_argument("url", metavar="URL", help="the address, with a user name in it or without")


def run(options: "Namespace", environment: "Environment") -> int:
    """Print the steps and the answer, but for the token.

    Returns:
        What `get` would return.

    Raises:
        UsageError: the address is none.
        CredentialError: as `get` would, after the steps were printed.
    """
    query = query_for(options.url)
    steps: list[Step] = []
    warnings: list[str] = []
    search = Search(environment, query, options.profile, lambda line: steps.append(split(line)))
    failure: CredentialError | None = None
    resolution: Resolution | None = None
    names = [profile.name for profile, _ in search.matches()] if query.origin else []
    try:
        resolution = resolve(search, warnings.append) if query.origin else None
    except CredentialError as error:
        failure = error
    if resolution is not None and resolution.credential is None:
        failure = no_token(resolution.profile.name, is_stored=resolution.profile.store is not None)
    shadowed = shadows(search, resolution) if resolution else []
    if options.json:
        console.show_json(as_json(names, steps, resolution, [*warnings, *shadowed]))
    else:
        show(names, steps, resolution, [*warnings, *shadowed], can_match=query.origin is not None)
    if failure is not None:
        raise failure
    return DONE if resolution else NO_MATCH


def query_for(text: str) -> Query:
    """Return what a caller that knows Bearer would ask for an address; `https://` may be left out.

    Raises:
        UsageError: it is no http or https address, as that of a clone over ssh.
    """
    has_scheme = "://" in text
    url = split_url(text if has_scheme else f"https://{text}")
    if url is None or not url.host or url.protocol not in DEFAULT_PORTS or (not has_scheme and is_for_ssh(text)):
        raise UsageError(
            "this is not an http or https address, and git asks nobody for any other",
            "for example: atla-credential explain https://bitbucket.org/team/repo.git",
        )
    message = Message()
    add_url(message, text if has_scheme else f"https://{text}")
    return query_from(message).with_authtype()


def is_for_ssh(text: str) -> bool:
    """Tell whether an address is of the form user@host:path, which git takes for ssh."""
    host, colon, path = text.partition("/")[0].partition(":")
    return bool(colon) and "@" in host and not path.isdigit()


def split(line: str) -> "Step":
    """Split what the resolver says into a sentence and what came of it."""
    sentence, _, outcome = line.rpartition(ARROW)
    return sentence, outcome


def shadows(search: Search, resolution: "Resolution") -> list[str]:
    """Say which variable stands before a stored token that would answer otherwise."""
    variable = variable_in_use(search, resolution.profile)
    if variable is None or resolution.profile.store is None:
        return []
    try:
        stored = open_store(resolution.profile.store, search.environment).get(resolution.profile.secret_key)
    except Unavailable:
        return []
    return [f"{variable} comes before the token in the {resolution.profile.store}"] if stored is not None else []


def show(
    names: list[str], steps: "list[Step]", resolution: "Resolution | None", notes: list[str], can_match: bool
) -> None:
    """Print for a person."""
    if not can_match:
        console.show("no profile can be for this address: its host, port or path is not one that is compared")
        return
    console.show(f"profiles at this address: {', '.join(names) or 'none'}")
    for title, entries in (
        ("which profile answers", (*PROFILE_RULES, objection)),
        ("where its token comes from", SECRET_SOURCES),
    ):
        sentences = {(entry.__doc__ or "").removesuffix(".") for entry in entries}
        taken = [step for step in steps if step[0] in sentences]
        if taken:
            console.show(f"{title}:")
            for sentence, outcome in taken:
                console.show(f"  {sentence}: {outcome}")
    credential = resolution.credential if resolution else None
    if resolution is None or credential is None:
        console.show("answer: none")
    else:
        who = f"user name {credential.username}" if credential.auth == "basic" else "Bearer"
        console.show(f'answer: profile "{resolution.profile.name}", {who}, token from the {resolution.source}')
    for note in notes:
        console.show_warning(note)


def as_json(
    names: list[str], steps: "list[Step]", resolution: "Resolution | None", notes: list[str]
) -> dict[str, object]:
    """Return the same for a program."""
    credential = resolution.credential if resolution else None
    return {
        "matches": names,
        "steps": [{"entry": sentence, "outcome": outcome} for sentence, outcome in steps],
        "profile": resolution.profile.name if resolution else None,
        "username": credential.username if credential else None,
        "authType": credential.auth if credential else None,
        "source": resolution.source if resolution else None,
        "warnings": notes,
    }
