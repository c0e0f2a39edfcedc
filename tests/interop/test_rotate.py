"""`rotate`: a new token takes the old one's place, if the site knows it; else nothing changes."""

import json
import re
import subprocess
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from desktop import Desktop, missing
from stage import Heard, Script, Stage, answer
from verdict_rows import (
    BAD,
    BASIC,
    BEARER,
    BITBUCKET,
    CAPTCHA,
    CLOUD,
    CLOUD_ID,
    CONFLUENCE_GATEWAY,
    ID,
    JANE,
    JANE_AT_BITBUCKET,
    JANE_AT_OWN,
    JANE_AT_WIKI,
    JIRA_GATEWAY,
    MYSELF,
    NO_ENTRY,
    OWN_CONFLUENCE,
    OWN_JIRA,
    PLAIN_401,
    SCOPE,
    TENANT,
    USER,
    WALL,
    Kind,
)

Files = Callable[..., Path]
SetUp = Callable[..., Stage]

OLD, NEW = "made-up-old", "made-up-new"
ROTATE = ("rotate", "--token-stdin")
REFUSED: Script = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)]
PAGE = "https://id.atlassian.com/manage-profile/security/api-tokens"


@pytest.fixture
def set_up(set_stage: SetUp, files: Files) -> SetUp:
    """Return a function that sets a stage for a script, with a profile "work" of a kind."""

    def play(script: Script, kind: Kind = CLOUD, store: str = "file") -> Stage:
        made = set_stage(script)
        of = {"credentials": token("work", kind.instance, OLD, kind.email)} if store == "file" else {}
        files(
            config=profile("work", kind.instance, kind.email, store, **kind.more),
            helper=f"# by hand\n[profiles.work]\n{kind.helper}expires = 2090-01-01\n",
            **of,
        )
        return made

    return play


def rotate(run: Run, *more: str, secret: str = NEW, **variables: str) -> tuple[int, str, list[str]]:
    """Return the exit code, what stands on stdout, and the lines of stderr without the program's name."""
    done = run(*ROTATE, *more, stdin=f"{secret}\n".encode(), **variables)
    assert secret not in done.stdout.decode() + done.stderr.decode()
    lines = [line.removeprefix("atla-credential: ") for line in done.stderr.decode().splitlines()]
    return done.returncode, done.stdout.decode(), lines


