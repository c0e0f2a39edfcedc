"""The operations that answer: get and capability.

    stdin -> message -> query -> profile -> secret -> message -> stdout

`get` is offline and pure: no network, no prompt, no write, no dependence on the working folder.
"""

from atla_credential import errors, system
from atla_credential.answer.rules import resolve
from atla_credential.model import SECONDS_A_DAY
from atla_credential.wire.message import check_value, message_of, read_request, write_all, write_message
from atla_credential.wire.request import query_from, query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.model import Credential, Profile, Query, Resolution
    from atla_credential.operations.call import Call

    Render = Callable[[Resolution, Query | None, dict[str, str]], bytes]

WARN_DAYS = 7
FORMATS = ("git", "json", "token", "header", "headers-json", "curl", "netrc", "env")
FIELD = "field"  # the form of what --field picks
IN_JSON = "bazel"  # the form for who asks in JSON, and chooses none
WITH_OPTIONS = (FIELD, "env")  # the forms that have options of their own
NOT_AS_GIT = ("--url", "--format", "--field", "--json")  # whoever gives one of these is told that nobody answers
READINGS = 3  # of the files, before there is no token (safety C7)


def get(call: "Call") -> int:
    """Answer who we are at an address.

    Raises:
        NoCredential: a profile matches but has no token, or --profile names none.
        NoMatch: nobody answers, and the caller does not ask as git does.
        CredentialError: the request breaks a rule of the wire, no source can be looked into, or a value not be written.
    """
    format = format_of(call.options)
    render = answer_format(format, call)
    query, is_json = read_query(call)
    if is_json:
        render = render or answer_format(IN_JSON, call)
    if query is not None and query.origin is None:
        return without_match(call, query)
    if query is not None and render is not None:
        query = query.with_authtype(says_base(format, call.options))  # every other form has a word for Bearer
    resolution = look_up(call, query)
    if resolution is None or resolution.credential is None:
        if call.environment.is_asked_by_itself:
            return system.DONE  # another copy of us started this one as its helper; that copy prints the message
        if resolution is None:
            return without_match(call, query)
        from atla_credential.operations.unmatched import without_token  # door: likewise

        raise without_token(call, resolution.profile)
    if render is None:
        write_message(call.stdout, git_answer(resolution.credential, query, resolution.profile))
    else:
        write_all(call.stdout, render(resolution, query, call.options))
    warn_of_expiry(call, resolution.profile.name, resolution.credential, resolution.source)
    return system.DONE


def look_up(call: "Call", query: "Query | None") -> "Resolution | None":
    """Answer a query with what can be handed out; None if nobody answers, no credential where there is no token.

    Raises what `get` does.
    """
    try:
        resolution = resolve_steadily(call, query)
    except errors.NotObeyed as error:
        raise errors.NoCredential(error.message) from None
    if resolution is not None and resolution.credential is not None:
        check_value("username", resolution.credential.username or "")
        check_value("password", resolution.credential.secret)  # in any form: it could end up in a header
    return resolution


def without_match(call: "Call", query: "Query | None") -> int:
    """Say that nobody answers, or nothing at all to who asks as git does: its next helper is for all other hosts."""
    if call.options.keys().isdisjoint(NOT_AS_GIT):
        return system.NO_MATCH
    from atla_credential.operations.unmatched import no_match  # door: what is said where there is no answer

    raise no_match(call, query)


def resolve_steadily(call: "Call", query: "Query | None") -> "Resolution | None":
    """Answer a query. What another process changes between our looks into two files is no reason to say "no token"."""
    search = call.search(query)
    resolution = resolve(search, call.warn)
    for _ in range(READINGS - 1):
        is_answered = resolution.credential is not None if resolution else not search.lacks_token
        if is_answered or not call.world.has_changed():
            break
        call.world.anew()
        search = call.search(query, asks_helpers=False)
        resolution = resolve(search, call.warn)
    return resolution


