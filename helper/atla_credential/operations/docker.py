"""The protocol of container tools, as `docker-credential-atla`: get, list, store, erase, version.

    stdin -> server -> query -> profile -> secret -> JSON -> stdout

They tell the reasons for which there is no password by sentences on standard output: with NOT_FOUND they go on without
one, with any other failure they stop. What a person needs to know stands on standard error, which they pass on.

Source: github.com/docker/docker-credential-helpers, credentials/credentials.go, credentials/error.go, client/client.go.
"""

from atla_credential import __version__, errors
from atla_credential.answer.rules import claims
from atla_credential.formats.json import written
from atla_credential.model import Credential
from atla_credential.operations.get import resolve_steadily, warn_of_expiry
from atla_credential.places.instance import SERVICES
from atla_credential.system import DONE, FAILED, say_waiting, use_libraries
from atla_credential.text import is_unfit
from atla_credential.wire.message import check_value, write_all
from atla_credential.wire.request import query_of
from atla_credential.wire.whole import read_all, read_object, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Query, Resolution
    from atla_credential.operations.call import Call

NAME = "docker-credential-atla"
MANUAL = f"see: atla-credential help {NAME}"
REGISTRY = "https://crg.apkg.io"
NOT_FOUND = "credentials not found in native keychain"
BLANKS = " \t\r\n"  # and no others: what is compared is what was written, byte for byte (safety O1)
ELSEWHERE = ("helper", "token_file")  # the sources of tokens that are not kept here
READING = {"get": "an address", "store": "a token in JSON", "erase": "an address"}  # and the others read nothing
NO_SERVER, NO_USERNAME = "no credentials server URL", "no credentials username"


def run(arguments: list[str], call: "Call") -> int:
    """Run the operation that is the only argument. Raises UsageError, and what the operation does."""
    if arguments in (["-h"], ["--help"]):
        write_all(
            call.stdout,
            f"usage: {NAME} {' | '.join(OPERATIONS)}\n\nContainer tools start it; {MANUAL}\n".encode(),
        )
        return DONE
    operation = OPERATIONS.get(arguments[0]) if len(arguments) == 1 else None
    if operation is None:
        raise errors.UsageError(f"{NAME} takes one of: {', '.join(OPERATIONS)}", MANUAL)
    if arguments[0] in READING:
        say_waiting(NAME, f"{READING[arguments[0]]} from standard input, to its end; {MANUAL}")
    try:
        return operation(call)
    except errors.NoCredential as error:
        raise errors.CredentialError(error.message, *error.hints) from None  # there is one code for all failures


def get(call: "Call") -> int:
    """Answer who we are at a server, whose address is the whole input.

    Raises:
        NoCredential: a profile is for the server, but has no token.
        CredentialError: no source can be looked into, or a value not be written.
    """
    server = read_all(call.stdin).strip(BLANKS)
    if not server:
        return refuse(call, NO_SERVER)
    try:
        found = find(call, query_of(server))
    except errors.NoCredential:
        refuse(call, NOT_FOUND)
        raise
    if found is None or found.credential is None:
        return refuse(call, NOT_FOUND)
    username, secret = found.credential.username or "", found.credential.secret
    check_value("username", username)
    check_value("password", secret)
    answer = {"ServerURL": server, "Username": username, "Secret": secret}
    write_all(call.stdout, f"{compact(answer)}\n".encode())
    warn_of_expiry(call, found.profile.name, found.credential, found.source)
    return DONE


def find(call: "Call", query: "Query") -> "Resolution | None":
    """Return the answer to a query if it is a user name and a password: there are no words for Bearer here.

    Raises:
        NoCredential: a profile matches but has no token.
        CredentialError: no source can be looked into.
    """
    found = resolve_steadily(call, query)
    if found is not None and found.credential is None:
        from atla_credential.operations.unmatched import without_token  # door: what is said where there is no token

        raise without_token(call, found.profile)
    return found if found and found.credential and found.credential.username else None


def list_servers(call: "Call") -> int:
    """Say under which name a profile would answer at the container registry, without a look for its token."""
    search = call.search(query_of(REGISTRY))
    names = (claim.place.speak(claim.profile, None, "")[0] for claim in claims(search))
    email = next(filter(None, names), None)
    write_all(call.stdout, f"{compact({REGISTRY: email} if email else {})}\n".encode())
    return DONE


def store(call: "Call") -> int:
    """Keep a token in the profile that matches. None is made here, and none changed for what a service takes.

    A registry takes a token that may do nothing but read packages, while git and REST use the profile's.

    Raises:
        CredentialError: the token is not what a `get` gives from now on.
    """
    given = read_object(call.stdin)
    server, username, secret = (text_of(given, key) for key in ("ServerURL", "Username", "Secret"))
    if not server or not username:
        return refuse(call, NO_USERNAME if server else NO_SERVER)
    query = query_of(server, username)
    found = resolve_steadily(call, query)
    if found is not None and given_by(found) != secret and query.origin not in SERVICES:
        use_libraries()
        from atla_credential.operations import store as updates  # door: only a new token needs the writer

        updates.keep(call, query, Credential(secret, username))
        found = resolve_steadily(call, query)
    if found is None:
        step = "run: atla-credential login --instance bitbucket.org --email EMAIL"
        raise errors.CredentialError("no profile is for this server and user, so the token was not stored", step)
    if given_by(found) != secret:
        name = found.profile.name
        step = errors.renew(name, found.source) if found.source in ELSEWHERE else errors.login_again(name)
        raise errors.CredentialError(f'this is not the token of profile "{name}", and was not stored', step)
    return DONE


def given_by(found: "Resolution") -> str | None:
    """Return the token of an answer, or None."""
    return found.credential.secret if found.credential else None


def erase(call: "Call") -> int:
    """Do nothing: it is a logout from one server, while git and REST use the token too."""
    read_all(call.stdin)  # or who writes it would meet a closed pipe
    return DONE


def version(call: "Call") -> int:
    """Say which program this is."""
    write_all(call.stdout, f"{NAME} (atla-credential) {__version__}\n".encode())
    return DONE


def refuse(call: "Call", sentence: str) -> int:
    """Say a sentence of the protocol's, and nothing behind it, as some compare it with all of the output."""
    write_all(call.stdout, sentence.encode())
    return FAILED


def compact(values: dict[str, str]) -> str:
    """Return an object of texts in JSON, without blanks."""
    return f"{{{','.join(f'{written(key, is_unfit)}:{written(value, is_unfit)}' for key, value in values.items())}}}"


OPERATIONS = {"get": get, "list": list_servers, "store": store, "erase": erase, "version": version}
