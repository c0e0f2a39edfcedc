"""get: formats, expiry, and the request without a host."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from asking import profile, token
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, MalformedRequest, NoCredential, NoMatch, UsageError
from atla_credential.model import Credential, Profile, Query, Resolution
from atla_credential.operations import get as operations
from atla_credential.operations.call import Call
from updating import call

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
NOON = 1803902400  # 2027-03-01T12:00:00Z
DAY = 86400


class Asked:
    """One call of an operation, with what it printed."""

    def __init__(
        self, home: Path, stdin: bytes = b"", now_utc: float = 0, on_terminal: bool = False, **options: str
    ) -> None:
        self.stdout = io.BytesIO()
        self.warnings: list[str] = []
        self.call = Call(
            World(Environment({"HOME": str(home)})),
            {f"--{name}": value for name, value in options.items()},
            cast("io.RawIOBase", io.BytesIO(stdin)),
            cast("io.RawIOBase", self.stdout),
            self.warnings.append,
            None,
            on_terminal,
            now_utc,
        )

    def get(self) -> int:
        return operations.get(self.call)

    def is_nobody_s(self) -> bool:
        """Tell whether nobody answers, and nothing is handed out."""
        with pytest.raises(NoMatch) as caught:
            self.get()
        return (caught.value.exit_code, self.lines, self.warnings) == (4, [], [])

    @property
    def lines(self) -> list[str]:
        return self.stdout.getvalue().decode().splitlines()

    @property
    def object(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.stdout.getvalue())
        return parsed


@pytest.fixture
def work(files: Files, home: Path) -> Path:
    files(
        config=profile("work", SITE),
        credentials=token("work", SITE, "secret"),
        helper="[profiles.work]\nexpires = 2027-03-01T12:00:00Z\n",
    )
    return home


@pytest.mark.parametrize(
    ("left_s", "on_terminal", "warnings"),
    [
        pytest.param(-1, False, ['the token of profile "work" has expired; make a new one, then run: '
                                 "atla-credential login --profile work"], id="expired: always"),
        pytest.param(0, False, ['the token of profile "work" has expired; make a new one, then run: '
                                "atla-credential login --profile work"], id="this second: expired"),
        pytest.param(1, True, ['the token of profile "work" expires within 1 day'], id="a second left"),
        pytest.param(7 * DAY - 1, True, ['the token of profile "work" expires within 7 days'], id="7 days left"),
        pytest.param(7 * DAY, True, [], id="more than 7 days left"),
        pytest.param(1, False, [], id="soon, but nobody is watching"),
    ],
)  # fmt: skip
def test_expiry_warning(left_s: int, on_terminal: bool, warnings: list[str], work: Path) -> None:
    asked = Asked(work, now_utc=NOON - left_s, on_terminal=on_terminal, url=SITE)
    assert asked.get() == 0
    assert asked.lines == ["username=you@example.com", "password=secret", f"password_expiry_utc={NOON}"]
    assert asked.warnings == warnings


def test_nothing_known_of_the_end_means_no_line(files: Files, home: Path) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "secret"))
    asked = Asked(home, url=SITE)
    assert asked.get() == 0
    assert asked.lines == ["username=you@example.com", "password=secret"]


def test_empty_user_name_and_password_are_lines_too(files: Files, home: Path) -> None:
    """That is how git says that the system signs in by itself."""
    files(
        config=profile("dc", "https://dc.example.com", ""),
        credentials=token("dc", "https://dc.example.com", "", ""),
        helper='[profiles.dc]\nauth = "basic"\nusername = ""\n',
    )
    asked = Asked(home, url="https://dc.example.com")
    assert asked.get() == 0
    assert asked.lines == ["username=", "password="]


@pytest.mark.parametrize(
    ("username", "secret", "name"), [("j\\u001bdoe", "s", "username"), ("jdoe", "a\\u001bb", "password")]
)
def test_what_could_end_a_line_is_named_and_not_handed_out(
    username: str, secret: str, name: str, files: Files, home: Path
) -> None:
    files(
        config=profile("dc", "https://dc.example.com", ""),
        credentials=token("dc", "https://dc.example.com", secret, ""),
        helper=f'[profiles.dc]\nauth = "basic"\nusername = "{username}"\n',
    )
    asked = Asked(home, url="https://dc.example.com")
    with pytest.raises(CredentialError, match=f"the {name} has a control character"):
        asked.get()
    assert asked.lines == []


def test_what_git_is_told_of_us(home: Path) -> None:
    asked = Asked(home)
    assert operations.capability(asked.call) == 0
    assert asked.stdout.getvalue() == b"version 0\ncapability authtype\n"


def test_refresh_token(files: Files, home: Path) -> None:
    files(
        config=profile("work", SITE),
        credentials=token("work", SITE, "secret") + token("work", f"{SITE}|oauth_refresh_token", "again"),
    )
    asked = Asked(home, url=SITE)
    assert asked.get() == 0
    assert asked.lines[-1] == "oauth_refresh_token=again"


def test_without_a_host_only_if_stdin_is_empty_and_a_profile_is_named(work: Path) -> None:
    asked = Asked(work, profile="work")
    assert asked.get() == 0
    assert asked.lines[0] == "username=you@example.com"
    for other in (Asked(work), Asked(work, b"\n", profile="work"), Asked(work, b"path=x\n\n", profile="work")):
        with pytest.raises(MalformedRequest, match="the request has no protocol"):
            other.get()


def test_no_token(files: Files, home: Path) -> None:
    files(config=profile("work", SITE))
    with pytest.raises(NoCredential, match='no token available for profile "work"') as caught:
        Asked(home, url=SITE).get()
    assert caught.value.hints == ("run: atla-credential login --profile work",)
    assert caught.value.exit_code == 3


def test_variable_that_is_not_used_where_others_may_write_is_no_token(files: Files, home: Path) -> None:
    """For who asks it is as if there were none (and not as if a place could not be looked into)."""
    (files(config=profile("work", SITE)) / "config.toml").chmod(0o666)
    with pytest.raises(NoCredential, match="ATLA_TOKEN is not used: others may write"):
        operations.get(call(home, "protocol=https\nhost=work.atlassian.net\n", ATLA_TOKEN="v"))


@pytest.mark.parametrize("url", ["https://other.atlassian.net", f"{SITE}/a/../b"])
@pytest.mark.parametrize("option", ["url", "format", "field", "json"])
def test_nothing_matches_and_only_git_is_not_told(option: str, url: str, work: Path) -> None:
    lines = f"url={url}\n\n".encode()
    asked = Asked(work, lines, profile="work")
    assert (asked.get(), asked.lines, asked.warnings) == (4, [], [])
    more: dict[str, Any] = {option: {"url": url, "field": "source"}.get(option, "git")}
    assert Asked(work, lines, **more).is_nobody_s()


def test_no_file_is_read_for_what_is_no_address(files: Files, home: Path) -> None:
    files(config="not TOML")
    assert Asked(home, b"protocol=https\nhost=work.atlassian.net.\n\n").get() == 4


def test_json(work: Path) -> None:
    asked = Asked(work, url=f"{SITE}/rest", format="json")
    assert asked.get() == 0
    assert asked.object == {
        "schemaVersion": 1,
        "profile": "work",
        "instance": SITE,
        "apiBaseUrl": SITE,
        "username": "you@example.com",
        "password": "secret",
        "authType": "basic",
        "authorization": "Basic " + base64.b64encode(b"you@example.com:secret").decode(),
        "expiresAt": "2027-03-01T12:00:00Z",
        "source": "file",
    }


@pytest.mark.parametrize("format", ["json", "header"])
def test_any_format_without_a_host(format: str, work: Path) -> None:
    asked = Asked(work, profile="work", format=format)
    assert asked.get() == 0
    assert base64.b64encode(b"you@example.com:secret") in asked.stdout.getvalue()


def test_json_bearer(files: Files, home: Path) -> None:
    files(
        config=profile("dc", "https://dc.example.com", ""), credentials=token("dc", "https://dc.example.com", "s", "")
    )
    asked = Asked(home, url="https://dc.example.com", format="json")
    assert asked.get() == 0
    found = asked.object
    assert (found["authType"], found["authorization"], found["expiresAt"]) == ("bearer", "Bearer s", None)


@pytest.fixture
def robot(files: Files, home: Path) -> Path:
    """Make a service account, whose token works at the gateway only."""
    files(
        config=profile("robot", SITE, "", cloud_id="id"),
        credentials=token("robot", SITE, "secret", ""),
        helper='[profiles.robot]\nauth = "bearer"\n',
    )
    return home


@pytest.mark.parametrize("more", [{}, {"profile": "robot"}])
@pytest.mark.parametrize(("path", "product"), [("", "jira"), ("/rest/api/3/myself", "jira"), ("/wiki", "confluence")])
def test_json_says_where_the_token_of_a_site_s_service_account_works(
    path: str, product: str, more: dict[str, Any], robot: Path
) -> None:
    asked = Asked(robot, url=SITE + path, format="json", **more)
    assert asked.get() == 0
    found = asked.object
    assert found["apiBaseUrl"] == f"https://api.atlassian.com/ex/{product}/id"
    assert (found["authType"], found["authorization"], found["username"]) == ("bearer", "Bearer secret", "x-token-auth")


@pytest.mark.parametrize("more", [{}, {"profile": "robot"}])
@pytest.mark.parametrize("format", ["git", "header"])
def test_no_format_that_does_not_say_where_calls_go_sends_a_token_to_the_site(
    format: str, more: dict[str, Any], robot: Path
) -> None:
    assert Asked(robot, url=SITE, format=format, **more).is_nobody_s()


def test_git_gets_no_token_for_the_site_of_a_service_account(robot: Path) -> None:
    request = (
        b"capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=work.atlassian.net\nwwwauth[]=Bearer\n\n"
    )
    asked = Asked(robot, request)
    assert (asked.get(), asked.lines, asked.warnings) == (4, [], [])


@pytest.mark.parametrize(("format", "code"), [("json", 0), ("header", 0), ("git", 4)])
def test_bearer_token_that_must_be_no_password(format: str, code: int, files: Files, home: Path) -> None:
    """Every format has a word for Bearer but git's, if the caller does not announce that it knows one."""
    files(
        config=profile("dc", "https://dc.example.com", ""), credentials=token("dc", "https://dc.example.com", "s", ""),
        helper='[profiles.dc]\nauth = "bearer"\nadopted = true\n',
    )  # fmt: skip
    asked = Asked(home, url="https://dc.example.com", format=format)
    assert asked.is_nobody_s() if code else asked.get() == 0
    assert ("Bearer s" in "".join(asked.lines)) == (code == 0)