def kept(home: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the tokens in the file, and what helper.toml says of the profile."""
    folder = home / ".config" / "atla"
    tokens = tomllib.loads((folder / "credentials.toml").read_text())["tokens"]
    noted = tomllib.loads((folder / "helper.toml").read_text()).get("profiles", {}).get("work", {})
    return {key: entry["token"] for key, entry in tokens.items()}, noted


def key_of(kind: Kind = CLOUD) -> str:
    return f"work|{kind.email}|{kind.instance}"


def test_verified(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([(MYSELF, JANE)])
    config = home / ".config" / "atla" / "config.toml"
    before = config.read_bytes()
    code, shown, said = rotate(run)
    place = config.with_name("credentials.toml")
    whom = "verified as Jane Doe (you@example.com)"
    assert shown == f'rotated: profile "work", new token in {place}, {whom}\nnext: revoke the old one at {PAGE}\n'
    assert (code, said) == (0, [])
    tokens, noted = kept(home)
    assert tokens == {key_of(): NEW}
    assert noted.keys() == {"since", "verified", "of"}
    assert config.read_bytes() == before
    assert len(made.heard) == 1
    assert b"password=made-up-new\n" in run("get", "--url", CLOUD.instance).stdout


def test_json(set_up: SetUp, run: Run) -> None:
    set_up([(MYSELF, JANE)])
    code, shown, said = rotate(run, "--json", "--expires", "2090-02-02", "work")
    found = json.loads(shown)
    assert list(found) == [
        "schemaVersion", "profile", "tokenIn", "dryRun", "revokeUrl", "verifiedAt", "verification",
    ]  # fmt: skip
    assert (found["profile"], found["tokenIn"], found["dryRun"], found["revokeUrl"]) == ("work", "file", False, PAGE)
    assert found["verifiedAt"] == found["verification"]["checkedAt"]
    assert found["verification"]["reason"] == "ok"
    assert (code, said) == (
        0,
        ["warning: an API token of Atlassian Cloud lives 365 days at most, so it ends before the day given"],
    )


@pytest.mark.parametrize(
    ("script", "code", "kind", "message", "hints"),
    [
        (REFUSED, 3, "rejected", "api.atlassian.com does not take this token for this account",
         ["check the e-mail or the user name; or make a new one, then run: atla-credential rotate work"]),
        ([(MYSELF, answer(500))], 5, "unknown", "work.atlassian.net is out of order at the moment",
         ["try again later, see https://status.atlassian.com", "to put it in place all the same, add --no-verify"]),
        ([(MYSELF, WALL)], 1, "unknown", "something in front of work.atlassian.net refuses the request; the token was not judged",
         ["ask your network's admin, or the site's", "to put it in place all the same, add --no-verify"]),
        ([(MYSELF, answer(401, b"", CAPTCHA))], 1, "unknown", "work.atlassian.net wants a captcha solved before it looks at any token",
         ["log in there with a browser once, then ask again", "to put it in place all the same, add --no-verify"]),
    ],
    ids=["rejected", "out of order", "a firewall", "a captcha"],
)  # fmt: skip
def test_not_verified(
    script: Script, code: int, kind: str, message: str, hints: list[str], set_up: SetUp, run: Run, home: Path
) -> None:
    """The old token stays, byte for byte, and nothing is made beside it: no lock, no note (safety N7)."""
    set_up([*script, *script])
    before = snapshot(home)
    expected = [f"error: {message}; the old token stays", *(f"hint: {hint}" for hint in hints)]
    assert rotate(run, "--expires", "90d") == (code, "", expected)
    done = run(*ROTATE, "--json", stdin=NEW.encode())
    found = json.loads(done.stderr)
    assert (done.returncode, done.stdout, found["error"]["kind"]) == (code, b"", kind)
    assert found["verification"]["verdict"] == kind
    assert snapshot(home) == before


def test_nobody_can_be_asked(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([], Kind(CLOUD.instance, helper='product = "bitbucket"\n'))
    before = snapshot(home)
    fact = 'no request can match its instance, which has nothing of the product "bitbucket"'
    message = f"error: {fact}; the old token stays"
    steps = ["hint: correct product in helper.toml", "hint: to put it in place all the same, add --no-verify"]
    assert rotate(run) == (1, "", [message, *steps])
    assert snapshot(home) == before
    assert rotate(run, "--no-verify")[0] == 0
    assert kept(home)[0] == {key_of(): NEW}
    assert made.heard == []


def test_a_token_for_another_kind_of_host_is_not_sent(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([], BEARER)
    before = snapshot(home)
    code, _, said = rotate(run, secret=f"ATATT{'made-up' * 9}")
    assert code == 1
    assert said[-2:] == [
        "error: a token is not sent to a host that does not take its kind; the old token stays",
        "hint: to put it in place all the same, add --no-verify",
    ]
    assert (snapshot(home), made.heard, made.proxied) == (before, [], [])


def test_without_asking(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([])
    code, shown, said = rotate(run, "--no-verify", "--expires", "2027-02-02")
    assert (code, said) == (0, [])
    assert shown.splitlines()[1] == f"next: use the new one once, then revoke the old one at {PAGE}"
    tokens, noted = kept(home)
    assert tokens == {key_of(): NEW}
    assert noted.keys() == {"expires", "since", "of"}
    assert made.heard == []


def test_the_same_token(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([])
    before = snapshot(home)
    expected = ['error: this is the token that profile "work" has', "hint: make a new one, and give that"]
    for more in ((), ("--no-verify",), ("--dry-run",)):
        assert rotate(run, *more, secret=OLD) == (2, "", expected)
    assert snapshot(home) == before
    assert made.heard == []


def test_only_a_plan(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([])
    before = snapshot(home)
    place = home / ".config" / "atla" / "credentials.toml"
    expected = f'the token of profile "work" in {place} would be replaced by a new token\n'
    assert rotate(run, "--dry-run") == (0, expected, [])
    done = run("rotate", "--dry-run", "--json")
    assert json.loads(done.stdout) == {
        "schemaVersion": 1, "profile": "work", "tokenIn": "file", "dryRun": True, "revokeUrl": PAGE, "verifiedAt": None,
        "verification": None,
    }  # fmt: skip
    assert snapshot(home) == before
    assert made.heard == []


def test_a_token_that_may_not_say_whose_it_is_is_known(set_up: SetUp, run: Run, home: Path) -> None:
    set_up([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, SCOPE)])
    code, shown, said = rotate(run)
    assert code == 0
    assert shown.startswith('rotated: profile "work", new token in ')
    fact = "api.atlassian.com knows the token, which lacks the scope to say whose it is"
    assert said == [
        f"warning: {fact}; for that, make one with the scope to read its user; everything else works without"
    ]
    assert "verified" in kept(home)[1]


def test_scopes_are_found_out(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """The profile is told the gateway, and nothing else of config.toml changes: it does not become the active one."""
    set_up([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    config = files() / "config.toml"
    before = tomllib.loads(config.read_text())
    code, shown, said = rotate(run)
    assert (code, said) == (0, [])
    assert shown.splitlines()[1] == "the token has scopes: it works at the gateway only, which the profile now knows"
    before["profiles"]["work"]["cloud_id"] = CLOUD_ID
    assert tomllib.loads(config.read_text()) == {"schema_version": 2, **before}
    assert kept(home)[0] == {key_of(): NEW}


def test_config_that_cannot_be_written(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """The token is put in place all the same, and what the profile does not know by now is said."""
    set_up([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    config = files() / "config.toml"
    config.chmod(0o666)  # what others may write is not written
    before = config.read_bytes()
    code, _, said = rotate(run)
    assert code == 0
    assert f"when it can: atla-credential login --profile work --cloud-id {CLOUD_ID}" in said[0]
    assert config.read_bytes() == before
    assert kept(home)[0] == {key_of(): NEW}
    assert "verified" in kept(home)[1]


@pytest.mark.parametrize(
    ("kind", "script", "named", "login"),
    [
        (CLOUD, [(MYSELF, answer(200, {"accountId": "1", "emailAddress": "eve@example.com"}))],
         ("eve@example.com", "you@example.com"), "https://work.atlassian.net --email eve@example.com"),
        (BASIC, [(OWN_JIRA, answer(200, {"key": "2", "name": "eve", "emailAddress": "jane@example.com"}))],
         ("eve", "jdoe"), "https://jira.example.com/tracker --username eve"),
        (Kind("https://bitbucket.org", helper='username = "jane"\n'), [(USER, JANE_AT_BITBUCKET)],
         ("jdoe", "jane"), "https://bitbucket.org --username jdoe"),
    ],
    ids=["an e-mail", "a user name", "Bitbucket"],
)  # fmt: skip
def test_another_account_s_token(
    kind: Kind, script: Script, named: tuple[str, str], login: str, set_up: SetUp, run: Run, home: Path
) -> None:
    set_up(script, kind)
    before = snapshot(home)
    code, shown, said = rotate(run)
    assert (code, shown) == (1, "")
    assert said == [
        f'error: the token is of "{named[0]}", and profile "work" is of "{named[1]}"; the old token stays',
        f"hint: for that account, run: atla-credential login --instance {login}",
    ]
    assert snapshot(home) == before


@pytest.mark.parametrize(
    ("kind", "script", "username"),
    [
        (CLOUD, [(MYSELF, answer(200, {"accountId": "1", "emailAddress": "You@Example.COM"}))], None),
        (Kind(BASIC.instance, "", 'auth = "basic"\nusername = "JDoe"\n'), [(OWN_JIRA, JANE_AT_OWN)], "JDoe"),
        (Kind(BASIC.instance, "other@example.com", 'auth = "bearer"\nusername = "jdoe"\n'), [(OWN_JIRA, JANE_AT_OWN)], "jdoe"),
        (BEARER, [(OWN_JIRA, JANE_AT_OWN)], "jdoe"),
        (BITBUCKET, [(USER, JANE_AT_BITBUCKET)], "jdoe"),
        (BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, JANE_AT_WIKI)], "jdoe"),
    ],
    ids=["letters", "letters of a name", "a name tells more", "learnt", "learnt at Bitbucket", "learnt at Confluence"],
)  # fmt: skip
def test_the_same_account_s_token(
    kind: Kind, script: Script, username: str | None, set_up: SetUp, run: Run, home: Path
) -> None:
    """A user name that nobody has recorded yet is noted."""
    set_up(script, kind)
    assert rotate(run)[0] == 0
    tokens, noted = kept(home)
    assert tokens == {key_of(kind): NEW}
    assert noted.get("username") == username


@pytest.mark.parametrize(
    ("kind", "script", "step"),
    [
        (BEARER, [(OWN_JIRA, JANE_AT_OWN)], "at https://jira.example.com/tracker/secure/ViewProfile.jspa"),
        (BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, JANE_AT_WIKI)], "at https://jira.example.com/tracker/plugins/personalaccesstokens/usertokens.action"),
    ],
    ids=["Jira", "Confluence"],
)  # fmt: skip
def test_where_the_old_one_is_revoked_in_a_product_that_was_found(
    kind: Kind, script: Script, step: str, set_up: SetUp, run: Run
) -> None:
    set_up(script, kind)
    assert rotate(run)[1].splitlines()[-1] == f"next: revoke the old one {step}"


def test_what_goes_with_the_old_token_goes(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """Its refresh token, and what was set aside, with what is noted of that."""
    made = set_up([(MYSELF, JANE)])
    keys = (
        key_of(),
        f"{key_of()}|oauth_refresh_token",
        f"{key_of()}|rejected",
        f"{key_of()}|oauth_refresh_token|rejected",
    )
    files(
        credentials="".join(f'[tokens."{key}"]\ntoken = "made-up-{number}"\n' for number, key in enumerate(keys)),
        helper="[profiles.work]\nrejected = 2026-11-29T08:00:00Z\n",
    )
    assert rotate(run)[0] == 0
    tokens, noted = kept(home)
    assert tokens == {key_of(): NEW}
    assert noted.keys() == {"since", "verified", "of"}
    assert len(made.heard) == 1


def test_what_is_set_aside_is_replaced(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([*REFUSED, (MYSELF, JANE)])
    run("erase", stdin=b"protocol=https\nhost=work.atlassian.net\n\n")
    before = snapshot(home)
    assert rotate(run)[0] == 3
    said = ["error: this is the token that is set aside", "hint: if it is good, run: atla-credential restore work"]
    assert rotate(run, secret=OLD) == (2, "", said)
    assert rotate(run, "--dry-run")[1].startswith('what is set aside of profile "work" in ')
    assert snapshot(home) == before
    assert rotate(run)[0] == 0
    tokens, noted = kept(home)
    assert tokens == {key_of(): NEW}
    assert noted.keys() == {"since", "verified", "of"}
    assert len(made.heard) == 4


def test_without_a_token_of_its_own(set_up: SetUp, run: Run, home: Path) -> None:
    """A variable's token is never stored, nor is another one stored behind it; nobody is asked."""
    made = set_up([])
    assert run("logout", "work").returncode == 0
    before = snapshot(home)
    message = 'error: profile "work" has no token of its own to be replaced'
    assert rotate(run) == (3, "", [message, "hint: run: atla-credential login --profile work"])
    for name in ("ATLA_TOKEN", "ATLA_TOKEN__WORK"):
        step = f"hint: its token is that of {name}, so put the new one there"
        assert rotate(run, **{name: "made-up-variable"}) == (3, "", [message, step])
    assert snapshot(home) == before
    assert made.heard == []


@pytest.mark.parametrize("name", ["ATLA_TOKEN", "ATLA_TOKEN__WORK"])
def test_a_variable_s_token_stands_before_it(name: str, set_up: SetUp, run: Run, home: Path) -> None:
    """The profile's own is replaced, and it is that which the site is asked about."""
    made = set_up([(MYSELF, JANE)])
    code, _, said = rotate(run, **{name: "made-up-variable"})
    assert (code, said) == (0, [f"warning: {name} is set, and where it applies it comes before any stored token"])
    assert kept(home)[0] == {key_of(): NEW}
    assert len(made.heard) == 1


def test_an_adopted_profile_stays_one(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """Nobody chose it: it does not become the active one, and is told no user name."""
    set_up([(OWN_JIRA, JANE_AT_OWN)], BEARER)
    folder = files(helper='[profiles.work]\nauth = "bearer"\nadopted = true\n')
    config = (folder / "config.toml").read_bytes()
    assert rotate(run, "work")[0] == 0
    tokens, noted = kept(home)
    assert tokens == {key_of(BEARER): NEW}
    assert noted.keys() == {"auth", "adopted", "since", "verified", "of"}
    assert (folder / "config.toml").read_bytes() == config


def meanwhile(act: Callable[[], object]) -> Callable[[Any, Heard], None]:
    """Return an answer before which something else happens."""

    def say(connection: Any, heard: Heard) -> None:
        act()
        connection.sendall(JANE)

    return say


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        (("logout", "work"), b"", 3),
        (("delete", "work"), b"", 5),
        (("rename", "work", "acme"), b"", 5),
        (("store",), b"url=https://work.atlassian.net\nusername=you@example.com\npassword=made-up-other\n\n", 5),
        (("erase",), b"url=https://work.atlassian.net\nusername=you@example.com\npassword=made-up-old\n\n", 5),
        (("rotate", "--no-verify", "--token-stdin"), b"made-up-other\n", 5),
        (("login", "--no-verify", "--profile", "work", "--email", "other@example.com", "--token-stdin"), b"made-up-other\n", 5),
        (("login", "--profile", "work", "--product", "jira"), b"", 5),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_changed_while_the_site_was_asked(
    words: tuple[str, ...], stdin: bytes, code: int, set_up: SetUp, run: Run, home: Path
) -> None:
    """What another command has done in between stays, and the new token is nowhere (safety C6)."""
    after: list[Any] = []

    def act() -> None:
        assert run(*words, stdin=stdin).returncode == 0
        after.append(snapshot(home))

    set_up([(MYSELF, meanwhile(act))])
    assert rotate(run)[0] == code
    assert [snapshot(home)] == after
    assert all(NEW.encode() not in content for content in after[0].values())


def test_two_at_once(set_up: SetUp, run: Run, home: Path) -> None:
    """One of them is in place, and the other one says that it is not."""
    both = threading.Barrier(2, timeout=TIMEOUT_S)
    made = set_up([(MYSELF, meanwhile(both.wait)), (MYSELF, meanwhile(both.wait))])
    codes: dict[str, int] = {}

    def one(secret: str) -> None:
        codes[secret] = rotate(run, secret=secret)[0]

    threads = [threading.Thread(target=one, args=(f"made-up-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes.values()) == [0, 5]
    assert kept(home)[0] == {key_of(): next(secret for secret, code in codes.items() if code == 0)}
    assert len(made.heard) == 2


def test_settings_that_cannot_be_written(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """The recorded end is the old token's, and would be said of the new one: nothing changes."""
    set_up([(MYSELF, JANE)])
    (files() / "helper.toml").chmod(0o666)
    before = snapshot(home)
    code, _, said = rotate(run)
    assert code == 1
    assert "cannot write" in said[0]
    assert {name: text for name, text in snapshot(home).items() if not name.endswith(".lock")} == before


def test_at_a_terminal(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    """It says where tokens are made, asks without echo, and what it is asking the site."""
    set_up([(MYSELF, JANE)])
    at_terminal = {**variables, "GIT_TERMINAL_PROMPT": "", "TERM": "xterm"}
    shown = pexpect.spawn(
        PROGRAM, ["rotate"], env=at_terminal, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8", dimensions=(24, 200)
    )
    shown.expect_exact(f"An API token is made at {PAGE}\r\nAPI token (not shown): ")
    shown.waitnoecho()
    shown.sendline(NEW)
    shown.expect(pexpect.EOF)
    seen = str(shown.before)
    shown.close()
    assert shown.exitstatus == 0
    assert "asking work.atlassian.net ..." in seen
    assert "verified as Jane Doe (you@example.com)" in seen
    assert NEW not in seen
    assert kept(home)[0] == {key_of(): NEW}


def test_an_empty_answer_is_no_token(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    set_up([])
    before = snapshot(home)
    shown = pexpect.spawn(
        PROGRAM,
        ["rotate"],
        env={**variables, "GIT_TERMINAL_PROMPT": ""},
        cwd=str(home),
        timeout=TIMEOUT_S,
        encoding="utf-8",
    )
    shown.expect_exact("API token (not shown): ")
    shown.sendline("")
    shown.expect_exact("the token is empty")
    shown.expect(pexpect.EOF)
    shown.close()
    assert shown.exitstatus == 2
    assert snapshot(home) == before


# A token that another helper gives.


def with_helper(home: Path, files: Files, entry: str) -> Path:
    """Let a helper give the token that the profile's own store has not."""
    files(credentials="", helper=f"[helper]\nhelpers = ['''{entry}''']\n")
    place = home / "git-credentials"
    place.write_text(f"https://you%40example.com:{OLD}@work.atlassian.net\n")
    return place


def test_a_helper_gets_the_new_one(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """It is read back from there, and nothing is kept here (safety E4)."""
    made = set_up([*REFUSED, (MYSELF, JANE)])
    place = with_helper(home, files, f"store --file={home}/git-credentials")
    files(credentials=f'[tokens."{key_of()}|rejected"]\ntoken = "made-up-aside"\n')
    before = snapshot(home)
    assert rotate(run)[0] == 3
    assert rotate(run, secret=OLD)[0] == 2
    assert rotate(run, "--dry-run") == (
        0, 'the token of profile "work" in helper 1 of helper.toml would be replaced by a new token\n', []
    )  # fmt: skip
    assert snapshot(home) == before
    code, shown, said = rotate(run)
    assert (code, said) == (0, [])
    assert 'profile "work", new token in helper 1 of helper.toml, verified as Jane Doe' in shown
    assert place.read_text() == f"https://you%40example.com:{NEW}@work.atlassian.net\n"
    assert "made-up" not in (home / ".config" / "atla" / "credentials.toml").read_text()  # nor what was set aside
    assert "verified" in kept_by_helper(home)
    assert len(made.heard) == 4


def kept_by_helper(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / ".config" / "atla" / "helper.toml").read_text())["profiles"]["work"]  # type: ignore[no-any-return]


@pytest.mark.usefixtures("knows_authtype")
def test_git_s_cache_gets_the_new_one(
    set_up: SetUp, run: Run, home: Path, files: Files, variables: dict[str, str]
) -> None:
    set_up([])
    socket = home / "cache" / "socket"
    socket.parent.mkdir(mode=0o700)
    with_helper(home, files, f"cache --timeout=600 --socket={socket}")
    git = ["git", "credential-cache", f"--socket={socket}"]
    known = f"protocol=https\nhost=work.atlassian.net\nusername=you@example.com\npassword={OLD}\n\n"
    subprocess.run([*git, "store"], input=known.encode(), env=variables, check=True)
    try:
        assert rotate(run, "--no-verify")[0] == 0
        assert f"password={NEW}\n" in run("get", "--url", CLOUD.instance).stdout.decode()
    finally:
        subprocess.run([*git, "exit"], env=variables, check=True)


def test_a_helper_s_own_end(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """The program that keeps passwords in a file for git knows nothing of an end."""
    set_up([])
    with_helper(home, files, f"store --file={home}/git-credentials")
    code, _, said = rotate(run, "--no-verify", "--expires", "2027-02-02", "--json")
    assert (code, said) == (0, ["warning: helper 1 in helper.toml does not keep when the token ends"])


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("!f() { test \"$1\" = get && printf 'password=made-up-old\\n'; :; }; f", "still gives the old one"),
        ("!f() { test \"$1\" = get && test ! -e \"$HOME/told\" && printf 'password=made-up-old\\n'; test \"$1\" = get || touch \"$HOME/told\"; }; f", "does not give it back"),
    ],
    ids=["only reads", "forgets"],
)  # fmt: skip
def test_a_helper_that_does_not_take_it(
    entry: str, what: str, set_up: SetUp, run: Run, home: Path, files: Files
) -> None:
    set_up([(MYSELF, JANE)])
    with_helper(home, files, entry)
    settings = snapshot(home / ".config" / "atla")
    code, shown, said = rotate(run)
    assert (code, shown) == (1, "")
    assert said == [
        f"error: helper 1 in helper.toml was told the new token, and {what}",
        "hint: put the new token where that helper has it from",
    ]
    assert {
        name: text for name, text in snapshot(home / ".config" / "atla").items() if name != "profiles.lock"
    } == settings


def test_a_helper_that_fails(set_up: SetUp, run: Run, home: Path, files: Files) -> None:
    """Nobody knows then whose token answers, so none is asked for."""
    made = set_up([])
    with_helper(home, files, "!exit 7;")
    code, _, said = rotate(run)
    assert (code, said[0]) == (1, "error: helper 1 in helper.toml failed with exit code 7")
    assert made.heard == []


# A token in a keyring.


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_in_a_keyring(set_up: SetUp, keyring: Desktop, run: Run, home: Path) -> None:
    """The item that holds the old one holds the new one; after a refusal no item has changed."""
    set_up([*REFUSED, (MYSELF, JANE)], store="keyring")
    keyring.add(key_of(), OLD)
    for more in ("|oauth_refresh_token", "|rejected"):
        keyring.add(f"{key_of()}{more}", f"made-up{more}")
    before = keyring.tokens()
    assert rotate(run)[0] == 3
    assert keyring.tokens() == before
    code, shown, said = rotate(run)
    assert (code, said) == (0, [])
    assert shown.startswith('rotated: profile "work", new token in the keyring, verified as Jane Doe')
    assert keyring.tokens() == {key_of(): [NEW]}
    assert not re.search(NEW, "".join(text.decode(errors="replace") for text in snapshot(home).values()))


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_a_locked_keyring(set_up: SetUp, keyring: Desktop, run: Run) -> None:
    made = set_up([], store="keyring")
    keyring.add(key_of(), OLD)
    keyring.lock()
    code, _, said = rotate(run)
    assert code == 1
    assert "locked" in said[0]
    assert made.heard == []
