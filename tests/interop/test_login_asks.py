"""A login asks the site before anything is written, and keeps what is true of what it hears."""

import json
import os
import shlex
import subprocess
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from interop.test_verdicts import ALONE, can_be_alone
from stage import Script, Slow, Stage, answer, authority, write_authority
from verdict_rows import (
    BAD,
    CLOUD_ID,
    ID,
    JANE,
    JANE_AT_BITBUCKET,
    JANE_AT_OWN,
    JIRA_GATEWAY,
    MYSELF,
    OWN,
    OWN_JIRA,
    PLAIN_401,
    SCOPE,
    SITE,
    TENANT,
    USER,
    silence,
)

Files = Callable[..., Path]
SetUp = Callable[..., Stage]
CLOUD = ("--instance", SITE, "--email", "you@example.com")
SERVER = ("--instance", f"https://{OWN}/tracker")
NEW = b"made-up-new"
WORK = profile("work", f"https://{SITE}")
HELD = token("work", f"https://{SITE}", "made-up-old")


def log_in(run: Run, *words: str, secret: bytes = NEW) -> tuple[int, str, str]:
    done = run("login", "--storage", "file", "--token-stdin", *words, stdin=secret)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def written(home: Path, name: str) -> dict[str, Any]:
    path = home / ".config" / "atla" / f"{name}.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def noted(home: Path, name: str = "work") -> dict[str, Any]:
    found: dict[str, Any] = written(home, "helper").get("profiles", {}).get(name, {})
    return found


def kept(home: Path) -> list[str]:
    return [each["token"] for each in written(home, "credentials").get("tokens", {}).values()]


def test_a_token_that_the_site_knows_is_kept_as_verified(set_stage: SetUp, run: Run, home: Path) -> None:
    made = set_stage([(MYSELF, JANE)])
    code, said, warned = log_in(run, *CLOUD)
    assert (code, warned) == (0, "")
    assert said.startswith(f'logged in at https://{SITE} as Jane Doe (you@example.com): profile "work", token in ')
    assert len(made.heard) == 1
    assert kept(home) == [NEW.decode()]
    assert abs(noted(home)["verified"].timestamp() - time.time()) < 600
    assert written(home, "config")["profiles"]["work"].get("cloud_id") is None


def test_a_rejected_token_changes_nothing(set_stage: SetUp, run: Run, home: Path) -> None:
    """Safety N7: not the profile, not the token that is there, not a note."""
    set_stage([(OWN_JIRA, PLAIN_401)])
    before = snapshot(home)
    code, said, warned = log_in(run, *SERVER)
    assert (code, said) == (3, "")
    step = f"atla-credential login --instance https://{OWN}/tracker --storage file --token-stdin"
    assert warned.splitlines() == [
        f"atla-credential: error: {OWN} does not take this token for this account; nothing was changed",
        f"atla-credential: hint: make a new one, then run: {step}",
        "atla-credential: hint: to keep it all the same, add --no-verify",
    ]
    assert snapshot(home) == before


@pytest.mark.parametrize("word", ["--profile", "--email"])
def test_a_rejected_token_leaves_the_old_one(word: str, set_stage: SetUp, run: Run, files: Files, home: Path) -> None:
    files(config=WORK, credentials=HELD, helper='[helper]\nstorage = "file"\n')
    set_stage([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)])
    before = snapshot(home)
    words = ("--profile", "work") if word == "--profile" else CLOUD
    code, _, warned = log_in(run, *words)
    assert code == 3
    assert (
        "check the e-mail or the user name; or make a new one, then run: atla-credential login --profile work\n"
        in warned
    )
    assert snapshot(home) == before


SIGN_IN = answer(403, {"message": "Connect Session Auth Token"})


def step_in(warned: str) -> str:
    """Return the command in a hint."""
    return next(line for line in warned.splitlines() if "atla-credential login" in line).rpartition(": ")[2]


def test_the_next_step_after_a_bearer_token_that_is_not_looked_at(set_stage: SetUp, run: Run, home: Path) -> None:
    """Typed as it stands, the token goes another way."""
    made = set_stage([(OWN_JIRA, SIGN_IN), (OWN_JIRA, JANE_AT_OWN)])
    code, _, warned = log_in(run, *SERVER, "--bearer", "--email", "jdoe@example.com")
    assert code == 3
    step = step_in(warned)
    assert step.endswith("--token-stdin --email EMAIL")
    done = run(*step.replace("EMAIL", "jdoe@example.com").split()[1:], stdin=NEW)
    assert done.returncode == 0
    assert [each.fields["Authorization"].split()[0] for each in made.heard] == ["Bearer", "Basic"]