def read_query(call: "Call") -> "tuple[Query | None, bool]":
    """Read the query from --url, else from stdin, and whether it was in JSON.

    Returns:
        None for it if stdin is empty and --profile was given: the only case of an answer without a host.
    """
    url = call.options.get("--url")
    if url is not None:
        return query_of(url), False
    system.say_waiting("atla-credential", "a request from standard input; for an address: --url URL")
    data = read_request(call.stdin)
    if data.lstrip()[:1] == b"{":  # a line of git's begins with a key
        from atla_credential.wire import whole  # door: the form of a request

        return query_of(whole.read_uri(call.stdin, data)), True
    if not data and "--profile" in call.options:
        return None, False
    return query_from(message_of(data)), False


def format_of(options: dict[str, str]) -> str:
    """Return the form that is asked for: a format's name, or FIELD. Raises UsageError for one that there is not."""
    name = options.get("--format") or ("json" if "--json" in options else "git")
    if "--field" in options:
        if "--format" in options:
            raise errors.UsageError("--format and --field exclude each other", "--field takes values of --format json")
        name = FIELD
    elif name not in FORMATS:
        raise errors.UsageError(f"the format is not one of: {', '.join(FORMATS)}", "see: atla-credential get --help")
    for option in ("--shell", "--as"):
        if option in options and name != "env":
            raise errors.UsageError(f"{option} is for --format env only", "leave it out, or add --format env")
    return name


def says_base(name: str, options: dict[str, str]) -> bool:
    """Tell whether an answer says where REST calls go, so that a token that works there only is of use."""
    if name == FIELD:
        return "apiBaseUrl" in options["--field"].split("\0")
    return name in ("json", "env") or (name == "curl" and "--url" in options)


def answer_format(name: str, call: "Call") -> "Render | None":
    """Return the function that renders a format, or None for git's. Raises UsageError for wrong options of its own."""
    if name == "git":
        return None
    if "--as" in call.options:
        from atla_credential.operations import preset  # door: the variables of another program

        return preset.renderer(call, look_up)
    module = __import__(f"atla_credential.formats.{name.replace('-', '_')}", fromlist=("render",))  # door: the format
    if name in WITH_OPTIONS:
        module.check(call.options)
    render: Render = module.render
    return render


def git_answer(credential: "Credential", query: "Query | None", profile: "Profile") -> list[tuple[str, str]]:
    """Return the answer's lines; Bearer only to a caller that announced it knows authtype (P12).

    Where the server offers no Bearer and the profile has a user name of its own, the token is its password there.
    """
    knows_authtype = query is not None and query.takes_authtype
    has_to_be_basic = query is not None and query.basic_only and profile.username
    if credential.auth == "bearer" and knows_authtype and not has_to_be_basic:
        lines = [("capability[]", "authtype"), ("authtype", "Bearer"), ("credential", credential.secret)]
    else:
        lines = [("username", credential.username or ""), ("password", credential.secret)]
    if credential.expires_utc is not None:
        lines.append(("password_expiry_utc", str(credential.expires_utc)))
    if credential.refresh_secret is not None:
        lines.append(("oauth_refresh_token", credential.refresh_secret))
    if credential.is_passing and knows_authtype:  # or git would hand it to helpers that keep it
        lines = [*dict.fromkeys([("capability[]", "authtype"), *lines]), ("ephemeral", "1")]
    return lines


def warn_of_expiry(call: "Call", name: str, credential: "Credential", source: str | None) -> None:
    """Warn of a token that has expired, or soon will. It was handed out all the same: the server decides."""
    if credential.expires_utc is None:
        return
    left_s = credential.expires_utc - call.now_utc
    days = int(left_s // SECONDS_A_DAY) + 1
    if left_s <= 0:
        call.warn(f'the token of profile "{name}" has expired; {errors.renew(name, source)}')
    elif days <= WARN_DAYS and call.on_terminal:
        call.warn(f'the token of profile "{name}" expires within {days} day{"s" if days > 1 else ""}')


def capability(call: "Call") -> int:
    """Say what we can do. Does not read stdin."""
    write_all(call.stdout, b"version 0\ncapability authtype\n")
    return system.DONE
