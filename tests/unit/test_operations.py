"""get: formats, expiry, and the request without a host."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import MalformedRequest, NoCredential, UsageError
from atla_credential.operations import get as operations
from atla_credential.operations.call import Call

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


def test_nothing_matches(work: Path) -> None:
    asked = Asked(work, url="https://other.atlassian.net")
    assert (asked.get(), asked.lines, asked.warnings) == (4, [], [])


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


def test_json_bearer(files: Files, home: Path) -> None:
    files(
        config=profile("dc", "https://dc.example.com", ""), credentials=token("dc", "https://dc.example.com", "s", "")
    )
    asked = Asked(home, url="https://dc.example.com", format="json")
    assert asked.get() == 0
    found = asked.object
    assert (found["authType"], found["authorization"], found["expiresAt"]) == ("bearer", "Bearer s", None)


def test_unknown_format_is_refused_before_anything_is_read(home: Path) -> None:
    with pytest.raises(UsageError, match="not one of: git, json"):
        Asked(home, format="canary").get()


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
