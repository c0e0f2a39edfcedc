"""Eight profiles with a token each, one whose token is set aside, the updates that change one of them, and what has to
hold after any of these.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from asking import profile, token
from atla_credential.profiles.notes import mark

ATLCLI = Path(__file__).parent / "data" / "atlcli" / "config.json"  # a login at site8
NAMES = tuple(f"p{number}" for number in range(8))
FILES = ("credentials.toml", "config.toml", "helper.toml")
SECRETS = b"canary"  # every token of these tests begins with it
NEW = "canary-new"


class Update(NamedTuple):
    """A call that writes.

    Args:
        arguments: the command line.
        stdin: the request or the token.
        first: what the first profile's token may be afterwards.
        may_lack: whether the first profile may have no token afterwards.
        may_be_aside: whether it may be set aside by then.
    """

    arguments: tuple[str, ...]
    stdin: bytes
    first: frozenset[str] = frozenset({"canary-old0", NEW})
    may_lack: bool = False
    may_be_aside: bool = False


def site(number: int) -> str:
    return f"https://site{number}.atlassian.net"


def key_of(name: str, number: int) -> str:
    return f"{name}|you@example.com|{site(number)}"


KEYS_ASIDE = (key_of("aside", 10), f"{key_of('aside', 10)}|rejected")  # put back, and set aside
TOKEN_ASIDE = "canary-aside"
NOTED_ASIDE = {"of": mark(KEYS_ASIDE[0], TOKEN_ASIDE), "rejected": datetime(2026, 11, 29, 8, tzinfo=UTC)}


def request(number: int, secret: str, *more: str) -> bytes:
    lines = [f"url={site(number)}", "username=you@example.com", f"password={secret}", *more, "", ""]
    return "\n".join(lines).encode()


def store_of(number: int, secret: str, expiry: str = "4000000000") -> Update:
    """Return a store that writes helper.toml too, for the time when the token ends."""
    return Update(("store",), request(number, secret, f"password_expiry_utc={expiry}"))


ANSWER = b"username=you@example.com\npassword=canary-old0\npassword_expiry_utc=3786912000\n"  # the first profile's

STDIN = ("--token-stdin", "--expires", "90d")
TOKEN = f"{NEW}\n".encode()
UNCHANGED = frozenset({"canary-old0"})
FIRST_AFTERWARDS = {"rename": "renamed", "delete": None}  # what became of the first profile if its name is gone
UPDATES: Mapping[str, Update] = {
    "store": store_of(0, NEW),
    "login": Update(("login", "--no-verify", "--profile", "p0", *STDIN), TOKEN),
    "login of a new profile": Update(
        (
            "login",
            "--no-verify",
            "--profile",
            "p8",
            "--instance",
            site(8),
            "--email",
            "you@example.com",
            "--storage",
            "file",
            *STDIN,
        ),
        TOKEN,
        UNCHANGED,
    ),
    "login as another account": Update(
        ("login", "--no-verify", "--profile", "p0", "--email", "other@example.com", *STDIN), TOKEN
    ),
    "rotate": Update(("rotate", "--no-verify", "p0", *STDIN), TOKEN),
    "erase": Update(("erase",), request(0, "canary-old0"), UNCHANGED, may_be_aside=True),
    "restore": Update(("restore", "--no-verify", "aside"), b"", UNCHANGED),
    "switch": Update(("switch", "p1"), b"", UNCHANGED),
    "rename": Update(("rename", "p0", "renamed"), b"", UNCHANGED),
    "logout": Update(("logout", "p0"), b"", UNCHANGED, may_lack=True),
    "delete": Update(("delete", "p0"), b"", UNCHANGED, may_lack=True),
}

# What is killed besides: all that can fail in it fails in a login, too.
IMPORT = Update(("import", "atlcli", "--from", str(ATLCLI), "--no-verify", "--storage", "file"), b"", UNCHANGED)


def make_crowd(files: Callable[..., Path], padding: int = 0) -> Path:
    """Write the three files, and return their folder.

    Args:
        padding: bytes of something unknown in credentials.toml, so that it fills more than one page of a disk.
    """
    settings = 'schema_version = 2\n[default]\nprofile = "p0"\n'
    filler = f'unknown = "{"x" * padding}"\n' if padding else ""
    return files(
        config=settings
        + "".join(profile(name, site(number)) for number, name in enumerate(NAMES))
        + profile("aside", site(10)),
        credentials=filler
        + "".join(token(name, site(n), f"canary-old{n}") for n, name in enumerate(NAMES))
        + f'[tokens."{KEYS_ASIDE[1]}"]\ntoken = "{TOKEN_ASIDE}"\n',
        helper="# written by hand\n[profiles.p0]\nexpires = 2090-01-01\n[profiles.p7]\nproduct = 'jira'\n"
        f'[profiles.aside]\nof = "{NOTED_ASIDE["of"]}"\nrejected = {NOTED_ASIDE["rejected"]}\n',
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def documents(folder: Path) -> list[dict[str, Any]]:
    """Read the three files; half a file does not parse."""
    return [tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in FILES]


def assert_nothing_older_is_lost(folder: Path, update: Update) -> None:
    """Check that each profile has its tables and, under the key that config.toml leads to, its token."""
    credentials, config, helper = documents(folder)
    tokens = {key: entry["token"] for key, entry in credentials["tokens"].items()}
    names = [
        name if name in config["profiles"] else {"p0": FIRST_AFTERWARDS[update.arguments[0]]}[name] for name in NAMES
    ]
    for number, name in enumerate(names):
        if name is None:
            continue
        table = config["profiles"][name]
        secret = tokens.get(f"{name}|{table['email']}|{table['instance']}")
        if number:
            assert secret == f"canary-old{number}"
        elif update.may_be_aside:
            assert in_one_place(tokens, key_of(name, 0)) == "canary-old0"
        elif not (update.may_lack and secret is None):
            assert secret in update.first
    assert in_one_place(tokens, KEYS_ASIDE[0]) == TOKEN_ASIDE
    assert update.arguments[0] == "restore" or KEYS_ASIDE[1] in tokens
    if "p8" in config["profiles"]:  # a new profile is there at once and whole
        assert f"p8|you@example.com|{site(8)}" in tokens
        assert "expires" in helper["profiles"]["p8"]
    if "site8" in config["profiles"]:
        assert (tokens[f"site8||{site(8)}"], helper["profiles"]["site8"]["username"]) == (NEW, "jdoe")
    if names[0] and update.arguments[0] == "rename":
        assert "expires" in helper["profiles"][names[0]]
    assert helper["profiles"]["p7"] == {"product": "jira"}
    assert config["default"].get("profile") in ("p1", names[0])


def in_one_place(tokens: Mapping[str, str], key: str) -> str:
    """Return the token that stands under a key, or is set aside, and not both."""
    (found,) = [tokens[each] for each in (key, f"{key}|rejected") if each in tokens]
    return found


def assert_truthful(code: int, stdout: bytes, stderr: bytes) -> None:
    """Check that a failure is told in one line, that no token is, and that nothing is said of a success by mistake.

    What `list` and `status` say of the token that is set aside is no mistake, nor that `delete` leaves no active profile,
    nor that helper.toml has a key that means nothing.
    """
    assert SECRETS not in stdout + stderr
    assert b"Traceback" not in stderr
    assert b"internal error" not in stderr
    errors = [line for line in stderr.splitlines() if line.startswith(b"atla-credential: error: ")]
    hints = [line for line in stderr.splitlines() if line.startswith(b"atla-credential: hint: ")]
    assert len(errors) == (code != 0), stderr
    said = (
        b": warning: a caller's 401 has set the token of ", b": warning: no profile is the active one now; ",
        b": warning: helper.toml has ",
    )  # fmt: skip
    advice = [line for line in stderr.splitlines() if any(words in line for words in said)]
    assert len(errors) + len(hints) + len(advice) == len(stderr.splitlines()), stderr


def temporary_files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]
