"""A profile whose token other helpers have, and nobody else: FS1 to FS4, and the login that makes it."""

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from conftest import PROGRAM, Run, snapshot
from other_helpers import FULL, SITE, WHO, get

Files = Callable[..., Path]

THEIRS = '[profiles.work]\nstorage = "helper"\n'
LOGIN = ("login", "--instance", "work.atlassian.net", "--email", "you@example.com", "--storage", "helper", "--no-input")


def holding(home: Path, secret: str) -> None:
    """Let git's own helper `store` have a token, or none."""
    line = f"https://you%40example.com:{secret}@work.atlassian.net\n" if secret else ""
    (home / "theirs").write_text(line)


@pytest.fixture
def theirs(helpers: Callable[..., Path], files: Files, home: Path) -> Path:
    """A profile of helpers alone, with a copy in its store that an older version has left."""
    folder = helpers(f"store --file={home}/theirs", credentials=token("work", SITE, "copy"))
    (folder / "helper.toml").write_text((folder / "helper.toml").read_text() + THEIRS)
    holding(home, "theirs")
    return folder


def told(run: Run, *words: str) -> list[str]:
    """Return the lines of stderr without the program's name."""
    return [line.removeprefix("atla-credential: ") for line in run(*words).stderr.decode().splitlines()]


def test_fs1_the_store_is_not_opened(theirs: Path, run: Run) -> None:
    assert get(run) == (0, WHO + b"password=theirs\n", "")
    assert get(run, ATLA_TOKEN="v") == (0, WHO + b"password=v\n", "")
    (theirs / "credentials.toml").write_text("this is no TOML")
    assert get(run) == (0, WHO + b"password=theirs\n", "")
    config = tomllib.loads((theirs / "config.toml").read_text())
    assert config["profiles"]["work"]["credential_store"] == "file"


@pytest.mark.parametrize("has", ["theirs", "other", ""])
def test_fs2_nothing_is_ever_kept_here(has: str, theirs: Path, run: Run, home: Path) -> None:
    holding(home, has)
    before = snapshot(theirs)
    done = run("store", stdin=FULL % b"theirs")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert snapshot(theirs) == before
    assert run("erase", stdin=FULL % b"theirs").returncode == 0
    assert (home / "theirs").read_text() == (
        "" if has != "other" else "https://you%40example.com:other@work.atlassian.net\n"
    )
    assert run("erase", stdin=FULL % b"copy").returncode == 0
    assert snapshot(theirs) == before


def test_fs2_a_helper_that_cannot_be_asked(helpers: Callable[..., Path], run: Run) -> None:
    """Whatever it has, the token is not kept here."""
    folder = helpers("/gone")
    (folder / "helper.toml").write_text((folder / "helper.toml").read_text() + THEIRS)
    before = snapshot(folder)
    assert run("store", stdin=FULL % b"new").returncode == 0
    (folder / "helper.toml").write_text(THEIRS)
    assert run("store", stdin=FULL % b"new").returncode == 0
    assert snapshot(folder).keys() == before.keys()