REFUSED: Script = [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)]


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("--bearer", REFUSED[1:]),
        (f"--cloud-id {CLOUD_ID}", REFUSED[2:]),
        ("--cloud-id ''", REFUSED),
        ("--product jira", REFUSED),
        ("--username jdoe", REFUSED),
        ("--ca-file {authority}", REFUSED),
    ],
)
def test_the_next_step_has_what_a_refused_login_would_have_changed(
    word: str, script: Script, set_stage: SetUp, run: Run, files: Files, tmp_path: Path
) -> None:
    """The profile that is there has none of it, as nothing was changed."""
    on_record = {"cloud_id": CLOUD_ID} if word == "--cloud-id ''" else {}
    files(config=profile("work", f"https://{SITE}", **on_record), credentials=HELD)
    set_stage(script)
    words = word.format(authority=tmp_path / "authority.pem")
    code, _, warned = log_in(run, "--profile", "work", *shlex.split(words))
    assert code == 3
    assert f"atla-credential login --profile work {words} " in warned.replace("--storage file ", "")


def test_a_rejection_for_a_program(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(OWN_JIRA, PLAIN_401)])
    code, said, warned = log_in(run, *SERVER, "--json")
    found = json.loads(warned)
    assert (code, said) == (3, "")
    assert (found["error"]["kind"], found["error"]["retryable"]) == ("rejected", False)
    assert found["verification"]["reason"] == "bad-credentials"
    assert NEW.decode() not in warned


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        (answer(503), f"{SITE} is out of order at the moment"),
        (answer(403, "<html>", kind="text/html"), f"something in front of {SITE} refuses the request"),
    ],
    ids=["out of order", "a wall"],
)
def test_where_nobody_knows_the_token_is_kept_with_a_warning(
    said: bytes, fact: str, set_stage: SetUp, run: Run, home: Path
) -> None:
    set_stage([(MYSELF, said), (MYSELF, said)])
    code, shown, warned = log_in(run, *CLOUD)
    assert code == 0
    assert shown.startswith(f"logged in at https://{SITE} as you@example.com: ")
    assert warned.startswith(f"atla-credential: warning: the token was kept unverified: {fact}")
    assert kept(home) == [NEW.decode()]
    assert "verified" not in noted(home)


def test_a_login_for_a_program(set_stage: SetUp, run: Run) -> None:
    set_stage([(MYSELF, JANE)])
    found = json.loads(log_in(run, *CLOUD, "--json")[1])
    assert found["verification"]["account"]["name"] == "Jane Doe"
    assert found["verifiedAt"] == found["verification"]["checkedAt"]