def test_unknown_format_is_refused_before_anything_is_read(home: Path) -> None:
    with pytest.raises(UsageError, match="not one of: git, json"):
        Asked(home, format="canary").get()


@pytest.mark.parametrize(
    ("changes", "answers", "readings", "found"),
    [
        pytest.param([], ["answer"], 1, True, id="an answer"),
        pytest.param([True], ["no profile"], 1, False, id="no profile"),
        pytest.param([False], ["no token"], 1, False, id="no token, and nothing has changed"),
        pytest.param([False], ["no token of an adopted one"], 1, False, id="no token of an adopted one"),
        pytest.param([True], ["no token", "answer"], 2, True, id="an answer after a change"),
        pytest.param([True], ["no token of an adopted one", "answer"], 2, True, id="the same of an adopted one"),
        pytest.param([True, False], ["no token", "no token"], 2, False, id="no token after a change"),
        pytest.param([True, True], ["no token"] * 3, 3, False, id="no token after two"),
    ],
)
def test_files_that_change_are_read_again(
    changes: list[bool], answers: list[str], readings: int, found: bool, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few times, and helpers are asked the first time only."""
    seen: list[bool] = []
    forgotten: list[None] = []

    def resolve(search: Search, warn: object) -> Resolution | None:
        seen.append(search.asks_helpers)
        search.lacks_token = answers[0] == "no token of an adopted one"
        what = answers.pop(0)
        given = Credential("secret") if what == "answer" else None
        return Resolution(Profile("work", SITE), given, None, SITE) if what in ("answer", "no token") else None

    monkeypatch.setattr(operations, "resolve", resolve)
    monkeypatch.setattr(World, "has_changed", lambda _: changes.pop(0))
    asked = Asked(home)
    monkeypatch.setattr(World, "anew", lambda _: forgotten.append(None))
    resolution = operations.resolve_steadily(asked.call, None)
    assert (resolution is not None and resolution.credential is not None) == found
    assert seen == [True, False, False][:readings]
    assert len(forgotten) == readings - 1


@pytest.mark.parametrize(
    ("url", "lines"),
    [(SITE, ["username=you@example.com", "password=secret"]), ("https://dc.example.com", []), ("https://h", [])],
)
def test_copy_that_was_started_as_a_helper_leaves_messages_to_the_first(
    url: str, lines: list[str], files: Files, home: Path
) -> None:
    files(
        config=profile("work", SITE) + profile("dc", "https://dc.example.com", ""),
        credentials=token("work", SITE, "secret"),
    )
    asked = Asked(home, url=url)
    asked.call.environment = asked.call.world.environment = Environment(
        {"HOME": str(home), "ATLA_CREDENTIAL_DEPTH": "1"}
    )
    assert (asked.get(), asked.lines) == (0, lines)


def test_path_that_could_lead_elsewhere_is_nobody_s(work: Path) -> None:
    assert Asked(work, url=f"{SITE}/a/../b", format="json").is_nobody_s()


@pytest.mark.parametrize("format_", ["git", "json", "header"])
@pytest.mark.parametrize(("email", "secret"), [("you@example.com", "a\\nb"), ("you\\u007f@example.com", "secret")])
def test_what_could_not_be_handed_out_is_not(format_: str, email: str, secret: str, files: Files, home: Path) -> None:
    files(config=profile("work", SITE, email), credentials=token("work", SITE, secret, email))
    asked = Asked(home, url=SITE, format=format_)
    with pytest.raises(CredentialError, match="has a control character and cannot be handed out"):
        asked.get()
    assert asked.lines == []


AUTHTYPE, AS_BASIC = ("capability[]", "authtype"), [("username", "jdoe"), ("password", "s")]
AS_BEARER = [AUTHTYPE, ("authtype", "Bearer"), ("credential", "s")]


@pytest.mark.parametrize(
    ("auth", "takes_authtype", "is_passing", "lines"),
    [
        ("basic", False, False, AS_BASIC),
        ("basic", False, True, AS_BASIC),
        ("basic", True, False, AS_BASIC),
        ("basic", True, True, [AUTHTYPE, *AS_BASIC, ("ephemeral", "1")]),
        ("bearer", False, False, AS_BASIC),
        ("bearer", True, False, AS_BEARER),
        ("bearer", True, True, [*AS_BEARER, ("ephemeral", "1")]),
        ("bearer", None, False, AS_BASIC),
        ("basic", None, True, AS_BASIC),
    ],
)
def test_answer_for_git(auth: str, takes_authtype: bool | None, is_passing: bool, lines: list[tuple[str, str]]) -> None:
    """What nobody is to keep is said to a caller that knows the word only. None: a profile was asked for, no host."""
    query = None if takes_authtype is None else Query(("https", "h", 443), takes_authtype=takes_authtype)
    given = Credential("s", "jdoe", auth, is_passing=is_passing)
    assert operations.git_answer(given, query, Profile("p", "https://h")) == lines


def test_operation_asks_helpers_for_any_user_and_nobody_watches(home: Path) -> None:
    """Unless it is told otherwise."""
    stream = cast("io.RawIOBase", io.BytesIO())
    call = Call(World(Environment({"HOME": str(home)})), {"--profile": "work"}, stream, stream, pytest.fail)
    assert not call.on_terminal
    assert call.now_utc > NOON - 10 * 365 * DAY
    search = call.search(None)
    assert (search.profile_name, search.trace, search.exact_user, search.asks_helpers) == ("work", None, False, True)


def test_capability(home: Path) -> None:
    asked = Asked(home, b"never read")
    assert operations.capability(asked.call) == 0
    assert asked.lines == ["version 0", "capability authtype"]
    assert asked.call.stdin.read() == b"never read"


@pytest.mark.parametrize(
    ("challenges", "username", "is_bearer"),
    [
        ((), "jdoe", True),
        (("Basic realm=x",), "jdoe", False),
        (("Basic realm=x", "Bearer"), "jdoe", True),
        (("bearer realm=x",), "jdoe", True),
        (("Basic realm=Bearer",), "jdoe", False),
        (("Basic realm=caf\xe9",), "jdoe", False),
        (("Negotiate", 'Bearer realm="x"', "Basic realm=x"), "jdoe", True),
        (('Basic realm="x", Bearer realm="x"',), "jdoe", True),
        (('Negotiate, basic realm="x"',), "jdoe", False),
        (("Negotiate",), "jdoe", True),
        (('OAuth realm="x"',), "jdoe", True),
        (("Basic realm=x",), None, True),  # under a made-up name it would be worth as little
    ],
)
def test_bearer_where_the_server_takes_it(
    challenges: tuple[str, ...], username: str | None, is_bearer: bool, files: Files, home: Path
) -> None:
    where = "https://dc.example.com"
    files(
        config=profile("dc", where, ""), credentials=token("dc", where, "made-up", ""),
        helper=f'[profiles.dc]\nusername = "{username}"\n' if username else "",
    )  # fmt: skip
    lines = [
        "capability[]=authtype",
        "protocol=https",
        "host=dc.example.com",
        *(f"wwwauth[]={c}" for c in challenges),
        "",
    ]
    asked = Asked(home, "\n".join(lines).encode("latin-1"))
    assert asked.get() == 0
    as_bearer = ["capability[]=authtype", "authtype=Bearer", "credential=made-up"]
    assert asked.lines == (as_bearer if is_bearer else ["username=jdoe", "password=made-up"])