@pytest.mark.parametrize(
    ("end", "code", "verdict"),
    [("4070908800", 0, "ok"), ("$(($(date +%s) + 3600))", 0, "expiring"), ("1", 3, "missing")],
)
def test_fs3_what_the_helper_says_counts(
    end: str, code: int, verdict: str, helpers: Callable[..., Path], run: Run
) -> None:
    folder = helpers(f'!printf "password=theirs\\npassword_expiry_utc=%s\\n" {end};:')
    (folder / "helper.toml").write_text(f"{(folder / 'helper.toml').read_text()}{THEIRS}expires = 2090-01-01\n")
    done = run("status", "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, found["verdict"]) == (code, verdict)
    assert (found["credentialStore"], found["token"]) == ("helper", "missing" if verdict == "missing" else "helper")
    if verdict == "ok":
        assert found["expiresAt"] == "2099-01-01T00:00:00Z"
    said = [each for words in (("status",), ("doctor",), ("list",)) for each in told(run, *words)]
    said += run("doctor").stdout.decode().splitlines()
    assert not [each for each in said if "run: atla-credential login" in each]
    assert bool([each for each in said if "helper" in each]) or verdict == "ok"


@pytest.mark.usefixtures("knows_authtype")
def test_fs4_a_rejected_old_one_and_then_the_new_one(theirs: Path, home: Path, variables: dict[str, str]) -> None:
    """As where a machine had the old one from git's memory, and the helper has the new one by now."""
    holding(home, "new")
    git = ["git", "-c", "credential.helper=", "-c", f"credential.helper={PROGRAM}", "credential"]
    subprocess.run([*git, "reject"], input=FULL % b"old", env=variables, check=True)
    asked = b"protocol=https\nhost=work.atlassian.net\n\n"
    done = subprocess.run([*git, "fill"], input=asked, capture_output=True, env=variables, check=True)
    assert b"password=new\n" in done.stdout


def test_login_makes_it(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    folder = helpers(f"store --file={home}/theirs", config="")
    holding(home, "theirs")
    before = snapshot(folder)
    dry = run(*LOGIN, "--dry-run")
    assert (dry.returncode, snapshot(folder)) == (0, before)
    done = run(*LOGIN)
    where = 'logged in at https://work.atlassian.net as you@example.com: profile "work", token in the helpers of helper.toml'
    assert (done.returncode, done.stdout.decode().splitlines()[0]) == (0, where)
    assert get(run) == (0, WHO + b"password=theirs\n", "")
    settings = tomllib.loads((folder / "helper.toml").read_text())["profiles"]["work"]
    assert settings == {"storage": "helper"}
    shared = tomllib.loads((folder / "config.toml").read_text())["profiles"]["work"]
    assert shared["credential_store"] == "file"
    assert not (folder / "credentials.toml").read_text()
    # A login that keeps a token here takes it back.
    done = run(*LOGIN[:5], "--profile", "work", "--storage", "file", "--token-stdin", "--no-verify", stdin=b"own\n")
    assert done.returncode == 0
    assert get(run) == (0, WHO + b"password=own\n", "")
    assert "storage" not in tomllib.loads((folder / "helper.toml").read_text())["profiles"]["work"]


REFUSED = {
    "a token": (("--token", "made-up"), "theirs", "", 2, "is a helper's, and none is kept here"),
    "a token that is piped": (("--token-stdin",), "theirs", "", 2, "is a helper's, and none is kept here"),
    "an end": (("--expires", "90d"), "theirs", "", 2, "the helper says"),
    "a stored token": ((), "theirs", "own", 1, 'profile "work" has a token in the file'),
    "no helper has one": ((), "", "", 1, 'no helper in helper.toml gives a token for profile "work"'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_login_is_refused(case: str, helpers: Callable[..., Path], run: Run, home: Path) -> None:
    more, has, own, code, words = REFUSED[case]
    stored = {"credentials": token("work", SITE, own)} if own else {}
    folder = helpers(f"store --file={home}/theirs", config=profile("work", SITE) if own else "", **stored)
    holding(home, has)
    before = snapshot(folder)
    done = run(*LOGIN, *more, stdin=b"made-up\n")
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert snapshot(folder) == before


def test_commands_of_such_a_profile(theirs: Path, run: Run, home: Path) -> None:
    """Nothing of it is here to be taken away, restored or moved."""
    (theirs / "credentials.toml").unlink()
    done = run("logout", "work")
    assert (done.returncode, done.stdout.decode()) == (
        0, 'profile "work" has no token here; what the helpers in helper.toml have still answers\n',
    )  # fmt: skip
    assert run("restore", "work", "--no-verify").returncode == 3
    assert run("rename", "work", "home").returncode == 0
    assert get(run) == (0, WHO + b"password=theirs\n", "")
    assert not (theirs / "credentials.toml").exists()
    assert run("delete", "home").returncode == 0
    assert "theirs" in (home / "theirs").read_text()