def test_scopes_are_found_out(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    code, said, warned = log_in(run, *CLOUD)
    assert (code, warned) == (0, "")
    assert "\nthe token has scopes: it works at the gateway only, which the profile now knows\n" in said
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID


def test_a_cloud_id_as_some_sites_have_it(set_stage: SetUp, run: Run, home: Path) -> None:
    """What was learned from the site stands in no way of what comes after it."""
    odd = f"DUMMY-{CLOUD_ID}"
    gateway = (JIRA_GATEWAY.replace(CLOUD_ID, odd), JANE)
    set_stage([(MYSELF, BAD), (TENANT, answer(200, {"cloudId": odd})), gateway, gateway, gateway, gateway])
    assert log_in(run, *CLOUD)[0] == 0
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == odd
    assert log_in(run, "--profile", "work")[0] == 0
    assert log_in(run, "--profile", "work", "--cloud-id", odd)[0] == 0
    assert run("rename", "work", "other").returncode == 0
    assert run("rotate", "other", "--token-stdin", stdin=b"made-up-newer").returncode == 0


@pytest.mark.parametrize("word", ["--email", "--username", "--profile"])
def test_a_token_in_the_place_of_a_name_goes_nowhere(word: str, set_stage: SetUp, run: Run, home: Path) -> None:
    """Safety U2: not to the site, not into a hint, not into a file."""
    made = set_stage([(OWN_JIRA, PLAIN_401)])
    pasted = f"ATATT{'made-up' * 9}"
    for given, secret in ((pasted, NEW.decode()), ("made-up@example.com", "made-up@example.com")):
        code, said, warned = log_in(run, *SERVER, word, given, secret=secret.encode())
        assert code == 2
        assert given not in said + warned
        assert made.heard == []
        assert snapshot(home) == {}


@pytest.mark.parametrize(
    ("words", "secret"),
    [(SERVER, f"ATATT{'made-up' * 9}"), (SERVER, f"ATCTT{'made-up' * 9}"), (CLOUD, "BBDC-made-up")],
)
def test_a_token_for_another_kind_of_host_is_not_sent(
    words: tuple[str, ...], secret: str, set_stage: SetUp, run: Run, home: Path
) -> None:
    """An address that was mistyped is a stranger's, who would have the token (safety N1)."""
    made = set_stage([(OWN_JIRA, JANE_AT_OWN)])
    code, _, warned = log_in(run, *words, secret=secret.encode())
    assert code == 0
    assert "kept unverified: a token is not sent to a host that does not take its kind\n" in warned
    assert (made.heard, made.proxied) == ([], [])
    assert kept(home) == [secret]
    assert "verified" not in noted(home, OWN if words == SERVER else "work")


def test_a_cloud_id_that_is_to_be_forgotten_is_not_noted(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    code, said, _ = log_in(run, *CLOUD, "--cloud-id", "")
    assert code == 0
    assert "scopes" not in said
    assert "cloud_id" not in written(home, "config")["profiles"]["work"]
    assert "verified" in noted(home)


def test_a_token_without_the_scope_to_say_whose_it_is(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage(
        [
            (MYSELF, BAD),
            (TENANT, ID),
            (JIRA_GATEWAY, SCOPE),
            (
                JIRA_GATEWAY.replace("jira", "confluence").replace("rest/api/3/myself", "wiki/rest/api/user/current"),
                SCOPE,
            ),
        ]
    )
    code, _, warned = log_in(run, *CLOUD)
    assert code == 0
    assert (
        "warning: api.atlassian.com knows the token, which lacks the scope to say whose it is; for that, make one"
        in warned
    )
    assert "verified" in noted(home)
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID


def test_a_service_account_s_cloud_id_is_found_out(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(TENANT, ID), (JIRA_GATEWAY, JANE)])
    code, _, warned = log_in(run, "--instance", SITE, "--bearer")
    assert (code, warned) == (0, "")
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID


@pytest.mark.parametrize(
    ("words", "script", "name"),
    [
        (SERVER, (OWN_JIRA, JANE_AT_OWN), OWN),
        (("--instance", "bitbucket.org", "--email", "you@example.com"), (USER, JANE_AT_BITBUCKET), "bitbucket"),
    ],
    ids=["a server of one's own", "Bitbucket"],
)
def test_the_user_name_is_noted(
    words: tuple[str, ...], script: tuple[str, bytes], name: str, set_stage: SetUp, run: Run, home: Path
) -> None:
    set_stage([script, script])
    assert log_in(run, *words)[0] == 0
    assert noted(home, name)["username"] == "jdoe"
    # Another one that was given stays, and the difference is said.
    code, _, warned = log_in(run, *words, "--username", "other", "--profile", name)
    assert (code, noted(home, name)["username"]) == (0, "other")
    assert 'warning: the site calls this account "jdoe"\n' in warned


@pytest.mark.parametrize("odd", ["access-token-user/made-up", "j doe", "j\u00f6rg", "", "j" * 201])
def test_a_name_that_is_nobody_s_is_not_noted(odd: str, set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(OWN_JIRA, answer(200, {"key": "JIRAUSER1", "name": odd}))])
    assert log_in(run, *SERVER)[0] == 0
    assert "username" not in noted(home, OWN)
    assert "verified" in noted(home, OWN)


def test_another_user_s_token_does_not_take_the_place_of_the_one_that_is_there(
    set_stage: SetUp, run: Run, home: Path
) -> None:
    jane = answer(200, {"key": "JIRAUSER2", "name": "jane"})
    set_stage([(OWN_JIRA, JANE_AT_OWN), (OWN_JIRA, jane), (OWN_JIRA, jane), (OWN_JIRA, jane)])
    assert log_in(run, *SERVER, secret=b"made-up-jdoe")[0] == 0
    before = snapshot(home)
    code, _, warned = log_in(run, *SERVER, secret=b"made-up-jane")
    assert code == 1
    assert warned.splitlines() == [
        f'atla-credential: error: the token is of "jane", and profile "{OWN}" is of "jdoe"; nothing was changed',
        "atla-credential: hint: for a profile of its own, add: --username jane",
        f"atla-credential: hint: to replace that one, add: --profile {OWN}",
    ]
    assert snapshot(home) == before
    assert log_in(run, *SERVER, "--username", "jane", secret=b"made-up-jane")[0] == 0
    assert kept(home) == ["made-up-jdoe", "made-up-jane"]
    assert log_in(run, *SERVER, "--profile", OWN, secret=b"made-up-too")[0] == 0
    assert noted(home, OWN)["username"] == "jane"


@pytest.mark.parametrize(
    "words",
    [
        (*CLOUD, "--no-verify"), (*CLOUD, "--dry-run"), ("--profile", "work", "--product", "jira"),
        ("--profile", "work", "--expires", "2999-01-01"),
    ],
    ids=["--no-verify", "--dry-run", "no new token", "only its end"],
)  # fmt: skip
def test_nobody_is_asked(words: tuple[str, ...], set_stage: SetUp, run: Run, files: Files) -> None:
    files(config=WORK, credentials=HELD, helper='[helper]\nstorage = "file"\n')
    made = set_stage([])
    new = () if "--profile" in words else ("--token-stdin",)
    assert run("login", *new, *words, stdin=NEW).returncode == 0
    assert not made.heard
    assert not made.proxied


@pytest.mark.parametrize("word", ["store", "login --no-verify", "login, not known", "erase", "logout"])
def test_what_was_verified_is_not_said_of_another_token(word: str, set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(MYSELF, JANE), (MYSELF, answer(500))])
    assert log_in(run, *CLOUD)[0] == 0
    assert "verified" in noted(home)
    request = f"protocol=https\nhost={SITE}\nusername=you@example.com\npassword="
    if word in ("store", "erase"):
        done = run(word, stdin=f"{request}{'other' if word == 'store' else NEW.decode()}\n\n".encode())
        assert done.returncode == 0
    elif word == "logout":
        assert run("logout", "work").returncode == 0
    else:
        more = ("--no-verify",) if "no-verify" in word else ()
        assert log_in(run, *CLOUD, *more, secret=b"other")[0] == 0
    assert "verified" not in noted(home)


