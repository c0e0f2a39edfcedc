"""`restore` asks the site about a token that is set aside, before it writes anything (safety N7)."""

import json
import socket
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.profiles.notes import mark
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from desktop import Desktop, missing
from interop.test_verdicts import ALONE, can_be_alone
from stage import Answer, Heard, Script, Stage, answer, stage, surroundings, write_authority
from verdict_rows import (
    BAD,
    CLOUD_ID,
    CONFLUENCE_GATEWAY,
    GATEWAY,
    ID,
    JANE,
    JIRA_GATEWAY,
    MYSELF,
    NO_ENTRY,
    PLAIN_401,
    SCOPE,
    SITE,
    TENANT,
    USER,
    WALL,
)

Files = Callable[..., Path]
SetUp = Callable[..., Stage]

INSTANCE = f"https://{SITE}"
KEY = f"work|you@example.com|{INSTANCE}"
ASIDE = f"{KEY}|rejected"
ERASE = b"protocol=https\nhost=%b\nusername=%b\npassword=made-up\n\n"
ANYWAY = "to put it back all the same, add --no-verify"
NOTED = f'[profiles.work]\nsince = 2026-01-01T08:00:00Z\nof = "{mark(KEY, "made-up")}"\n'
CHECK_EMAIL = "check the e-mail or the user name; or make a new one, then run: atla-credential login --profile work"
REJECTED: Script = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)]
WITH_SCOPES: Script = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)]
CAPTCHA = answer(401, b"", "X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE; login-url=made-up")


@pytest.fixture
def set_up(set_stage: SetUp, files: Files, run: Run, home: Path) -> SetUp:
    """Return a function that sets a stage for a script, and sets the token of profile "work" aside."""

    def play(script: Script, instance: str = INSTANCE, shows: str = "good", **more: str) -> Stage:
        made = set_stage(script, shows)
        files(
            config=f'[default]\nprofile = "work"\n{profile("work", instance, **more)}',
            credentials=token("work", instance, "made-up"),
            helper=NOTED,
        )
        host = instance.removeprefix("https://").encode()
        assert run("erase", stdin=ERASE % (host, b"you@example.com")).returncode == 0
        assert list(tokens(home)) == [f"work|you@example.com|{instance}|rejected"]
        return made

    return play


def tokens(home: Path) -> dict[str, str]:
    document = tomllib.loads((home / ".config" / "atla" / "credentials.toml").read_text())
    return {key: entry["token"] for key, entry in document.get("tokens", {}).items()}


