"""Other git-style helpers, listed as `helpers` in helper.toml: they may have what a profile's own store has not.

They are asked for a profile, never for an address that is nobody's: `told` says with what. Of an answer only what git
calls a credential is taken, and one for another host or account is none (safety H1 to H3).

Source: gitcredentials(7), "Custom helpers"; git-credential(1) for the messages.
"""

import io
import time

from atla_credential.errors import CredentialError, Unavailable
from atla_credential.foreign.exchange import exchange
from atla_credential.foreign.variables import for_children
from atla_credential.helpers.entry import command_for, failed, since_last_empty
from atla_credential.helpers.told import account_of, lines_for
from atla_credential.model import Credential
from atla_credential.places.table import TOKEN_USERS
from atla_credential.settings.trust import not_obeyed
from atla_credential.wire.given import credential_from
from atla_credential.wire.message import Message, check_value, read_message, write_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atla_credential.environment import Environment
    from atla_credential.helpers.told import Lines
    from atla_credential.model import Profile

YES = (b"true", b"yes", b"on")


class OtherHelpers:
    """The helpers of a list, in their order.

    Args:
        entries: as helper.toml has them.
        environment: what the programs are started with; without the variables that hold tokens (safety O4).

    `asked` says how many have been asked. One that hung or flooded is not started again; others are a profile's.
    """

    def __init__(self, entries: tuple[str, ...], environment: "Environment") -> None:
        self.listed = entries
        self.entries = {} if environment.is_asked_by_itself else since_last_empty(entries)
        self.environment = environment
        self.asked = 0
        self._failures: dict[int, Unavailable] = {}

    def ask(self, profile: "Profile", pass_over: "Callable[[Unavailable], None]") -> "tuple[Credential, int] | None":
        """Return the first whole credential for a profile, and the number of the helper; None if no helper has one.

        Args:
            pass_over: called for each helper that could not be asked.
        """
        learnt = None  # a user name, to which the next one may have the password
        self.asked = 0
        if unsafe := self.unsafe():
            pass_over(unsafe)
            return None
        for number in self.entries:
            self.asked += 1
            data = b""
            try:
                known = [*lines_for(profile), *([("username", learnt)] if learnt else [])]
                data, failure = self._run(number, "get", known)
                answer = read_answer(number, data)
                refuse_other(number, answer, known, profile)
                learnt = learnt if has_name(profile) else answer.get("username") or learnt
                given = named(credential_from(answer), learnt)
                is_cut = failure and not data.endswith(b"\n")
                if given is not None and is_whole(given, profile) and not is_cut:
                    return given, number
                if failure:
                    raise failed(number, failure)
            except Unavailable as error:
                pass_over(error)
            if says_quit(data):
                return None
        return None

    @property
    def outcome(self) -> str:
        """What came of asking, if nobody had it; entries are not shown, because one can hold anything."""
        if self.environment.is_asked_by_itself:
            return "not asked, because this process is a helper of such a list itself"
        return f"{self.asked} of {len(self.entries)} asked, none has it" if self.entries else "none are listed"

    def tell(self, number: int, operation: str, profile: "Profile", given: Credential) -> None:
        """Tell one helper, in its own form, that a credential worked ("store") or not ("erase"). Raises Unavailable."""
        lines = [line for line in lines_for(profile) if line[0] != "username"]
        username = account_of(profile) if given.username is None else given.username
        lines += [("username", username)] if username else []
        if given.auth == "bearer":
            lines += [("authtype", "Bearer"), ("credential", given.secret)]
        else:
            lines.append(("password", given.secret))
        if given.expires_utc is not None:
            lines.append(("password_expiry_utc", str(given.expires_utc)))
        if given.refresh_secret is not None:
            lines.append(("oauth_refresh_token", given.refresh_secret))
        _, failure = self._run(number, operation, lines)
        if failure:
            raise failed(number, failure)

    def unsafe(self) -> Unavailable | None:
        """Return why no helper may be started, or None: others could have named any program (safety F14)."""
        return not_obeyed(self.environment, "the helpers in helper.toml are not asked") if self.entries else None

    def faults(self) -> "Iterator[Unavailable]":
        """Yield why an entry cannot be started, for each that cannot."""
        yield from filter(None, [self.unsafe()])
        for number, entry in self.entries.items():
            try:
                command_for(number, entry, "get", self.environment)
            except Unavailable as error:
                yield error

    def _run(self, number: int, operation: str, lines: "Lines") -> tuple[bytes, str]:
        request = io.BytesIO()
        write_message(request, lines)  # type: ignore[arg-type]  # all of a stream that it needs
        command = command_for(number, self.entries[number], operation, self.environment)
        data = request.getvalue() + b"\n"
        wants_answer = operation == "get"
        if number not in self._failures:
            try:
                return exchange(command, for_children(self.environment), data, wants_answer)
            except Unavailable as error:
                self._failures[number] = failed(number, error.message)
        raise self._failures[number]


def read_answer(number: int, data: bytes) -> Message:
    """Read what a helper wrote, as strictly as a request. Raises Unavailable."""
    try:
        answer = read_message(io.BytesIO(data)) or Message()  # type: ignore[arg-type]  # all of a stream that it needs
        for key, value in answer.single.items():
            check_value(key, value)
        return answer
    except CredentialError:
        raise failed(number, "gave a malformed answer") from None


def refuse_other(number: int, answer: Message, known: "Lines", profile: "Profile") -> None:
    """Raise Unavailable for an answer that names another host or account than the one that was asked for."""
    asked, username = dict(known), answer.get("username")
    is_elsewhere = any(answer.get(key) not in (None, asked[key]) for key in ("protocol", "host"))
    is_somebody = username is None or profile.is_called(username) or username in TOKEN_USERS
    if is_elsewhere or (has_name(profile) and not is_somebody):
        raise failed(number, "answered for another host or account")


def named(given: Credential | None, username: str | None) -> Credential | None:
    """Return a credential with a user name that another helper gave, if it has none itself."""
    if given is None or given.username is not None or username is None:
        return given
    return Credential(given.secret, username, given.auth, given.expires_utc, given.refresh_secret, given.is_passing)


def has_name(profile: "Profile") -> bool:
    """Tell whether it is on record what the account is called."""
    return bool(profile.email or profile.username)


def is_whole(given: Credential, profile: "Profile") -> bool:
    """Tell whether a credential can be used: it has a secret, has not ended, and is of the profile's kind."""
    has_ended = given.expires_utc is not None and given.expires_utc <= time.time()
    is_named = has_name(profile) or given.username is not None or profile.auth == "bearer"
    return profile.accepts(given.secret) and is_named and not has_ended and given.auth in ("basic", profile.auth)


def says_quit(data: bytes) -> bool:
    """Tell whether a helper says that nobody else is to be asked. Source: git's config.c, git_config_bool."""
    pairs = (line.rstrip(b"\r").partition(b"=") for line in data.split(b"\n\n")[0].split(b"\n"))
    return any(key == b"quit" and (value.lower() in YES or value.strip(b"0").isdigit()) for key, _, value in pairs)