def test_the_next_step_is_for_the_profile_that_was_kept(set_stage: SetUp, run: Run) -> None:
    """And not what was typed, which would need the token once more."""
    set_stage([(MYSELF, BAD), (TENANT, answer(404))])
    code, _, warned = log_in(run, *CLOUD)
    assert code == 0
    assert warned.endswith("; give it: atla-credential login --profile work --cloud-id ID\n")


def test_a_service_account_whose_cloud_id_is_not_told(set_stage: SetUp, run: Run) -> None:
    """No token was sent, so none was refused."""
    set_stage([(TENANT, answer(404))])
    code, _, warned = log_in(run, "--instance", SITE, "--bearer")
    assert code == 0
    assert f": the token works at the gateway only, and the cloud id of {SITE} cannot be found out; give it: " in warned


def test_a_service_account_that_is_no_person(set_stage: SetUp, run: Run) -> None:
    set_stage([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)])
    code, _, warned = log_in(run, "--instance", SITE, "--email", "bot@serviceaccount.atlassian.com")
    typed = (
        f"atla-credential login --instance {SITE} --email bot@serviceaccount.atlassian.com --storage file --token-stdin"
    )
    assert code == 3
    assert f"hint: a service account's token goes as Bearer: {typed} --bearer\n" in warned


def test_an_authority_of_one_s_own_counts_at_once_and_later(
    set_stage: SetUp, run: Run, home: Path, tmp_path: Path
) -> None:
    set_stage([(OWN_JIRA, JANE_AT_OWN), (OWN_JIRA, JANE_AT_OWN)])
    authority("other").cert_pem.write_to_path(tmp_path / "other.pem")
    trusts_another = {"SSL_CERT_FILE": str(tmp_path / "other.pem")}
    login = ("login", "--storage", "file", "--token-stdin", *SERVER)
    done = run(*login, stdin=NEW, **trusts_another)
    assert (
        f"kept unverified: nobody trusted on this machine vouches for {OWN}; give your authority's"
        in done.stderr.decode()
    )
    for more in (("--ca-file", str(tmp_path / "authority.pem")), ()):
        done = run(*login, *more, stdin=NEW, **trusts_another)
        assert (done.returncode, done.stderr) == (0, b"")
    assert "verified" in noted(home, OWN)