def noted(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((home / ".config" / "atla" / "helper.toml").read_text())["profiles"]["work"]
    return found


def said(done: "subprocess.CompletedProcess[bytes]") -> list[str]:
    return [line.removeprefix("atla-credential: ") for line in done.stderr.decode().splitlines()]


def test_what_is_recognised_is_the_profile_s_again(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([(MYSELF, JANE), (MYSELF, JANE)])
    before = noted(home)
    done = run("restore")
    assert (done.returncode, said(done)) == (0, [])
    assert (
        done.stdout.decode()
        == 'the token of profile "work" is back in the file, verified as Jane Doe (you@example.com)\n'
    )
    assert tokens(home) == {KEY: "made-up"}
    assert {**noted(home), "verified": None, "rejected": None} == {**before, "verified": None, "rejected": None}
    assert (noted(home)["verified"] >= before["rejected"], "rejected" in noted(home)) == (True, False)
    run("erase", stdin=ERASE % (SITE.encode(), b"you@example.com"))
    assert "verified" not in noted(home)
    found = json.loads(run("restore", "work", "--json").stdout)
    assert found.pop("verification")["verdict"] == "verified"
    at = noted(home)["verified"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found == {"schemaVersion": 1, "profile": "work", "dryRun": False, "verifiedAt": at}
    assert len(made.heard) == 2


def test_of_another_token_than_was_noted_it_is_not_known_since_when(set_up: SetUp, run: Run, home: Path) -> None:
    """Another program has set it aside, or put it there."""
    set_up([(MYSELF, JANE)])
    path = home / ".config" / "atla" / "credentials.toml"
    path.write_text(path.read_text().replace("made-up", "made-up-other"))
    before = noted(home)
    assert run("restore").returncode == 0
    assert noted(home).keys() == {"of", "verified"}
    assert noted(home)["of"] != before["of"]


def test_a_scope_that_is_missing_is_a_warning(set_up: SetUp, run: Run, home: Path) -> None:
    lacking = answer(
        403, {"type": "error", "error": {"message": "no", "detail": {"granted": ["a"], "required": ["b"]}}}
    )
    set_up([(USER, lacking)], instance="https://bitbucket.org")
    done = run("restore")
    assert (done.returncode, done.stdout) == (0, b'the token of profile "work" is back in the file\n')
    fact = "api.bitbucket.org knows the token, which lacks the scope to say whose it is"
    assert said(done) == [f"warning: {fact}; for that, make one with the scope b; everything else works without"]
    assert list(tokens(home).values()) == ["made-up"]
    assert "verified" in noted(home)


@pytest.mark.parametrize(
    ("script", "code", "message", "hint"),
    [
        (REJECTED, 3, f"{GATEWAY} does not take this token for this account", CHECK_EMAIL),
        ([(MYSELF, CAPTCHA)], 1, f"{SITE} wants a captcha solved before it looks at any token", "log in there with a browser once, then ask again"),
        ([(MYSELF, WALL)], 1, f"something in front of {SITE} refuses the request; the token was not judged", "ask your network's admin, or the site's"),
        ([(MYSELF, BAD), (TENANT, NO_ENTRY)], 1, f"{SITE} refuses the token, which may be one with scopes, and its cloud id cannot be found out", "give it: atla-credential restore work --no-verify, then atla-credential login --profile work --cloud-id ID"),
        ([(MYSELF, answer(500))], 5, f"{SITE} is out of order at the moment", "try again later, see https://status.atlassian.com"),
    ],
    ids=["rejected", "captcha", "a firewall", "no cloud id", "out of order"],
)  # fmt: skip
def test_what_is_not_recognised_stays_set_aside(
    script: Script, code: int, message: str, hint: str, set_up: SetUp, run: Run, home: Path
) -> None:
    made = set_up([*script, *script])
    before = snapshot(home)
    done = run("restore")
    assert (done.returncode, done.stdout) == (code, b"")
    assert said(done) == [f"error: {message}; it stays set aside", f"hint: {hint}", f"hint: {ANYWAY}"]
    done = run("restore", "--json")
    assert (done.returncode, done.stdout) == (code, b"")
    told = json.loads(done.stderr)
    error, verification = told["error"], told["verification"]
    assert error["kind"] == verification["verdict"] == ("rejected" if code == 3 else "unknown")
    assert (error["message"], error["retryable"]) == (f"{message}; it stays set aside", code == 5)
    assert (verification["message"], verification["hint"]) == (message, hint)
    assert snapshot(home) == before
    assert len(made.heard) == 2 * len(script)


def test_without_any_network_it_stays(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    if not can_be_alone():
        pytest.skip("nobody here may make a network of his own")
    set_up([])
    del variables["HTTPS_PROXY"]
    before = snapshot(home)
    command = [*ALONE, PROGRAM, "restore", "--timeout", "120"]
    done = subprocess.run(command, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 5
    assert said(done)[0] == f"error: the name {SITE} is not known here; it stays set aside"
    assert snapshot(home) == before


def test_the_next_steps_can_be_taken(set_up: SetUp, run: Run, home: Path, tmp_path: Path) -> None:
    """A login needs no new token for what it changes then."""
    set_up([(MYSELF, JANE)], shows="untrusted")
    done = run("restore")
    step = "atla-credential restore work --no-verify, then atla-credential login --profile work --ca-file FILE"
    assert said(done)[1] == f"hint: give your authority's certificate: {step}"
    for words in step.replace("FILE", str(tmp_path / "authority.pem")).split(", then "):
        assert run(*words.split()[1:]).returncode == 0
    assert tokens(home) == {KEY: "made-up"}


@pytest.mark.parametrize("words", [("--no-verify",), ("--dry-run",), ("--dry-run", "--no-verify")], ids=" ".join)
def test_nobody_is_asked(words: tuple[str, ...], set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([])
    before = snapshot(home)
    found = json.loads(run("restore", *words, "--json").stdout)
    is_dry = "--dry-run" in words
    nothing = {"verifiedAt": None, "verification": None}
    assert found == {"schemaVersion": 1, "profile": "work", "dryRun": is_dry, **nothing}
    assert (snapshot(home) == before) == is_dry
    assert tokens(home) == ({ASIDE: "made-up"} if is_dry else {KEY: "made-up"})
    assert noted(home).keys() == {"since", "of", "rejected"} - (set() if is_dry else {"rejected"})
    assert made.proxied == []


def test_put_back_unasked_it_is_not_verified(set_up: SetUp, run: Run, home: Path) -> None:
    """Also where another program has left the note."""
    set_up([])
    path = home / ".config" / "atla" / "helper.toml"
    path.write_text(path.read_text() + "verified = 2026-01-01T08:00:00Z\n")
    assert run("restore", "--no-verify").returncode == 0
    assert noted(home).keys() == {"since", "of"}


def test_a_timeout_that_is_none(set_up: SetUp, run: Run, home: Path) -> None:
    made = set_up([])
    before = snapshot(home)
    assert run("restore", "--timeout", "0").returncode == 2
    assert run("restore", "--no-verify", "--timeout", "121").returncode == 2
    assert (snapshot(home), made.proxied) == (before, [])


@pytest.mark.parametrize(
    ("instance", "email", "helper", "message"),
    [
        (INSTANCE, "", 'auth = "basic"', 'profile "work" has no e-mail, and this site needs one beside the token'),
        (INSTANCE, "you@example.com", 'product = "bitbucket"', 'no request can match its instance, which has nothing of the product "bitbucket"'),
        (f"https://{GATEWAY}/ex/bitbucket/x", "you@example.com", "", "no request can match its instance"),
        ("https://bitbucket.org/team/repo/deep", "you@example.com", "", 'the site of profile "work" has no address that would tell whose the token is'),
    ],
    ids=["no e-mail", "no such product", "no place", "no address that would tell"],
)  # fmt: skip
def test_where_nobody_can_be_asked_it_stays(
    instance: str, email: str, helper: str, message: str, files: Files, run: Run, home: Path
) -> None:
    files(
        config=profile("work", instance, email),
        credentials=f'[tokens."work|{email}|{instance}|rejected"]\ntoken = "made-up"\n',
        helper=f"[profiles.work]\n{helper}\n",
    )
    before = snapshot(home)
    done = run("restore", "work")
    assert (done.returncode, done.stdout) == (1, b"")
    assert (said(done)[0], said(done)[-1]) == (f"error: {message}; the token stays set aside", f"hint: {ANYWAY}")
    assert snapshot(home) == before
    assert run("restore", "work", "--no-verify").returncode == 0


def test_a_token_with_scopes(set_up: SetUp, run: Run, home: Path) -> None:
    """The profile stays as it is; which login lets programs use the token is said, also where it says little of it."""
    no_user = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, SCOPE)]
    set_up([*WITH_SCOPES, *no_user])
    config = home / ".config" / "atla" / "config.toml"
    before, login = config.read_bytes(), f"atla-credential login --profile work --cloud-id {CLOUD_ID}"
    step = f"hint: the token has scopes, and works at the gateway only; let programs know: {login}"
    assert said(run("restore")) == [step]
    run("erase", stdin=ERASE % (SITE.encode(), b"you@example.com"))
    done = run("restore")
    assert (done.returncode, said(done)[1]) == (0, step)
    assert said(done)[0].startswith(f"warning: {GATEWAY} knows the token, which lacks the scope to say whose it is; ")
    assert config.read_bytes() == before
    assert run(*login.split()[1:]).returncode == 0


# What another program does while the site is asked.


def meanwhile(change: Callable[[], object]) -> Answer:
    """Recognise a token, after something has been done."""

    def reply(connection: socket.socket, _: Heard) -> None:
        change()
        connection.sendall(JANE)

    return reply


def test_another_token_that_is_set_aside_meanwhile_stays(set_up: SetUp, run: Run, home: Path) -> None:
    path = home / ".config" / "atla" / "credentials.toml"
    set_up([(MYSELF, meanwhile(lambda: path.write_text(path.read_text().replace("made-up", "made-up-other"))))])
    done = run("restore")
    assert (done.returncode, said(done)[0]) == (5, 'error: profile "work" was changed meanwhile')
    assert tokens(home) == {ASIDE: "made-up-other"}
    assert "verified" not in noted(home)


def test_a_profile_that_is_changed_meanwhile_stays(set_up: SetUp, run: Run, home: Path) -> None:
    """The site was asked about it as it was."""
    path = home / ".config" / "atla" / "config.toml"
    change = f'[profiles."work"]\ncloud_id = "{CLOUD_ID}"'
    set_up([(MYSELF, meanwhile(lambda: path.write_text(path.read_text().replace('[profiles."work"]', change))))])
    assert run("restore").returncode == 5
    assert tokens(home) == {ASIDE: "made-up"}


def test_another_profile_that_is_active_meanwhile_is_not_meant(set_up: SetUp, run: Run, home: Path) -> None:
    """Its token is not what the site was asked about."""
    path = home / ".config" / "atla" / "config.toml"
    set_up([(MYSELF, meanwhile(lambda: run("switch", "other")))])
    path.write_text(path.read_text() + profile("other", "https://other.atlassian.net"))
    done = run("restore")
    assert (done.returncode, said(done)[0]) == (5, 'error: profile "work" was changed meanwhile')
    assert tokens(home) == {ASIDE: "made-up"}


@pytest.mark.parametrize(
    ("words", "code", "left"),
    [(("restore", "--no-verify"), 1, {KEY: "made-up"}), (("logout",), 3, {})],
    ids=["put back", "removed"],
)
def test_another_command_was_faster(
    words: tuple[str, ...], code: int, left: dict[str, str], set_up: SetUp, run: Run, home: Path
) -> None:
    set_up([(MYSELF, meanwhile(lambda: run(*words)))])
    assert run("restore").returncode == code
    assert tokens(home) == left
    assert "verified" not in noted(home)


# What `status` says of it.


def test_status_asks_about_it(set_up: SetUp, run: Run, home: Path) -> None:
    """The exit code stays 3, as nobody is given it."""
    set_up([(MYSELF, JANE), *REJECTED, (MYSELF, answer(500)), (MYSELF, JANE)])
    before = snapshot(home)
    for verdict in ("verified", "rejected", "unknown"):
        done = run("status", "--verify", "--json")
        found = json.loads(done.stdout)
        assert (done.returncode, found["token"], found["verification"]["verdict"]) == (3, "setAside", verdict)
    assert snapshot(home) == before
    assert run("restore").returncode == 0  # as the verified one is told


# A keyring.


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_in_a_keyring_it_goes_back_in_its_place(
    keyring: Desktop, files: Files, run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    """The item stays the same one, until the site recognises the token and after."""
    files(config=profile("work", INSTANCE, store="keyring"))
    keyring.add(KEY, "made-up")
    items = keyring.items(KEY)
    run("erase", stdin=ERASE % (SITE.encode(), b"you@example.com"))
    with stage(tmp_path, [*REJECTED, (MYSELF, JANE)]) as made:
        variables.update(surroundings(made, write_authority(tmp_path)))
        assert run("restore", "work").returncode == 3
        assert (keyring.items(KEY), keyring.items(ASIDE)) == ({}, items)
        assert run("restore", "work").returncode == 0
    assert (keyring.items(KEY), keyring.items(ASIDE)) == (items, {})