def test_the_authority_of_one_site_is_not_that_of_another(
    set_stage: SetUp, run: Run, files: Files, tmp_path: Path
) -> None:
    files(
        config=profile("work", "https://elsewhere.example.com"), credentials="",
        helper=f'[profiles.work]\nca_file = "{write_authority(tmp_path)}"\n',
    )  # fmt: skip
    set_stage([(OWN_JIRA, JANE_AT_OWN)])
    authority("other").cert_pem.write_to_path(tmp_path / "other.pem")
    done = run(
        "login", "--storage", "file", "--token-stdin", *SERVER, "--bearer", "--profile", "work", stdin=NEW,
        SSL_CERT_FILE=str(tmp_path / "other.pem"),
    )  # fmt: skip
    assert b"nobody trusted on this machine vouches" in done.stderr


@pytest.mark.skipif(not can_be_alone(), reason="nobody here may make a network of his own")
def test_without_any_network_the_token_is_kept(variables: dict[str, str], home: Path) -> None:
    variables["REQUESTS_CA_BUNDLE"] = ""
    began = time.monotonic()
    done = subprocess.run(
        [*ALONE, PROGRAM, "login", "--storage", "file", "--token-stdin", *CLOUD, "--timeout", "120"],
        input=NEW, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert time.monotonic() - began < 60
    assert done.returncode == 0
    assert (
        f"kept unverified: the name {SITE} is not known here; check the address, and the network"
        in done.stderr.decode()
    )
    assert kept(home) == [NEW.decode()]
    for words in (["status"], ["get", "--url", f"https://{SITE}"]):
        again = subprocess.run([*ALONE, PROGRAM, *words], capture_output=True, env=variables, cwd=home, check=False)
        assert (again.returncode, again.stderr) == (0, b"")


def test_a_site_that_is_silent_holds_up_no_longer_than_it_may(set_stage: SetUp, run: Run, home: Path) -> None:
    set_stage([(MYSELF, silence)])
    code, _, warned = log_in(run, *CLOUD, "--timeout", "1")
    assert code == 0
    assert (
        f"kept unverified: {SITE} did not answer within 1 s; try again, or give it longer: --timeout SECONDS\n"
        in warned
    )


@pytest.mark.parametrize("text", ["0", "0.9", "121", "x", "-1", ""])
def test_a_time_that_makes_no_sense(text: str, set_stage: SetUp, run: Run, home: Path) -> None:
    made = set_stage([])
    code, _, _ = log_in(run, *CLOUD, f"--timeout={text}")
    assert (code, made.heard) == (2, [])


# A person at a terminal.


def at_terminal(variables: dict[str, str], home: Path, *words: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(
        PROGRAM, list(words), env={**variables, "TERM": "xterm", "GIT_TERMINAL_PROMPT": ""}, cwd=str(home), timeout=TIMEOUT_S, encoding="utf-8",
        dimensions=(24, 120),
    )  # fmt: skip


def test_init_asks_for_no_cloud_id_and_greets(set_stage: SetUp, variables: dict[str, str], home: Path) -> None:
    """Somebody who was asked for it has typed the token there, where everybody could read it."""
    set_stage([(MYSELF, Slow(0.5, BAD)), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    screen = at_terminal(variables, home, "init")
    for question, reply in (
        ("Site ", SITE), ("E-mail ", "you@example.com"), ("Name of the profile ", ""), ("Keep the token ", "file"),
        ("When does it end? ", ""), ("API token ", NEW.decode()),
    ):  # fmt: skip
        screen.expect_exact(question)
        screen.sendline(reply)
    screen.expect_exact(f"asking {SITE} ...")
    screen.expect_exact(f"logged in at https://{SITE} as Jane Doe (you@example.com): ")
    screen.expect_exact("the token has scopes: it works at the gateway only, which the profile now knows")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID


def test_ctrl_c_while_the_site_is_asked_changes_nothing(
    set_stage: SetUp, variables: dict[str, str], home: Path
) -> None:
    set_stage([(MYSELF, silence)])
    before = snapshot(home)
    screen = at_terminal(variables, home, "login", "--storage", "file", "--timeout", "120", *CLOUD)
    screen.expect_exact("API token ")
    screen.sendline(NEW.decode())
    screen.expect_exact(f"asking {SITE} ...")
    screen.sendintr()
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 130
    assert snapshot(home) == before
    assert os.listdir(home) == [] or not (home / ".config" / "atla" / "credentials.toml").exists()
